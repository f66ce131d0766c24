import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';

/** The database's clock is set: it jumps back, or forward. Nothing is planned twice, nothing is left out. */

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterEach(() => world.close());

const jump = (seconds: number) => world.clock.set(world.clock.now() + seconds * 1_000);

describe('a clock that jumps back', () => {
  it.each(['CRON', 'RATE'])('plans nothing twice, and goes on when it comes by again (%s)', async (schedule_type) => {
    const { id } = await world.create({
      schedule_type,
      schedule_expression: schedule_type === 'CRON' ? '* * * * *' : '30s',
    });
    await world.advanceTo('2027-03-01T09:02:00Z');
    const before = await world.ledger(id);
    jump(-90);
    await world.settle();
    expect(await world.ledger(id)).toEqual(before);
    await world.advanceTo('2027-03-01T09:02:00Z');
    expect(await world.ledger(id), 'the same instants come by again').toEqual(before);
    await world.advanceTo('2027-03-01T09:03:00Z');
    const after = await world.runs(id);
    expect(after.length).toBe(before.length + (schedule_type === 'CRON' ? 1 : 2));
    expect(new Set(after.map((run) => run.scheduled_for)).size).toBe(after.length);
    expect((await world.get(id)).run_count).toBe(after.length);
  });

  it('keeps a run that was planned before it, and its lateness is never negative', async () => {
    const { id } = await world.create({ schedule_type: 'AT', schedule_expression: '2027-03-01T09:00:00Z' });
    world.script = () => {
      jump(-90);
      return { kind: 'delivered', request: null, response: null };
    };
    await world.advanceTo('2027-03-01T09:00:00Z');
    const [run] = await world.runs(id);
    expect(run).toMatchObject({ status: 'SUCCEEDED', lateness_ms: 0 });
    expect(Date.parse(run.finished_at)).toBeGreaterThanOrEqual(Date.parse('2027-03-01T08:58:30Z'));
    await world.advanceTo('2027-03-01T09:05:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED']);
  });

  it('makes a schedule at the time that it shows, and still does not plan an occurrence twice', async () => {
    const { id } = await world.create();
    await world.advanceTo('2027-03-01T09:01:00Z');
    jump(-90);
    // A change of when plans anew from now, which has been before.
    await world.call('PUT', `/v1/schedules/${id}`, { timezone: 'Europe/Berlin' });
    await world.advanceTo('2027-03-01T09:02:00Z');
    const runs = await world.runs(id);
    expect(runs.map((run) => run.scheduled_for.slice(11, 16))).toEqual(['09:00', '09:01', '09:02']);
    expect((await world.get(id)).run_count).toBe(3);
  });
});

describe('a clock that jumps forward', () => {
  it('inside the window: every occurrence runs', async () => {
    const { id } = await world.create({ overlap_policy: 'ALLOW_ALL', catchup_window_minutes: 60 });
    await world.advanceTo('2027-03-01T09:00:00Z');
    jump(600);
    await world.settle();
    const expected = Array.from({ length: 11 }, (_, i) => `SCHEDULE 09:${String(i).padStart(2, '0')}:00 SUCCEEDED`);
    expect(await world.ledger(id)).toEqual(expected);
  });

  it('beyond it: what is too late is MISSED, every occurrence of it', async () => {
    const { id } = await world.create({ catchup_window_minutes: 0 });
    await world.advanceTo('2027-03-01T09:00:00Z');
    jump(600);
    await world.settle();
    expect(await world.ledger(id)).toEqual([
      'SCHEDULE 09:00:00 SUCCEEDED',
      'SCHEDULE 09:01:00 MISSED CATCHUP_WINDOW 8',
      'SCHEDULE 09:09:00 SUCCEEDED',
      'SCHEDULE 09:10:00 SKIPPED OVERLAP',
    ]);
  });
});
