import { parseTimeOfDay, RelativeTiming } from '../time/index.ts';
import { jitterOffset } from '../time/index.ts';
import type { EntityData, EntityDefinition, EntityRecord } from './entity.ts';
import { parseFilter } from './filter-parse.ts';
import { matches, type Filter } from './filter.ts';
import { latestStart } from './occurrences.ts';
import type { Schedule, ScheduleDefinition } from './schedule.ts';

const MINUTE = 60_000;
const CACHE_LIMIT = 10_000;

export const RECURRENCES = ['NONE', 'MONTHLY', 'YEARLY'] as const;
export type RelativeRecurrence = (typeof RECURRENCES)[number];

/** How far the occurrences of a RELATIVE schedule are planned. */
export interface RelativeCursor {
  /** Every occurrence until this instant (included) has its fate, but for latecomers. */
  readonly planned_until: number;
  /** Many are due at once and not all are planned: those in (planned_until, end] behind this date and record are left. */
  readonly window: { readonly end: number; readonly at: number; readonly record_id: string } | null;
  /** What is next is still being looked for, behind this place: a filter that few records meet. Absent: it is known. */
  readonly search?: { readonly at: number; readonly record_id: string };
}

/** What of a schedule says which records are due, and when. */
export type RelativeSchedule = Pick<
  ScheduleDefinition,
  | 'schedule_expression'
  | 'timezone'
  | 'start_at'
  | 'end_at'
  | 'customer_id'
  | 'flexible_window_minutes'
  | 'catchup_window_minutes'
  | 'relative_field_name'
  | 'relative_filter'
  | 'relative_offset_days'
  | 'relative_recurrence'
> & { readonly tenant_id: string; readonly id: string };

/** A rule, ready to be asked about records of its definition. */
export interface RelativePlan {
  readonly schedule: RelativeSchedule;
  readonly definition: EntityDefinition;
  readonly field: string;
  readonly timing: RelativeTiming;
  readonly filter: Filter | null;
  /** Whether a date comes round: it has more than one occurrence. */
  readonly recurs: boolean;
}

const timings = new Map<string, RelativeTiming>();

/** Compiles a schedule's rule. @throws Error where the definition no longer has the field, or the filter does not fit it */
export function relativePlan(schedule: RelativeSchedule, definition: EntityDefinition): RelativePlan {
  const name = schedule.relative_field_name;
  const field = definition.fields.find((candidate) => candidate.name === name);
  if (!field || (field.type !== 'DATE' && field.type !== 'DATETIME')) {
    throw new Error(`the definition "${definition.slug}" has no DATE or DATETIME field ${String(name)}`);
  }
  const parsed = schedule.relative_filter === null ? null : parseFilter(schedule.relative_filter, definition.fields);
  if (parsed && 'problems' in parsed) {
    throw new Error(`relative_filter does not fit the definition "${definition.slug}": ${parsed.problems[0]?.msg}`);
  }
  const recurrence = schedule.relative_recurrence ?? 'NONE';
  return {
    schedule,
    definition,
    field: field.name,
    timing: timingOf(field.type, schedule, recurrence),
    filter: parsed?.filter ?? null,
    recurs: recurrence !== 'NONE',
  };
}

function timingOf(field: 'DATE' | 'DATETIME', schedule: RelativeSchedule, recurrence: RelativeRecurrence) {
  const key = [field, schedule.timezone, schedule.relative_offset_days, schedule.schedule_expression, recurrence].join(
    '\u0000',
  );
  const hit = timings.get(key);
  if (hit) return hit;
  const timing = new RelativeTiming({
    field,
    timezone: schedule.timezone,
    offsetDays: schedule.relative_offset_days ?? 0,
    clock: schedule.schedule_expression === '' ? null : parseTimeOfDay(schedule.schedule_expression),
    recurrence,
  });
  if (timings.size >= CACHE_LIMIT) timings.delete(timings.keys().next().value ?? '');
  timings.set(key, timing);
  return timing;
}

/** Whether a record is the schedule's business: its customer's, and its filter holds. */
export function concerns(plan: RelativePlan, record: Pick<EntityRecord, 'customer_id' | 'data'>): boolean {
  const { customer_id } = plan.schedule;
  if (customer_id !== null && record.customer_id !== customer_id) return false;
  return plan.filter === null || matches(plan.filter, record.data);
}

/** The date of a record that the rule goes by, as an instant (a DATE: its midnight in UTC); null: it has none. */
export function dateOf(plan: RelativePlan, data: EntityData): number | null {
  const value = Object.hasOwn(data, plan.field) ? data[plan.field] : null;
  return typeof value === 'string' ? Date.parse(value) : null;
}

/** The stretch (after, until] within the schedule's bounds, both inclusive. */
export function within(plan: RelativePlan, after: number, until: number): { after: number; until: number } {
  const { start_at, end_at } = plan.schedule;
  return {
    after: start_at === null ? after : Math.max(after, start_at - 1),
    until: end_at === null ? until : Math.min(until, end_at),
  };
}

/** The first occurrence of a date after `after` within the schedule's bounds, or null. */
export function nextOfDate(plan: RelativePlan, at: number, after: number): number | null {
  const bounds = within(plan, after, Number.POSITIVE_INFINITY);
  const due = plan.timing.next(at, bounds.after);
  return due !== null && due <= bounds.until ? due : null;
}

/** When the occurrence of a record starts: spread over the flexible window by hash, the same on every machine. */
export function fireAt(
  schedule: Pick<RelativeSchedule, 'id' | 'flexible_window_minutes'>,
  recordId: string,
  due: number,
) {
  return due + jitterOffset(`${schedule.id}/${recordId}`, due, schedule.flexible_window_minutes * MINUTE);
}

/** The cursor of a schedule that is made at `now`: what is past already runs if it is not too late. */
export function firstCursor(catchupWindowMinutes: number, now: number): RelativeCursor {
  return { planned_until: now - latestStart(catchupWindowMinutes) - 1, window: null };
}

/** What a write of a record does to what is next of a schedule: null, nothing. */
type Ahead =
  /** The record is due before everything else is. */
  | { readonly kind: 'earlier'; readonly due: number }
  /** The record that was due next is no longer due then: what is next has to be found anew. */
  | { readonly kind: 'recheck' }
  | null;

/** What a write of a record does to a schedule. */
export type RelativeEffect =
  | Ahead
  /**
   * It is due already, behind the planner. `otherwise`: what the write does where that has had its fate before. `stays`: it had this
   * date before, so it may have been among those that a pause left out, which one row stands for.
   */
  | { readonly kind: 'late'; readonly due: number; readonly stays: boolean; readonly otherwise: Ahead };

/** How a record's date changed: null where it had, or has, none. */
export interface DateChange {
  readonly record_id: string;
  readonly before: number | null;
  readonly after: number | null;
  /** Whether the record concerns the schedule now. */
  readonly concerns: boolean;
}

/** What a changed record means for an ACTIVE schedule. Pure. */
export function effectOf(
  plan: RelativePlan,
  state: { readonly next_run_at: number | null; readonly relative_cursor: RelativeCursor },
  change: DateChange,
  now: number,
): RelativeEffect {
  const cursor = state.relative_cursor;
  const horizon = now - latestStart(plan.schedule.catchup_window_minutes) - 1;
  const date = change.concerns ? change.after : null;
  const due = date === null ? null : nextOfDate(plan, date, horizon);
  const behind = cursor.window?.end ?? cursor.planned_until;
  if (date === null || due === null || due > behind) return aheadOf(plan, state.next_run_at, change.before, due);
  if (isAhead(cursor, change, due)) return null;
  const later = nextOfDate(plan, date, behind);
  const stays = date === change.before;
  return { kind: 'late', due, stays, otherwise: aheadOf(plan, state.next_run_at, change.before, later) };
}

/** What follows for what is `next` from a record that had one date and is now due at `due`, where the planner has not been. */
function aheadOf(plan: RelativePlan, next: number | null, before: number | null, due: number | null): Ahead {
  if (due !== null && (next === null || due < next)) return { kind: 'earlier', due };
  const was = next !== null && before !== null && plan.timing.next(before, next - 1) === next;
  return was && due !== next ? { kind: 'recheck' } : null;
}

/** Whether the planner comes to an occurrence by itself: it is in the middle of a window, and has not got as far as this date. */
function isAhead({ planned_until, window }: RelativeCursor, { after, record_id }: DateChange, due: number): boolean {
  if (window === null || after === null || due <= planned_until) return false;
  return after > window.at || (after === window.at && record_id > window.record_id);
}

/** The state that says so: whether a schedule is RELATIVE. */
export function isRelative(
  schedule: Schedule,
): schedule is Schedule & { relative_cursor: RelativeCursor; relative_entity_definition_id: string } {
  return schedule.schedule_type === 'RELATIVE';
}
