import type { RecordSnapshot } from '../domain/entity.ts';
import type { RunTrigger } from '../domain/run.ts';
import { withinBucketOf } from './buckets.ts';
import { instants, ints, uuids } from './arrays.ts';
import { timestamp, type Transaction } from './db.ts';
import { uncountRuns } from './planning.ts';
import { rowsOf } from './lists.ts';
import type { Lease } from './runs.ts';
import type { ScheduleKey } from './schedule-locks.ts';

/** A run that waits for an open one to end, or for its turn under the rate limit, has `wake_at` infinity: it is held. */

/** Whether the run `r`, which is looked up by its id, is: so said that nobody goes along the index of all that are held. */
const HELD = 'NOT isfinite(r.wake_at)';

/** Whether a run of the record of the held run `h` is active. */
const ACTIVE_OF_RECORD = `EXISTS (SELECT 1 FROM runs a WHERE a.tenant_id = h.tenant_id AND a.schedule_id = h.schedule_id
  AND a.bucket = h.bucket AND a.record_id = h.record_id AND a.wake_at < 'infinity')`;

/** A held run: which, of what, and where it is to go. */
export interface HeldRun {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly destination: string;
}

/** Up to `most` held runs of each of these locked schedules that are to start by `until`, in the order in which they have their turn. */
export async function heldRuns(
  tx: Transaction,
  schedules: readonly (ScheduleKey & { readonly most: number; readonly until: number })[],
): Promise<HeldRun[]> {
  if (schedules.length === 0) return [];
  const { sql, values, mark } = withinBucketOf(tx, 'r', schedules, 5);
  return await tx.query<HeldRun>(
    `SELECT h.* FROM ${rowsOf('$1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[]', 'tenant_id, id, most, until')} u
     CROSS JOIN LATERAL (
       SELECT r.tenant_id, r.id, r.schedule_id, r.destination FROM runs r
       WHERE r.tenant_id = u.tenant_id AND r.schedule_id = u.id AND r.wake_at = 'infinity' AND r.fire_at <= u.until${sql}
       ORDER BY r.id LIMIT u.most) h`,
    [
      uuids(schedules.map((s) => s.tenant_id)),
      uuids(schedules.map((s) => s.id)),
      ints(schedules.map((s) => s.most)),
      instants(schedules.map((s) => s.until)),
      ...values,
    ],
    `held_runs${mark}`,
  );
}

/** Held runs of a RELATIVE schedule that the flexible window has start later: when the first of them does, or null. */
export async function nextHeldAt(tx: Transaction, key: ScheduleKey, now: number): Promise<number | null> {
  const [row] = await tx.query<{ at: number | null }>(
    `SELECT min(fire_at) AS at FROM runs WHERE tenant_id = $1 AND schedule_id = $2 AND wake_at = 'infinity' AND fire_at > $3`,
    [key.tenant_id, key.id, timestamp(now)],
    'next_held_at',
  );
  return row?.at ?? null;
}

/** Records of a RELATIVE schedule that have a held run and an active one that is to make way for it by now. */
export async function recordsInTheWay(tx: Transaction, key: ScheduleKey, now: number): Promise<string[]> {
  const rows = await tx.query<{ record_id: string }>(
    `SELECT DISTINCT h.record_id FROM runs h WHERE h.tenant_id = $1 AND h.schedule_id = $2 AND h.wake_at = 'infinity'
       AND h.fire_at <= $3 AND h.record_id IS NOT NULL AND ${ACTIVE_OF_RECORD}`,
    [key.tenant_id, key.id, timestamp(now)],
    'records_in_the_way',
  );
  return rows.map((row) => row.record_id);
}

/** Up to `limit` held runs of a locked RELATIVE schedule that may start by now: the first of each record that has none active. */
export async function readyByRecord(tx: Transaction, key: ScheduleKey, limit: number, now: number): Promise<HeldRun[]> {
  return await tx.query<HeldRun>(
    `SELECT h.tenant_id, h.id, h.schedule_id, h.destination FROM runs h
     WHERE h.tenant_id = $1 AND h.schedule_id = $2 AND h.wake_at = 'infinity' AND h.fire_at <= $4 AND NOT ${ACTIVE_OF_RECORD}
       AND NOT EXISTS (SELECT 1 FROM runs b WHERE b.tenant_id = h.tenant_id AND b.schedule_id = h.schedule_id
         AND b.bucket = h.bucket AND b.record_id = h.record_id AND b.wake_at = 'infinity' AND b.id < h.id)
     ORDER BY h.id LIMIT $3`,
    [key.tenant_id, key.id, limit, timestamp(now)],
    'ready_by_record',
  );
}

/** A held run that has started. */
export interface StartedRun {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly trigger: RunTrigger;
  readonly scheduled_for: number;
  readonly fire_at: number;
  readonly destination: string;
  readonly action_overlay: Record<string, unknown> | null;
  readonly record_id: string | null;
  readonly record: RecordSnapshot | null;
}

/** Starts held runs of locked schedules under a lease of this node. */
export async function startHeld(
  tx: Transaction,
  runs: readonly { readonly tenant_id: string; readonly id: string }[],
  lease: Lease,
  now: number,
): Promise<StartedRun[]> {
  if (runs.length === 0) return [];
  const { sql, values, mark } = withinBucketOf(tx, 'r', runs, 7);
  return await tx.query<StartedRun>(
    `UPDATE runs r SET status = 'RUNNING', reason = NULL, attempt = 1, wake_at = $3, lease_token = $4, lease_node = $5,
       started_at = $6
     FROM ${rowsOf('$1::uuid[], $2::uuid[]', 'tenant_id, id')} u
     WHERE r.tenant_id = u.tenant_id AND r.id = u.id AND ${HELD}${sql}
     RETURNING r.tenant_id, r.id, r.schedule_id, r.trigger, r.scheduled_for, r.fire_at, r.destination, r.action_overlay,
       r.record_id, r.record`,
    [
      runs.map((r) => r.tenant_id),
      runs.map((r) => r.id),
      timestamp(lease.expires_at),
      lease.token,
      lease.node,
      timestamp(now),
      ...values,
    ],
    `start_held${mark}`,
  );
}

/** Lets held runs of a locked schedule start on any node, as soon as one has room for them. */
export async function queueHeld(
  tx: Transaction,
  runs: readonly { readonly tenant_id: string; readonly id: string }[],
  now: number,
): Promise<void> {
  if (runs.length === 0) return;
  const { sql, values, mark } = withinBucketOf(tx, 'r', runs, 4);
  await tx.query(
    `UPDATE runs r SET reason = NULL, wake_at = $3 FROM ${rowsOf('$1::uuid[], $2::uuid[]', 'tenant_id, id')} u
     WHERE r.tenant_id = u.tenant_id AND r.id = u.id AND ${HELD}${sql}`,
    [runs.map((r) => r.tenant_id), runs.map((r) => r.id), timestamp(now), ...values],
    `queue_held${mark}`,
  );
}

/** Cancels the held runs of locked schedules, or of a record of theirs: a newer one takes their place. */
export async function supersedeHeld(
  tx: Transaction,
  keys: readonly (ScheduleKey & { readonly record_id?: string })[],
  now: number,
): Promise<void> {
  if (keys.length === 0) return;
  await tx.query(
    `WITH found AS (
       SELECT h.tenant_id, h.id FROM unnest($1::uuid[], $2::uuid[], $4::uuid[]) AS u (tenant_id, id, record_id) CROSS JOIN LATERAL (
         SELECT r.tenant_id, r.id FROM runs r WHERE r.tenant_id = u.tenant_id AND r.schedule_id = u.id AND r.wake_at = 'infinity'
           AND r.trigger = 'SCHEDULE' AND (u.record_id IS NULL OR r.record_id = u.record_id) OFFSET 0) h),
     gone AS (
       UPDATE runs r SET status = 'CANCELLED', reason = 'SUPERSEDED', finished_at = $3, wake_at = NULL
       FROM found f WHERE r.tenant_id = f.tenant_id AND r.id = f.id AND ${HELD}
       RETURNING r.tenant_id, r.schedule_id),
     counts AS (SELECT tenant_id, schedule_id, count(*) AS gone FROM gone GROUP BY 1, 2)
     UPDATE schedules s SET run_count = s.run_count - c.gone FROM counts c
     WHERE s.tenant_id = c.tenant_id AND s.id = c.schedule_id`,
    [keys.map((k) => k.tenant_id), keys.map((k) => k.id), timestamp(now), keys.map((k) => k.record_id ?? null)],
    'supersede_held',
  );
}

/**
 * The same for all but the newest held run of a locked schedule, or of each record of it: by a policy that it did not have when they
 * were held, that one wins. Returns how many.
 */
export async function supersedeOlder(tx: Transaction, key: ScheduleKey, now: number): Promise<number> {
  const gone = await tx.query(
    `WITH held AS (SELECT id, record_id FROM runs WHERE tenant_id = $1 AND schedule_id = $2 AND wake_at = 'infinity' AND trigger = 'SCHEDULE'),
     newest AS (SELECT DISTINCT ON (record_id) id FROM held ORDER BY record_id, id DESC)
     UPDATE runs r SET status = 'CANCELLED', reason = 'SUPERSEDED', finished_at = $3, wake_at = NULL
     FROM held h WHERE r.tenant_id = $1 AND r.id = h.id AND h.id NOT IN (SELECT id FROM newest) RETURNING r.id`,
    [key.tenant_id, key.id, timestamp(now)],
    'supersede_older',
  );
  await uncountRuns(tx, key.tenant_id, key.id, gone.length);
  return gone.length;
}
