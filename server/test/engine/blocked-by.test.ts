import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DELIVERED, World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterEach(() => world.close());

/** Attempts that last until they are let go. */
function lasting(): { readonly finish: () => void } {
  const open: (() => void)[] = [];
  world.script = () => new Promise((resolve) => void open.push(() => resolve(DELIVERED)));
  return { finish: () => open.shift()?.() };
}

async function at(time: string): Promise<void> {
  world.clock.set(Date.parse(`2027-03-01T${time}Z`));
  await world.node.plan();
  await world.node.dispatch();
}

/** What each run of a schedule is behind, both by their minutes: `09:01 < 09:00`. */
async function inTheWay(id: string): Promise<string[]> {
  const runs = await world.runs(id);
  const minutes = new Map(runs.map((run) => [run.id, run.scheduled_for.slice(11, 16)]));
  const after = (run: { blocked_by: string | null }) =>
    run.blocked_by === null ? '-' : (minutes.get(run.blocked_by) ?? 'nobody');
  return runs.map((run) => `${minutes.get(run.id)} ${run.status} < ${after(run)}`);
}

describe('the run that was in the way', () => {
  it('is told of what was skipped for it, also once it has ended', async () => {
    const { finish } = lasting();
    const { id } = await world.create({ overlap_policy: 'SKIP' });
    for (const time of ['09:00:00', '09:01:00', '09:02:00']) await at(time);
    finish();
    await world.node.dispatcher.settle();
    await at('09:03:00');
    await at('09:04:00');
    expect(await inTheWay(id)).toEqual([
      '09:00 SUCCEEDED < -',
      '09:01 SKIPPED < 09:00',
      '09:02 SKIPPED < 09:00',
      '09:03 RUNNING < -',
      '09:04 SKIPPED < 09:03',
    ]);
    const skipped = (await world.runs(id))[1];
    expect((await world.call('GET', `/v1/runs/${skipped.id}`)).body).toMatchObject({
      blocked_by: skipped.blocked_by,
      reason: 'OVERLAP',
    });
    finish();
    await world.node.dispatcher.settle();
  });

  it('is one of the same pass where all were due at once', async () => {
    const { finish } = lasting();
    const { id } = await world.create({ overlap_policy: 'BUFFER_ONE', catchup_window_minutes: 10 });
    await at('09:02:00');
    expect(await inTheWay(id)).toEqual(['09:00 RUNNING < -', '09:01 PENDING < 09:00', '09:02 SKIPPED < 09:00']);
    finish();
    await world.node.dispatcher.settle();
    await world.node.release();
    // It says so of what had to wait, too, once that has its turn.
    expect((await inTheWay(id))[1]).toBe('09:01 RUNNING < 09:00');
    finish();
    await world.node.dispatcher.settle();
  });

  it('is what is active, though others have waited longer', async () => {
    const { finish } = lasting();
    const { id } = await world.create({ overlap_policy: 'BUFFER_ALL' });
    await at('09:00:00');
    await at('09:01:00');
    world.clock.set(Date.parse('2027-03-01T09:01:30Z'));
    const { body: manual } = await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.node.dispatch();
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    await world.node.dispatcher.flush();
    await at('09:02:00');
    const runs = (await world.runs(id)).filter((run) => run.trigger === 'SCHEDULE');
    const told = runs.map((run) => [run.status, run.blocked_by]);
    expect(told).toEqual([
      ['SUCCEEDED', null],
      ['PENDING', runs[0].id],
      ['PENDING', manual.id],
    ]);
    finish();
    await world.node.dispatcher.settle();
  });
});
