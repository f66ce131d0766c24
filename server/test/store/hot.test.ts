import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import type { Transaction } from '../../src/store/db.ts';
import { writeResults } from '../../src/store/outcomes.ts';
import { World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.openFresh('2027-03-01T09:00:00Z');
});
afterEach(() => world.close());

/** What this connection has updated and not yet reported. */
async function updates(tx: Transaction): Promise<{ all: number; hot: number }> {
  const [row] = await tx.query<{ all: number; hot: number }>(
    `SELECT n_tup_upd AS all, n_tup_hot_upd AS hot FROM pg_stat_xact_user_tables WHERE relname = 'schedules'`,
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
  const seen = { all: 0, hot: 0 };
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
      unstarted: false,
      started_at: world.clock.now() + i,
      completes_within_seconds: null,
      park: false,
      completion: null,
    };
    await world.db.transaction(async (tx) => {
      // The connection's counts may hold those of transactions before.
      const before = await updates(tx);
      expect(await writeResults(tx, [result], world.clock.now())).toHaveLength(1);
      const after = await updates(tx);
      seen.all += after.all - before.all;
      seen.hot += after.hot - before.hot;
    });
  }
  expect(seen.all).toBeGreaterThanOrEqual(40);
  // None would be, were an indexed column touched. Not all are: a page that is full at that moment, its dead versions not
  // cleared yet, sends the new one elsewhere.
  expect(seen.hot / seen.all).toBeGreaterThan(0.9);
});
