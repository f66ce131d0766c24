import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JwtConfig } from '../../src/config-jwt.ts';
import { JwtVerifier } from '../../src/http/jwt/verifier.ts';
import { Issuer, makeKey } from '../support/issuer.ts';
import { World, type Reply } from '../support/world.ts';

const START = '2027-03-01T09:00:00Z';
const EXP = Date.parse(START) / 1_000 + 300;
const MINE = '11111111-1111-4111-8111-11111111111a';
const THEIRS = '22222222-2222-4222-8222-222222222222';
const UNKNOWN = '01990000-0000-7000-8000-0000000000ff';

let world: World;
let issuer: Issuer;
let otherTenant: string;
beforeAll(async () => {
  issuer = await Issuer.open();
  world = await open();
  otherTenant = await world.addTenant('other', 'hc_live_other');
});
afterAll(async () => {
  await world.close();
  await issuer.close();
});

async function open(changes: Partial<JwtConfig> = {}): Promise<World> {
  const now = () => opened.clock.now();
  const jwt = new JwtVerifier(issuer.config(changes), { now, log: (_, message) => expect.unreachable(message) });
  const opened = await World.open(START, { jwt });
  return opened;
}

/** How a JWT with these claims asks; of the world's tenant, with every scope, unless they say otherwise. */
async function as(claims: Record<string, unknown>, tenantId = world.tenantId): Promise<Record<string, string>> {
  const token = await issuer.token({ tenant_id: tenantId, scope: '*', exp: EXP, ...claims });
  return { 'X-Api-Key': '', Authorization: `Bearer ${token}` };
}

/** Calls the API with a JWT. */
async function call(
  claims: Record<string, unknown>,
  method: string,
  path: string,
  body?: unknown,
  more = {},
): Promise<Reply> {
  return await world.call(method, path, body, { ...(await as(claims)), ...more });
}

const SCHEDULE = {
  name: 'by a JWT',
  schedule_type: 'CRON',
  schedule_expression: '* * * * *',
  action_type: 'LOG_EVENT',
  action_config: { message: 'hello' },
};

describe('a JWT as a credential', () => {
  it('does what a key of its tenant with its scopes does, beside keys', async () => {
    const made = await call({ scope: 'schedules:write' }, 'POST', '/v1/schedules', SCHEDULE);
    expect(made.status).toBe(201);
    const path = `/v1/schedules/${made.body.id}`;
    expect(await call({ scope: 'schedules:read' }, 'GET', path)).toMatchObject({
      status: 200,
      body: { name: 'by a JWT' },
    });
    expect(await world.call('GET', path)).toMatchObject({ status: 200 });
    expect(await call({ scope: ['schedules:trigger'] }, 'POST', `${path}/trigger`)).toMatchObject({ status: 202 });
    await world.settle();
    expect((await call({ scope: 'runs:read' }, 'GET', '/v1/runs')).body.runs).toMatchObject([
      { schedule_id: made.body.id, status: 'SUCCEEDED' },
    ]);
    expect((await world.call('DELETE', path, undefined, await as({}))).status).toBe(204);
  });

  it('of another tenant sees nothing of this one', async () => {
    const { id } = await world.create();
    const other = await as({}, otherTenant);
    expect((await world.call('GET', '/v1/schedules', undefined, other)).body.total).toBe(0);
    const reply = await world.call('GET', `/v1/schedules/${id}`, undefined, other);
    expect(reply).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it.each([[''], ['openid schedules:write'], [undefined]])('without the scope is a 403: %j', async (scope) => {
    expect(await call({ scope }, 'GET', '/v1/schedules')).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: 'This JWT lacks the scope schedules:read.' },
    });
  });

  it('that is not right is a 401 with its code, and says so to OAuth clients', async () => {
    const cases: [Record<string, string>, string, RegExp][] = [
      [await as({ exp: EXP - 331 }), 'token_expired', /This JWT expired at 2027-03-01T08:59:29.000Z/],
      [
        await as({ tenant_id: UNKNOWN }),
        'token_claims',
        new RegExp(`claim tenant_id "${UNKNOWN}"; there is no such tenant`),
      ],
      [await as({ tenant_id: 'default' }), 'token_claims', /tenant_id "default"; it must be a UUID/],
      [await as({ customer_id: 'c-1' }), 'token_claims', /customer_id "c-1"; it must be a UUID/],
      [{ 'X-Api-Key': '', Authorization: 'Bearer a.b.' }, 'token_invalid', /can't be read/],
      [
        {
          Authorization: `Bearer ${await issuer.token({ tenant_id: world.tenantId, exp: EXP }, {}, await makeKey('one', 'RS256'))}`,
          'X-Api-Key': '',
        },
        'token_invalid',
        /signature/,
      ],
    ];
    for (const [headers, code, detail] of cases) {
      const reply = await world.call('GET', '/v1/schedules', undefined, headers);
      expect(reply).toMatchObject({ status: 401, body: { code, detail: expect.stringMatching(detail) } });
      expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="HydraCore", error="invalid_token"');
    }
  });

  it('belongs into Authorization; what has our prefix is a key whatever its shape; a whole key goes before it', async () => {
    const { Authorization = '' } = await as({});
    const misplaced = await world.call('GET', '/v1/schedules', undefined, { 'X-Api-Key': Authorization.slice(7) });
    expect(misplaced).toMatchObject({
      status: 401,
      body: { code: 'unauthorized', detail: expect.stringMatching(/X-Api-Key holds a JWT/) },
    });
    const dotted = await world.call('GET', '/v1/schedules', undefined, {
      'X-Api-Key': '',
      Authorization: 'Bearer hc_live_a.b.c',
    });
    expect(dotted.body).toMatchObject({ code: 'unauthorized', detail: expect.stringContaining('API key') });
    const both = await world.call('GET', '/v1/schedules', undefined, { Authorization: 'Bearer a.b.c' });
    expect(both.status).toBe(200);
  });

  it('is no completion token', async () => {
    const { id } = await world.create();
    const { body: run } = await world.call('POST', `/v1/schedules/${id}/trigger`);
    const reply = await call({}, 'POST', `/v1/runs/${run.id}/heartbeat`);
    expect(reply).toMatchObject({
      status: 401,
      body: { code: 'unauthorized', detail: expect.stringMatching(/completion token/) },
    });
    await world.settle();
  });

  it('has its Idempotency-Key honoured, whoever of the tenant sends it again', async () => {
    const key = { 'Idempotency-Key': 'of-a-jwt' };
    const first = await call({ sub: 'one' }, 'POST', '/v1/schedules', SCHEDULE, key);
    const again = await call({ sub: 'two' }, 'POST', '/v1/schedules', SCHEDULE, key);
    const byKey = await world.call('POST', '/v1/schedules', SCHEDULE, key);
    expect([first.status, again.status, byKey.status]).toEqual([201, 201, 201]);
    expect([again.body, byKey.body]).toEqual([first.body, first.body]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const bound = await call({ customer_id: MINE }, 'POST', '/v1/schedules', SCHEDULE, key);
    expect(bound).toMatchObject({ status: 201, body: { customer_id: MINE } });
    expect(bound.body.id).not.toBe(first.body.id);
  });

  it('can make keys with keys:manage, but gives nothing that it lacks', async () => {
    const made = await call({ scope: 'keys:manage runs:read' }, 'POST', '/v1/api-keys', {
      name: 'k',
      scopes: ['runs:read'],
    });
    expect(made).toMatchObject({ status: 201, body: { tenant_id: world.tenantId } });
    const more = await call({ scope: 'keys:manage' }, 'POST', '/v1/api-keys', { name: 'k', scopes: ['runs:read'] });
    expect(more).toMatchObject({
      status: 403,
      body: { detail: expect.stringMatching(/this JWT has no scope runs:read/) },
    });
  });
});

describe('a JWT that is bound to a customer', () => {
  it('sees and makes only rows of its customer', async () => {
    const mine = await world.create({ customer_id: MINE, name: 'mine' });
    const theirs = await world.create({ customer_id: THEIRS });
    const shared = await world.create();
    const bound = { customer_id: MINE.toUpperCase() };
    const { body: list } = await call(bound, 'GET', '/v1/schedules');
    expect(list.schedules.length).toBeGreaterThan(0);
    for (const schedule of list.schedules) expect(schedule.customer_id).toBe(MINE);
    expect((await call(bound, 'GET', `/v1/schedules/${mine.id}`)).status).toBe(200);
    for (const { id } of [theirs, shared]) {
      expect(await call(bound, 'GET', `/v1/schedules/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
      expect((await call(bound, 'DELETE', `/v1/schedules/${id}`)).status).toBe(404);
    }
    const made = await call(bound, 'POST', '/v1/schedules', SCHEDULE);
    expect(made).toMatchObject({ status: 201, body: { customer_id: MINE } });
    const foreign = await call(bound, 'POST', '/v1/schedules', { ...SCHEDULE, customer_id: THEIRS });
    expect(foreign).toMatchObject({
      status: 422,
      body: {
        detail: [{ loc: ['body', 'customer_id'], msg: expect.stringMatching(/this JWT is bound to the customer/) }],
      },
    });
  });

  it('does nothing that concerns the whole tenant, whatever its scopes', async () => {
    const named = { customer_id: MINE, scope: '* keys:manage tenants:manage' };
    for (const path of ['/v1/api-keys', '/v1/tenants', '/v1/admin/invariants']) {
      expect([path, (await call(named, 'GET', path)).status]).toEqual([path, 403]);
    }
    const reply = await call({ customer_id: MINE }, 'GET', '/v1/api-keys');
    expect(reply.body.detail).toContain('This JWT is bound to a customer');
  });
});

describe('the scope of the operator', () => {
  it('counts in a JWT only where the server is configured so', async () => {
    const claims = { scope: '* tenants:manage' };
    expect(await call(claims, 'GET', '/v1/tenants')).toMatchObject({
      status: 403,
      body: { detail: 'This JWT lacks the scope tenants:manage.' },
    });
    const operated = await open({ operators: true });
    const headers = await as(claims, operated.tenantId);
    expect((await operated.call('GET', '/v1/tenants', undefined, headers)).status).toBe(200);
    const without = await as({ scope: '*' }, operated.tenantId);
    expect((await operated.call('GET', '/v1/tenants', undefined, without)).status).toBe(403);
    await operated.close();
  });
});

describe('a server without JWTs', () => {
  it('says so', async () => {
    const plain = await World.open(START);
    const reply = await plain.call('GET', '/v1/schedules', undefined, await as({}, plain.tenantId));
    expect(reply).toMatchObject({
      status: 401,
      body: { code: 'unauthorized', detail: 'JWTs are not configured on this server: send an API key.' },
    });
    await plain.close();
  });
});
