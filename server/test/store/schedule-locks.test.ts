import { afterAll, beforeAll, expect, it } from 'vitest';
import { findStranded } from '../../src/store/release.ts';
import type { ScheduleKey } from '../../src/store/schedule-locks.ts';
import { World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
});
afterAll(() => world.close());

/** Schedules as a crash leaves them: a run waits behind an open one that is gone, and nobody is going to look. */
async function strand(...names: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) {
    const { id } = await world.create({ name, schedule_type: 'CRON', schedule_expression: '0 12 * * *' });
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    ids.push(id);
  }
  await world.db.query(`UPDATE runs SET wake_at = 'infinity' WHERE schedule_id = ANY($1::uuid[])`, [ids]);
  await world.db.query('UPDATE schedules SET release_at = NULL WHERE id = ANY($1::uuid[])', [ids]);
  return ids;
}

async function lookedAt(ids: readonly string[]): Promise<string[]> {
  const rows = await world.db.query<{ id: string }>(
    'SELECT id FROM schedules WHERE id = ANY($1::uuid[]) AND release_at IS NOT NULL ORDER BY id',
    [ids],
  );
  return rows.map((row) => row.id);
}

it('the look for stranded runs passes over a schedule that somebody holds, and never waits with others locked', async () => {
  const ids = await strand('held by somebody', 'free');
  const later = world.clock.now() + 1_000;
  await world.db.transaction(async (tx) => {
    await tx.query('SELECT 1 FROM schedules WHERE id = $1 FOR NO KEY UPDATE', [ids[0]]);
    expect(await findStranded(world.db, later, 10)).toEqual({ found: 1, after: null });
    expect(await lookedAt(ids)).toEqual([ids[1]]);
  });
  expect(await findStranded(world.db, later, 10)).toEqual({ found: 1, after: null });
  expect(await lookedAt(ids)).toHaveLength(2);
});

it('goes along all that hold runs in steps, from where the step before ended', async () => {
  const ids = await strand('first', 'second', 'third', 'fourth', 'fifth');
  const later = world.clock.now() + 1_000;
  const found: number[] = [];
  let after: ScheduleKey | null = null;
  do {
    const look: Awaited<ReturnType<typeof findStranded>> = await findStranded(world.db, later, 2, after);
    found.push(look.found);
    after = look.after;
  } while (after !== null);
  // Two more hold runs, from above: they are looked at already.
  expect(found.reduce((sum, n) => sum + n)).toBe(5);
  expect(found.length).toBe(Math.floor(7 / 2) + 1);
  expect(await lookedAt(ids)).toEqual(ids.toSorted());
});

it('lets be what has only just started: the look at what is behind it may be under way', async () => {
  const ids = await strand('just started');
  const now = world.clock.now();
  await world.db.query('UPDATE schedules SET last_run_at = $2 WHERE id = ANY($1::uuid[])', [ids, new Date(now)]);
  expect(await findStranded(world.db, now + 999, 10)).toMatchObject({ found: 0 });
  expect(await lookedAt(ids)).toEqual([]);
  expect(await findStranded(world.db, now + 1_000, 10)).toMatchObject({ found: 1 });
});
