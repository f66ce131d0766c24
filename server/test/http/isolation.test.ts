import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODIES } from '../support/bodies.ts';
import { everythingOf, tenantTables } from '../support/tenant-rows.ts';
import { bodiesOf, bytesOf, choicesOf, ELSEWHERE, idNames, kinds, queryIds, type Ids } from '../support/ids.ts';
import { operationsOf, type ApiOperation } from '../support/operations.ts';
import { makeDefinition, makeRows } from '../support/rows.ts';
import { DELIVERED, World, type Reply } from '../support/world.ts';

const START = '2027-03-01T09:00:00Z';
const [KEY_A, KEY_B] = ['hc_live_key_of_the_tenant_a', 'hc_live_key_of_the_tenant_b'];
const UNKNOWN = '01990000-0000-7000-8000-0000000000ff';
/** What nobody has of a kind: an id, or a name that a tenant chooses. */
const nobodys = (kind: string) => (kind === 'name' ? 'NOBODYS_SECRET' : UNKNOWN);
/** Operations that make what they name, whoever has one of that name: each tenant its own. */
const MAKES = new Set(['setSecret']);
const [CUSTOMER_A, CUSTOMER_B] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
/** In everything that is B's. */
const MARK = 'zzz-of-tenant-b';

let world: World;
let operations: ApiOperation[];
let a: Ids;
let b: Ids;
/** Completion tokens: of an open run of A, and of one of B. */
let tokens: Readonly<Record<'a' | 'b', string>>;

async function tenant(called: string, key: string, customer_id: string, mark: string): Promise<Ids> {
  const tenant_id = await world.addTenant(called, key, ['*']);
  const definition_id = await makeDefinition(world, mark, key);
  const rows = await makeRows(world, { key, definition_id, customer_id, mark });
  const { body } = await world.call(
    'POST',
    '/v1/api-keys',
    { name: mark, scopes: ['schedules:read'] },
    { 'X-Api-Key': key, 'Idempotency-Key': mark },
  );
  // One that a new record belongs to, that fires for it, and that has nothing to do with the others.
  await world.create(
    {
      name: mark,
      schedule_type: 'RELATIVE',
      schedule_expression: '09:00',
      relative_entity_definition_id: definition_id,
      relative_field_name: 'due_on',
    },
    key,
  );
  const name = `SECRET_OF_${mark.toUpperCase().replaceAll('-', '_')}`;
  const needs = { idOf: () => '', now: 0, unique: mark };
  for (const [path, id, as] of [
    [`/v1/secrets/${name}`, 'setSecret', key],
    ['/v1/egress-policy', 'setEgressPolicy', key],
    [`/v1/tenants/${tenant_id}/quotas`, 'setTenantQuotas', world.key],
  ] as const) {
    const { status } = await world.call('PUT', path, BODIES[id]?.(needs)[0], { 'X-Api-Key': as });
    expect([path, status]).toEqual([path, path.startsWith('/v1/secrets') ? 201 : 200]);
  }
  return { ...rows, key_id: body.id, tenant_id, customer_id, name };
}

/** Triggers a run that its receiver accepts for later. @returns the completion token */
async function acceptedBy(key: string): Promise<string> {
  let token = '';
  world.script = (target) => {
    token = target.completionToken();
    return { kind: 'accepted', completesWithinSeconds: 3_600, request: null, response: { status: 202 } };
  };
  const { id } = await world.create({ action_type: 'WEBHOOK', action_config: { url: 'http://127.0.0.1:9/' } }, key);
  await world.call('POST', `/v1/schedules/${id}/trigger`, undefined, { 'X-Api-Key': key });
  await world.settle();
  world.script = () => DELIVERED;
  expect(token).toMatch(/^hc_run_/);
  return token;
}

/** Two tenants on a database of their own, whose second wall may be taken down. */
async function open(walls: Walls): Promise<void> {
  world = await World.open(START);
  if (walls === 'by the queries alone') {
    for (const table of [...(await tenantTables(world)), 'tenants']) {
      await world.db.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
    }
  }
  operations = await operationsOf(world);
  a = await tenant('a', KEY_A, CUSTOMER_A, 'of-tenant-a');
  b = await tenant(MARK, KEY_B, CUSTOMER_B, MARK);
  tokens = { a: await acceptedBy(KEY_A), b: await acceptedBy(KEY_B) };
}

/** What shows a tenant its own requests: the ids that it sent are in there, whosever they are. */
const ECHOES: ReadonlySet<string> = new Set(['listAuditEvents', 'listUpcoming']);

/** Each wall holds without the other: store/tenant-walls.test.ts looks at the second one by itself. */
const WALLS = ['by the queries alone', 'with row-level security'] as const;
type Walls = (typeof WALLS)[number];

/** A call of an operation with A's key. */
async function call(operation: ApiOperation, path: Ids, query: string, body: unknown): Promise<Reply> {
  const credential =
    operation.scope === 'completion token'
      ? { 'X-Api-Key': '', Authorization: `Bearer ${tokens.a}` }
      : { 'X-Api-Key': KEY_A };
  return await world.call(operation.method, operation.path((name) => path[name] ?? '') + query, body, credential);
}

describe.each(WALLS)('the rows of another tenant, %s,', (walls) => {
  beforeAll(() => open(walls));
  afterAll(() => world.close());

  it('are of every kind that an operation can name', () => {
    for (const operation of operations) {
      for (const name of operation.named) {
        expect(
          b,
          `${operation.id} names a ${name} in its path: make one for each tenant in tenant() of this file`,
        ).toHaveProperty(name);
      }
      for (const name of [...queryIds(operation), ...idNames(operation.body)]) {
        expect(
          ELSEWHERE,
          `${operation.id} takes the id ${name}: say in ELSEWHERE of support/ids.ts of which kind it is, and make one in tenant()`,
        ).toHaveProperty(name);
        expect(b).toHaveProperty(ELSEWHERE[name] ?? '');
      }
      if (operation.body) {
        expect(
          BODIES,
          `${operation.id} takes a body: give one that does something in support/bodies.ts`,
        ).toHaveProperty(operation.id);
      }
      const named = new Set(idNames(operation.body).map((name) => ELSEWHERE[name]));
      named.delete('customer_id');
      if (named.size > 0) {
        expect(
          bodiesOf(operation, b, world.clock.now()).length,
          `no body of ${operation.id} in support/bodies.ts names its ${[...named].join(', ')}`,
        ).toBeGreaterThan(0);
      }
    }
  });

  it('are not in anything that a tenant is shown', async () => {
    for (const operation of operations) {
      if (operation.method !== 'GET' || operation.scope === 'tenants:manage') continue;
      const { status, text } = await call(operation, a, '', undefined);
      expect([operation.id, status]).toEqual([operation.id, expect.any(Number)]);
      for (const trace of [MARK, ...Object.values(b)]) expect(text, operation.id).not.toContain(trace);
    }
  });

  it('are not there, by any operation: each is answered in the bytes of an unknown id, and nothing of them changes', async () => {
    const before = await everythingOf(world, b['tenant_id'] ?? '');
    let compared = 0;
    const compare = async (operation: ApiOperation, sent: Ids, send: (ids: Ids) => Promise<Reply>) => {
      const unknown = Object.fromEntries(Object.keys(sent).map((name) => [name, nobodys(name)]));
      const [theirs, nothing] = [await send(sent), await send(unknown)];
      const what = `${operation.id} with ${JSON.stringify(sent)} of another: ${theirs.status} ${theirs.text}`;
      expect(bytesOf(theirs, sent), what).toBe(bytesOf(nothing, unknown));
      for (const [name, id] of Object.entries(b)) if (sent[name] !== id) expect(theirs.text, what).not.toContain(id);
      expect(theirs.text, what).not.toContain(MARK);
      compared += 1;
      return theirs;
    };
    for (const operation of operations) {
      const [plainest] =
        BODIES[operation.id]?.({ idOf: (name) => a[name] ?? '', now: world.clock.now(), unique: 'x' }) ?? [];
      for (const names of choicesOf(operation.named)) {
        const { status } = await compare(operation, kinds(names, b), (ids) =>
          call(operation, { ...a, ...ids }, '', plainest),
        );
        expect([operation.id, status]).toEqual([operation.id, expectedOf(operation)]);
      }
      // What was made is A's own, by a name that B has, too: what comes next is to find none.
      if (MAKES.has(operation.id)) {
        for (const name of [b['name'], nobodys('name')]) {
          const gone = await world.call('DELETE', `/v1/secrets/${name}`, undefined, { 'X-Api-Key': KEY_A });
          expect(gone.status).toBe(204);
        }
      }
      if (operation.named.length === 0) {
        const { text } = await call(operation, a, '', plainest);
        const traces = ECHOES.has(operation.id) ? [MARK] : [MARK, ...Object.values(b)];
        for (const trace of traces) expect(text, operation.id).not.toContain(trace);
      }
      for (const name of queryIds(operation)) {
        const kind = ELSEWHERE[name] ?? '';
        const { status, body } = await compare(operation, kinds([kind], b), (ids) =>
          call(operation, a, `?${name}=${ids[kind]}`, plainest),
        );
        if (status === 200 && 'total' in body)
          expect([operation.id, name, body.total]).toEqual([operation.id, name, 0]);
      }
      const variants = bodiesOf(operation, b, world.clock.now()).length;
      for (let i = 0; i < variants; i += 1) {
        await compare(operation, kinds(Object.keys(b), b), (ids) =>
          call(operation, a, '', bodiesOf(operation, ids, world.clock.now())[i]),
        );
      }
    }
    expect(compared).toBeGreaterThan(60);
    await world.settle();
    expect(await everythingOf(world, b['tenant_id'] ?? '')).toEqual(before);
  });

  it('are no hindrance: slug, deduplication key, external id and Idempotency-Key can be the same', async () => {
    const as = { 'X-Api-Key': KEY_A };
    await makeDefinition(world, MARK, KEY_A);
    const records = `/v1/entity-definitions/${a['definition_id']}/records`;
    expect((await world.call('POST', records, { external_id: MARK, data: {} }, as)).status).toBe(201);
    const schedule = await world.create({ deduplication_key: MARK, external_id: MARK }, KEY_A);
    const found = await world.call('GET', `/v1/schedules?external_id=${MARK}`, undefined, as);
    expect(found.body).toMatchObject({ total: 1, schedules: [{ id: schedule.id }] });
    const body = { name: MARK, scopes: ['schedules:read'] };
    const key = await world.call('POST', '/v1/api-keys', body, { ...as, 'Idempotency-Key': MARK });
    expect([key.status, key.headers.get('idempotent-replayed'), key.body.tenant_id]).toEqual([
      201,
      null,
      a['tenant_id'],
    ]);
  });

  it('are acted on by none of its bulk operations, and written by no UPDATE_ENTITY of it', async () => {
    const before = await everythingOf(world, b['tenant_id'] ?? '');
    const as = { 'X-Api-Key': KEY_A };
    const record = { entity_definition_id: b['definition_id'], record_id: b['record_id'] };
    const taking = { action_type: 'UPDATE_ENTITY', action_config: { set: { name: 'taken' }, record }, max_retries: 0 };
    const { id } = await world.create(taking, KEY_A);
    world.performs = true;
    for (const action of ['PAUSE', 'RESUME', 'TRIGGER', 'DELETE']) {
      const { status } = await world.call('POST', '/v1/schedules/bulk-actions', { filter: { all: true }, action }, as);
      expect(status).toBe(200);
      await world.settle();
    }
    world.performs = false;
    const { body } = await world.call('GET', `/v1/runs?schedule_id=${id}`, undefined, as);
    expect(body.runs).toMatchObject([{ status: 'FAILED', error: { code: 'record_not_found' } }]);
    expect(await everythingOf(world, b['tenant_id'] ?? '')).toEqual(before);
  });

  it('are none for a completion token, of this tenant or one that names the other: its runs are as unknown ones', async () => {
    const before = await everythingOf(world, b['tenant_id'] ?? '');
    const forged = `${tokens.b.slice(0, 40)}${'A'.repeat(31)}`;
    for (const token of [tokens.a, forged]) {
      for (const [verb, body] of [
        ['complete', { status: 'SUCCEEDED' }],
        ['heartbeat', undefined],
      ] as const) {
        const replies = [];
        for (const run of [b['run_id'] ?? '', UNKNOWN]) {
          const path = `/v1/runs/${run}/${verb}`;
          const reply = await world.call('POST', path, body, { 'X-Api-Key': '', Authorization: `Bearer ${token}` });
          replies.push(bytesOf(reply, { run }));
        }
        expect(replies[0]).toBe(replies[1]);
      }
    }
    expect(await everythingOf(world, b['tenant_id'] ?? '')).toEqual(before);
  });

  it('each operation that names a row does its work on the caller’s own: it is no other reason that refuses', async () => {
    for (const operation of operations.filter(({ named, scope }) => named.length > 0 && scope !== 'completion token')) {
      const mark = `own-${operation.id}`;
      const own = { ...a, ...(await tenantsRows(mark)) };
      const needs = {
        idOf: (name: string) => own[name as keyof typeof own] ?? '',
        now: world.clock.now(),
        unique: mark,
      };
      const [body] = BODIES[operation.id]?.(needs) ?? [];
      const as = operation.scope === 'tenants:manage' ? world.key : KEY_A;
      const query = operation.id === 'deleteEntityDefinition' ? '?cascade=true' : '';
      const path = operation.path((name) => needs.idOf(name)) + query;
      const { status, text } = await world.call(operation.method, path, body, { 'X-Api-Key': as });
      const allowed = operation.id === 'cancelRun' ? [409] : [200, 201, 202, 204];
      expect(allowed, `${operation.id}: ${status} ${text}`).toContain(status);
    }
  });
});

/** What says that a row is not there. */
function expectedOf({ id, scope }: ApiOperation): number {
  if (MAKES.has(id)) return 201;
  if (scope === 'tenants:manage') return 403;
  return scope === 'completion token' ? 409 : 404;
}

async function tenantsRows(mark: string): Promise<Ids> {
  const definition_id = await makeDefinition(world, mark.toLowerCase(), KEY_A);
  const rows = await makeRows(world, { key: KEY_A, definition_id, customer_id: CUSTOMER_A, mark });
  const { body } = await world.call(
    'POST',
    '/v1/api-keys',
    { name: mark, scopes: ['runs:read'] },
    { 'X-Api-Key': KEY_A },
  );
  const name = mark.replaceAll('-', '_');
  await world.call('PUT', `/v1/secrets/${name}`, { value: mark }, { 'X-Api-Key': KEY_A });
  return { ...rows, key_id: body.id, name };
}
