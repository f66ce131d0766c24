import { latestStart, type PlannedRow } from '../domain/occurrences.ts';
import { concerns, dateOf, nextOfDate, type RelativeCursor, type RelativePlan } from '../domain/relative.ts';
import type { DueOccurrence } from '../domain/relative-planning.ts';
import type { ScheduleState } from '../domain/schedule.ts';
import type { Queryable } from '../store/db.ts';
import { countDue, dueAndNext, dueRecords } from '../store/relative-dates.ts';
import { nextDue, UNKNOWN, type NextDue } from '../store/relative-next.ts';
import type { Latecomer, LockedRelative } from '../store/relative-planning.ts';

const DAY = 86_400_000;
/** A longer outage is counted in several steps, and is as many rows: no statement may take long. */
const MISSED_AT_ONCE = 92 * DAY;
/** How soon a search for what is next goes on. */
const SEARCH_MS = 100;

/** What of a schedule has its turn now, and where it stands when that is planned. */
export interface DueStep {
  /** Occurrences that may run. */
  readonly due: readonly DueOccurrence[];
  /** Those that are too late to. */
  readonly missed: readonly PlannedRow[];
  readonly state: ScheduleState;
}

/**
 * Reads what is due of a locked schedule, up to `budget` occurrences, in the order of the dates: what appeared behind the
 * planner, then a window of what is due, from where the last step ended.
 */
export async function readDue(
  db: Queryable,
  schedule: LockedRelative,
  plan: RelativePlan,
  late: { readonly some: readonly Latecomer[]; readonly more: boolean },
  now: number,
  budget: number,
): Promise<DueStep> {
  const cutoff = now - latestStart(schedule.catchup_window_minutes);
  const missed: PlannedRow[] = [];
  const due: DueOccurrence[] = [];
  for (const { scheduled_for, record } of late.some) {
    if (!record || !isDue(plan, record, scheduled_for)) continue;
    if (scheduled_for >= cutoff) due.push({ record, due: scheduled_for });
    else missed.push(missedRow({ count: 1, first: scheduled_for, last: scheduled_for }));
  }

  const { relative_cursor: cursor, next_run_at } = schedule;
  let after = cursor.planned_until;
  if (cursor.window === null) {
    // Before what was known to be next lies nothing but what appeared when it was too late: no occurrence.
    // While that is still being looked for, everything is in doubt.
    const sure = next_run_at !== null && schedule.relative_look_at === next_run_at;
    const from = sure ? next_run_at : Math.min(next_run_at ?? Infinity, cutoff);
    if (!cursor.search) after = Math.max(after, from - 1);
    if (after < cutoff - 1) {
      const end = Math.min(cutoff - 1, after + MISSED_AT_ONCE);
      const count = await countDue(db, plan, { after, until: end });
      if (count) missed.push(missedRow(count));
      after = end;
      if (end < cutoff - 1)
        return { due, missed, state: partly(schedule, { planned_until: end, window: null }, null, now) };
    }
  }
  const until = cursor.window?.end ?? (plan.recurs ? Math.min(now, after + DAY) : now);
  const limit = Math.max(1, budget - due.length);
  const told = next_run_at !== null && next_run_at > until ? next_run_at : null;
  const goesOn = cursor.search && cursor.window === null && (next_run_at === null || told !== null);
  const page = goesOn
    ? await searchOn(db, plan, { after, until }, cursor.search, limit)
    : await dueAndNext(db, plan, { after, until }, cursor.window, limit);
  due.push(...page.due);
  const next = goesOn && told !== null ? { ...page.next, due: Math.min(told, page.next.due ?? told) } : page.next;
  const soon = late.more || until < now ? now : null;
  const state = page.rest
    ? partly(
        schedule,
        { planned_until: after, window: { end: until, ...page.rest } },
        page.due.at(-1)?.due ?? null,
        now,
      )
    : wholly(schedule, { planned_until: until, window: null }, next, soon, now);
  return { due: due.toSorted((a, b) => a.due - b.due), missed, state };
}

/** What is due by now, and a step further in the search for what is next: there were others in the way that do not meet the filter. */
async function searchOn(
  db: Queryable,
  plan: RelativePlan,
  window: { readonly after: number; readonly until: number },
  search: RelativeCursor['search'],
  limit: number,
) {
  const page = await dueRecords(db, plan, window, null, limit);
  const fresh = page.due.length > 0;
  return {
    ...page,
    next: page.rest ? UNKNOWN : await nextDue(db, plan, window.until, fresh ? null : (search ?? null)),
  };
}

/** More is due than was read: what is next is what is left of it. */
function partly(schedule: LockedRelative, cursor: RelativeCursor, last: number | null, now: number): ScheduleState {
  return { ...active(schedule, cursor), next_run_at: last ?? schedule.next_run_at, relative_look_at: now };
}

/** Everything until `cursor.planned_until` has its fate. */
function wholly(
  schedule: LockedRelative,
  cursor: RelativeCursor,
  { due: next, search }: NextDue,
  look: number | null,
  now: number,
): ScheduleState {
  if (search) {
    const again = Math.min(look ?? Infinity, next ?? Infinity, now + SEARCH_MS);
    return { ...active(schedule, { ...cursor, search }), next_run_at: next, relative_look_at: again };
  }
  const { end_at } = schedule;
  const last = next === null && look === null && end_at !== null;
  if (last && end_at <= now) {
    return { ...active(schedule, cursor), status: 'COMPLETED', status_reason: 'END_REACHED' };
  }
  return {
    ...active(schedule, cursor),
    next_run_at: next,
    relative_look_at: look ?? next ?? (last ? end_at + 1 : null),
  };
}

function active(schedule: LockedRelative, cursor: RelativeCursor): ScheduleState {
  return {
    status: schedule.status,
    status_reason: null,
    status_detail: null,
    next_run_at: null,
    due_at: null,
    paused_from: null,
    relative_cursor: cursor,
    relative_look_at: null,
  };
}

/** Whether a record has this very occurrence, as it is now. */
function isDue(plan: RelativePlan, record: DueOccurrence['record'], due: number): boolean {
  const at = dateOf(plan, record.data);
  return at !== null && concerns(plan, record) && nextOfDate(plan, at, due - 1) === due;
}

function missedRow({ count, first, last }: { count: number; first: number; last: number }): PlannedRow {
  return {
    fate: 'MISSED',
    reason: 'CATCHUP_WINDOW',
    scheduled_for: first,
    fire_at: first,
    missed_count: count,
    missed_until: last,
  };
}
