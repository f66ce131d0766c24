import { pause, remove, resume, type Steering } from '../domain/lifecycle.ts';
import type { Schedule } from '../domain/schedule.ts';
import { endBackfillsOf } from '../store/backfill-end.ts';
import type { Transaction } from '../store/db.ts';
import { idOf, newId } from '../store/ids.ts';
import { countRuns } from '../store/planning.ts';
import { cancelUnstarted, insertRuns, type NewRun } from '../store/runs.ts';
import { markDeleted, writeStates } from '../store/schedules.ts';
import { notifyDue } from '../store/wake.ts';

/** What is done to schedules of one tenant that the transaction has locked: one of them or hundreds, the same. */

export type Steer = 'pause' | 'resume';

/** A schedule as steering leaves it, and the rows that are recorded with it. */
export interface Steered {
  readonly schedule: Schedule;
  readonly rows: Steering['rows'];
}

/** What pausing or resuming makes of a schedule; null: it is so already. @throws AppError `schedule_completed` */
export function steered(current: Schedule, to: Steer, now: number): Steered | null {
  const { state, rows } = to === 'pause' ? pause(current) : resume(current, now);
  if (state.status === current.status) return null;
  const consecutive_failures = to === 'resume' ? 0 : current.consecutive_failures;
  return {
    schedule: { ...current, ...state, consecutive_failures, version: current.version + 1, updated_at: now },
    rows,
  };
}

/** Writes what `steered` made. Returns the schedules as they are then. */
export async function writeSteered(
  tx: Transaction,
  changes: readonly Steered[],
  to: Steer,
  now: number,
): Promise<Schedule[]> {
  const schedules = changes.map((change) => change.schedule);
  const [first] = schedules;
  if (!first) return [];
  await writeStates(tx, schedules);
  await record(tx, changes, now);
  if (to === 'pause') {
    const why = { reason: 'SCHEDULE_PAUSED', manual: false } as const;
    const ids = schedules.map((schedule) => schedule.id);
    const cancelled = await cancelUnstarted(tx, first.tenant_id, ids, why, now);
    return schedules.map((s) => ({ ...s, run_count: s.run_count - (cancelled.get(s.id) ?? 0) }));
  }
  const dues = schedules.flatMap((schedule) => schedule.due_at ?? []);
  await notifyDue(tx, dues.length === 0 ? null : dues.reduce((a, b) => Math.min(a, b)), now);
  return schedules;
}

/** Deletes: what has not started is cancelled, backfills too; the rest finishes, the runs are kept. */
export async function deleteAll(tx: Transaction, schedules: readonly Schedule[], now: number): Promise<void> {
  const [first] = schedules;
  if (!first) return;
  const ids = schedules.map((schedule) => schedule.id);
  await record(
    tx,
    schedules.map((schedule) => ({ schedule, rows: remove(schedule, now) })),
    now,
  );
  await markDeleted(tx, first.tenant_id, ids, now);
  await endBackfillsOf(tx, schedules, now);
  await cancelUnstarted(tx, first.tenant_id, ids, { reason: 'SCHEDULE_DELETED', manual: true }, now);
}

/** A MANUAL run of a schedule, about to start; `how` where it is not the schedule's own action. */
export function manualRun(
  schedule: Schedule,
  now: number,
  how: Pick<NewRun, 'action_overlay' | 'destination'> = { action_overlay: null, destination: schedule.destination },
): NewRun {
  return {
    tenant_id: schedule.tenant_id,
    id: newId(now),
    schedule_id: schedule.id,
    trigger: 'MANUAL',
    row: { fate: 'RUN', scheduled_for: now, fire_at: now },
    lease: null,
    action_overlay: how.action_overlay,
    destination: how.destination,
  };
}

/** Inserts MANUAL runs, at most one of each schedule, and wakes the nodes. */
export async function startManual(tx: Transaction, runs: readonly NewRun[], now: number): Promise<void> {
  const [first] = runs;
  if (!first) return;
  await insertRuns(tx, runs, now);
  await countRuns(
    tx,
    first.tenant_id,
    runs.map((run) => run.schedule_id),
  );
  await notifyDue(tx, now, now);
}

/** Records what a change leaves unplanned. */
export async function record(tx: Transaction, changes: readonly Steered[], now: number): Promise<void> {
  const runs = changes.flatMap(({ schedule, rows }) =>
    rows.map((row) => ({
      tenant_id: schedule.tenant_id,
      id: idOf(schedule, row, now),
      schedule_id: schedule.id,
      trigger: 'SCHEDULE' as const,
      row,
      lease: null,
      action_overlay: null,
      destination: schedule.destination,
    })),
  );
  await insertRuns(tx, runs, now);
}
