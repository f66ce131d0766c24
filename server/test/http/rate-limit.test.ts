import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { NO_LIMITS, type RequestLimits } from '../../src/http/gate.ts';
import { databaseReadiness } from '../../src/http/routes/system.ts';
import { PEPPER, World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const errors: string[] = [];
const open = async (limits: Partial<RequestLimits>) => {
  errors.length = 0;
  world = await World.open('2027-03-01T09:00:00Z', {
    limits: { ...NO_LIMITS, ...limits },
    log: (level, message) => void (level === 'error' && errors.push(message)),
  });
};
const list = (key = world.key) => world.call('GET', '/v1/schedules', undefined, { 'X-Api-Key': key });
const later = (ms: number) => world.clock.set(world.clock.now() + ms);

/** Statuses of so many calls, one after the other. */
async function statuses(times: number, call: () => Promise<{ status: number }>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < times; i += 1) all.push((await call()).status);
  return all;
}

describe('requests with one key', () => {
  it('are so many a minute, then 429 with when to come again; the next minute they go on', async () => {
    await open({ key: 3 });
    const first = await list();
    expect(first.headers.get('ratelimit-policy')).toBe('"key";q=3;w=60');
    expect(first.headers.get('ratelimit')).toBe('"key";r=2;t=60');
    later(20_000);
    expect((await list()).headers.get('ratelimit')).toBe('"key";r=1;t=40');
    expect(await statuses(2, list)).toEqual([200, 429]);
    const { body, headers } = await list();
    expect(body).toEqual({
      detail: 'There were more than 3 requests in a minute with this credential; try again in 40 s.',
      code: 'rate_limited',
    });
    expect(Object.fromEntries(headers)).toMatchObject({ 'retry-after': '40', ratelimit: '"key";r=0;t=40' });
    later(39_999);
    expect((await list()).status).toBe(429);
    later(1);
    expect(await statuses(4, list)).toEqual([200, 200, 200, 429]);
  });

  it('do not use up what another key has, nor those that are refused what the tenant has', async () => {
    await open({ key: 2, tenant: 100 });
    const { body } = await world.call('POST', '/v1/api-keys', { name: 'other', scopes: ['*'] });
    expect(await statuses(3, list)).toEqual([200, 429, 429]);
    const other = await list(body.key);
    expect(other.status).toBe(200);
    expect(other.headers.get('ratelimit')).toMatch(/^"key";r=1;t=60, "tenant";r=\d+;t=60$/);
  });

  it('are counted with all others of the tenant, and of no other tenant', async () => {
    await open({ tenant: 4 });
    await world.addTenant('other', 'hc_live_key_of_another_tenant_for_test');
    const { body } = await world.call('POST', '/v1/api-keys', { name: 'second', scopes: ['*'] });
    expect(await statuses(2, () => list(body.key))).toEqual([200, 200]);
    expect(await statuses(2, list)).toEqual([200, 429]);
    expect((await list(body.key)).body.detail).toContain('of this tenant');
    expect((await list('hc_live_key_of_another_tenant_for_test')).status).toBe(200);
  });

  it('are told their standing with errors, too; what asks for no key is not counted', async () => {
    await open({ key: 2 });
    expect((await world.call('GET', '/v1/schedules/7')).headers.get('ratelimit')).toBe('"key";r=1;t=60');
    expect((await world.call('GET', '/healthz')).headers.get('ratelimit')).toBeNull();
    expect((await list()).status).toBe(200);
  });

  it('are never more than the limit on two servers together, however many come at once', async () => {
    await open({ key: 500 });
    const second = createApp({
      db: world.db,
      now: () => world.clock.now(),
      egress: world.egress,
      vault: world.vault,
      pepper: PEPPER,
      ready: databaseReadiness(world.db),
      scan: () => Promise.reject(new Error('nobody asks')),
      log: () => undefined,
      limits: { ...NO_LIMITS, key: 500 },
    });
    const there = async () => await second.request('/v1/schedules', { headers: { 'X-Api-Key': world.key } });
    const all = await Promise.all(Array.from({ length: 700 }, (_, i) => (i % 2 === 0 ? list() : there())));
    const good = all.filter(({ status }) => status === 200).length;
    // A server draws a hundredth of the limit, five, at once: so many of them may be left unused.
    expect(good).toBeLessThanOrEqual(500);
    expect(good).toBeGreaterThan(490);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200, 429]));
    const [row] = await world.db.query<{ looks: number }>('SELECT count(*) AS looks FROM rate_points');
    expect(row?.looks).toBe(1);
  });

  it('ask the database once for a hundredth of the limit', async () => {
    const asked: string[] = [];
    world = await World.open('2027-03-01T09:00:00Z', {
      limits: { ...NO_LIMITS, key: 1_000 },
      onStatement: (name) => void asked.push(name),
    });
    expect(new Set(await statuses(25, list))).toEqual(new Set([200]));
    expect(asked.filter((name) => name === 'add_points')).toHaveLength(3);
  });

  it('go on where they can not be counted; why is logged once a minute', async () => {
    await open({ key: 1 });
    await world.db.query('ALTER TABLE rate_points RENAME TO away');
    expect(await statuses(3, list)).toEqual([200, 200, 200]);
    later(2_000);
    expect((await list()).headers.get('ratelimit')).toBe('"key";r=1;t=1');
    expect(errors).toEqual(['requests can not be counted; they go on without a limit']);
    await world.db.query('ALTER TABLE away RENAME TO rate_points');
    later(2_000);
    expect(await statuses(2, list)).toEqual([200, 429]);
  });

  it('are let in again within a minute after the clock was set back', async () => {
    await open({ key: 2 });
    expect(await statuses(3, list)).toEqual([200, 200, 429]);
    later(-3_600_000);
    expect(await statuses(3, list)).toEqual([200, 200, 429]);
    later(60_000);
    expect((await list()).headers.get('ratelimit')).toBe('"key";r=1;t=60');
  });

  it('leave nothing behind for good', async () => {
    await open({ key: 10, tenant: 10 });
    await list();
    const count = async () => (await world.db.query('SELECT 1 AS one FROM rate_points')).length;
    expect(await count()).toBe(2);
    later(12 * 60_000);
    await world.reap();
    expect(await count()).toBe(0);
  });
});

describe('bad credentials from one address', () => {
  const wrong = 'hc_live_that-nobody-has-ever-been-given';

  it('are looked at so many times a minute; a key that was good here gets in all the same', async () => {
    await open({ failures: 3 });
    expect((await list()).status).toBe(200);
    expect(await statuses(4, () => list(wrong))).toEqual([401, 401, 401, 429]);
    const { body, headers } = await list(wrong);
    expect(body).toMatchObject({ code: 'rate_limited', detail: expect.stringMatching(/from your address.* s\.$/) });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await list()).status).toBe(200);
  });

  it('hold off keys that were never seen here, and a good one once it is revoked', async () => {
    await open({ failures: 3 });
    const make = async () => (await world.call('POST', '/v1/api-keys', { name: 'k', scopes: ['*'] })).body;
    const [unseen, seen] = [await make(), await make()];
    expect((await list(seen.key)).status).toBe(200);
    await statuses(3, () => list(wrong));
    expect((await list(unseen.key)).status).toBe(429);
    expect((await list(seen.key)).status).toBe(200);
    await world.call('DELETE', `/v1/api-keys/${seen.id}`);
    expect(await statuses(2, () => list(seen.key))).toEqual([401, 429]);
  });

  it('are no credentials at all, or lack a scope: that is not counted', async () => {
    await open({ failures: 2 });
    const { body } = await world.call('POST', '/v1/api-keys', { name: 'k', scopes: ['runs:read'] });
    expect(await statuses(4, () => list(''))).toEqual([401, 401, 401, 401]);
    expect(await statuses(4, () => list(body.key))).toEqual([403, 403, 403, 403]);
  });
});

it('completion tokens are limited by address: whose they are is not known before', async () => {
  await open({ key: 2 });
  const complete = () =>
    world.call(
      'POST',
      '/v1/runs/01990000-0000-7000-8000-0000000000ff/complete',
      { status: 'SUCCEEDED' },
      {
        'X-Api-Key': '',
        Authorization: `Bearer hc_run_${'A'.repeat(64)}`,
      },
    );
  expect(await statuses(3, complete)).toEqual([409, 409, 429]);
  expect((await list()).status).toBe(200);
});
