import { timestamp, type Queryable } from './db.ts';

const DAY = 86_400_000;

/** Deletes COMPLETED schedules that asked for it once none of their runs is open. Returns how many. */
export async function deleteCompleted(db: Queryable, now: number, limit: number): Promise<number> {
  const rows = await db.query(
    `WITH done AS (
       SELECT s.tenant_id, s.id FROM schedules s
       WHERE s.status = 'COMPLETED' AND s.action_after_completion = 'DELETE' AND s.deleted_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM runs r
           WHERE r.tenant_id = s.tenant_id AND r.schedule_id = s.id AND r.wake_at IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM backfills b
           WHERE b.tenant_id = s.tenant_id AND b.schedule_id = s.id AND b.finished_at IS NULL)
       LIMIT $2 FOR UPDATE SKIP LOCKED)
     UPDATE schedules s SET deleted_at = $1, updated_at = $1, version = s.version + 1 FROM done d
     WHERE s.tenant_id = d.tenant_id AND s.id = d.id RETURNING s.id`,
    [timestamp(now), limit],
    'delete_completed',
  );
  return rows.length;
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
