import { AppError } from './errors.ts';
import { stateAt, type PlannedRow } from './occurrences.ts';
import { nextNominal, nextOccurrence, stretch, type Timing } from './recurrence.ts';
import { firstAfter, sameWhen } from './definition.ts';
import type { RelativeCursor } from './relative.ts';
import type { SaysWhen, ScheduleDefinition, ScheduleState, StatusReason } from './schedule.ts';

/** What changing the status needs of a schedule. */
export type Steered = Timing & ScheduleState;

/** A new state and the rows that are recorded with it. */
export interface Steering {
  readonly state: ScheduleState;
  readonly rows: readonly PlannedRow[];
}

/** Stops planning. Pausing what is paused changes nothing; what is COMPLETED has nothing to pause (409). */
export function pause(
  schedule: Steered,
  now: number,
  reason: StatusReason = 'BY_USER',
  detail: string | null = null,
): Steering {
  if (schedule.status === 'COMPLETED') throw completed(schedule, 'paused');
  if (schedule.status === 'PAUSED') return { state: stateOf(schedule), rows: [] };
  return {
    state: {
      status: 'PAUSED',
      status_reason: reason,
      status_detail: detail,
      next_run_at: null,
      due_at: null,
      paused_from: schedule.next_run_at,
      relative_cursor: cursorAtPause(schedule, now),
      relative_look_at: null,
    },
    rows: [],
  };
}

/**
 * Goes on from now: the occurrences of the pause become one MISSED row (`PAUSED`). Resuming what is ACTIVE changes
 * nothing; what is COMPLETED has no occurrence to go on with (409).
 */
export function resume(schedule: Steered, now: number): Steering {
  if (schedule.status === 'COMPLETED') throw completed(schedule, 'resumed');
  if (schedule.status === 'ACTIVE') return { state: stateOf(schedule), rows: [] };
  const from = schedule.paused_from;
  const rows = unplanned(schedule, from, now, { fate: 'MISSED', reason: 'PAUSED' });
  // An occurrence of the very millisecond of the pause is not lost: the cursor never goes behind where it stood.
  const after = from === null ? now : Math.max(now, from - 1);
  return { state: stateAt(schedule, nextOccurrence(schedule, after), false), rows };
}

/**
 * What a change of a field that says *when* does: planned anew from now. What was due under the old rule and not yet
 * planned is recorded (CANCELLED, `REPLANNED`; for a paused schedule MISSED, `PAUSED`). A COMPLETED schedule that has
 * occurrences again becomes ACTIVE; a PAUSED one stays so.
 */
export function replan(
  old: Steered,
  updated: Steered & Pick<ScheduleDefinition, 'catchup_window_minutes'>,
  now: number,
): Steering {
  // A ONE_TIME that is still due in its flexible window is not too late, whatever the catch-up window is.
  const due = old.schedule_type === 'ONE_TIME' && old.next_run_at !== null ? old.next_run_at - 1 : now;
  const next = nextOccurrence(updated, Math.min(firstAfter(updated, now), due));
  if (old.status === 'PAUSED') {
    const state = { ...stateOf(old), paused_from: next?.scheduled_for ?? null };
    return { state, rows: unplanned(old, old.paused_from, now, { fate: 'MISSED', reason: 'PAUSED' }) };
  }
  // A ONE_TIME that is due and stays where it was is not cancelled: the new plan runs it.
  const stays = next !== null && next.scheduled_for === old.next_run_at;
  const rows = stays ? [] : unplanned(old, old.next_run_at, now, { fate: 'CANCELLED', reason: 'REPLANNED' });
  return { state: stateAt(updated, next, false), rows };
}

/**
 * Whether the one occurrence of a ONE_TIME has its fate, or its run, and a change of *when* leaves it where it is: then there is
 * nothing to plan anew, and what waits to start must not be cancelled for it.
 */
export function isSettled(old: Steered, updated: Timing): boolean {
  if (old.schedule_type !== 'ONE_TIME' || old.status !== 'COMPLETED') return false;
  const planned = nextNominal(old, -1);
  return planned !== null && nextNominal(updated, -1) === planned;
}

/** Whether a schedule was planned anew between two looks at it: a change of *when* that leaves a ONE_TIME where it is does not. */
export function isReplanned(before: SaysWhen, after: SaysWhen): boolean {
  if (sameWhen(before, after)) return false;
  return before.schedule_type !== 'ONE_TIME' || onlyOf(before) !== onlyOf(after);
}

/** The one occurrence of a ONE_TIME: neither its id nor when it was made has a part in that. */
function onlyOf(schedule: SaysWhen): number | null {
  return nextNominal({ ...schedule, id: '', created_at: 0 }, -1);
}

/** What deleting records: the occurrences that were due and not yet planned. */
export function remove(schedule: Steered, now: number): readonly PlannedRow[] {
  return schedule.status === 'PAUSED'
    ? unplanned(schedule, schedule.paused_from, now, { fate: 'MISSED', reason: 'PAUSED' })
    : unplanned(schedule, schedule.next_run_at, now, { fate: 'CANCELLED', reason: 'SCHEDULE_DELETED' });
}

/** What a schedule keeps of its final runs. */
export interface Health {
  readonly consecutive_failures: number;
  readonly pause_on_failure_count: number;
}

/** The failures in a row after a final run, and whether the schedule is to be paused for it (docs/semantics.md). */
export function afterFinal(
  health: Health,
  run: { readonly succeeded: boolean; readonly counts: boolean; readonly park: boolean },
): { readonly consecutive_failures: number; readonly pause: Extract<StatusReason, 'FAILURES' | 'PARKED'> | null } {
  const failures = !run.counts ? health.consecutive_failures : run.succeeded ? 0 : health.consecutive_failures + 1;
  const spent = run.counts && !run.succeeded && failures >= health.pause_on_failure_count;
  return { consecutive_failures: failures, pause: run.park ? 'PARKED' : spent ? 'FAILURES' : null };
}

/** What a pause leaves unplanned begins with it, unless some of it was due already. */
function cursorAtPause({ relative_cursor: cursor, next_run_at }: Steered, now: number): RelativeCursor | null {
  // While what is next is still being looked for, some of it may be due and not planned.
  if (cursor === null || cursor.search || (next_run_at !== null && next_run_at <= now)) return cursor;
  return { planned_until: Math.max(cursor.planned_until, now), window: null };
}

export type Unplanned = Pick<Extract<PlannedRow, { missed_count: number }>, 'fate' | 'reason'>;

/** The occurrences from `first` through `now` as one row of the given fate: none may vanish unrecorded. */
function unplanned(timing: Timing, first: number | null, now: number, fate: Unplanned): readonly PlannedRow[] {
  const gone = first === null ? null : stretch(timing, first, now);
  if (!gone) return [];
  return [
    { ...fate, scheduled_for: gone.first, fire_at: gone.first, missed_count: gone.count, missed_until: gone.last },
  ];
}

export function stateOf(schedule: Steered): ScheduleState {
  const { status, status_reason, status_detail, next_run_at, due_at, paused_from } = schedule;
  const { relative_cursor, relative_look_at } = schedule;
  return { status, status_reason, status_detail, next_run_at, due_at, paused_from, relative_cursor, relative_look_at };
}

export function completed(schedule: Steered, verb: string): AppError {
  return new AppError(
    'schedule_completed',
    `This schedule is COMPLETED (${schedule.status_reason}): it has no occurrence left, so it can't be ${verb}. ` +
      'Give it a new schedule_expression or end_at to make it ACTIVE again.',
  );
}
