import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyOperationOf, type ApiOperation } from '../support/operations.ts';
import { DELIVERED, World, type Reply } from '../support/world.ts';

/**
 * Every operation that may change something leaves an event in the audit log, or is named here with the reason why not. What
 * is new is found by itself: it needs a request that works, below, or an entry here.
 */
const EXEMPT: Readonly<Record<string, string>> = {
  previewNewSchedule: 'stores nothing',
  completeRun: 'the receiver’s report is the run’s ledger',
  heartbeatRun: 'the receiver’s report is the run’s ledger',
};

const ORIGIN = { Origin: 'http://localhost' };
const PAST = { start_at: '2027-02-28T00:00:00Z', end_at: '2027-02-28T00:05:00Z' };

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
});
afterAll(() => world.close());

interface Request {
  /** What stands in the path. */
  readonly ids?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const idOf = async (reply: Promise<Reply>): Promise<string> => {
  const { status, body } = await reply;
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body.id;
};
const schedule = async () => ({ schedule_id: (await world.create()).id as string });
const definition = async () => ({
  definition_id: await idOf(world.call('POST', '/v1/entity-definitions', aDefinition())),
});
const record = async () => {
  const { definition_id } = await definition();
  const body = { external_id: 'a', data: { name: 'a' } };
  return {
    definition_id,
    record_id: await idOf(world.call('POST', `/v1/entity-definitions/${definition_id}/records`, body)),
  };
};
const backfill = async () => {
  const { schedule_id } = await schedule();
  return { backfill_id: await idOf(world.call('POST', `/v1/schedules/${schedule_id}/backfill`, PAST)) };
};
const run = async (settled: boolean) => {
  const { schedule_id } = await schedule();
  const run_id = await idOf(world.call('POST', `/v1/schedules/${schedule_id}/trigger`));
  const error = { code: 'http_status', message: 'The receiver answered 400.' } as const;
  world.script = () => ({ kind: 'rejected', error, request: null, response: null });
  if (settled) await world.settle();
  world.script = () => DELIVERED;
  return { run_id };
};
const key = async () => ({
  key_id: await idOf(world.call('POST', '/v1/api-keys', { name: 'k', scopes: ['runs:read'] })),
});
const session = async () => {
  const { headers } = await world.call('POST', '/v1/session', { api_key: world.key });
  return { ...ORIGIN, 'X-Api-Key': '', Cookie: headers.get('set-cookie')?.split(';')[0] ?? '' };
};
let made = 0;
const aDefinition = () => ({ slug: `d-${(made += 1)}`, name: 'D', fields: [{ name: 'name', type: 'STRING' }] });
const aSchedule = {
  name: 'a',
  schedule_type: 'RATE',
  schedule_expression: '1h',
  action_type: 'LOG_EVENT',
  action_config: { message: 'a' },
};

/** A request for each operation that changes something for sure. */
const REQUESTS: Readonly<Record<string, () => Promise<Request>>> = {
  createSchedule: async () => ({ body: aSchedule }),
  updateSchedule: async () => ({ ids: await schedule(), body: { name: 'b' } }),
  deleteSchedule: async () => ({ ids: await schedule() }),
  pauseSchedule: async () => ({ ids: await schedule() }),
  resumeSchedule: async () => {
    const ids = await schedule();
    await world.call('POST', `/v1/schedules/${ids.schedule_id}/pause`);
    return { ids };
  },
  triggerSchedule: async () => ({ ids: await schedule() }),
  createSchedules: async () => ({ body: { schedules: [aSchedule, aSchedule] } }),
  actOnSchedules: async () => ({ body: { filter: { ids: [(await schedule()).schedule_id] }, action: 'PAUSE' } }),
  createBackfill: async () => ({ ids: await schedule(), body: PAST }),
  pauseBackfill: async () => ({ ids: await backfill() }),
  resumeBackfill: async () => {
    const ids = await backfill();
    await world.call('POST', `/v1/backfills/${ids.backfill_id}/pause`);
    return { ids };
  },
  cancelBackfill: async () => ({ ids: await backfill() }),
  cancelRun: async () => ({ ids: await run(false) }),
  retryRun: async () => ({ ids: await run(true) }),
  createEntityDefinition: async () => ({ body: aDefinition() }),
  updateEntityDefinition: async () => ({ ids: await definition(), body: { name: 'E' } }),
  deleteEntityDefinition: async () => ({ ids: await definition() }),
  putEntityRecord: async () => ({ ids: await definition(), body: { data: { name: 'a' } } }),
  putEntityRecords: async () => ({ ids: await definition(), body: { records: [{ data: { name: 'a' } }] } }),
  updateEntityRecord: async () => ({ ids: await record(), body: { data: { name: 'b' } } }),
  deleteEntityRecord: async () => ({ ids: await record() }),
  createApiKey: async () => ({ body: { name: 'k', scopes: ['runs:read'] } }),
  revokeApiKey: async () => ({ ids: await key() }),
  rotateApiKey: async () => ({ ids: await key() }),
  createTenant: async () => ({ body: { name: 'a tenant' } }),
  renameTenant: async () => ({
    ids: { tenant_id: await idOf(world.call('POST', '/v1/tenants', { name: 'before' })) },
    body: { name: 'afterwards' },
  }),
  setSecret: async () => ({ ids: { name: 'A_SECRET' }, body: { value: 'a-value-to-hide' } }),
  deleteSecret: async () => {
    await world.call('PUT', '/v1/secrets/ANOTHER', { value: 'a-value-to-hide' });
    return { ids: { name: 'ANOTHER' } };
  },
  rotateWebhookSecret: async () => ({}),
  setEgressPolicy: async () => ({ body: { allow: ['example.com'], deny: [] } }),
  setTenantQuotas: async () => ({ ids: { tenant_id: world.tenantId }, body: { schedules: 5_000 } }),
  openSession: async () => ({ body: { api_key: world.key }, headers: { 'X-Api-Key': '' } }),
  endSession: async () => ({ headers: await session() }),
};

const events = async (request: string): Promise<Reply['body'][]> =>
  (await world.call('GET', '/v1/audit-events?limit=200')).body.audit_events.filter(
    (event: { request_id: string }) => event.request_id === request,
  );

describe('every operation of the API page that may change something', () => {
  let changing: ApiOperation[];
  beforeAll(async () => {
    changing = (await everyOperationOf(world)).filter(({ method }) => method !== 'GET');
  });

  const send = async (operation: ApiOperation, request: Request, id: string, more: Record<string, string> = {}) =>
    await world.call(
      operation.method,
      operation.path((name) => request.ids?.[name] ?? 'missing'),
      request.body,
      {
        'X-Request-Id': id,
        ...request.headers,
        ...more,
      },
    );

  it('is known here, and none that is gone', () => {
    expect(changing.map(({ id }) => id).sort()).toEqual([...Object.keys(EXEMPT), ...Object.keys(REQUESTS)].sort());
  });

  it('leaves one event of what it changed (two where a key takes another’s place), with no secret in it', async () => {
    for (const operation of changing.filter(({ id }) => !(id in EXEMPT))) {
      const request = await REQUESTS[operation.id]?.();
      if (!request) throw new Error(`${operation.id} has no request here`);
      const { status, body } = await send(operation, request, `audit-${operation.id}`);
      expect([200, 201, 202, 204], `${operation.id}: ${status} ${JSON.stringify(body)}`).toContain(status);
      const told = await events(`audit-${operation.id}`);
      expect(told, operation.id).toHaveLength(operation.id === 'rotateApiKey' ? 2 : 1);
      for (const event of told) {
        expect(event).toMatchObject({
          operation: operation.id,
          outcome: 'DONE',
          actor: { kind: 'API_KEY', name: world.key },
        });
        expect(event.target.type, operation.id).toMatch(/^[a-z_]+$/);
        expect(event.before ?? event.after, operation.id).not.toBeNull();
        const text = JSON.stringify({ ...event, actor: null });
        for (const secret of [body?.key, body?.webhook_secret, world.key, 'a-value-to-hide']) {
          if (secret) expect(text, operation.id).not.toContain(secret);
        }
      }
    }
  }, 120_000);

  it('is not told again where an Idempotency-Key answers what was done before', async () => {
    for (const operation of changing.filter(({ id, method }) => !(id in EXEMPT) && method === 'POST')) {
      if (operation.scope === 'session') continue;
      const request = (await REQUESTS[operation.id]?.()) ?? {};
      const body = operation.id === 'createTenant' ? { name: 'another tenant' } : request.body;
      const headers = { 'Idempotency-Key': operation.id };
      for (const replayed of [null, 'true']) {
        const reply = await send(operation, { ...request, body }, `replay-${operation.id}-${replayed}`, headers);
        expect([operation.id, reply.headers.get('idempotent-replayed')]).toEqual([operation.id, replayed]);
      }
      expect((await events(`replay-${operation.id}-null`)).length, operation.id).toBeGreaterThan(0);
      expect(await events(`replay-${operation.id}-true`), operation.id).toEqual([]);
    }
  }, 120_000);
});
