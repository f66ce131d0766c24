import { afterFinal, pause } from '../domain/lifecycle.ts';
import type { RunStatus, RunTrigger } from '../domain/run.ts';
import type { Schedule } from '../domain/schedule.ts';
import { withinBucketOf } from './buckets.ts';
import { timestamp, type Transaction } from './db.ts';
import { pauseBackfills } from './backfills.ts';
import { booleans, instants, texts, uuids } from './arrays.ts';
import { inOrder, rowsOf } from './lists.ts';
import { cancelUnstarted } from './runs.ts';
import { lockSchedules } from './schedule-locks.ts';
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

/** Failures go one by one under the schedule's lock: the count decides whether the schedule is paused. */
async function noteFailures(tx: Transaction, rows: readonly EndedRun[], parked: ReadonlySet<string>, now: number) {
  const bySchedule = Map.groupBy(rows, (row) => row.schedule_id);
  for (const [scheduleId, outcomes] of bySchedule) {
    const tenantId = outcomes[0]?.tenant_id ?? '';
    const [schedule] = await tx.query<StorableSchedule & { deleted_at: number | null }>(
      'SELECT * FROM schedules WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE',
      [tenantId, scheduleId],
    );
    if (!schedule) continue;
    let after = schedule;
    let stop: 'FAILURES' | 'PARKED' | null = null;
    for (const row of outcomes.toSorted((a, b) => a.started_at - b.started_at)) {
      const health = afterFinal(after, {
        succeeded: row.status === 'SUCCEEDED',
        counts: row.trigger !== 'MANUAL' && row.status !== 'CANCELLED',
        park: parked.has(row.id),
      });
      after = {
        ...after,
        consecutive_failures: health.consecutive_failures,
        last_run_status: row.status,
        last_run_at: Math.max(after.last_run_at ?? 0, row.started_at),
      };
      // What can't be paused (any more) may have a backfill that goes on: each time as many have failed again, that is paused.
      const again = health.pause === 'PARKED' || health.consecutive_failures % after.pause_on_failure_count === 0;
      if (health.pause && (again || after.status === 'ACTIVE')) stop = health.pause;
      if (health.pause && after.status === 'ACTIVE' && after.deleted_at === null) {
        const { state } = pause(after, now, health.pause, pauseDetail(health.pause, after));
        after = { ...after, ...state, version: after.version + 1, updated_at: now };
      }
    }
    await updateSchedule(tx, after);
    await tx.query('UPDATE schedules SET last_run_status = $3, last_run_at = $4 WHERE tenant_id = $1 AND id = $2', [
      tenantId,
      scheduleId,
      after.last_run_status,
      timestamp(after.last_run_at),
    ]);
    if (after.status === 'PAUSED' && schedule.status === 'ACTIVE') {
      await cancelUnstarted(tx, tenantId, [scheduleId], { reason: 'SCHEDULE_PAUSED', manual: false }, now);
    }
    if (stop) await pauseBackfills(tx, { tenant_id: tenantId, id: scheduleId }, stop, now);
  }
}

function pauseDetail(reason: 'FAILURES' | 'PARKED', schedule: Schedule): string {
  return reason === 'PARKED'
    ? 'The receiver answered 410 Gone: it wants no more deliveries. Change the action, then resume.'
    : `${schedule.consecutive_failures} runs in a row FAILED (pause_on_failure_count is ${schedule.pause_on_failure_count}). Resume when the cause is gone.`;
}
