import { afterFinal, pause, type Health } from '../domain/lifecycle.ts';
import type { RunStatus, RunTrigger } from '../domain/run.ts';
import type { Schedule } from '../domain/schedule.ts';
import { withinBucketOf } from './buckets.ts';
import type { Transaction } from './db.ts';
import { pauseBackfills } from './backfills.ts';
import { booleans, instants, ints, texts, uuids } from './arrays.ts';
import { inOrder, rowsOf } from './lists.ts';
import { cancelUnstarted } from './runs.ts';
import { lockSchedules, type ScheduleKey } from './schedule-locks.ts';
import { updateSchedule, type StorableSchedule } from './schedules.ts';

/** A run that had started and is final now. */
export interface EndedRun {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly status: RunStatus;
  readonly trigger: RunTrigger;
  readonly started_at: number;
}

/**
 * Notes on the schedules how their runs have ended; too many failures in a row, or one that asks for it, pause them.
 * @param parked ids of the runs whose receiver asked for the pause (HTTP 410)
 */
export async function noteEnds(
  tx: Transaction,
  rows: readonly EndedRun[],
  parked: ReadonlySet<string>,
  now: number,
): Promise<void> {
  const failed = rows.filter((row) => row.status === 'FAILED');
  // What follows takes them in two passes: all are locked first, in the order that everybody keeps to.
  if (failed.length > 0) await lockSchedules(tx, rows.map(keyOf));
  const unwell = new Set(failed.map((row) => row.schedule_id));
  await noteQuietly(
    tx,
    rows.filter((row) => !unwell.has(row.schedule_id)),
  );
  await noteFailures(
    tx,
    rows.filter((row) => unwell.has(row.schedule_id)),
    parked,
    now,
  );
}

const keyOf = (row: EndedRun) => ({ tenant_id: row.tenant_id, id: row.schedule_id });

/**
 * The common case writes nothing: a schedule that succeeds again and again already says so, and planning has set `last_run_at` to a
 * moment before the run started. What was CANCELLED counts as neither.
 */
async function noteQuietly(tx: Transaction, rows: readonly EndedRun[]): Promise<void> {
  if (rows.length === 0) return;
  const latest = new Map<string, { row: EndedRun; healthy: boolean }>();
  for (const row of rows) {
    const seen = latest.get(row.schedule_id);
    const healthy = (row.status === 'SUCCEEDED' && row.trigger !== 'MANUAL') || (seen?.healthy ?? false);
    latest.set(row.schedule_id, { row: seen && seen.row.started_at > row.started_at ? seen.row : row, healthy });
  }
  const notes = inOrder([...latest].map(([id, note]) => ({ tenant_id: note.row.tenant_id, id, ...note })));
  const { sql, values, mark } = withinBucketOf(tx, 's', notes, 6);
  await tx.query(
    `UPDATE schedules s SET last_run_status = u.status, last_run_at = greatest(s.last_run_at, u.started_at),
       consecutive_failures = CASE WHEN u.healthy THEN 0 ELSE s.consecutive_failures END
     FROM ${rowsOf('$1::uuid[], $2::uuid[], $3::timestamptz[], $4::bool[], $5::text[]', 'tenant_id, id, started_at, healthy, status')} u
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id${sql}
       AND (s.last_run_status IS DISTINCT FROM u.status OR s.last_run_at IS NULL OR s.last_run_at < u.started_at - interval '1 second'
         OR (u.healthy AND s.consecutive_failures <> 0))`,
    [
      uuids(notes.map((n) => n.tenant_id)),
      uuids(notes.map((n) => n.id)),
      instants(notes.map((n) => n.row.started_at)),
      booleans(notes.map((n) => n.healthy)),
      texts(notes.map((n) => n.row.status)),
      ...values,
    ],
    `note_ends${mark}`,
  );
}

/** What of a schedule its failures are counted by. */
type Counted = Health &
  Pick<Schedule, 'tenant_id' | 'id' | 'status' | 'last_run_at'> & { readonly deleted_at: number | null };

/** What some ends make of a schedule. */
interface Noted extends Pick<Counted, 'tenant_id' | 'id' | 'consecutive_failures'> {
  readonly last_run_status: RunStatus | null;
  readonly last_run_at: number | null;
  /** Why it is paused now, and after how many failures. */
  readonly pause: { readonly reason: 'FAILURES' | 'PARKED'; readonly failures: number } | null;
  /** Why its backfills are paused. */
  readonly stop: 'FAILURES' | 'PARKED' | null;
}

/** Failures are counted under the schedules' locks, which the caller holds: the count decides whether one is paused. */
async function noteFailures(tx: Transaction, rows: readonly EndedRun[], parked: ReadonlySet<string>, now: number) {
  if (rows.length === 0) return;
  const bySchedule = Map.groupBy(rows, (row) => row.schedule_id);
  const schedules = await readCounted(
    tx,
    [...bySchedule.values()].flatMap(([first]) => (first ? [keyOf(first)] : [])),
  );
  const noted = schedules.map((schedule) => afterEnds(schedule, bySchedule.get(schedule.id) ?? [], parked));
  await setHealth(tx, noted);
  for (const one of noted) {
    if (one.pause) await pauseFor(tx, one, one.pause, now);
    if (one.stop) await pauseBackfills(tx, one, one.stop, now);
  }
}

function afterEnds(schedule: Counted, ends: readonly EndedRun[], parked: ReadonlySet<string>): Noted {
  const { tenant_id, id, pause_on_failure_count } = schedule;
  let noted: Noted = { ...schedule, last_run_status: null, pause: null, stop: null };
  for (const row of ends.toSorted((a, b) => a.started_at - b.started_at)) {
    const { consecutive_failures, pause: reason } = afterFinal(
      { consecutive_failures: noted.consecutive_failures, pause_on_failure_count },
      {
        succeeded: row.status === 'SUCCEEDED',
        counts: row.trigger !== 'MANUAL' && row.status !== 'CANCELLED',
        park: parked.has(row.id),
      },
    );
    const active = schedule.status === 'ACTIVE' && noted.pause === null;
    const pauses = reason !== null && active && schedule.deleted_at === null;
    // What can't be paused (any more) may have a backfill that goes on: each time as many have failed again, that is paused.
    const again = reason === 'PARKED' || consecutive_failures % pause_on_failure_count === 0;
    noted = {
      tenant_id,
      id,
      consecutive_failures,
      last_run_status: row.status,
      last_run_at: Math.max(noted.last_run_at ?? 0, row.started_at),
      pause: noted.pause ?? (pauses ? { reason, failures: consecutive_failures } : null),
      stop: reason !== null && (again || active) ? reason : noted.stop,
    };
  }
  return noted;
}

async function readCounted(tx: Transaction, keys: readonly ScheduleKey[]): Promise<Counted[]> {
  const { sql, values, mark } = withinBucketOf(tx, 's', keys, 3);
  return await tx.query<Counted>(
    `SELECT s.tenant_id, s.id, s.status, s.deleted_at, s.consecutive_failures, s.pause_on_failure_count, s.last_run_at
     FROM ${rowsOf('$1::uuid[], $2::uuid[]', 'tenant_id, id')} u JOIN schedules s ON s.tenant_id = u.tenant_id AND s.id = u.id${sql}`,
    [uuids(keys.map((k) => k.tenant_id)), uuids(keys.map((k) => k.id)), ...values],
    `read_counted${mark}`,
  );
}

async function setHealth(tx: Transaction, noted: readonly Noted[]): Promise<void> {
  const { sql, values, mark } = withinBucketOf(tx, 's', noted, 6);
  await tx.query(
    `UPDATE schedules s SET consecutive_failures = u.failures, last_run_status = u.status, last_run_at = u.last_run_at
     FROM ${rowsOf('$1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::timestamptz[]', 'tenant_id, id, failures, status, last_run_at')} u
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id${sql}`,
    [
      uuids(noted.map((n) => n.tenant_id)),
      uuids(noted.map((n) => n.id)),
      ints(noted.map((n) => n.consecutive_failures)),
      texts(noted.map((n) => n.last_run_status)),
      instants(noted.map((n) => n.last_run_at)),
      ...values,
    ],
    `set_health${mark}`,
  );
}

/** Pauses a locked schedule for what became of its runs. */
async function pauseFor(
  tx: Transaction,
  key: ScheduleKey,
  { reason, failures }: NonNullable<Noted['pause']>,
  now: number,
): Promise<void> {
  const [schedule] = await tx.query<StorableSchedule>('SELECT * FROM schedules WHERE tenant_id = $1 AND id = $2', [
    key.tenant_id,
    key.id,
  ]);
  if (!schedule) return;
  const { state } = pause(schedule, now, reason, pauseDetail(reason, failures, schedule));
  await updateSchedule(tx, { ...schedule, ...state, version: schedule.version + 1, updated_at: now });
  await cancelUnstarted(tx, key.tenant_id, [key.id], { reason: 'SCHEDULE_PAUSED', manual: false }, now);
}

function pauseDetail(reason: 'FAILURES' | 'PARKED', failures: number, schedule: Health): string {
  return reason === 'PARKED'
    ? 'The receiver answered 410 Gone: it wants no more deliveries. Change the action, then resume.'
    : `${failures === 1 ? 'A run' : `${failures} runs in a row`} FAILED (pause_on_failure_count is ${schedule.pause_on_failure_count}). Resume when the cause is gone.`;
}
