import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { World } from '../support/world.ts';

/** Requests that come at the same time are answered together, and each as if it were alone. */

const [KEY_A, KEY_B] = ['hc_live_gathered_key_of_a', 'hc_live_gathered_key_of_b'];
const CUSTOMER = '160c0c4b-9966-4dc1-a916-8407eb10d74e';
const BODY = {
  name: 'Gathered',
  schedule_type: 'CRON',
  schedule_expression: '0 2 * * *',
  action_type: 'WEBHOOK',
  action_config: { url: 'http://127.0.0.1:9/hook' },
};

let world: World;
/** What the server told its log as errors. */
const errors: string[] = [];
beforeAll(async () => {
  world = await World.open('2027-03-01T08:59:30Z', {
    log: (level, message, data) => level === 'error' && errors.push(`${message}: ${String(data['error'])}`),
  });
  await world.addTenant('a', KEY_A);
  await world.addTenant('b', KEY_B);
});
afterAll(() => world.close());
afterEach(() => errors.splice(0));

it('reads of one tenant find what that tenant has, those of another do not', async () => {
  const names = ['one', 'two', 'three', 'deleted'];
  const made = await Promise.all(names.map(async (name) => await world.create({ ...BODY, name }, KEY_A)));
  const theirs = await world.create({ ...BODY, name: 'of b', customer_id: CUSTOMER }, KEY_B);
  const ids = made.map(({ id }) => id);
  await world.call('DELETE', `/v1/schedules/${ids[3]}`, undefined, { 'X-Api-Key': KEY_A });
  const ask = async (id: string | undefined, key: string) => {
    const { status, body } = await world.call('GET', `/v1/schedules/${id}`, undefined, { 'X-Api-Key': key });
    return [status, body.name ?? body.code, body.id ?? null];
  };
  const unknown = '01990000-0000-7000-8000-0000000000ff';
  const found = await Promise.all([
    ...[...ids, ids[0]?.toUpperCase(), ids[1], unknown, theirs.id].map(async (id) => await ask(id, KEY_A)),
    ...[ids[0], theirs.id].map(async (id) => await ask(id, KEY_B)),
  ]);
  const missing = [404, 'not_found', null];
  expect(found).toEqual([
    [200, 'one', ids[0]],
    [200, 'two', ids[1]],
    [200, 'three', ids[2]],
    missing,
    [200, 'one', ids[0]],
    [200, 'two', ids[1]],
    missing,
    missing,
    missing,
    [200, 'of b', theirs.id],
  ]);
});

/** Answers of creates that are sent at the same time: status, and the id or the code. */
async function createAtOnce(names: readonly string[], key: string, fields: object = {}) {
  return await Promise.all(
    names.map(async (name) => {
      const { status, body } = await world.call(
        'POST',
        '/v1/schedules',
        { ...BODY, ...fields, name },
        { 'X-Api-Key': key },
      );
      return { name, status, id: body.id as string, code: body.code as string | undefined, body };
    }),
  );
}

const numbered = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix} ${i}`);

it('creates are each answered, stored and audited by themselves, and counted together', async () => {
  const tenant = await world.addTenant('c', 'hc_live_gathered_key_of_c');
  const made = await createAtOnce(numbered('made', 20), 'hc_live_gathered_key_of_c', { customer_id: CUSTOMER });
  expect(new Set(made.map(({ id }) => id)).size).toBe(20);
  for (const { name, id, body } of made) {
    const headers = { 'X-Api-Key': 'hc_live_gathered_key_of_c' };
    expect(await world.call('GET', `/v1/schedules/${id}`, undefined, headers)).toMatchObject({ status: 200, body });
    const { body: log } = await world.call('GET', `/v1/audit-events?target_id=${id}`, undefined, headers);
    expect(log.audit_events).toMatchObject([
      { operation: 'createSchedule', outcome: 'DONE', before: null, after: body },
    ]);
    expect(body.name).toBe(name);
  }
  const rows = await world.db.query<{ delta: number }>(
    "SELECT delta FROM tenant_usage WHERE tenant_id = $1 AND kind = 'schedules'",
    [tenant],
  );
  expect(rows.reduce((sum, { delta }) => sum + delta, 0)).toBe(20);
  expect(rows.length).toBeLessThan(20);
});

it('what the database refuses of one, it refuses that one alone', async () => {
  await world.db.query("ALTER TABLE schedules ADD CONSTRAINT not_this CHECK (name <> 'refused 1')");
  await world.db.query("ALTER TABLE audit_events ADD CONSTRAINT nor_this CHECK (after ->> 'name' <> 'untold 1')");
  const names = [...numbered('refused', 5), ...numbered('untold', 5)];
  const made = await createAtOnce(names, KEY_A);
  for (const { name, status, code } of made) {
    const bad = name === 'refused 1' || name === 'untold 1';
    expect([name, status, code]).toEqual([name, bad ? 500 : 201, bad ? 'internal' : undefined]);
  }
  const stored = await world.db.query<{ name: string; told: number }>(
    `SELECT name, (SELECT count(*) FROM audit_events a WHERE a.target_id = s.id::text) AS told FROM schedules s
     WHERE name LIKE 'refused %' OR name LIKE 'untold %' ORDER BY name`,
  );
  const good = names.filter((name) => name !== 'refused 1' && name !== 'untold 1').toSorted();
  expect(stored).toEqual(good.map((name) => ({ name, told: 1 })));
  expect(errors.toSorted()).toEqual([
    expect.stringContaining(
      'a request failed: error: new row for relation "audit_events" violates check constraint "nor_this"',
    ),
    expect.stringContaining(
      'a request failed: error: new row for relation "schedules" violates check constraint "not_this"',
    ),
  ]);
  await world.db.query('ALTER TABLE schedules DROP CONSTRAINT not_this');
  await world.db.query('ALTER TABLE audit_events DROP CONSTRAINT nor_this');
});

it('of a quota that is nearly used up, creates at the same time get what is left', async () => {
  const tenant = await world.addTenant('d', 'hc_live_gathered_key_of_d');
  await world.call('PUT', `/v1/tenants/${tenant}/quotas`, { schedules: 5 });
  const made = await createAtOnce(numbered('few', 8), 'hc_live_gathered_key_of_d');
  expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 201, 201, 201, 201, 409, 409, 409]);
  expect(new Set(made.flatMap(({ code }) => code ?? []))).toEqual(new Set(['quota_exceeded']));
});

it('creates with an Idempotency-Key, or a deduplication key, are still made once', async () => {
  const same = await Promise.all(
    Array.from({ length: 5 }, async () =>
      world.call('POST', '/v1/schedules', BODY, { 'X-Api-Key': KEY_A, 'Idempotency-Key': 'gathered' }),
    ),
  );
  expect(new Set(same.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
  const keyed = await createAtOnce(Array<string>(5).fill('keyed'), KEY_A, { deduplication_key: 'gathered' });
  expect(keyed.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 201]);
  expect(new Set(keyed.map(({ id }) => id)).size).toBe(1);
});
