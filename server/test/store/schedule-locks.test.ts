import { afterAll, beforeAll, expect, it } from 'vitest';
import { findStranded } from '../../src/store/held.ts';
import { World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
});
afterAll(() => world.close());

it('the look for stranded runs passes over a schedule that somebody holds, and never waits with others locked', async () => {
  const ids: string[] = [];
  for (const name of ['held by somebody', 'free']) {
    ids.push((await world.create({ name, schedule_type: 'CRON', schedule_expression: '0 12 * * *' })).id);
    await world.call('POST', `/v1/schedules/${ids.at(-1)}/trigger`);
  }
  const [held, free] = ids;
  // As a crash leaves it: both runs wait behind an open one that is gone, and nobody is going to look.
  await world.db.query(`UPDATE runs SET wake_at = 'infinity' WHERE schedule_id = ANY($1::uuid[])`, [ids]);
  await world.db.query('UPDATE schedules SET release_at = NULL WHERE id = ANY($1::uuid[])', [ids]);
  const looks = async () =>
    await world.db.query<{ id: string }>('SELECT id FROM schedules WHERE release_at IS NOT NULL ORDER BY id');

  await world.db.transaction(async (tx) => {
    await tx.query('SELECT 1 FROM schedules WHERE id = $1 FOR NO KEY UPDATE', [held]);
    expect(await findStranded(world.db, world.clock.now(), 10)).toBe(1);
    expect(await looks()).toEqual([{ id: free }]);
  });
  expect(await findStranded(world.db, world.clock.now(), 10)).toBe(1);
  expect(await looks()).toHaveLength(2);
});
