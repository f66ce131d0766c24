import { decideOverlap, spacingOf, type OpenRunsNamed } from './overlap.ts';
import { nextOccurrence, occurrenceAt, stretch, type Occurrence, type Timing } from './recurrence.ts';
import type { RecordSnapshot } from './entity.ts';
import type { RunReason } from './run.ts';
import type { ScheduleDefinition, ScheduleState } from './schedule.ts';

const MINUTE = 60_000;

/** The most that catchup_window_minutes can be. */
export const MOST_CATCHUP = 1_440;

/** How late an occurrence may still start, in ms: at least a minute (docs/semantics.md). */
export function latestStart(catchupWindowMinutes: number): number {
  return Math.max(MINUTE, catchupWindowMinutes * MINUTE);
}

/** What planning needs of a schedule that is due. */
export type DueSchedule = Timing &
  Pick<ScheduleDefinition, 'catchup_window_minutes' | 'overlap_policy' | 'rate_limit_per_minute'> & {
    readonly next_run_at: number;
    /** Under a rate limit: the earliest instant of the next start. */
    readonly rate_free_at: number | null;
  };

/** Of which occurrence a fate is. */
export type Subject = Occurrence & {
  /** RELATIVE: the record that it is about; absent where a row stands for several. */
  readonly record?: RecordSnapshot;
};

/** The run in an occurrence's way: one that was open before, by its id, or that of an occurrence that is planned with it. */
export type Blocker = string | Subject;

/** A fate to record: a run to start or to hold, or a row that says why there is none. */
export type PlannedRow = Subject &
  (
    | { readonly fate: 'RUN' }
    | { readonly fate: 'HOLD'; readonly reason: 'RATE_LIMIT' }
    | { readonly fate: 'HOLD'; readonly reason: 'OVERLAP'; readonly behind: Blocker | null }
    | {
        readonly fate: 'SKIPPED';
        readonly reason: Extract<RunReason, 'OVERLAP' | 'BUFFER_FULL'>;
        readonly behind: Blocker | null;
      }
    | { readonly fate: 'CANCELLED'; readonly reason: 'SUPERSEDED'; readonly behind?: Blocker | null }
    | {
        readonly fate: 'MISSED' | 'CANCELLED';
        readonly reason: Exclude<RunReason, 'OVERLAP' | 'SUPERSEDED'>;
        readonly missed_count: number;
        readonly missed_until: number;
      }
  );

/** Where a schedule stands after planning, and what is recorded with it in the same transaction. */
export interface Plan {
  readonly rows: readonly PlannedRow[];
  readonly state: ScheduleState;
  readonly rate_free_at: number | null;
  /** When held runs are to be looked at; null: when an open run ends, or none is held. */
  readonly release_at: number | null;
  /** Whether runs that were held before give way to a newer one: CANCELLED (`SUPERSEDED`). */
  readonly supersedes: boolean;
}

/**
 * Decides the fate of every occurrence that is due at `now`, in order, and moves the cursor past them. Pure.
 * @param before runs of this schedule that are not final
 * @param maxRows an upper bound on the rows of one pass: what is left stays due and is planned in the next
 */
export function planDue(schedule: DueSchedule, now: number, before: OpenRunsNamed, maxRows: number): Plan {
  const rows: PlannedRow[] = [];
  const spacing = spacingOf(schedule.rate_limit_per_minute);
  let free = spacing === 0 ? null : schedule.rate_free_at;
  let { active, held } = before;
  let first: Blocker | null = before.first;
  let supersedes = false;
  let cursor: Occurrence | null = occurrenceAt(schedule, schedule.next_run_at);

  const missed = missedRow(schedule, cursor, now);
  if (missed) {
    rows.push(missed);
    cursor = nextOccurrence(schedule, missed.missed_until);
  }
  let fired = false;
  while (cursor !== null && cursor.fire_at <= now && rows.length < maxRows) {
    const decision = decideOverlap(schedule.overlap_policy, { active, held });
    const turn = held === 0 && (free ?? now) <= now;
    if (decision.kind === 'skip') {
      rows.push({ ...cursor, fate: 'SKIPPED', reason: decision.reason, behind: first });
    } else if (decision.kind === 'start' && turn) {
      rows.push({ ...cursor, fate: 'RUN' });
      active += 1;
      first ??= cursor;
      if (spacing > 0) free = now + spacing;
    } else {
      if (decision.kind === 'hold' && decision.supersedes) {
        supersedes = true;
        held = 0;
        if (active === 0) first = null;
        for (const [i, row] of rows.entries()) {
          if (row.fate === 'HOLD') rows[i] = { ...row, fate: 'CANCELLED', reason: 'SUPERSEDED' };
        }
      }
      rows.push(heldRow(cursor, decision.kind === 'hold', first));
      held += 1;
      first ??= cursor;
    }
    fired ||= decision.kind !== 'skip';
    cursor = nextOccurrence(schedule, cursor.scheduled_for);
  }
  // Behind a run that is open a buffer is looked at when that one ends; all else has its turn by the clock.
  const buffers = schedule.overlap_policy.startsWith('BUFFER') && active > 0;
  return {
    rows,
    state: stateAt(schedule, cursor, fired),
    rate_free_at: free,
    release_at: held === 0 || buffers ? null : Math.max(now, free ?? now),
    supersedes,
  };
}

/**
 * The same plan where nothing can start now: under a rate limit what has no room is held and keeps its turn for when it
 * starts, or several that waited for room would start together. Without a limit nothing changes. Pure.
 */
export function holdForRoom<Starts extends Pick<Plan, 'rows' | 'rate_free_at' | 'release_at'>>(
  plan: Starts,
  schedule: Pick<DueSchedule, 'rate_limit_per_minute' | 'rate_free_at'>,
  now: number,
): Starts {
  if (schedule.rate_limit_per_minute === null) return plan;
  const rows = plan.rows.map((row) =>
    row.fate === 'RUN' ? { ...row, fate: 'HOLD' as const, reason: 'RATE_LIMIT' as const } : row,
  );
  return { ...plan, rows, rate_free_at: schedule.rate_free_at, release_at: now };
}

/** The row of what is due and has to wait: for the run that it is `behind`, or for its turn under the rate limit. */
export function heldRow(subject: Subject, overlaps: boolean, behind: Blocker | null): PlannedRow {
  return overlaps
    ? { ...subject, fate: 'HOLD', reason: 'OVERLAP', behind }
    : { ...subject, fate: 'HOLD', reason: 'RATE_LIMIT' };
}

/** The state of a schedule whose next occurrence is `cursor`: ACTIVE, or COMPLETED when none is left. */
export function stateAt(
  schedule: Pick<Timing, 'schedule_type'>,
  cursor: Occurrence | null,
  fired: boolean,
): ScheduleState {
  const done = cursor === null;
  return {
    status: done ? 'COMPLETED' : 'ACTIVE',
    status_reason: !done ? null : schedule.schedule_type === 'ONE_TIME' && fired ? 'FIRED' : 'END_REACHED',
    status_detail: null,
    next_run_at: cursor?.scheduled_for ?? null,
    due_at: cursor?.fire_at ?? null,
    paused_from: null,
    relative_cursor: null,
    relative_look_at: null,
  };
}

/** Consecutive occurrences that are too late to run, as one row, however many: an outage of a year costs no more. */
function missedRow(schedule: DueSchedule, first: Occurrence, now: number) {
  const cutoff = now - latestStart(schedule.catchup_window_minutes);
  if (first.fire_at >= cutoff) return null;
  let late = stretch(schedule, first.scheduled_for, cutoff - 1);
  // Lateness counts from fire_at: the last of the stretch may still be inside its flexible window.
  if (late && late.count > 1 && occurrenceAt(schedule, late.last).fire_at >= cutoff) {
    late = stretch(schedule, first.scheduled_for, late.last - 1);
  }
  return {
    ...first,
    fate: 'MISSED' as const,
    reason: 'CATCHUP_WINDOW' as const,
    missed_count: late?.count ?? 1,
    missed_until: late?.last ?? first.scheduled_for,
  };
}
