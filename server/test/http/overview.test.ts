import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { sumRuns } from '../../src/store/run-sums.ts';
import { DELIVERED, World } from '../support/world.ts';

const START = '2027-03-01T09:00:00Z';
const MINUTE = 60_000;
const REJECTED: Outcome = {
  kind: 'rejected',
  request: null,
  response: null,
  error: { code: 'http_status', message: '400' },
};

let world: World;
beforeEach(async () => {
  world = await World.open(START);
});
afterEach(() => world.close());

const overview = async (key = world.key) => {
  const { status, body } = await world.call('GET', '/v1/overview', undefined, { 'X-Api-Key': key });
  expect(status).toBe(200);
  return body;
};

/** Sums all that may be summed by now, as the retention's loop does. */
const sum = async () => {
  while (await sumRuns(world.engineDb, world.clock.now()));
};

const counted = (body: { hours: Record<string, number | string>[] }) =>
  body.hours
    .map(({ hour, succeeded, failed, skipped, missed, cancelled }) =>
      [String(hour).slice(11, 16), succeeded, failed, skipped, missed, cancelled].join(' '),
    )
    .filter((line) => !line.endsWith(' 0 0 0 0 0'));

describe('GET /v1/overview', () => {
  it('counts how runs ended, by the hour: each once, summed or not', async () => {
    world.script = () => DELIVERED;
    await world.create({ schedule_expression: '*/10 * * * *' });
    await world.advanceTo('2027-03-01T10:30:00Z');
    const live = await overview();
    expect(live.hours).toHaveLength(25);
    expect(counted(live)).toEqual(['09:00 5 0 0 0 0', '10:00 4 0 0 0 0']);
    await sum();
    const [{ summed }] = (await world.db.query<{ summed: number }>(
      'SELECT sum(runs)::int AS summed FROM run_sums',
    )) as [{ summed: number }];
    // The last minute is still counted as it is.
    expect(summed).toBe(8);
    expect(await overview()).toEqual(live);
    await world.advanceTo('2027-03-01T10:40:00Z');
    await Promise.all([sum(), sum(), sum()]);
    await sum();
    expect(counted(await overview())).toEqual(['09:00 5 0 0 0 0', '10:00 5 0 0 0 0']);
  });

  it('counts a MISSED row for each occurrence, and what was never attempted', async () => {
    const { id } = await world.create();
    world.clock.set(Date.parse('2027-03-01T12:00:00Z'));
    await world.settle();
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.call('POST', `/v1/schedules/${id}/pause`);
    await world.call('DELETE', `/v1/schedules/${id}`);
    const before = await overview();
    expect(counted(before)).toEqual(['12:00 1 0 10 169 1']);
    world.clock.set(world.clock.now() + 5 * MINUTE);
    await sum();
    expect(counted(await overview())).toEqual(counted(before));
  });

  it('forgets hours that are over, and after a long stop goes on with those that are not', async () => {
    await world.create();
    await world.advanceTo('2027-03-01T09:10:00Z');
    await sum();
    world.clock.set(Date.parse('2027-03-02T08:59:00Z'));
    expect(counted(await overview())).toEqual(['09:00 10 0 0 0 0']);
    world.clock.set(Date.parse('2027-03-02T10:01:00Z'));
    expect(counted(await overview())).toEqual([]);
    world.clock.set(Date.parse('2027-03-09T10:01:00Z'));
    await sum();
    expect(await world.db.query('SELECT 1 FROM run_sums')).toEqual([]);
    await world.settle();
    expect(counted(await overview())[0]).toMatch(/^10:00 /);
  });

  it('tells how late runs began, to a tenth', async () => {
    for (let i = 0; i < 100; i += 1) {
      await world.create({
        name: `${i}`,
        schedule_type: 'ONE_TIME',
        schedule_expression: new Date(Date.parse(START) + MINUTE + i * 20).toISOString(),
      });
    }
    // All are taken up at once: the first is 2 s late, the last on time.
    world.clock.set(Date.parse(START) + MINUTE + 2_000);
    await world.settle();
    const check = async () => {
      const { lateness } = await overview();
      expect(lateness.attempted).toBe(100);
      expect(lateness.p50_ms).toBeGreaterThan(1_000 * 0.9);
      expect(lateness.p50_ms).toBeLessThan(1_000 * 1.1);
      expect(lateness.p99_ms).toBeGreaterThan(1_980 * 0.9);
      expect(lateness.p99_ms).toBeLessThan(1_980 * 1.1);
    };
    await check();
    world.clock.set(world.clock.now() + 2 * MINUTE);
    await sum();
    await check();
  });

  it('names what fires next, and what needs a look', async () => {
    world.script = ({ schedule }) => (schedule.name === 'well' ? DELIVERED : REJECTED);
    const well = await world.create({ name: 'well', schedule_expression: '30 * * * *' });
    const failing = await world.create({
      name: 'failing',
      schedule_expression: '*/2 * * * *',
      max_retries: 0,
      pause_on_failure_count: 100,
    });
    const paused = await world.create({ name: 'paused', max_retries: 0, pause_on_failure_count: 2 });
    const far = await world.create({ name: 'far', schedule_expression: '0 0 1 1 *' });
    await world.advanceTo('2027-03-01T09:05:00Z');
    await world.call('POST', `/v1/schedules/${well.id}/trigger`);
    world.clock.set(world.clock.now() + 2 * MINUTE);
    const { upcoming, attention } = await overview();
    expect(upcoming.map(({ schedule_id }: { schedule_id: string }) => schedule_id)).toEqual([
      failing.id,
      well.id,
      far.id,
    ]);
    expect(upcoming[0]).toEqual({
      schedule_id: failing.id,
      name: 'failing',
      consecutive_failures: 2,
      last_run_at: '2027-03-01T09:04:00.000Z',
      next_run_at: '2027-03-01T09:06:00.000Z',
    });
    expect(attention.failing).toMatchObject({
      total: 1,
      first: [{ schedule_id: failing.id, consecutive_failures: 2 }],
    });
    expect(attention.paused_by_failures).toMatchObject({ total: 1, first: [{ schedule_id: paused.id }] });
    expect(attention.parked).toEqual({ total: 0, first: [] });
    expect(attention.overdue).toMatchObject({
      total: 1,
      first: [{ schedule_id: well.id, due_at: '2027-03-01T09:05:00.000Z', attempt: 0 }],
    });
    await world.db.query(`UPDATE schedules SET status_reason = 'PARKED' WHERE id = $1`, [paused.id]);
    expect((await overview()).attention).toMatchObject({ paused_by_failures: { total: 0 }, parked: { total: 1 } });
    await world.call('DELETE', `/v1/schedules/${paused.id}`);
    expect((await overview()).attention.parked.total).toBe(0);
  });

  it('puts RELATIVE schedules among those that fire next', async () => {
    const definition = await world.call('POST', '/v1/entity-definitions', {
      slug: 'bills',
      name: 'Bills',
      fields: [{ name: 'due_on', type: 'DATE' }],
    });
    const path = `/v1/entity-definitions/${definition.body.id}/records`;
    await world.call('POST', path, { external_id: 'a', data: { due_on: '2027-03-02' } });
    const later = await world.create({ schedule_expression: '0 12 2 3 *' });
    const relative = await world.create({
      schedule_type: 'RELATIVE',
      schedule_expression: '09:00',
      relative_entity_definition_id: definition.body.id,
      relative_field_name: 'due_on',
    });
    const sooner = await world.create({ schedule_expression: '0 10 * * *' });
    const { upcoming } = await overview();
    expect(upcoming.map(({ schedule_id }: { schedule_id: string }) => schedule_id)).toEqual([
      sooner.id,
      relative.id,
      later.id,
    ]);
  });

  it('shows a key of a customer what is of it, without sums, and one for runs no schedules', async () => {
    const [a, b] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
    world.script = () => REJECTED;
    const mine = await world.create({ customer_id: a, max_retries: 0, pause_on_failure_count: 100 });
    await world.create({ customer_id: b, max_retries: 0, pause_on_failure_count: 100 });
    await world.advanceTo('2027-03-01T09:01:00Z');
    const make = async (fields: object) =>
      (await world.call('POST', '/v1/api-keys', { name: 'k', ...fields })).body.key;
    const bound = await overview(await make({ scopes: ['runs:read', 'schedules:read'], customer_id: a }));
    expect(bound).toMatchObject({
      hours: null,
      lateness: null,
      attention: { failing: { total: 1, first: [{ schedule_id: mine.id }] } },
    });
    expect(bound.upcoming.map(({ schedule_id }: { schedule_id: string }) => schedule_id)).toEqual([mine.id]);
    const runs = await overview(await make({ scopes: ['runs:read'] }));
    expect(runs).toMatchObject({
      upcoming: null,
      attention: { failing: null, paused_by_failures: null, parked: null, overdue: { total: 0 } },
    });
    expect(counted(runs)).toEqual(['09:00 0 2 0 0 0']);
    expect((await overview()).attention.failing.total).toBe(2);
  });
});

describe('GET /v1/whoami', () => {
  it('tells a key, a bound key and a session who they are, and what the server is', async () => {
    const { body } = await world.call('GET', '/v1/whoami');
    expect(body).toEqual({
      tenant: { id: world.tenantId, name: 'default' },
      credential: { kind: 'API_KEY', key_id: expect.any(String), name: world.key, subject: null, expires_at: null },
      scopes: ['*', 'tenants:manage'],
      customer_id: null,
      server: {
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        postgresql: expect.stringMatching(/^\d+(\.\d+)?$/),
        node: process.versions.node,
        tzdata: process.versions.tz,
      },
    });
    const customer_id = '11111111-1111-4111-8111-111111111111';
    const made = await world.call('POST', '/v1/api-keys', {
      name: 'bound',
      scopes: ['runs:read'],
      customer_id,
      expires_at: '2028-01-01T00:00:00Z',
    });
    const bound = await world.call('GET', '/v1/whoami', undefined, { 'X-Api-Key': made.body.key });
    expect(bound.body).toMatchObject({
      credential: { name: 'bound', expires_at: '2028-01-01T00:00:00.000Z' },
      scopes: ['runs:read'],
      customer_id,
    });
    const session = await world.call('POST', '/v1/session', { api_key: made.body.key }, { 'X-Api-Key': '' });
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
    const seen = await world.call('GET', '/v1/whoami', undefined, { 'X-Api-Key': '', Cookie: cookie });
    expect(seen.body).toMatchObject({ credential: { kind: 'SESSION', key_id: made.body.id }, customer_id });
    expect((await world.call('GET', '/v1/whoami', undefined, { 'X-Api-Key': '' })).body.code).toBe('unauthorized');
  });
});
