import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODIES } from '../support/bodies.ts';
import { operationsOf, type ApiOperation } from '../support/operations.ts';
import { makeDefinition, makeRows, type Rows } from '../support/rows.ts';
import { World, type Reply } from '../support/world.ts';

const START = '2027-03-01T09:00:00Z';
const MINE = '11111111-1111-4111-8111-111111111111';
const THEIRS = '22222222-2222-4222-8222-222222222222';
const UNKNOWN = '01990000-0000-7000-8000-0000000000ff';
/** In everything that is not the customer's. */
const MARK = 'zzz-not-yours';

let world: World;
let key: string;
let definition: string;

const mine = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  await world.call(method, path, body, { 'X-Api-Key': key, ...headers });

/** Rows of a customer, or of the tenant. */
const rowsOf = async (customer_id: string | null, mark: string) =>
  await makeRows(world, { definition_id: definitionId(), customer_id, mark });
const definitionId = () => definition.split('/').at(-1) ?? '';

beforeAll(async () => {
  world = await World.open(START);
  definition = `/v1/entity-definitions/${await makeDefinition(world, 'things')}`;
  const { body } = await world.call('POST', '/v1/api-keys', { name: 'customer', scopes: ['*'], customer_id: MINE });
  key = body.key;
});
afterAll(() => world.close());

describe('a key that is bound to a customer', () => {
  let own: Rows;
  let theirs: Rows;
  let tenants: Rows;
  let operations: ApiOperation[];
  beforeAll(async () => {
    own = await rowsOf(MINE, 'mine');
    theirs = await rowsOf(THEIRS, `${MARK}-theirs`);
    tenants = await rowsOf(null, `${MARK}-tenants`);
    operations = (await operationsOf(world)).filter(({ scope }) => scope !== 'completion token');
  });

  const call = async (operation: ApiOperation, rows: Readonly<Record<string, string>>, as = mine): Promise<Reply> => {
    const path = operation.path((name) => (name === 'definition_id' ? definitionId() : (rows[name] ?? UNKNOWN)));
    // Where nothing is named that someone owns, a body that does something would make another row each time.
    const owned = operation.named.some((name) => name in theirs && name !== 'definition_id');
    const needs = { idOf: () => UNKNOWN, now: world.clock.now(), unique: 'taken' };
    const body = owned ? (BODIES[operation.id]?.(needs)[0] ?? {}) : {};
    return await as(operation.method, path, operation.body ? body : undefined);
  };

  /** Everything that others have, as the tenant's own key sees it. */
  const snapshot = async () => {
    const all = [];
    for (const rows of [theirs, tenants]) {
      all.push(
        (await world.call('GET', `/v1/schedules/${rows.schedule_id}`)).body,
        (await world.call('GET', `/v1/schedules/${rows.schedule_id}/runs`)).body,
        (await world.call('GET', `/v1/backfills/${rows.backfill_id}`)).body,
        (await world.call('GET', `${definition}/records/${rows.record_id}`)).body,
      );
    }
    return all;
  };

  it('finds nothing of others by any operation, in the bytes that an unknown id gets, and changes nothing of theirs', async () => {
    const before = await snapshot();
    let looked = 0;
    for (const operation of operations) {
      const owned = operation.named.filter((name) => name in theirs && name !== 'definition_id');
      const unknown = await call(operation, {});
      for (const rows of [theirs, tenants]) {
        const reply = await call(operation, { ...rows });
        const what = `${operation.id}: ${reply.status} ${JSON.stringify(reply.body)}`;
        expect([reply.status, reply.body], what).toEqual([unknown.status, unknown.body]);
        const text = JSON.stringify(reply.body);
        const { definition_id: _, ...hidden } = rows;
        for (const trace of [MARK, THEIRS, ...Object.values(hidden)]) expect(text, what).not.toContain(trace);
        expect([200, 403, 404, 422], what).toContain(reply.status);
        if (owned.length === 0) continue;
        expect([reply.status, reply.body.code], what).toEqual([404, 'not_found']);
        looked += 1;
      }
    }
    expect(looked).toBeGreaterThan(30);
    expect(await snapshot()).toEqual(before);
  });

  it('can do with its own rows what its scopes say, and nothing that is the tenant’s', async () => {
    const refused = [];
    for (const operation of operations) {
      const { status, body } = await call(operation, { ...own });
      if (status === 403) refused.push(operation.id);
      // What is deleted on the way is gone for what follows.
      else if (operation.method === 'GET')
        expect([operation.id, status, body.code]).toEqual([operation.id, expect.any(Number), undefined]);
      if (operation.method === 'DELETE') own = await rowsOf(MINE, `mine-${operation.id}`);
    }
    expect(refused.sort()).toEqual(
      [
        'checkInvariants',
        'createApiKey',
        'createEntityDefinition',
        'createTenant',
        'deleteEntityDefinition',
        'deleteSecret',
        'getApiKey',
        'getEgressPolicy',
        'getQuotas',
        'getTenant',
        'getTenantQuotas',
        'listApiKeys',
        'listSecrets',
        'listAuditEvents',
        'listTenants',
        'listWebhookSecrets',
        'renameTenant',
        'revokeApiKey',
        'rotateApiKey',
        'rotateWebhookSecret',
        'setSecret',
        'setEgressPolicy',
        'setTenantQuotas',
        'updateEntityDefinition',
      ].sort(),
    );
  });

  it('lists its own rows only, also where it asks for others', async () => {
    const schedules = await mine('GET', '/v1/schedules?limit=100');
    expect(schedules.body.total).toBeGreaterThan(0);
    expect(new Set(schedules.body.schedules.map((row: Reply['body']) => row.customer_id))).toEqual(new Set([MINE]));
    const runs = await mine('GET', `/v1/runs?limit=100`);
    expect(runs.body.total).toBeGreaterThan(0);
    expect(runs.body.runs.map((run: Reply['body']) => run.schedule_id)).not.toContain(theirs.schedule_id);
    for (const query of [`schedule_id=${theirs.schedule_id}`, `backfill_id=${theirs.backfill_id}`]) {
      expect((await mine('GET', `/v1/runs?${query}`)).body).toMatchObject({ runs: [], total: 0 });
    }
    const records = await mine('GET', `${definition}/records`);
    expect(new Set(records.body.records.map((row: Reply['body']) => row.customer_id))).toEqual(new Set([MINE]));
    for (const path of ['/v1/schedules', '/v1/runs', `${definition}/records`]) {
      const { status, body } = await mine('GET', `${path}?customer_id=${THEIRS}`);
      expect([status, body.detail[0].loc]).toEqual([422, ['query', 'customer_id']]);
      expect((await mine('GET', `${path}?customer_id=${MINE.toUpperCase()}`)).status).toBe(200);
    }
  });

  it('makes what is its customer’s: without a customer_id, too; with another one it is refused', async () => {
    const schedule = {
      name: 'new',
      schedule_type: 'RATE',
      schedule_expression: 'rate(1 day)',
      action_type: 'LOG_EVENT',
      action_config: { message: 'x' },
    };
    for (const path of ['/v1/schedules', `${definition}/records`]) {
      const body = path === '/v1/schedules' ? schedule : { data: {} };
      for (const given of [{}, { customer_id: null }, { customer_id: MINE }, { customer_id: MINE.toUpperCase() }]) {
        const made = await mine('POST', path, { ...body, ...given });
        expect([made.status, made.body.customer_id]).toEqual([201, MINE]);
      }
      const wrong = await mine('POST', path, { ...body, customer_id: THEIRS });
      expect([wrong.status, wrong.body.detail]).toEqual([
        422,
        [{ loc: ['body', 'customer_id'], msg: expect.stringContaining(MINE), type: 'customer' }],
      ]);
    }
    const bulk = await mine('POST', '/v1/schedules/bulk', {
      schedules: [schedule, { ...schedule, customer_id: THEIRS }],
    });
    expect(bulk.body).toMatchObject({ created: 1, failed: 1 });
    expect(bulk.body.results[0].schedule.customer_id).toBe(MINE);
    expect(bulk.body.results[1].error.detail[0].loc).toEqual(['body', 'schedules', 1, 'customer_id']);
    const records = await mine('POST', `${definition}/records/bulk`, {
      records: [{ data: {} }, { data: {}, customer_id: THEIRS }],
    });
    expect(records.body).toMatchObject({ created: 1, failed: 1 });
    expect(records.body.results[1].error.detail[0].loc).toEqual(['body', 'records', 1, 'customer_id']);
    expect((await mine('GET', `${definition}/records/${records.body.results[0].id}`)).body.customer_id).toBe(MINE);
  });

  it('keeps its rows: they can’t be given away', async () => {
    for (const [path, body] of [
      [`/v1/schedules/${own.schedule_id}`, { name: 'kept' }],
      [`${definition}/records/${own.record_id}`, { data: { name: 'kept' } }],
    ] as const) {
      for (const customer_id of [THEIRS, null]) {
        const { status, body: answer } = await mine('PUT', path, { ...body, customer_id });
        expect([status, answer.detail[0].loc]).toEqual([422, ['body', 'customer_id']]);
      }
      expect((await mine('PUT', path, { ...body, customer_id: MINE })).status).toBe(200);
    }
  });

  it('writes over no record of another, and is not told which is in the way', async () => {
    const before = await snapshot();
    for (const external_id of [`${MARK}-theirs`, `${MARK}-tenants`]) {
      const data = { name: 'taken' };
      const single = await mine('POST', `${definition}/records`, { external_id, data });
      expect([single.status, single.body.code, single.body.record_id]).toEqual([409, 'external_id_taken', null]);
      const bulk = await mine('POST', `${definition}/records/bulk`, {
        records: [
          { external_id, data },
          { external_id: 'free', data },
        ],
      });
      expect(bulk.body).toMatchObject({
        failed: 1,
        results: [{ status: 409, id: null, error: { code: 'external_id_taken' } }, { error: null }],
      });
      const moved = await mine('PUT', `${definition}/records/${own.record_id}`, { external_id });
      expect([moved.status, moved.body.record_id]).toEqual([409, null]);
      const { body: schedule } = await mine('GET', `/v1/schedules/${own.schedule_id}`);
      const again = {
        name: 'n',
        schedule_type: 'RATE',
        schedule_expression: 'rate(1 day)',
        action_type: 'LOG_EVENT',
        action_config: { message: 'x' },
        deduplication_key: external_id,
      };
      for (const reply of [
        await mine('POST', '/v1/schedules', again),
        await mine('PUT', `/v1/schedules/${schedule.id}`, { deduplication_key: external_id }),
      ]) {
        expect(reply.body).toEqual({ code: 'deduplication_conflict', detail: expect.not.stringContaining('0') });
      }
    }
    // Its own it does, and knows by the answer that it was there.
    const data = { name: 'again' };
    const first = await mine('POST', `${definition}/records`, { external_id: 'own', data });
    const second = await mine('POST', `${definition}/records`, { external_id: 'own', data });
    expect([first.status, second.status, second.body.id]).toEqual([201, 200, first.body.id]);
    expect(await snapshot()).toEqual(before);
  });

  it('acts in bulk on its own rows only', async () => {
    const before = await snapshot();
    for (const filter of [{ all: true }, { ids: [theirs.schedule_id, tenants.schedule_id, own.schedule_id] }]) {
      for (const action of ['PAUSE', 'RESUME', 'TRIGGER']) {
        const dry = await mine('POST', '/v1/schedules/bulk-actions', { filter, action, dry_run: true });
        const { status, body } = await mine('POST', '/v1/schedules/bulk-actions', { filter, action });
        expect([status, body.matched]).toEqual([200, dry.body.matched]);
        if ('ids' in filter) expect(body.matched).toBe(1);
      }
    }
    const named = await mine('POST', '/v1/schedules/bulk-actions', {
      filter: { customer_id: THEIRS },
      action: 'DELETE',
    });
    expect([named.status, named.body.detail[0].loc]).toEqual([422, ['body', 'filter', 'customer_id']]);
    expect(await snapshot()).toEqual(before);
  });

  it('is told of no schedule of others that fires for its record, and previews its own records', async () => {
    const relative = {
      schedule_type: 'RELATIVE',
      schedule_expression: '09:00',
      relative_entity_definition_id: definitionId(),
      relative_field_name: 'due_on',
    };
    const its = await world.create({ ...relative, customer_id: MINE, name: 'its reminder' });
    await world.create({ ...relative, customer_id: THEIRS, name: `${MARK} reminder` });
    const everyones = await world.create({ ...relative, name: `${MARK} for all` });
    const { body } = await mine('GET', `${definition}/records/${own.record_id}/upcoming`);
    expect(body).toMatchObject({ total: 1, upcoming: [{ schedule_id: its.id }] });
    const preview = { ...relative, name: 'p', action_type: 'LOG_EVENT', action_config: { message: 'x' } };
    const shown = await mine('POST', '/v1/schedules/preview?count=100', preview);
    const ids = shown.body.occurrences.map((row: Reply['body']) => row.record_id);
    expect(ids).toContain(own.record_id);
    expect(ids).not.toContain(theirs.record_id);
    const unknown = await mine('POST', `/v1/schedules/preview?record_id=${UNKNOWN}`, preview);
    const other = await mine('POST', `/v1/schedules/preview?record_id=${theirs.record_id}`, preview);
    expect([other.status, other.body]).toEqual([404, unknown.body]);
    expect((await mine('GET', `/v1/schedules/${everyones.id}/preview`)).status).toBe(404);
    expect((await mine('GET', `/v1/schedules/${its.id}/preview?record_id=${theirs.record_id}`)).status).toBe(404);
    const triggered = async (record_id: string | undefined) =>
      await mine('POST', `/v1/schedules/${its.id}/trigger`, { record_id });
    expect(await triggered(theirs.record_id)).toMatchObject({ status: 422, body: { detail: [{ type: 'not_found' }] } });
    expect(await triggered(own.record_id)).toMatchObject({ status: 202, body: { record_id: own.record_id } });
  });

  it('changes nothing that the host is made of to which the tenant’s secrets go', async () => {
    await world.call('PUT', '/v1/secrets/HOST_KEY', { value: 'the tenant knows it' });
    const made = async (action_config: object) =>
      await world.create({
        customer_id: MINE,
        external_id: 'eu',
        name: 'to a host of its own',
        schedule_type: 'RATE',
        schedule_expression: '1h',
        action_type: 'WEBHOOK',
        action_config,
      });
    const refused = async (id: string, body: object) => {
      const reply = await mine('PUT', `/v1/schedules/${id}`, body);
      return reply.status === 200
        ? []
        : reply.body.detail.map((one: Reply['body']) => `${one.loc.join('.')} ${one.type}`);
    };
    const url = 'https://{{ schedule.external_id }}.example.com/hook';
    const changes = { external_id: 'x', name: 'y', timezone: 'Europe/Berlin', schedule_expression: '2h' };
    for (const carries of [
      { auth: { type: 'bearer', token: 't' } },
      { headers: { 'X-Key': '{{ secrets.HOST_KEY }}' } },
    ]) {
      const { id } = await made({ url, ...carries });
      expect((await refused(id, changes)).toSorted()).toEqual(
        Object.keys(changes)
          .toSorted()
          .map((field) => `body.${field} customer`),
      );
      // All that it says, as it was; what no template shows; and the tenant itself.
      expect(await refused(id, { external_id: 'eu', description: 'ours', max_retries: 1 })).toEqual([]);
      expect((await world.call('PUT', `/v1/schedules/${id}`, { external_id: 'us' })).status).toBe(200);
    }
    // Nothing goes there that is anybody's, or it goes to a host that stands.
    for (const config of [
      { url },
      { url: 'https://example.com/{{ schedule.name }}', auth: { type: 'bearer', token: 't' } },
    ]) {
      const { id } = await made(config);
      expect(await refused(id, changes)).toEqual([]);
    }
  });

  it('has Idempotency-Keys of its own', async () => {
    const header = { 'Idempotency-Key': 'the same for both' };
    const path = `/v1/schedules/${own.schedule_id}/trigger`;
    const tenant = await world.call('POST', path, undefined, header);
    const customer = await mine('POST', path, undefined, header);
    expect([tenant.status, customer.status]).toEqual([202, 202]);
    expect(customer.body.id).not.toBe(tenant.body.id);
    expect((await mine('POST', path, undefined, header)).body).toEqual(customer.body);
  });
});

describe('UPDATE_ENTITY of a customer’s schedule', () => {
  it('changes records of that customer alone', async () => {
    const real = await World.open(START);
    try {
      const { body: made } = await real.call('POST', '/v1/entity-definitions', {
        slug: 't',
        name: 'T',
        fields: [{ name: 'n', type: 'NUMBER' }],
      });
      const records: string[] = [];
      for (const customer_id of [MINE, THEIRS, null]) {
        const reply = await real.call('POST', `/v1/entity-definitions/${made.id}/records`, {
          customer_id,
          data: { n: 1 },
        });
        records.push(reply.body.id);
      }
      real.performs = true;
      const ended = async (customer_id: string | null, record_id: string) => {
        const schedule = await real.create({
          customer_id,
          action_type: 'UPDATE_ENTITY',
          action_config: { set: { n: { $increment: 1 } }, record: { entity_definition_id: made.id, record_id } },
          max_retries: 0,
        });
        await real.call('POST', `/v1/schedules/${schedule.id}/trigger`);
        await real.settle();
        const [run] = await real.runs(schedule.id);
        const { body } = await real.call('GET', `/v1/entity-definitions/${made.id}/records/${record_id}`);
        return [run.status, run.error?.code ?? null, body.data.n];
      };
      const [own = '', theirs = '', tenants = ''] = records;
      expect(await ended(MINE, own)).toEqual(['SUCCEEDED', null, 2]);
      expect(await ended(MINE, theirs)).toEqual(['FAILED', 'record_not_found', 1]);
      expect(await ended(MINE, tenants)).toEqual(['FAILED', 'record_not_found', 1]);
      expect(await ended(null, theirs)).toEqual(['SUCCEEDED', null, 2]);
    } finally {
      await real.close();
    }
  });
});
