import { withinBucketOf } from './buckets.ts';
import { rowsOf } from './lists.ts';
import type { Transaction } from './db.ts';

/** Names a schedule. */
export interface ScheduleKey {
  readonly tenant_id: string;
  readonly id: string;
}

/**
 * Locks schedules, waiting for whoever holds one. Everybody who waits for several takes them in this order, that of (tenant, id):
 * two that took them in different orders would wait for each other.
 */
export async function lockSchedules(tx: Transaction, keys: readonly ScheduleKey[]): Promise<void> {
  const { sql, values, mark } = withinBucketOf(tx, 's', keys, 3);
  await tx.query(
    `SELECT 1 FROM ${rowsOf('$1::uuid[], $2::uuid[]', 'tenant_id, id')} u
     JOIN schedules s ON s.tenant_id = u.tenant_id AND s.id = u.id${sql}
     ORDER BY s.tenant_id, s.id FOR NO KEY UPDATE OF s`,
    [keys.map((k) => k.tenant_id), keys.map((k) => k.id), ...values],
    `lock_schedules${mark}`,
  );
}
