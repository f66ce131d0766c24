import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { Database } from '../../src/store/db.ts';
import { finishRuns } from '../../src/store/outcomes.ts';
import { World } from '../support/world.ts';

let world: World;
let db: Database;
beforeEach(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
  // One connection, so that its statistics can be asked for at once.
  db = new Database({ url: world.url, poolSize: 1, onError: () => undefined });
});
afterEach(async () => {
  await db.close();
  await world.close();
});

async function updates(): Promise<{ all: number; hot: number }> {
  await db.query('SELECT pg_stat_force_next_flush()');
  await db.query('SELECT 1');
  const [row] = await db.query<{ all: number; hot: number }>(
    `SELECT n_tup_upd AS all, n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE relname = 'schedules'`,
  );
  return row ?? { all: 0, hot: 0 };
}

it('noting on a schedule how its runs end touches no index (HOT), failures too', async () => {
  world.script = () => new Promise<Outcome>(() => {});
  const { id } = await world.create({ pause_on_failure_count: 100 });
  for (let i = 0; i < 40; i += 1) await world.call('POST', `/v1/schedules/${id}/trigger`);
  await world.node.dispatch();
  // As the schedule's own occurrences: manual runs would not be counted.
  const runs = await world.db.query<{ id: string; lease_token: string }>(
    `UPDATE runs SET trigger = 'SCHEDULE' WHERE status = 'RUNNING' RETURNING id, lease_token`,
  );
  expect(runs).toHaveLength(40);
  const before = await updates();
  const at = '2027-03-01T09:00:01.000Z';
  for (const [i, run] of runs.entries()) {
    const status = i % 2 === 0 ? ('FAILED' as const) : ('SUCCEEDED' as const);
    const result = {
      tenant_id: world.tenantId,
      schedule_id: id,
      ...run,
      status,
      reason: status === 'FAILED' ? ('REJECTED' as const) : null,
      wake_at: null,
      entry: { attempt: 1, started_at: at, finished_at: at },
      amends: false,
      interrupted: false,
      started_at: world.clock.now() + i,
      completes_within_seconds: null,
      park: false,
    };
    expect(await finishRuns(db, [result], world.clock.now())).toHaveLength(1);
  }
  const after = await updates();
  const all = after.all - before.all;
  expect(all).toBeGreaterThanOrEqual(40);
  expect(after.hot - before.hot).toBe(all);
});
