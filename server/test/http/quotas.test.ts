import { afterEach, describe, expect, it } from 'vitest';
import { NO_QUOTAS, type Grants } from '../../src/domain/quota.ts';
import { retentionTick } from '../../src/engine/retention.ts';
import { createApp } from '../../src/http/app.ts';
import { databaseReadiness } from '../../src/http/routes/system.ts';
import { foldUsage, usageOf } from '../../src/store/quotas.ts';
import { PEPPER, World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const open = async (defaults: Partial<Grants> = {}) => {
  world = await World.open('2027-03-01T09:00:00Z', { defaultQuotas: { ...NO_QUOTAS, ...defaults } });
};
const SCHEDULE = {
  name: 'x',
  schedule_type: 'CRON',
  schedule_expression: '* * * * *',
  action_type: 'LOG_EVENT',
  action_config: { message: 'x' },
};
const create = (fields: object = {}) => world.call('POST', '/v1/schedules', { ...SCHEDULE, ...fields });
const quotas = async () => (await world.call('GET', '/v1/quotas')).body;
const set = (body: object) => world.call('PUT', `/v1/tenants/${world.tenantId}/quotas`, body);

async function records() {
  const { body } = await world.call('POST', '/v1/entity-definitions', {
    slug: 'things',
    name: 'Things',
    fields: [{ name: 'size', type: 'NUMBER' }],
  });
  return `/v1/entity-definitions/${body.id}/records`;
}

describe('schedules', () => {
  it('are as many as the quota says; the answer names it, and deleting one makes room', async () => {
    await open({ schedules: 2 });
    const { body: first } = await create({ deduplication_key: 'a' });
    await create();
    const { status, body } = await create();
    expect({ status, body }).toEqual({
      status: 409,
      body: {
        detail: 'This tenant has 2 schedules, of 2 that it may have: delete some, or ask the operator for more.',
        code: 'quota_exceeded',
        quota: 'schedules',
        limit: 2,
        used: 2,
      },
    });
    expect((await create({ deduplication_key: 'a' })).status, 'it is there already').toBe(200);
    await world.call('DELETE', `/v1/schedules/${first.id}`);
    expect(await quotas()).toMatchObject({ schedules: { limit: 2, used: 1, source: 'SERVER' } });
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(409);
  });

  it('of a bulk are counted one by one', async () => {
    await open({ schedules: 5 });
    await create({ deduplication_key: 'known' });
    const schedules = [...Array.from({ length: 6 }, () => SCHEDULE), { ...SCHEDULE, deduplication_key: 'known' }];
    const { body } = await world.call('POST', '/v1/schedules/bulk', { schedules });
    expect(body).toMatchObject({ created: 4, existing: 1, failed: 2 });
    expect((await quotas()).schedules.used).toBe(5);
  });

  it('are never more, however many come at once on two servers', async () => {
    await open({ schedules: 20 });
    const second = createApp({
      db: world.db,
      now: () => world.clock.now(),
      egress: world.egress,
      vault: world.vault,
      pepper: PEPPER,
      ready: databaseReadiness(world.db),
      scan: () => Promise.reject(new Error('nobody asks')),
      log: () => undefined,
      defaultQuotas: { ...NO_QUOTAS, schedules: 20 },
    });
    const there = async () =>
      await second.request('/v1/schedules', {
        method: 'POST',
        headers: { 'X-Api-Key': world.key },
        body: JSON.stringify(SCHEDULE),
      });
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? create() : there())));
    const count = (status: number) => all.filter((reply) => reply.status === status).length;
    expect([count(201), count(409)]).toEqual([20, 20]);
    expect((await quotas()).schedules.used).toBe(20);
  });

  it('of a large quota are counted without a look for each', async () => {
    const asked: string[] = [];
    world = await World.open('2027-03-01T09:00:00Z', {
      defaultQuotas: { ...NO_QUOTAS, schedules: 1_000_000 },
      onStatement: (name) => void asked.push(name),
    });
    for (let i = 0; i < 10; i += 1) expect((await create()).status).toBe(201);
    expect(asked.filter((name) => name === 'usage_of')).toHaveLength(1);
    expect(asked).not.toContain('lock_quota');
  });

  it('are known again after some seconds: what others add far from the quota is seen then', async () => {
    await open({ schedules: 1_500 });
    await create();
    await world.db.query(
      `INSERT INTO tenant_usage (tenant_id, bucket, kind, delta) VALUES ($1, bucket_of($1), 'schedules', 1499)`,
      [world.tenantId],
    );
    expect((await create()).status, 'a look of just now holds').toBe(201);
    world.clock.set(world.clock.now() + 5_000);
    expect(await create()).toMatchObject({ status: 409, body: { limit: 1_500, used: 1_501 } });
  });

  it('that delete themselves make room', async () => {
    await open({ schedules: 1 });
    await create({
      schedule_type: 'ONE_TIME',
      schedule_expression: '2027-03-01T09:00:10Z',
      action_after_completion: 'DELETE',
    });
    expect((await create()).status).toBe(409);
    await world.advanceTo('2027-03-01T09:00:20Z');
    expect((await create()).status).toBe(201);
  });
});

describe('records', () => {
  it('are as many as the quota says; those that are there can be written all the same', async () => {
    await open({ records: 2 });
    const path = await records();
    const put = (external_id: string | null) => world.call('POST', path, { external_id, data: { size: 1 } });
    expect([(await put('a')).status, (await put(null)).status, (await put('b')).status]).toEqual([201, 201, 409]);
    expect((await put('b')).body).toMatchObject({ code: 'quota_exceeded', quota: 'records', limit: 2, used: 2 });
    const changed = await world.call('POST', path, { external_id: 'a', data: { size: 2 } });
    expect(changed).toMatchObject({ status: 200, body: { data: { size: 2 } } });
    await world.call('DELETE', `${path}/${changed.body.id}`);
    expect((await put('b')).status).toBe(201);
    expect((await quotas()).records.used).toBe(2);
  });

  it.each([
    ['in steps', {}],
    ['in one transaction', { 'Idempotency-Key': 'once' }],
  ])('of a bulk are counted one by one, %s', async (_what, headers) => {
    await open({ records: 700 });
    const path = await records();
    for (const id of ['r0', 'r900']) await world.call('POST', path, { external_id: id, data: {} });
    const all = Array.from({ length: 1_000 }, (_, i) => ({ external_id: `r${i}`, data: { size: i } }));
    const { status, body } = await world.call('POST', `${path}/bulk`, { records: all }, headers);
    expect(status).toBe(200);
    expect(body).toMatchObject({ created: 698, updated: 2, failed: 300 });
    expect(body.results[900]).toMatchObject({ status: 200, error: null });
    expect(body.results[999]).toMatchObject({
      status: 409,
      external_id: 'r999',
      error: { code: 'quota_exceeded', quota: 'records', limit: 700, used: 700 },
    });
    expect((await quotas()).records.used).toBe(700);
  });

  it('of a definition that is deleted with them are gone from the sum', async () => {
    await open();
    const path = await records();
    await world.call('POST', `${path}/bulk`, { records: Array.from({ length: 30 }, () => ({ data: {} })) });
    expect((await quotas()).records).toEqual({ limit: null, used: 30, source: 'SERVER' });
    await world.call('DELETE', `${path.replace('/records', '')}?cascade=true`);
    expect((await quotas()).records.used).toBe(0);
  });
});

describe('the operator', () => {
  it('gives a tenant its own quotas, and takes them back', async () => {
    await open({ schedules: 1 });
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(409);
    const given = await set({ schedules: 3, runs_per_minute: 100 });
    expect(given).toMatchObject({
      status: 200,
      body: {
        tenant_id: world.tenantId,
        schedules: { limit: 3, used: 1, source: 'TENANT' },
        records: { limit: null, used: 0, source: 'SERVER' },
        runs_per_minute: { limit: 100, used: 0, source: 'TENANT' },
        api_keys: { limit: 1_000, used: 1, source: 'SERVER' },
        entity_definitions: { limit: 200, used: 0, source: 'SERVER' },
      },
    });
    expect(await quotas()).toEqual(given.body);
    expect((await world.call('GET', `/v1/tenants/${world.tenantId}/quotas`)).body).toEqual(given.body);
    expect((await create()).status).toBe(201);
    const back = await set({ schedules: null });
    expect(back.body).toMatchObject({ schedules: { limit: 1, used: 2, source: 'SERVER' } });
    expect(back.body.runs_per_minute.limit, 'what is absent stays').toBe(100);
    expect(await create()).toMatchObject({ status: 409, body: { limit: 1, used: 2 } });
  });

  it.each([
    [{ schedules: 0 }, 'schedules'],
    [{ records: 1.5 }, 'records'],
    [{ runs_per_minute: '7' }, 'runs_per_minute'],
    [{ api_keys: 7 }, 'api_keys'],
  ])('can not set %j', async (body, field) => {
    await open();
    expect(await set(body)).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', field] }] } });
  });

  it('is told where there is no such tenant', async () => {
    await open();
    const path = '/v1/tenants/01990000-0000-7000-8000-0000000000ff/quotas';
    expect((await world.call('PUT', path, { schedules: 1 })).status).toBe(404);
    expect((await world.call('GET', path)).status).toBe(404);
  });
});

describe('keys and definitions', () => {
  it('are few: a thousand keys that work, rotated ones among them', async () => {
    await open();
    await world.db.query(
      `INSERT INTO api_keys (tenant_id, id, name, key_hash, scopes, created_at, expires_at)
       SELECT $1, gen_random_uuid(), 'k', sha256(i::text::bytea), '{*}', $2, CASE WHEN i > 998 THEN $2::timestamptz END
       FROM generate_series(1, 1100) AS i`,
      [world.tenantId, new Date(world.clock.now()).toISOString()],
    );
    const make = () => world.call('POST', '/v1/api-keys', { name: 'k', scopes: ['*'] });
    const last = await make();
    expect(last.status).toBe(201);
    expect(await make()).toMatchObject({
      status: 409,
      body: { code: 'quota_exceeded', quota: 'api_keys', limit: 1_000, used: 1_000 },
    });
    const rotate = (overlap_minutes: number) =>
      world.call('POST', `/v1/api-keys/${last.body.id}/rotate`, { overlap_minutes });
    expect((await rotate(60)).status).toBe(409);
    expect((await rotate(0)).status, 'a key that leaked can always go').toBe(201);
  });

  it('are few: two hundred definitions', async () => {
    await open();
    await world.db.query(
      `INSERT INTO entity_definitions (tenant_id, bucket, id, slug, name, fields, created_at, updated_at)
       SELECT $1, bucket_of($1), gen_random_uuid(), 'd' || i, 'd', '[]', now(), now() FROM generate_series(1, 200) AS i`,
      [world.tenantId],
    );
    const { status, body } = await world.call('POST', '/v1/entity-definitions', { slug: 'x', name: 'x', fields: [] });
    expect({ status, quota: body.quota, used: body.used }).toEqual({
      status: 409,
      quota: 'entity_definitions',
      used: 200,
    });
  });
});

it('sums are folded, also by two at once, and stay what they are', async () => {
  await open();
  await world.db.query(
    `INSERT INTO tenant_usage (tenant_id, bucket, kind, delta) SELECT $1, bucket_of($1), k, 1 FROM generate_series(1, 5000), unnest(ARRAY['schedules', 'records']) AS k`,
    [world.tenantId],
  );
  await Promise.all([foldUsage(world.engineDb, 3_000), foldUsage(world.engineDb, 3_000)]);
  expect(await usageOf(world.db, world.tenantId)).toEqual({ schedules: 5_000, records: 5_000 });
  await retentionTick(world.engineDb, world.clock.now(), 30, 365);
  const [row] = await world.db.query<{ rows: number }>('SELECT count(*) AS rows FROM tenant_usage');
  expect(row?.rows).toBeLessThan(10);
  expect(await usageOf(world.db, world.tenantId)).toEqual({ schedules: 5_000, records: 5_000 });
});
