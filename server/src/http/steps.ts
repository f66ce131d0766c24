import { completed, pause, remove, replan, resume, stateOf, type Steering } from '../domain/lifecycle.ts';
import { isRelative } from '../domain/relative.ts';
import type { Schedule } from '../domain/schedule.ts';
import { endBackfillsOf } from '../store/backfill-end.ts';
import type { Transaction } from '../store/db.ts';
import { idOf, newId } from '../store/ids.ts';
import { countRuns } from '../store/planning.ts';
import { cancelUnstarted, insertRuns, type NewRun } from '../store/runs.ts';
import { markDeleted, writeStates } from '../store/schedules.ts';
import { notifyDue } from '../store/wake.ts';
import { goOn, unplannedRecords } from './relative-steps.ts';

/** What is done to schedules of one tenant that the transaction has locked: one of them or hundreds, the same. */

export type Steer = 'pause' | 'resume';

/** A schedule as steering leaves it, and the rows that are recorded with it. */
export interface Steered {
  readonly schedule: Schedule;
  readonly rows: Steering['rows'];
}

/** A new schedule with the first occurrence that its records give it, where they do. */
export async function begun(tx: Transaction, schedule: Schedule, now: number): Promise<Schedule> {
  if (!isRelative(schedule)) return schedule;
  return { ...schedule, ...(await goOn(tx, schedule, schedule.relative_cursor, now)) };
}

/** What resuming makes of a schedule: see `resume`. */
export async function resumed(tx: Transaction, schedule: Schedule, now: number): Promise<Steering> {
  if (!isRelative(schedule)) return resume(schedule, now);
  if (schedule.status === 'COMPLETED') throw completed(schedule, 'resumed');
  if (schedule.status === 'ACTIVE') return { state: stateOf(schedule), rows: [] };
  const rows = await unplannedRecords(tx, schedule, now, { fate: 'MISSED', reason: 'PAUSED' });
  return { state: await goOn(tx, schedule, { planned_until: now, window: null }, now), rows };
}

/** What a change of *when* makes of a schedule: see `replan`. */
export async function replanned(tx: Transaction, old: Schedule, updated: Schedule, now: number): Promise<Steering> {
  if (!isRelative(old)) return replan(old, updated, now);
  const paused = old.status === 'PAUSED';
  const fate = paused
    ? ({ fate: 'MISSED', reason: 'PAUSED' } as const)
    : ({ fate: 'CANCELLED', reason: 'REPLANNED' } as const);
  const rows = await unplannedRecords(tx, old, now, fate);
  const cursor = { planned_until: now, window: null };
  if (paused) return { state: { ...stateOf(old), paused_from: null, relative_cursor: cursor }, rows };
  return { state: await goOn(tx, updated, cursor, now), rows };
}

/** What pausing or resuming makes of a schedule; null: it is so already. @throws AppError `schedule_completed` */
export async function steered(tx: Transaction, current: Schedule, to: Steer, now: number): Promise<Steered | null> {
  const { state, rows } = to === 'pause' ? pause(current, now) : await resumed(tx, current, now);
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
  const dues = schedules.flatMap((schedule) => schedule.due_at ?? schedule.relative_look_at ?? []);
  await notifyDue(tx, dues.length === 0 ? null : dues.reduce((a, b) => Math.min(a, b)), now);
  return schedules;
}

/** Deletes: what has not started is cancelled, backfills too; the rest finishes, the runs are kept. */
export async function deleteAll(tx: Transaction, schedules: readonly Schedule[], now: number): Promise<void> {
  const [first] = schedules;
  if (!first) return;
  const ids = schedules.map((schedule) => schedule.id);
  const changes: Steered[] = [];
  for (const schedule of schedules) changes.push({ schedule, rows: await removed(tx, schedule, now) });
  await record(tx, changes, now);
  await markDeleted(tx, first.tenant_id, ids, now);
  await endBackfillsOf(tx, schedules, now);
  await cancelUnstarted(tx, first.tenant_id, ids, { reason: 'SCHEDULE_DELETED', manual: true }, now);
}

async function removed(tx: Transaction, schedule: Schedule, now: number): Promise<Steering['rows']> {
  if (!isRelative(schedule)) return remove(schedule, now);
  const fate =
    schedule.status === 'PAUSED'
      ? ({ fate: 'MISSED', reason: 'PAUSED' } as const)
      : ({ fate: 'CANCELLED', reason: 'SCHEDULE_DELETED' } as const);
  return schedule.status === 'COMPLETED' ? [] : await unplannedRecords(tx, schedule, now, fate);
}

/** A MANUAL run of a schedule, about to start; `how` where it is not the schedule's own action. */
export function manualRun(
  schedule: Schedule,
  now: number,
  how: Pick<NewRun, 'id' | 'action_overlay' | 'destination'> = {
    id: newId(now),
    action_overlay: null,
    destination: schedule.destination,
  },
): NewRun {
  return {
    tenant_id: schedule.tenant_id,
    id: how.id,
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
