import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retentionTick } from '../../src/engine/retention.ts';
import { World, type Reply } from '../support/world.ts';

const START = '2027-03-01T09:00:00.000Z';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** That of requests which tests make in memory. */
const OWN = { Origin: 'http://localhost' };
const RATE = {
  name: 'a',
  schedule_type: 'RATE',
  schedule_expression: '1h',
  action_type: 'LOG_EVENT',
  action_config: { message: 'a' },
};

let world: World;
beforeEach(async () => {
  world = await World.open(START);
});
afterEach(() => world.close());

const open = async (api_key = world.key, headers: Record<string, string> = {}): Promise<Reply> =>
  await world.call('POST', '/v1/session', { api_key }, { 'X-Api-Key': '', ...headers });

/** What a browser sends of a Set-Cookie. */
const cookieIn = (reply: Reply): string => reply.headers.get('set-cookie')?.split(';')[0] ?? '';

const cookieOf = async (key?: string): Promise<string> => {
  const reply = await open(key);
  expect([reply.status, reply.body]).toEqual([201, expect.anything()]);
  return cookieIn(reply);
};

const as = async (cookie: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  await world.call(method, path, body, { 'X-Api-Key': '', Cookie: cookie, ...headers });

const refusal = async (cookie: string): Promise<[number, string]> => {
  const { status, body } = await as(cookie, 'GET', '/v1/session');
  return [status, body.code];
};

async function keyWith(fields: object): Promise<{ id: string; key: string }> {
  const { status, body } = await world.call('POST', '/v1/api-keys', {
    name: 'person',
    scopes: ['schedules:read'],
    ...fields,
  });
  expect(status).toBe(201);
  return body;
}

describe('a session', () => {
  it('is opened by a key, tells who one is, and has the rights of the key, no more', async () => {
    const { id, key } = await keyWith({ scopes: ['schedules:read', 'runs:read'] });
    const opened = await open(key);
    expect(opened.status).toBe(201);
    expect(opened.body).toEqual({
      id: expect.any(String),
      tenant: { id: world.tenantId, name: 'default' },
      key: { id, name: 'person', expires_at: null },
      scopes: ['schedules:read', 'runs:read'],
      customer_id: null,
      created_at: START,
      expires_at: '2027-03-01T21:00:00.000Z',
    });
    const cookie = cookieIn(opened);
    expect((await as(cookie, 'GET', '/v1/session')).body).toEqual(opened.body);
    expect((await as(cookie, 'GET', '/v1/schedules')).status).toBe(200);
    const made = await as(cookie, 'POST', '/v1/schedules', RATE, OWN);
    expect([made.status, made.body.code]).toEqual([403, 'forbidden']);
    expect((await as(await cookieOf(), 'POST', '/v1/schedules', RATE, OWN)).status).toBe(201);
  });

  it('of a key of a customer is confined as the key is', async () => {
    const customer_id = '160c0c4b-9966-4dc1-a916-8407eb10d74e';
    const { key } = await keyWith({ customer_id, scopes: ['*'] });
    const foreign = await world.create();
    const cookie = await cookieOf(key);
    expect((await as(cookie, 'GET', '/v1/session')).body).toMatchObject({ customer_id });
    expect((await as(cookie, 'GET', `/v1/schedules/${foreign.id}`)).status).toBe(404);
    expect((await as(cookie, 'POST', '/v1/schedules', RATE, OWN)).body).toMatchObject({ customer_id });
  });

  it('has a cookie of 256 random bits that scripts do not see and other sites do not send; only its hash is stored', async () => {
    const reply = await open();
    const [pair = '', ...attributes] = (reply.headers.get('set-cookie') ?? '').split('; ');
    expect(pair).toMatch(/^hydracore_session=[A-Za-z0-9_-]{43}$/);
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict']);
    const token = pair.split('=')[1] ?? '';
    const rows = await world.db.query('SELECT token_hash, s::text AS whole FROM sessions s');
    expect(rows).toEqual([
      { token_hash: createHash('sha256').update(token).digest(), whole: expect.not.stringContaining(token) },
    ]);
    expect(JSON.stringify(reply.body)).not.toContain(token);
    expect(JSON.stringify((await world.call('GET', '/v1/audit-events')).body)).not.toContain(token);
  });

  it('is Secure, of this host alone, where the public URL is https', async () => {
    await world.close();
    world = await World.open(START, { web: { publicUrl: 'https://hydracore.example.com', corsOrigins: [] } });
    const reply = await open();
    const [pair = '', ...attributes] = (reply.headers.get('set-cookie') ?? '').split('; ');
    expect(pair).toMatch(/^__Host-hydracore_session=[A-Za-z0-9_-]{43}$/);
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict', 'Secure']);
    expect(await refusal(pair)).toEqual([200, undefined]);
    // Set by another host of the domain, or without TLS: it has no such name.
    expect(await refusal(pair.replace('__Host-', ''))).toEqual([401, 'unauthorized']);
  });

  it('is a new one each time, whatever cookie came along', async () => {
    const planted = `hydracore_session=${'A'.repeat(43)}`;
    const mine = cookieIn(await open(world.key, { Cookie: planted }));
    expect(mine).not.toBe(planted);
    expect(await refusal(planted)).toEqual([401, 'session_ended']);
    const again = cookieIn(await open(world.key, { Cookie: mine }));
    expect(again).not.toBe(mine);
    expect(await refusal(again)).toEqual([200, undefined]);
    // A session that somebody else has planted does not become that of who logs in.
    const { key } = await keyWith({});
    const theirs = cookieIn(await open(key, { Cookie: again }));
    expect((await as(again, 'GET', '/v1/session')).body.key.name).toBe(world.key);
    expect((await as(theirs, 'GET', '/v1/session')).body.key.name).toBe('person');
  });

  it('is found by its token alone: who serves a tenant sees no hash, and nothing of others', async () => {
    await cookieOf();
    const other = await world.addTenant('other', 'hc_live_test_key_of_the_other_tenant');
    const own = world.db.as('hydracore_api', world.tenantId);
    await expect(own.query('SELECT token_hash FROM sessions')).rejects.toThrow('permission denied');
    await expect(own.query('UPDATE sessions SET expires_at = now()')).rejects.toThrow('permission denied');
    expect(await own.query('SELECT id FROM sessions')).toHaveLength(1);
    expect(await world.db.as('hydracore_api', other).query('SELECT id FROM sessions')).toEqual([]);
    await expect(world.db.as('hydracore_engine').query("SELECT find_session('a')")).rejects.toThrow(
      'permission denied',
    );
  });

  it('is not kept for an Idempotency-Key', async () => {
    const cookies = [];
    for (let times = 0; times < 2; times += 1)
      cookies.push(cookieIn(await open(world.key, { 'Idempotency-Key': 'a' })));
    expect(new Set(cookies).size).toBe(2);
    expect(await world.db.query('SELECT 1 FROM idempotency_keys')).toEqual([]);
  });

  it('is not opened by what is no working key, and says nothing of it', async () => {
    const { id, key } = await keyWith({});
    await world.call('DELETE', `/v1/api-keys/${id}`);
    for (const [given, status, code] of [
      [key, 401, 'key_revoked'],
      ['hc_live_nobody_has_this_key_at_all_ever', 401, 'unauthorized'],
      ['x', 401, 'unauthorized'],
    ] as const) {
      const reply = await open(given);
      expect([reply.status, reply.body.code, reply.headers.get('set-cookie')]).toEqual([status, code, null]);
    }
    for (const body of [
      {},
      { api_key: '' },
      { api_key: 'secret\nthing' },
      { api_key: `secret${'x'.repeat(400)}` },
      { api_key: 'é-secret' },
    ]) {
      const reply = await world.call('POST', '/v1/session', body, { 'X-Api-Key': '' });
      expect([reply.status, reply.body.detail[0].loc]).toEqual([422, ['body', 'api_key']]);
      expect(JSON.stringify(reply.body)).not.toContain('secret');
    }
    expect((await world.call('POST', '/v1/session', 'not json')).status).toBe(422);
    expect((await world.call('POST', '/v1/session')).status).toBe(422);
    expect(await world.db.query('SELECT 1 FROM sessions')).toEqual([]);
  });

  it('gives way to a key in the headers, good or bad', async () => {
    const cookie = await cookieOf((await keyWith({})).key);
    for (const headers of [{ 'X-Api-Key': world.key }, { Authorization: `Bearer ${world.key}` }]) {
      const made = await as(cookie, 'POST', '/v1/schedules', RATE, headers);
      expect(made.status).toBe(201);
    }
    const wrong = await as(await cookieOf(), 'GET', '/v1/schedules', undefined, { 'X-Api-Key': 'wrong' });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'unauthorized']);
    // A proxy's own password is no credential of ours.
    const basic = await as(cookie, 'GET', '/v1/schedules', undefined, { Authorization: 'Basic cHJveHk6cHJveHk=' });
    expect(basic.status).toBe(200);
  });
});

describe('a session ends', () => {
  it('at once with its key: revoked, expired, rotated out', async () => {
    const revoked = await keyWith({});
    const expiring = await keyWith({ expires_at: '2027-03-01T09:30:00Z' });
    const rotated = await keyWith({});
    const cookies = [];
    for (const { key } of [revoked, expiring, rotated]) cookies.push(await cookieOf(key));
    const [one = '', two = '', three = ''] = cookies;
    for (const cookie of cookies) expect((await as(cookie, 'GET', '/v1/schedules')).status).toBe(200);
    await world.call('DELETE', `/v1/api-keys/${revoked.id}`);
    await world.call('POST', `/v1/api-keys/${rotated.id}/rotate`, { overlap_minutes: 20 });
    expect(await refusal(one)).toEqual([401, 'key_revoked']);
    world.clock.set(Date.parse(START) + 20 * MINUTE - 1);
    expect(await refusal(three)).toEqual([200, undefined]);
    world.clock.set(Date.parse(START) + 20 * MINUTE);
    expect(await refusal(three)).toEqual([401, 'key_expired']);
    world.clock.set(Date.parse(START) + 30 * MINUTE - 1);
    expect(await refusal(two)).toEqual([200, undefined]);
    world.clock.set(Date.parse(START) + 30 * MINUTE);
    expect(await refusal(two)).toEqual([401, 'key_expired']);
  });

  it('after an hour without a request, and twelve hours after it began, whatever is done', async () => {
    const [idle, busy] = [await cookieOf(), await cookieOf()];
    for (let minute = 30; minute < 720; minute += 30) {
      world.clock.set(Date.parse(START) + minute * MINUTE);
      expect([minute, ...(await refusal(busy))]).toEqual([minute, 200, undefined]);
      if (minute >= 60) expect([minute, ...(await refusal(idle))]).toEqual([minute, 401, 'session_ended']);
    }
    world.clock.set(Date.parse(START) + 12 * HOUR - 1);
    expect(await refusal(busy)).toEqual([200, undefined]);
    world.clock.set(Date.parse(START) + 12 * HOUR);
    expect(await refusal(busy)).toEqual([401, 'session_ended']);
  });

  it('after as long without a request as is set, to the minute', async () => {
    await world.close();
    world = await World.open(START, { sessionIdleMs: 10 * MINUTE });
    const cookie = await cookieOf();
    const seen = async () =>
      (await world.db.query<{ last_seen_at: number }>('SELECT last_seen_at FROM sessions'))[0]?.last_seen_at;
    const began = Date.parse(START);
    for (const [at, noted] of [
      [MINUTE - 1, 0],
      [MINUTE, MINUTE],
      [MINUTE + 30_000, MINUTE],
      [11 * MINUTE - 1, 11 * MINUTE - 1],
    ] as const) {
      world.clock.set(began + at);
      expect(await refusal(cookie)).toEqual([200, undefined]);
      expect(await seen()).toBe(began + noted);
    }
    world.clock.set(began + 21 * MINUTE - 1);
    expect(await refusal(cookie)).toEqual([401, 'session_ended']);
  });

  it('when it is told to: this one alone, and its key works on', async () => {
    const { key } = await keyWith({});
    const [cookie, other] = [await cookieOf(key), await cookieOf(key)];
    const ended = await as(cookie, 'DELETE', '/v1/session', undefined, OWN);
    expect([ended.status, ended.body]).toEqual([204, null]);
    expect(ended.headers.get('set-cookie')).toMatch(/^hydracore_session=; Max-Age=0; Path=\/; HttpOnly/);
    expect(await refusal(cookie)).toEqual([401, 'session_ended']);
    expect((await as(cookie, 'DELETE', '/v1/session', undefined, OWN)).status).toBe(401);
    expect(await refusal(other)).toEqual([200, undefined]);
    expect((await world.call('GET', '/v1/schedules', undefined, { 'X-Api-Key': key })).status).toBe(200);
    const { body } = await world.call('GET', '/v1/audit-events');
    const told = body.audit_events.map((event: Reply['body']) => [
      event.operation,
      event.actor.session_id === event.target.id,
    ]);
    expect(told.slice(0, 3)).toEqual([
      ['endSession', true],
      ['openSession', true],
      ['openSession', true],
    ]);
  });

  it('and is forgotten once it has expired', async () => {
    await cookieOf();
    expect(await retentionTick(world.engineDb, Date.parse(START) + 12 * HOUR - 1, 30, 365)).toMatchObject({
      sessions: 0,
    });
    expect(await retentionTick(world.engineDb, Date.parse(START) + 12 * HOUR, 30, 365)).toMatchObject({ sessions: 1 });
  });

  it('is asked for where there is none', async () => {
    for (const method of ['GET', 'DELETE']) {
      for (const headers of [{}, { Cookie: 'hydracore_session=' }, { Cookie: 'other=1' }, { 'X-Api-Key': world.key }]) {
        const { status, body } = await world.call(method, '/v1/session', undefined, { 'X-Api-Key': '', ...headers });
        expect([status, body.code]).toEqual([401, 'unauthorized']);
      }
    }
    for (const token of ['short', 'B'.repeat(43), "' OR true --", '%00'.repeat(43)]) {
      expect(await refusal(`hydracore_session=${token}`)).toEqual([401, 'session_ended']);
    }
  });
});

describe('who tries keys and cookies', () => {
  const limited = async (limits: object) => {
    await world.close();
    world = await World.open(START, { limits: { key: 0, tenant: 0, failures: 0, trustProxy: [], ...limits } });
  };

  it.each([
    ['keys', async () => await open('hc_live_nobody_has_this_key_at_all_ever')],
    ['cookies', async () => await as(`hydracore_session=${'A'.repeat(43)}`, 'GET', '/v1/session')],
  ])('is held off after a few: %s', async (_, guess) => {
    await limited({ failures: 3 });
    const answers = [];
    for (let times = 0; times < 4; times += 1) answers.push((await guess()).status);
    expect(answers).toEqual([401, 401, 401, 429]);
  });

  it('may ask as often as the key may', async () => {
    await limited({ key: 4 });
    const { key } = await keyWith({});
    const cookie = await cookieOf(key);
    const answers = [];
    for (let times = 0; times < 4; times += 1) answers.push((await as(cookie, 'GET', '/v1/schedules')).status);
    expect(answers).toEqual([200, 200, 200, 429]);
  });
});

describe('what another site makes a browser send', () => {
  const PUBLIC = 'https://hydracore.example.com';
  /** Headers, whether it may change something, and whether it may log in. */
  const TABLE: readonly (readonly [string, Record<string, string>, string | null, boolean, boolean])[] = [
    ['no Origin: no browser', {}, null, false, true],
    ['its own origin', { Origin: 'http://localhost' }, null, true, true],
    ['its own origin over TLS that a proxy ends', { Origin: 'https://localhost' }, null, true, true],
    ['a foreign origin', { Origin: 'https://evil.example' }, null, false, false],
    ['another port', { Origin: 'http://localhost:8080' }, null, false, false],
    ['a null origin', { Origin: 'null' }, null, false, false],
    ['nonsense', { Origin: 'http://' }, null, false, false],
    ['a subdomain', { Origin: 'http://sub.localhost' }, null, false, false],
    ['a name that begins like it', { Origin: 'http://localhost.evil.example' }, null, false, false],
    ['same-origin, by the browser', { 'Sec-Fetch-Site': 'same-origin' }, null, true, true],
    [
      'same-origin behind a proxy that renames the host',
      { 'Sec-Fetch-Site': 'same-origin', Origin: PUBLIC },
      null,
      true,
      true,
    ],
    [
      'same-site: a subdomain, by the browser',
      { 'Sec-Fetch-Site': 'same-site', Origin: 'http://sub.localhost' },
      null,
      false,
      false,
    ],
    ['cross-site, by the browser', { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://localhost' }, null, false, false],
    ['none: typed by hand', { 'Sec-Fetch-Site': 'none' }, null, false, false],
    ['the public origin', { Origin: PUBLIC }, PUBLIC, true, true],
    ['the Host, where there is a public URL', { Origin: 'http://localhost' }, PUBLIC, false, false],
    ['the public host without TLS', { Origin: 'http://hydracore.example.com' }, PUBLIC, false, false],
    ['a subdomain of the public host', { Origin: 'https://a.hydracore.example.com' }, PUBLIC, false, false],
    ['its sibling', { Origin: 'https://evil.example.com' }, PUBLIC, false, false],
  ];

  it.each(TABLE)('%s', async (_, headers, publicUrl, changes, logsIn) => {
    if (publicUrl !== null) {
      await world.close();
      world = await World.open(START, { web: { publicUrl, corsOrigins: ['https://evil.example.com'] } });
    }
    const cookie = await cookieOf();
    const before = (await world.call('GET', '/v1/schedules')).body.total;
    // As a form of another site would: with a type that asks nobody first.
    const made = await as(cookie, 'POST', '/v1/schedules', RATE, { 'Content-Type': 'text/plain', ...headers });
    expect([made.status, made.body.code]).toEqual(changes ? [201, undefined] : [403, 'origin_refused']);
    expect((await world.call('GET', '/v1/schedules')).body.total).toBe(changes ? before + 1 : before);
    expect((await as(cookie, 'GET', '/v1/schedules', undefined, headers)).status).toBe(200);
    const login = await open(world.key, headers);
    expect([login.status, login.body.code]).toEqual(logsIn ? [201, undefined] : [403, 'origin_refused']);
    const logout = await as(cookie, 'DELETE', '/v1/session', undefined, headers);
    expect(logout.status).toBe(changes ? 204 : 403);
    // A key in the headers comes along by itself from no browser.
    expect((await world.call('POST', '/v1/schedules', RATE, headers)).status).toBe(201);
  });

  it('is told in the audit log', async () => {
    const cookie = await cookieOf();
    await as(cookie, 'POST', '/v1/schedules', RATE, { Origin: 'https://evil.example' });
    const { body } = await world.call('GET', '/v1/audit-events?outcome=DENIED');
    expect(body.audit_events).toMatchObject([
      { operation: 'createSchedule', actor: { session_id: expect.any(String) } },
    ]);
  });
});
