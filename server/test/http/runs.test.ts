import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { DELIVERED, World, type Reply } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterAll(() => world.close());
beforeEach(() => {
  world.script = () => DELIVERED;
});

const FAILED: Outcome = { kind: 'rejected', error: { code: 'x', message: 'x' }, request: null, response: null };
const list = async (query = '', as?: Record<string, string>): Promise<Reply['body']> =>
  (await world.call('GET', `/v1/runs${query}`, undefined, as)).body;
const hourly = (fields: Record<string, unknown> = {}) => world.create({ schedule_expression: '0 * * * *', ...fields });

/** A schedule whose runs nobody else makes, with a FAILED run of 09:00. */
async function withFailure(fields: Record<string, unknown> = {}) {
  const schedule = await hourly({ schedule_type: 'ONE_TIME', schedule_expression: at(1_000), ...fields });
  world.script = () => FAILED;
  await world.advanceTo(world.clock.now() + 1_000);
  world.script = () => DELIVERED;
  const [run] = await world.runs(schedule.id);
  expect(run.status).toBe('FAILED');
  return { schedule, run };
}

const at = (ms: number) => new Date(world.clock.now() + ms).toISOString();
const retry = (id: string, headers?: Record<string, string>) =>
  world.call('POST', `/v1/runs/${id}/retry`, undefined, headers);

describe('GET /v1/runs', () => {
  const customer_id = '160c0c4b-9966-4dc1-a916-8407eb10d74e';
  let ids: string[] = [];
  let from = '';

  beforeAll(async () => {
    from = at(0);
    const made = [await hourly({ customer_id }), await hourly({ customer_id }), await hourly()];
    ids = made.map((schedule) => schedule.id);
    for (let i = 0; i < 3; i += 1) {
      for (const id of ids) await world.call('POST', `/v1/schedules/${id}/trigger`);
      await world.advanceTo(world.clock.now() + 1_000);
    }
    world.script = () => FAILED;
    await world.call('POST', `/v1/schedules/${ids[0]}/trigger`);
    await world.settle();
  });

  it('lists across schedules, newest first, in pages', async () => {
    const all = await list('?limit=100');
    expect(all).toMatchObject({ total: 10, limit: 100, offset: 0 });
    const found: string[] = all.runs.map((run: { id: string }) => run.id);
    expect(found).toEqual(found.toSorted().toReversed());
    expect(await list('?limit=3&offset=4')).toMatchObject({
      total: 10,
      limit: 3,
      offset: 4,
      runs: found.slice(4, 7).map((id) => ({ id })),
    });
    expect(await list('?offset=10')).toMatchObject({ total: 10, limit: 20, runs: [] });
  });

  it('filters by status, trigger, schedule and customer, all together', async () => {
    expect(await list('?status=failed')).toMatchObject({ total: 1, runs: [{ schedule_id: ids[0], status: 'FAILED' }] });
    expect((await list('?status=succeeded')).total).toBe(9);
    expect((await list('?status=running')).total).toBe(0);
    expect((await list('?trigger=manual')).total).toBe(10);
    expect((await list('?trigger=schedule')).total).toBe(0);
    expect((await list(`?schedule_id=${ids[1]}`)).total).toBe(3);
    expect((await list(`?customer_id=${customer_id}`)).total).toBe(7);
    expect((await list(`?customer_id=${customer_id}&status=SUCCEEDED&schedule_id=${ids[0]}`)).total).toBe(3);
    expect((await list(`?customer_id=${customer_id}&schedule_id=${ids[2]}`)).total).toBe(0);
  });

  it('takes scheduled_for from `from` on and before `to`', async () => {
    const instant = (ms: number) => new Date(Date.parse(from) + ms).toISOString();
    expect((await list(`?from=${instant(0)}`)).total).toBe(10);
    expect((await list(`?from=${instant(1)}`)).total).toBe(7);
    expect((await list(`?to=${instant(1_000)}`)).total).toBe(3);
    expect((await list(`?from=${instant(1_000)}&to=${instant(2_000)}`)).total).toBe(3);
    expect(await list(`?from=${instant(1_000)}&to=${instant(3_001)}&limit=2&offset=1`)).toMatchObject({ total: 7 });
    const { status, body } = await world.call('GET', `/v1/runs?from=${instant(1)}&to=${instant(0)}`);
    expect({ status, body }).toMatchObject({ status: 422, body: { detail: [{ loc: ['query', 'to'] }] } });
  });

  it('keeps showing the runs of a deleted schedule', async () => {
    await world.call('DELETE', `/v1/schedules/${ids[2]}`);
    expect((await list(`?schedule_id=${ids[2]}`)).total).toBe(3);
    const [run] = (await list(`?schedule_id=${ids[2]}&limit=1`)).runs;
    expect((await world.call('GET', `/v1/runs/${run.id}`)).body).toEqual(run);
  });

  it('shows another tenant nothing', async () => {
    await world.addTenant('other', 'hc_live_other');
    const as = { 'X-Api-Key': 'hc_live_other' };
    expect(await list('', as)).toMatchObject({ total: 0, runs: [] });
    expect((await list(`?schedule_id=${ids[0]}`, as)).total).toBe(0);
    expect((await list(`?customer_id=${customer_id}`, as)).total).toBe(0);
    const [run] = (await list('?limit=1')).runs;
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/retry'],
    ] as const) {
      const theirs = await world.call(method, `/v1/runs/${run.id}${path}`, undefined, as);
      const none = await world.call(method, `/v1/runs/00000000-0000-4000-8000-000000000000${path}`, undefined, as);
      expect(theirs).toMatchObject({ status: 404, body: none.body });
    }
  });

  it('finds by time what is not where its id says: merged, retried and backfilled runs', async () => {
    const { schedule } = await withFailure();
    const paused = await hourly();
    await world.call('POST', `/v1/schedules/${paused.id}/pause`);
    const day = 86_400_000;
    const before = world.clock.now();
    await world.advanceTo(before + 3 * day);
    await world.call('POST', `/v1/schedules/${paused.id}/resume`);
    await retry((await world.runs(schedule.id))[0].id);
    const window = {
      start_at: new Date(before - 9 * day).toISOString(),
      end_at: new Date(before - 8 * day).toISOString(),
    };
    await world.call('POST', `/v1/schedules/${paused.id}/backfill`, window);
    await world.advanceTo(before + 3 * day + 10_000);
    const near = `from=${new Date(before - 2_000).toISOString()}&to=${new Date(before + day).toISOString()}`;
    expect((await list(`?schedule_id=${schedule.id}&${near}`)).runs).toMatchObject([{ trigger: 'MANUAL' }, {}]);
    expect(await list(`?status=MISSED&${near}`)).toMatchObject({ total: 1, runs: [{ schedule_id: paused.id }] });
    expect((await list(`?to=${new Date(before - 5 * day).toISOString()}`)).total).toBe(24);
    expect((await list(`?trigger=backfill&from=${new Date(before).toISOString()}`)).total).toBe(0);
  });
});

describe('GET /v1/runs/{run_id}', () => {
  it('has every attempt', async () => {
    const answers: Outcome[] = [
      { kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null, retryAfterMs: 1_000 },
    ];
    world.script = () => answers.shift() ?? DELIVERED;
    const { id } = await hourly();
    const { body } = await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.advanceTo(world.clock.now() + 2_000);
    const run = (await world.call('GET', `/v1/runs/${body.id}`)).body;
    expect(run).toMatchObject({ id: body.id, status: 'SUCCEEDED', attempt: 2 });
    expect(run.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual(['FAILED', 'SUCCEEDED']);
  });
});

describe('retry', () => {
  it('runs a FAILED occurrence again as a run of its own, and leaves the old one as it is', async () => {
    const { schedule, run } = await withFailure();
    await world.advanceTo(world.clock.now() + 60_000);
    const { status, body } = await retry(run.id);
    expect({ status, body }).toMatchObject({
      status: 202,
      body: {
        trigger: 'MANUAL',
        status: 'PENDING',
        retry_of: run.id,
        scheduled_for: run.scheduled_for,
        fire_at: at(0),
        attempt: 0,
      },
    });
    await world.settle();
    expect((await world.call('GET', `/v1/runs/${body.id}`)).body).toMatchObject({
      status: 'SUCCEEDED',
      lateness_ms: 0,
    });
    expect((await world.call('GET', `/v1/runs/${run.id}`)).body).toEqual(run);
    expect((await world.get(schedule.id)).run_count).toBe(2);
  });

  it('has the overlay of the old one', async () => {
    const seen: unknown[] = [];
    const { id } = await hourly({ action_config: { message: 'a', level: 'WARN' } });
    world.script = ({ config }) => (seen.push(config), FAILED);
    const { body } = await world.call('POST', `/v1/schedules/${id}/trigger`, { action_config: { message: 'b' } });
    await world.settle();
    await retry(body.id);
    await world.settle();
    expect(seen).toMatchObject([
      { message: 'b', level: 'WARN' },
      { message: 'b', level: 'WARN' },
    ]);
  });

  it('twice is two runs, unless the Idempotency-Key says that it is once', async () => {
    const { schedule, run } = await withFailure();
    await retry(run.id);
    await retry(run.id);
    const key = { 'Idempotency-Key': `retry-${run.id}` };
    const [a, b] = [await retry(run.id, key), await retry(run.id, key)];
    expect(a.body).toEqual(b.body);
    expect(await world.runs(schedule.id)).toHaveLength(4);
  });

  it('of what has not FAILED is a 409 that says what it is', async () => {
    const { id } = await hourly();
    const { body: run } = await world.call('POST', `/v1/schedules/${id}/trigger`);
    const refused = async (status: string) => {
      const reply = await retry(run.id);
      expect(reply).toMatchObject({ status: 409, body: { code: 'run_not_failed' } });
      expect(reply.body.detail).toContain(status);
    };
    await refused('PENDING');
    await world.settle();
    await refused('SUCCEEDED');
    expect(await world.runs(id)).toHaveLength(1);
  });

  it('of a run whose schedule is deleted is a 409', async () => {
    const { schedule, run } = await withFailure();
    await world.call('DELETE', `/v1/schedules/${schedule.id}`);
    expect(await retry(run.id)).toMatchObject({ status: 409, body: { code: 'schedule_deleted' } });
  });

  it('needs the scope runs:write, reading them runs:read', async () => {
    const { run } = await withFailure();
    await world.addTenant('default', 'hc_live_reader', ['runs:read']);
    const as = { 'X-Api-Key': 'hc_live_reader' };
    expect((await world.call('GET', `/v1/runs/${run.id}`, undefined, as)).status).toBe(200);
    expect(await retry(run.id, as)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});
