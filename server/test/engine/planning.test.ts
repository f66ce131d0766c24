import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/store/ids.ts';
import { makePartitions } from '../../src/store/partitions.ts';
import { World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterEach(() => world.close());

describe('planning', () => {
  it('fires each occurrence once, at its instant', async () => {
    const { id, next_run_at } = await world.create();
    expect(next_run_at).toBe('2027-03-01T09:00:00.000Z');
    await world.advanceTo('2027-03-01T09:02:10Z');
    expect(await world.ledger(id)).toEqual([
      'SCHEDULE 09:00:00 SUCCEEDED',
      'SCHEDULE 09:01:00 SUCCEEDED',
      'SCHEDULE 09:02:00 SUCCEEDED',
    ]);
    expect(await world.get(id)).toMatchObject({
      status: 'ACTIVE',
      next_run_at: '2027-03-01T09:03:00.000Z',
      last_run_at: '2027-03-01T09:02:00.000Z',
      last_run_status: 'SUCCEEDED',
      run_count: 3,
      version: 1,
    });
  });

  it('completes a ONE_TIME schedule with FIRED, and keeps it', async () => {
    const { id } = await world.create({ schedule_type: 'ONCE', schedule_expression: 'at(2027-03-01T09:00:05)' });
    await world.advanceTo('2027-03-01T10:00:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:05 SUCCEEDED']);
    expect(await world.get(id)).toMatchObject({ status: 'COMPLETED', status_reason: 'FIRED', next_run_at: null });
  });

  it('runs a ONE_TIME that is a little late already, and refuses one that is later', async () => {
    const late = { schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T08:50:00Z' };
    const { id } = await world.create(late);
    await world.settle();
    expect(await world.ledger(id)).toEqual(['SCHEDULE 08:50:00 SUCCEEDED']);
    const refused = await world.call('POST', '/v1/schedules', {
      ...late,
      name: 'x',
      action_type: 'LOG',
      action_config: { message: 'x' },
      catchup_window_minutes: 9,
    });
    expect(refused.status).toBe(422);
    expect(refused.body.detail).toMatchObject([{ loc: ['body', 'schedule_expression'], type: 'in_the_past' }]);
  });

  it('keeps to start_at and end_at, both inclusive, and completes with END_REACHED', async () => {
    const { id } = await world.create({ start_at: '2027-03-01T09:02:00Z', end_at: '2027-03-01T09:03:00Z' });
    await world.advanceTo('2027-03-01T09:10:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:02:00 SUCCEEDED', 'SCHEDULE 09:03:00 SUCCEEDED']);
    expect(await world.get(id)).toMatchObject({ status: 'COMPLETED', status_reason: 'END_REACHED' });
  });

  it('deletes a completed schedule that asked for it once its last run is final', async () => {
    world.script = () => ({ kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null });
    const { id } = await world.create({
      schedule_type: 'AT',
      schedule_expression: '2027-03-01T09:00:00Z',
      action_after_completion: 'delete',
      max_retries: 1,
      retry_backoff_seconds: 600,
    });
    await world.advanceTo('2027-03-01T09:05:00Z');
    expect(await world.get(id)).toMatchObject({ status: 'COMPLETED' });
    await world.advanceTo('2027-03-01T09:15:00Z');
    expect((await world.call('GET', `/v1/schedules/${id}`)).status).toBe(404);
    const [run] = await world.db.query<{ status: string }>('SELECT status FROM runs WHERE schedule_id = $1', [id]);
    expect(run?.status).toBe('FAILED');
  });

  it('spreads the start over the flexible window, the same every time, and does not count it as lateness', async () => {
    const { id } = await world.create({ schedule_expression: '0 * * * *', flexible_window_minutes: 30 });
    await world.advanceTo('2027-03-01T11:59:00Z');
    const runs = await world.runs(id);
    expect(runs).toHaveLength(3);
    for (const run of runs) {
      const offset = Date.parse(run.fire_at) - Date.parse(run.scheduled_for);
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThan(30 * 60_000);
      expect(run.started_at).toBe(run.fire_at);
      expect(run.lateness_ms).toBe(0);
    }
    expect(new Set(runs.map((run) => run.fire_at.slice(14))).size).toBe(3);
  });

  it('spaces starts under a rate limit: delayed, not dropped', async () => {
    const { id } = await world.create({
      schedule_type: 'RATE',
      schedule_expression: 'rate(10 seconds)',
      overlap_policy: 'ALLOW_ALL',
      rate_limit_per_minute: 2,
    });
    await world.advanceTo('2027-03-01T09:00:30Z');
    const starts = (await world.runs(id)).map((run) => [
      run.scheduled_for.slice(14, 19),
      run.started_at?.slice(14, 19),
    ]);
    expect(starts).toEqual([
      ['59:40', '59:40'],
      ['59:50', '00:10'],
      ['00:00', undefined],
      ['00:10', undefined],
      ['00:20', undefined],
      ['00:30', undefined],
    ]);
    await world.call('POST', `/v1/schedules/${id}/pause`);
    await world.advanceTo('2027-03-01T09:05:00Z');
    expect((await world.ledger(id)).slice(2)).toEqual([
      'SCHEDULE 09:00:00 CANCELLED SCHEDULE_PAUSED',
      'SCHEDULE 09:00:10 CANCELLED SCHEDULE_PAUSED',
      'SCHEDULE 09:00:20 CANCELLED SCHEDULE_PAUSED',
      'SCHEDULE 09:00:30 CANCELLED SCHEDULE_PAUSED',
    ]);
    expect((await world.get(id)).run_count).toBe(2);
  });

  it('parks a schedule that can not be planned, with its reason; the others go on', async () => {
    const broken = await world.create({ name: 'broken' });
    const fine = await world.create({ name: 'fine' });
    // One waits for its turn when the schedule turns out to be broken.
    await world.db.query(
      `INSERT INTO runs (bucket, tenant_id, id, schedule_id, trigger, scheduled_for, fire_at, status, reason, wake_at, created_at)
       SELECT bucket, tenant_id, $2, id, 'SCHEDULE', $3, $3, 'PENDING', NULL, '2027-03-01T10:00:00Z', $3 FROM schedules WHERE id = $1`,
      [broken.id, newId(world.clock.now()), new Date(world.clock.now()).toISOString()],
    );
    await world.db.query("UPDATE schedules SET schedule_expression = 'nonsense' WHERE id = $1", [broken.id]);
    await world.advanceTo('2027-03-01T09:00:00Z');
    expect(await world.get(broken.id)).toMatchObject({ status: 'PAUSED', status_reason: 'PARKED' });
    expect((await world.get(broken.id)).status_detail).toMatch(/nonsense/);
    expect((await world.runs(broken.id))[0]).toMatchObject({ status: 'CANCELLED', reason: 'SCHEDULE_PAUSED' });
    expect(await world.ledger(fine.id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED']);
  });
});

describe('overlap', () => {
  const slow = () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => (finish = resolve));
    return { finish, gate };
  };

  it('SKIP records what it skips while a run is open, a waiting retry included', async () => {
    let fails = true;
    world.script = () =>
      fails
        ? { kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null, retryAfterMs: 90_000 }
        : { kind: 'delivered', request: null, response: null };
    const { id } = await world.create();
    await world.advanceTo('2027-03-01T09:01:10Z');
    fails = false;
    await world.advanceTo('2027-03-01T09:02:00Z');
    expect(await world.ledger(id)).toEqual([
      'SCHEDULE 09:00:00 SUCCEEDED',
      'SCHEDULE 09:01:00 SKIPPED OVERLAP',
      'SCHEDULE 09:02:00 SUCCEEDED',
    ]);
    expect((await world.runs(id))[0]).toMatchObject({
      attempt: 2,
      attempts: [{ outcome: 'FAILED' }, { outcome: 'SUCCEEDED' }],
    });
    expect((await world.get(id)).run_count).toBe(2);
  });

  it('ALLOW_ALL starts beside what is open', async () => {
    const { gate, finish } = slow();
    world.script = async () => (await gate, { kind: 'delivered', request: null, response: null });
    const { id } = await world.create({ overlap_policy: 'allow_all' });
    for (const at of ['09:00:00', '09:01:00']) {
      world.clock.set(Date.parse(`2027-03-01T${at}Z`));
      await world.node.plan();
    }
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 RUNNING', 'SCHEDULE 09:01:00 RUNNING']);
    finish();
    await world.node.dispatcher.settle();
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED', 'SCHEDULE 09:01:00 SUCCEEDED']);
  });
});

describe('catch-up', () => {
  it('runs what is inside the window in order, and records the rest as one MISSED row', async () => {
    const { id } = await world.create({ overlap_policy: 'ALLOW_ALL', catchup_window_minutes: 3 });
    world.clock.set(Date.parse('2027-03-01T10:00:30Z'));
    await world.settle();
    expect(await world.ledger(id)).toEqual([
      'SCHEDULE 09:00:00 MISSED CATCHUP_WINDOW 58',
      'SCHEDULE 09:58:00 SUCCEEDED',
      'SCHEDULE 09:59:00 SUCCEEDED',
      'SCHEDULE 10:00:00 SUCCEEDED',
    ]);
    const [missed] = await world.runs(id);
    expect(missed).toMatchObject({ missed_until: '2027-03-01T09:57:00.000Z', started_at: null, lateness_ms: null });
    expect((await world.get(id)).run_count).toBe(3);
  });

  it('gives every occurrence a minute, whatever the window', async () => {
    const { id } = await world.create({ catchup_window_minutes: 0 });
    world.clock.set(Date.parse('2027-03-01T09:01:59Z'));
    await world.settle();
    expect(await world.ledger(id)).toEqual([
      'SCHEDULE 09:00:00 MISSED CATCHUP_WINDOW 1',
      'SCHEDULE 09:01:00 SUCCEEDED',
    ]);
  });

  it('makes one row of a year of a one-second schedule', async () => {
    const { id } = await world.create({ schedule_expression: '* * * * * *', catchup_window_minutes: 0 });
    world.clock.set(Date.parse('2028-03-01T09:00:00Z'));
    await makePartitions(world.db, world.clock.now());
    await world.node.plan();
    const [missed] = await world.runs(id);
    expect(missed).toMatchObject({
      status: 'MISSED',
      missed_count: 366 * 86_400 + 30 - 61,
      missed_until: '2028-03-01T08:58:59.000Z',
    });
  });
});
