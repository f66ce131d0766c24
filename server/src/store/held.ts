import type { RecordSnapshot } from '../domain/entity.ts';
import type { RunTrigger } from '../domain/run.ts';
import { WHOLE, withinBucketOf, withinSlice, type Slice } from './buckets.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { rowsOf } from './lists.ts';
import { SIGNING } from './leases.ts';
import { EGRESS_VERSION } from './egress-policies.ts';
import { uncountRuns, type LockedSchedule } from './planning.ts';
import type { Lease } from './runs.ts';
import { lockSchedules, type ScheduleKey } from './schedule-locks.ts';

/** A run that waits for an open one to end, or for its turn under the rate limit, has `wake_at` infinity: it is held. */

/** Whether the run `r`, which is looked up by its id, is: so said that nobody goes along the index of all that are held. */
const HELD = 'NOT isfinite(r.wake_at)';

const COLUMNS = `s.*, ${SIGNING}, ${EGRESS_VERSION}`;

/** Whether a run of the record of the held run `h` is active. */
const ACTIVE_OF_RECORD = `EXISTS (SELECT 1 FROM runs a WHERE a.tenant_id = h.tenant_id AND a.schedule_id = h.schedule_id
  AND a.bucket = h.bucket AND a.record_id = h.record_id AND a.wake_at < 'infinity')`;

/** Locks schedules whose held runs are to be looked at by `now`. Those that another node holds are passed over. */
export async function lockReleasable(
  tx: Transaction,
  now: number,
  limit: number,
  slice: Slice = WHOLE,
): Promise<LockedSchedule[]> {
  const { sql, values, mark } = withinSlice('s', slice, 3);
  return await tx.query<LockedSchedule>(
    `SELECT ${COLUMNS} FROM (SELECT * FROM schedules s WHERE s.release_at <= $1${sql} ORDER BY s.release_at LIMIT $2
       FOR NO KEY UPDATE SKIP LOCKED) s JOIN tenants t ON t.id = s.tenant_id`,
    [timestamp(now), limit, ...values],
    `lock_releasable${mark}`,
  );
}

/**
 * Runs of these schedules have ended: those held behind them are to be looked at. Waits for whoever plans a schedule just
 * now: the look comes after the lock, so that what that one holds is seen. Returns whether there is something to do.
 */
export async function askRelease(tx: Transaction, keys: readonly ScheduleKey[], now: number): Promise<boolean> {
  await lockSchedules(tx, keys);
  const { sql, values, mark } = withinBucketOf(tx, 's', keys, 4);
  const asked = await tx.query(
    `UPDATE schedules s SET release_at = least(s.release_at, $3) FROM ${rowsOf('$1::uuid[], $2::uuid[]', 'tenant_id, id')} u
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id${sql} AND EXISTS (SELECT 1 FROM runs r
       WHERE r.tenant_id = s.tenant_id AND r.bucket = s.bucket AND r.schedule_id = s.id AND r.wake_at = 'infinity')
     RETURNING s.id`,
    [keys.map((k) => k.tenant_id), keys.map((k) => k.id), timestamp(now), ...values],
    `ask_release${mark}`,
  );
  return asked.length > 0;
}

/**
 * Makes right what a crash between the end of a run and the look at those behind it left: held runs of schedules that
 * nobody is going to look at. Returns how many schedules. Those that somebody holds are passed over: the next look is soon.
 */
export async function findStranded(db: Queryable, now: number, limit: number): Promise<number> {
  const rows = await db.query(
    `WITH stranded AS (
       SELECT s.tenant_id, s.id FROM schedules s JOIN (
         SELECT DISTINCT r.bucket, r.tenant_id, r.schedule_id FROM runs r WHERE r.wake_at = 'infinity' LIMIT $2) held
         ON s.tenant_id = held.tenant_id AND s.id = held.schedule_id AND s.bucket = held.bucket
       WHERE s.release_at IS NULL AND NOT EXISTS (SELECT 1 FROM runs o
         WHERE o.tenant_id = s.tenant_id AND o.bucket = s.bucket AND o.schedule_id = s.id AND o.wake_at < 'infinity')
       FOR NO KEY UPDATE OF s SKIP LOCKED)
     UPDATE schedules s SET release_at = $1 FROM stranded f WHERE s.tenant_id = f.tenant_id AND s.id = f.id
     RETURNING s.id`,
    [timestamp(now), limit],
    'find_stranded',
  );
  return rows.length;
}

/** When the earliest look is due, or null. */
export async function earliestRelease(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ release_at: number }>(
    'SELECT release_at FROM schedules WHERE release_at IS NOT NULL ORDER BY release_at LIMIT 1',
    [],
    'earliest_release',
  );
  return row?.release_at ?? null;
}

/** A held run: which, and where it is to go. */
export interface HeldRun {
  readonly tenant_id: string;
  readonly id: string;
  readonly destination: string;
}

/** Up to `limit` held runs of a locked schedule that are to start by `until`, in the order in which they have their turn. */
export async function heldRuns(
  tx: Transaction,
  key: ScheduleKey,
  limit: number,
  until = Number.POSITIVE_INFINITY,
): Promise<HeldRun[]> {
  return await tx.query<HeldRun>(
    `SELECT tenant_id, id, destination FROM runs WHERE tenant_id = $1 AND schedule_id = $2 AND wake_at = 'infinity' AND fire_at <= $4
     ORDER BY id LIMIT $3`,
    [key.tenant_id, key.id, limit, timestamp(until)],
    'held_runs',
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

/**
 * Up to `limit` held runs of a locked RELATIVE schedule that may start by now: the first of each record that has none active; with
 * `beside` all of them.
 */
export async function readyByRecord(
  tx: Transaction,
  key: ScheduleKey,
  limit: number,
  beside: boolean,
  now: number,
): Promise<HeldRun[]> {
  if (beside) return await heldRuns(tx, key, limit, now);
  return await tx.query<HeldRun>(
    `SELECT h.tenant_id, h.id, h.destination FROM runs h
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

/** Writes when a locked schedule's held runs are looked at next, and what its rate limit has left. */
export async function setRelease(
  tx: Transaction,
  key: ScheduleKey,
  at: { readonly release_at: number | null; readonly rate_free_at: number | null; readonly started: boolean },
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE schedules SET release_at = $3, rate_free_at = $4, last_run_at = CASE WHEN $5 THEN $6::timestamptz ELSE last_run_at END
     WHERE tenant_id = $1 AND id = $2`,
    [key.tenant_id, key.id, timestamp(at.release_at), timestamp(at.rate_free_at), at.started, timestamp(now)],
    'set_release',
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
