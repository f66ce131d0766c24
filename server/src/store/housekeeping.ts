import { timestamp, type Database, type Queryable } from './db.ts';
import { rowsOf } from './lists.ts';
import type { ScheduleKey } from './schedule-locks.ts';

const DAY = 86_400_000;

/** Whether the schedule `s` has nothing left that may need it: an open run, or a backfill that makes more. */
const DONE = `NOT EXISTS (SELECT 1 FROM runs r WHERE r.tenant_id = s.tenant_id AND r.schedule_id = s.id AND r.wake_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM backfills b WHERE b.tenant_id = s.tenant_id AND b.schedule_id = s.id AND b.finished_at IS NULL)`;

/**
 * Deletes COMPLETED schedules that asked for it once none of their runs is open. Returns how many. A statement sees runs and backfills as
 * they were when it began, whatever it waits for or locks then: what is done is looked at again once the schedules are locked, since who
 * triggers, retries or backfills one locks it first.
 */
export async function deleteCompleted(db: Database, now: number, limit: number): Promise<number> {
  return await db.transaction(async (tx) => {
    const done = await tx.query<ScheduleKey>(
      `SELECT s.tenant_id, s.id FROM schedules s
       WHERE s.status = 'COMPLETED' AND s.action_after_completion = 'DELETE' AND s.deleted_at IS NULL AND ${DONE}
       LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
      'find_completed',
    );
    if (done.length === 0) return 0;
    const rows = await tx.query(
      `UPDATE schedules s SET deleted_at = $1, updated_at = $1, version = s.version + 1
       FROM ${rowsOf('$2::uuid[], $3::uuid[]', 'tenant_id, id')} d
       WHERE s.tenant_id = d.tenant_id AND s.id = d.id AND ${DONE} RETURNING s.id`,
      [timestamp(now), done.map((key) => key.tenant_id), done.map((key) => key.id)],
      'delete_completed',
    );
    return rows.length;
  });
}

/** Forgets idempotency keys after 24 h (docs/guide.md). Returns how many. */
export async function forgetIdempotencyKeys(db: Queryable, now: number, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM idempotency_keys k USING (
       SELECT tenant_id, key FROM idempotency_keys WHERE created_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED) old
     WHERE k.tenant_id = old.tenant_id AND k.key = old.key RETURNING k.key`,
    [timestamp(now - DAY), limit],
    'forget_idempotency_keys',
  );
  return rows.length;
}
