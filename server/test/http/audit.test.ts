import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { retentionTick } from '../../src/engine/retention.ts';
import { JwtVerifier } from '../../src/http/jwt/verifier.ts';
import { Issuer } from '../support/issuer.ts';
import { World, type Reply } from '../support/world.ts';

const START = '2027-03-01T09:00:00.000Z';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEBHOOK = {
  action_type: 'WEBHOOK',
  action_config: { url: 'http://127.0.0.1:1/hook', auth: { type: 'bearer', token: 'first-secret' } },
};

let world: World;
beforeEach(async () => {
  world = await World.open(START);
});
afterEach(() => world.close());

async function log(query = '', key = world.key): Promise<Reply['body'][]> {
  const { status, body } = await world.call('GET', `/v1/audit-events${query}`, undefined, { 'X-Api-Key': key });
  expect([status, body]).toEqual([200, expect.anything()]);
  return body.audit_events;
}

/** Operations, oldest first. */
const told = async (query = '', key = world.key) =>
  (await log(query, key)).map((event) => event.operation as string).toReversed();

const compare = (a: string, b: string) => a.localeCompare(b);

async function keyWith(scopes: string[], fields: object = {}): Promise<{ id: string; key: string }> {
  const { status, body } = await world.call('POST', '/v1/api-keys', { name: 'a key', scopes, ...fields });
  expect(status).toBe(201);
  return body;
}

describe('an event', () => {
  it('says who did what to what, when, by which request, and what is different now', async () => {
    const schedule = await world.create({ name: 'before', description: 'stays' });
    const { id, key } = await keyWith(['schedules:write']);
    world.clock.set(world.clock.now() + MINUTE);
    const updated = await world.call(
      'PUT',
      `/v1/schedules/${schedule.id}`,
      { name: 'after' },
      {
        'X-Api-Key': key,
        'X-Request-Id': 'req-1',
      },
    );
    expect(updated.status).toBe(200);
    expect((await log())[0]).toEqual({
      id: expect.any(String),
      at: '2027-03-01T09:01:00.000Z',
      outcome: 'DONE',
      actor: { kind: 'API_KEY', id, name: 'a key', session_id: null },
      operation: 'updateSchedule',
      target: { type: 'schedule', id: schedule.id },
      before: { name: 'before', version: 1, updated_at: START },
      after: { name: 'after', version: 2, updated_at: '2027-03-01T09:01:00.000Z' },
      detail: null,
      request_id: 'req-1',
      remote_address: null,
    });
    expect((await log())[2]).toMatchObject({ operation: 'createSchedule', before: null, after: schedule });
    await world.call('DELETE', `/v1/schedules/${schedule.id}`);
    expect((await log())[0]).toMatchObject({ operation: 'deleteSchedule', before: updated.body, after: null });
  });

  it('is not there where nothing changed', async () => {
    const schedule = await world.create({ deduplication_key: 'one' });
    const path = `/v1/schedules/${schedule.id}`;
    const definition = await world.call('POST', '/v1/entity-definitions', {
      slug: 'd',
      name: 'D',
      fields: [{ name: 'n', type: 'NUMBER' }],
    });
    const records = `/v1/entity-definitions/${definition.body.id}/records`;
    const record = { external_id: 'a', data: { n: 1 } };
    await world.call('POST', records, record);
    const before = await told();
    const { created_at: _, ...same } = schedule;
    expect(await world.create({ deduplication_key: 'one' }).catch((error: Error) => error.message)).toContain('200');
    for (const [method, where, body, status] of [
      ['PUT', path, { name: same.name }, 200],
      ['PUT', path, { name: '' }, 422],
      ['PUT', path, { name: 'b' }, 412],
      ['POST', `${path}/resume`, undefined, 200],
      ['POST', records, record, 200],
      ['POST', `${records}/bulk`, { records: [record, { data: { n: 'wrong' } }] }, 200],
      ['PUT', `/v1/entity-definitions/${definition.body.id}`, { name: 'D' }, 200],
      ['DELETE', `/v1/schedules/${definition.body.id}`, undefined, 404],
      ['POST', '/v1/schedules/bulk', { schedules: [{}] }, 200],
      ['POST', '/v1/schedules/bulk-actions', { filter: { all: true }, action: 'PAUSE', dry_run: true }, 200],
      ['POST', '/v1/schedules/bulk-actions', { filter: { all: true }, action: 'RESUME' }, 200],
      ['PUT', `/v1/tenants/${world.tenantId}`, { name: 'default' }, 200],
    ] as const) {
      const headers: Record<string, string> = status === 412 ? { 'If-Match': '"7"' } : {};
      const reply = await world.call(method, where, body, headers);
      expect([method, where, reply.status]).toEqual([method, where, status]);
    }
    expect(await told()).toEqual(before);
  });

  it('shows no secret, and says that one changed', async () => {
    const { id } = await world.create(WEBHOOK);
    const auth = { type: 'bearer', token: 'second-secret' };
    await world.call('PUT', `/v1/schedules/${id}`, { action_config: { ...WEBHOOK.action_config, auth } });
    const overlay = { auth: { type: 'bearer', token: 'third-secret' } };
    expect((await world.call('POST', `/v1/schedules/${id}/trigger`, { action_config: overlay })).status).toBe(202);
    const [triggered, updated, created] = await log();
    expect(updated.before).toMatchObject({ action_config: { auth: { token: '********' } } });
    expect(updated.after).toMatchObject({ action_config: { auth: { token: '********' } } });
    expect(triggered.after).toMatchObject({
      action_config: { auth: { token: '********' } },
      run_id: expect.any(String),
    });
    expect(created.after.action_config.auth.token).toBe('********');
    const rows = await world.db.query<{ text: string }>('SELECT e::text AS text FROM audit_events e');
    expect(rows.map(({ text }) => text).join()).not.toMatch(/(?:first|second|third)-secret/);
  });

  it('names a secret that is set, changed or deleted, and tells nothing of its value', async () => {
    await world.call('PUT', '/v1/secrets/TOKEN', { value: 'first-secret' });
    await world.call('PUT', '/v1/secrets/TOKEN', { value: 'second-secret' });
    await world.call('DELETE', '/v1/secrets/TOKEN');
    const sides = (await log('?target_id=TOKEN')).map(({ operation, before, after }) => [operation, before, after]);
    const name = { name: 'TOKEN' };
    expect(sides).toEqual([
      ['deleteSecret', name, null],
      ['setSecret', name, name],
      ['setSecret', null, name],
    ]);
    const rotated = await world.call('POST', '/v1/webhook-secrets/rotate', { overlap_minutes: 5 });
    const [event] = await log();
    expect(event).toMatchObject({
      operation: 'rotateWebhookSecret',
      target: { id: rotated.body.webhook_secrets[0].id },
    });
    expect([event.before.webhook_secrets.length, event.after.webhook_secrets.length]).toEqual([1, 2]);
    const rows = await world.db.query<{ text: string }>('SELECT e::text AS text FROM audit_events e');
    expect(rows.map(({ text }) => text).join()).not.toMatch(/(?:first|second)-secret|whsec_/);
  });

  it('keeps 16 KiB of each side and says how much there was', async () => {
    const { id } = await world.create({ description: 'é'.repeat(9_000) });
    await world.call('PUT', `/v1/schedules/${id}`, { description: 'short' });
    const [updated, created] = await log();
    expect(created).toMatchObject({ before: null, after: { truncated: true, bytes: expect.any(Number) } });
    expect(created.after.bytes).toBeGreaterThan(18_000);
    expect(updated.before).toEqual({ truncated: true, bytes: expect.any(Number) });
    expect(updated.after).toMatchObject({ description: 'short' });
  });

  it('stands for each transaction of a bulk operation, with counts, the filter and ids', async () => {
    const item = (n: number) => ({
      name: `n ${n}`,
      schedule_type: 'RATE',
      schedule_expression: '1h',
      action_type: 'LOG_EVENT',
      action_config: { message: 'a' },
    });
    const schedules = [...Array.from({ length: 250 }, (_, n) => item(n)), { name: 'wrong' }];
    const made = await world.call('POST', '/v1/schedules/bulk', { schedules });
    const ids = made.body.results.flatMap(({ schedule }: Reply['body']) => schedule?.id ?? []);
    await world.call('POST', '/v1/schedules/bulk-actions', { filter: { ids }, action: 'PAUSE' });
    const [second, first, created, ...others] = await log();
    expect(others).toEqual([]);
    expect(created).toMatchObject({ operation: 'createSchedules', target: { type: 'schedule', id: null } });
    expect(created.after).toEqual({ created: 250, ids: ids.slice(0, 200) });
    expect(first.after).toMatchObject({ action: 'PAUSE', filter: { ids: 250 }, changed: 200 });
    expect(second.after).toMatchObject({ action: 'PAUSE', filter: { ids: 250 }, changed: 50 });
    expect(([...first.after.ids, ...second.after.ids] as string[]).toSorted(compare)).toEqual(ids.toSorted(compare));
    const definition = await world.call('POST', '/v1/entity-definitions', {
      slug: 'd',
      name: 'D',
      fields: [{ name: 'n', type: 'NUMBER' }],
    });
    const records = Array.from({ length: 600 }, (_, n) => ({ external_id: `r ${n}`, data: { n } }));
    await world.call('POST', `/v1/entity-definitions/${definition.body.id}/records/bulk`, { records });
    await world.call('DELETE', `/v1/entity-definitions/${definition.body.id}?cascade=true`);
    const [gone, rest, most] = await log();
    expect(most.after).toMatchObject({ definition_id: definition.body.id, created: 500, updated: 0 });
    expect(most.after.ids).toHaveLength(200);
    expect(rest.after).toMatchObject({ created: 100 });
    expect(gone).toMatchObject({
      operation: 'deleteEntityDefinition',
      before: { slug: 'd', records: 600 },
      after: null,
    });
  });

  it('of a record that is written over says what it was', async () => {
    const definition = await world.call('POST', '/v1/entity-definitions', {
      slug: 'd',
      name: 'D',
      fields: [
        { name: 'n', type: 'NUMBER' },
        { name: 'm', type: 'NUMBER' },
      ],
    });
    const records = `/v1/entity-definitions/${definition.body.id}/records`;
    const made = await world.call('POST', records, { external_id: 'a', data: { n: 1, m: 1 } });
    await world.call('POST', records, { external_id: 'a', data: { n: 2, m: 1 } });
    const [over] = await log();
    expect(over).toMatchObject({
      target: { id: made.body.id },
      before: { data: { n: 1, m: 1 } },
      after: { data: { n: 2, m: 1 } },
    });
    expect(Object.keys(over.after)).toEqual(['data']);
  });

  it('of a record that another request has just made says that it was there, not what it was', async () => {
    const fields = [{ name: 'n', type: 'NUMBER' }];
    const definition = await world.call('POST', '/v1/entity-definitions', { slug: 'd', name: 'D', fields });
    const records = `/v1/entity-definitions/${definition.body.id}/records`;
    let writing: Promise<Reply> | undefined;
    await world.db.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO entity_records (tenant_id, bucket, id, definition_id, external_id, data, created_at, updated_at)
         VALUES ($1, bucket_of($1), gen_random_uuid(), $2, 'a', '{"n":1}', now(), now())`,
        [world.tenantId, definition.body.id],
      );
      writing = world.call('POST', records, { external_id: 'a', data: { n: 2 } });
      for (let waiting = 0; waiting === 0;) {
        const blocked = await world.db.query(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        waiting = blocked.length;
      }
    });
    expect((await writing)?.status).toBe(200);
    expect((await log())[0]).toMatchObject({
      operation: 'putEntityRecord',
      before: {},
      after: { external_id: 'a', data: { n: 2 } },
    });
  });

  it('goes with its change: what is rolled back leaves none, what can not be told does not happen', async () => {
    await world.db.query(
      `CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$`,
    );
    await world.db.query('CREATE TRIGGER no BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION no()');
    const failing = await world
      .call('POST', '/v1/api-keys', { name: 'k', scopes: ['*'] })
      .catch((error: Error) => error);
    expect(failing).toMatchObject({ message: expect.stringContaining('a request failed') });
    await world.db.query('DROP TRIGGER no ON audit_events');
    expect((await world.call('GET', '/v1/api-keys')).body.total).toBe(1);
    // The other way round: the event is written, and then the transaction fails.
    await world.db.query(
      'CREATE CONSTRAINT TRIGGER no AFTER INSERT ON api_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no()',
    );
    await world.call('POST', '/v1/api-keys', { name: 'k', scopes: ['*'] }).catch((error: Error) => error);
    expect(await log()).toEqual([]);
  });
});

it('names who a JWT was issued to', async () => {
  const issuer = await Issuer.open();
  onTestFinished(() => issuer.close());
  await world.close();
  const now = () => world.clock.now();
  const jwt = new JwtVerifier(issuer.config({}), { now, log: (_, message) => expect.unreachable(message) });
  world = await World.open(START, { jwt });
  const exp = Date.parse(START) / 1_000 + 300;
  const token = await issuer.token({ tenant_id: world.tenantId, scope: 'schedules:write', exp, sub: 'ada' });
  const as = { 'X-Api-Key': '', Authorization: `Bearer ${token}` };
  const schedule = await world.create();
  expect((await world.call('PUT', `/v1/schedules/${schedule.id}`, { name: 'by ada' }, as)).status).toBe(200);
  expect((await world.call('GET', '/v1/schedules', undefined, as)).status).toBe(403);
  const by = { kind: 'JWT', id: 'ada', name: null, session_id: null };
  expect(await log('?actor=ada')).toMatchObject([
    { operation: 'listSchedules', outcome: 'DENIED', actor: by, detail: 'This JWT lacks the scope schedules:read.' },
    { operation: 'updateSchedule', outcome: 'DONE', actor: by },
  ]);
  const opened = await world.call('POST', '/v1/session', { api_key: token }, { 'X-Api-Key': '' });
  // Sessions are for API keys, which are shorter.
  expect([opened.status, opened.body.detail[0].loc]).toEqual([422, ['body', 'api_key']]);
});

describe('what was refused', () => {
  it('is told once an hour for an actor and operation, whatever it was', async () => {
    const { id, key } = await keyWith(['schedules:read', 'keys:manage']);
    const knock = async (method: string, path: string, body?: unknown) =>
      expect((await world.call(method, path, body, { 'X-Api-Key': key })).status).toBe(403);
    for (let times = 0; times < 5; times += 1) {
      await knock('POST', '/v1/schedules', {});
      await knock('GET', '/v1/entity-definitions');
      await knock('POST', '/v1/api-keys', { name: 'more', scopes: ['tenants:manage'] });
    }
    const denied = await log('?outcome=denied');
    expect(denied.map(({ operation }) => operation as string).toSorted(compare)).toEqual([
      'createApiKey',
      'createSchedule',
      'listEntityDefinitions',
    ]);
    expect(denied.find(({ operation }) => operation === 'createSchedule')).toMatchObject({
      outcome: 'DENIED',
      actor: { id },
      target: { type: 'schedule', id: null },
      before: null,
      after: null,
      detail: 'This API key lacks the scope schedules:write.',
    });
    world.clock.set(world.clock.now() + HOUR - 1);
    await knock('POST', '/v1/schedules', {});
    expect(await log('?outcome=denied')).toHaveLength(3);
    world.clock.set(world.clock.now() + 1);
    await knock('POST', '/v1/schedules', {});
    expect(await log('?outcome=denied')).toHaveLength(4);
  });

  it('is told of a key of a customer, too; of who is not known, nothing is', async () => {
    const { key } = await keyWith(['*'], { customer_id: '160c0c4b-9966-4dc1-a916-8407eb10d74e' });
    expect((await world.call('GET', '/v1/audit-events', undefined, { 'X-Api-Key': key })).status).toBe(403);
    await world.call('GET', '/v1/schedules', undefined, { 'X-Api-Key': 'hc_live_nobody_has_this_key_at_all_ever' });
    expect(await log('?outcome=DENIED')).toMatchObject([
      { operation: 'listAuditEvents', detail: expect.stringContaining('bound to a customer') },
    ]);
  });
});

describe('the list', () => {
  it('is filtered by actor, operation, target, outcome and time, newest first, page by page', async () => {
    const schedule = await world.create();
    const { id, key } = await keyWith(['schedules:write']);
    for (const verb of ['pause', 'resume', 'pause']) {
      world.clock.set(world.clock.now() + MINUTE);
      await world.call('POST', `/v1/schedules/${schedule.id}/${verb}`, undefined, { 'X-Api-Key': key });
    }
    expect(await told()).toEqual([
      'createSchedule',
      'createApiKey',
      'pauseSchedule',
      'resumeSchedule',
      'pauseSchedule',
    ]);
    expect(await told(`?actor=${id}`)).toEqual(['pauseSchedule', 'resumeSchedule', 'pauseSchedule']);
    expect(await told('?operation=createApiKey')).toEqual(['createApiKey']);
    expect(await told(`?target_id=${schedule.id}&operation=pauseSchedule`)).toEqual(['pauseSchedule', 'pauseSchedule']);
    expect(await told('?outcome=DENIED')).toEqual([]);
    expect(await told('?from=2027-03-01T09:01:00Z&to=2027-03-01T09:03:00Z')).toEqual([
      'pauseSchedule',
      'resumeSchedule',
    ]);
    const { body } = await world.call('GET', '/v1/audit-events?limit=1&offset=1');
    expect(body).toMatchObject({ total: 5, limit: 1, offset: 1, audit_events: [{ operation: 'resumeSchedule' }] });
    const wrong = await world.call('GET', '/v1/audit-events?from=2027-03-02T00:00:00Z&to=2027-03-01T00:00:00Z&limit=0');
    expect([wrong.status, wrong.body.detail.map(({ loc }: { loc: string[] }) => loc[1])]).toEqual([
      422,
      ['limit', 'to'],
    ]);
    const turned = await world.call('GET', '/v1/audit-events?from=2027-03-02T00:00:00Z&to=2027-03-01T00:00:00Z');
    expect([turned.status, turned.body.detail[0].type]).toEqual([422, 'to_before_from']);
  });

  it('is of the tenant; what the operator does to another stands in both logs, there without a name', async () => {
    const tenant = (await world.call('POST', '/v1/tenants', { name: 'acme' })).body.id;
    const made = await world.call('POST', '/v1/api-keys', { name: 'theirs', scopes: ['*'], tenant_id: tenant });
    await world.call('PUT', `/v1/tenants/${tenant}`, { name: 'acme & sons' });
    const theirs = await log('', made.body.key);
    expect(theirs.map(({ operation }) => operation)).toEqual(['renameTenant', 'createApiKey', 'createTenant']);
    for (const event of theirs) {
      expect(event.actor).toEqual({ kind: 'OPERATOR', id: 'operator', name: null, session_id: null });
    }
    expect(theirs[0]).toMatchObject({ before: { name: 'acme' }, after: { name: 'acme & sons' } });
    expect(await told('?actor=operator', made.body.key)).toHaveLength(3);
    const own = await log();
    expect(own.map(({ actor }) => actor.kind)).toEqual(['API_KEY', 'API_KEY', 'API_KEY']);
    expect(own.map(({ target }) => target.id)).toEqual([tenant, made.body.id, tenant]);
    await world.call('POST', '/v1/schedules', {}, { 'X-Api-Key': made.body.key });
    expect(await log()).toEqual(own);
  });
});

describe('the database', () => {
  it('lets nobody who serves change an event, and deletes none but for age', async () => {
    await world.create();
    for (const role of ['hydracore_api', 'hydracore_operator', 'hydracore_engine'] as const) {
      const db = world.db.as(role, world.tenantId);
      for (const statement of [
        "UPDATE audit_events SET actor_name = 'nobody'",
        'TRUNCATE audit_events',
        ...(role === 'hydracore_engine' ? ['SELECT before FROM audit_events'] : ['DELETE FROM audit_events']),
      ]) {
        await expect(db.query(statement), `${role}: ${statement}`).rejects.toThrow('permission denied');
      }
    }
    expect(await told()).toEqual(['createSchedule']);
  });

  it('lets a request write into the log of its own tenant alone', async () => {
    const other = await world.addTenant('other', 'hc_live_test_key_of_the_other_tenant');
    await world.create();
    const theirs = world.db.as('hydracore_api', other);
    expect(await theirs.query('SELECT 1 FROM audit_events')).toEqual([]);
    const copy = `INSERT INTO audit_events (tenant_id, bucket, id, at, outcome, actor_kind, actor_id, operation, request_id)
      VALUES ($1, bucket_of($1), gen_random_uuid(), now(), 'DONE', 'API_KEY', 'a', 'a', 'a')`;
    await expect(theirs.query(copy, [world.tenantId])).rejects.toThrow('row-level security');
  });
});

it('events are forgotten after the days that are set, and not before', async () => {
  await world.create();
  const at = world.clock.now();
  expect(await retentionTick(world.engineDb, at + 10 * DAY, 30, 10)).toMatchObject({ audited: 0 });
  expect(await retentionTick(world.engineDb, at + 10 * DAY + 1, 30, 10)).toMatchObject({ audited: 1 });
  expect(await log()).toEqual([]);
});
