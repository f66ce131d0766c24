import {
  compile,
  ExpressionError,
  isLocalTime,
  parseLocalOrInstant,
  parseTimeOfDay,
  resolveTimezone,
} from '../time/index.ts';
import { compiledOf, nextOccurrence, type Timing } from './recurrence.ts';
import { latestStart, MOST_CATCHUP, stateAt } from './occurrences.ts';
import { firstCursor } from './relative.ts';
import { WHEN_FIELDS, type SaysWhen, type Schedule, type ScheduleDefinition, type ScheduleState } from './schedule.ts';

/** A problem of one field: its name, a sentence, a stable type. */
export interface DefinitionProblem {
  readonly field: string;
  readonly msg: string;
  readonly type: string;
}

/** What says when, as callers write it: each part may be absent because it was invalid already. */
export interface WhenInput {
  readonly schedule_type?: ScheduleDefinition['schedule_type'] | undefined;
  /** Null and '' for a RELATIVE schedule without a time of day. */
  readonly schedule_expression?: string | null | undefined;
  /** Absent: it was invalid. What depends on it stays unsaid. */
  readonly timezone?: string | undefined;
  readonly start_at?: string | number | null | undefined;
  readonly end_at?: string | number | null | undefined;
  readonly catchup_window_minutes?: number | undefined;
}

/** The parts of a definition that say when, zone applied and spelled as the tz database has it. */
export type When = Pick<ScheduleDefinition, 'schedule_expression' | 'timezone' | 'start_at' | 'end_at'>;

/** What may be right in the zone, or from the start, that is meant: with either unknown it is not told. */
const DEPENDENT: ReadonlySet<string> = new Set(['time_out_of_range', 'rrule_never']);

/**
 * Checks the parts that say when, all of them, and applies the zone to local times (docs/semantics.md).
 * @param mayBePast whether a ONE_TIME at that instant may be past: it has been accepted before
 * @returns the problems, and the parts where there are none
 */
export function checkWhen(
  input: WhenInput,
  now: number,
  mayBePast: (instant: number) => boolean,
): { readonly problems: readonly DefinitionProblem[]; readonly when: When } {
  const problems: DefinitionProblem[] = [];
  const attempt = <T>(field: string, work: () => T, isCertain = true): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      if (isCertain || !DEPENDENT.has(error.type)) problems.push({ field, msg: error.message, type: error.type });
      return undefined;
    }
  };
  const timezone = attempt('timezone', () =>
    input.timezone === undefined ? undefined : resolveTimezone(input.timezone),
  );
  // With no zone to go by, UTC stands in for what does not depend on it.
  const zone = timezone ?? 'UTC';
  const isKnown = (text: unknown) => timezone !== undefined || !(typeof text === 'string' && isLocalTime(text));
  const bound = (field: 'start_at' | 'end_at') => {
    const value = input[field];
    return typeof value === 'string'
      ? (attempt(field, () => parseLocalOrInstant(value, zone), isKnown(value)) ?? null)
      : (value ?? null);
  };
  const start_at = bound('start_at');
  const hasBadStart = problems.some(({ field }) => field === 'start_at') || input.start_at === undefined;
  const end_at = bound('end_at');
  const areComparable = isKnown(input.start_at) === isKnown(input.end_at);
  if (start_at !== null && end_at !== null && end_at < start_at && areComparable) {
    const [start, end] = [`start_at (${shown(input.start_at)})`, `end_at (${shown(input.end_at)})`];
    // What is stored already is a number: to blame is what was sent.
    const problem =
      typeof input.end_at === 'number'
        ? { field: 'start_at', msg: `${start} is after ${end}; it must not be later` }
        : { field: 'end_at', msg: `${end} is before ${start}; it must not be earlier` };
    problems.push({ ...problem, type: 'end_before_start' });
  }
  const { schedule_type: type, schedule_expression: expression } = input;
  if (type === 'RELATIVE') {
    if (expression) attempt('schedule_expression', () => parseTimeOfDay(expression));
  } else if (type !== undefined && expression != null) {
    const recurrence = { type, expression, timezone: zone, anchor: start_at ?? now, anchorFires: start_at !== null };
    // Of CRON, what an expression means depends on nothing else: as a rule some schedule has it already.
    const isCertain = type === 'RRULE' ? timezone !== undefined && !hasBadStart : isKnown(expression);
    const compiled = attempt(
      'schedule_expression',
      () => (type === 'CRON' ? compiledOf(recurrence) : compile(recurrence)),
      isCertain,
    );
    const instant = type === 'ONE_TIME' && isCertain && compiled ? compiled.next(-1) : null;
    const earliest = now - latestStart(input.catchup_window_minutes ?? MOST_CATCHUP);
    if (instant !== null && instant < earliest && !mayBePast(instant)) {
      const where = zone === 'UTC' ? '' : ` in ${zone}`;
      const msg =
        `"${expression}" is ${new Date(instant).toISOString()}${where}, which is past; a ONE_TIME schedule needs a future time ` +
        `(or one within catchup_window_minutes)`;
      problems.push({ field: 'schedule_expression', msg, type: 'in_the_past' });
    }
  }
  return { problems, when: { schedule_expression: expression ?? '', timezone: zone, start_at, end_at } };
}

/** A bound as it was written, or as answers have it. */
function shown(bound: string | number | null | undefined): string {
  return typeof bound === 'number' ? new Date(bound).toISOString() : String(bound);
}

/** The state of a schedule that is made at `now`: its first occurrence from then on (RELATIVE: yet to be asked of the records). */
export function initialState(
  timing: Timing & Pick<ScheduleDefinition, 'catchup_window_minutes'>,
  now: number,
): ScheduleState {
  if (timing.schedule_type === 'RELATIVE') {
    return {
      ...stateAt(timing, null, false),
      status: 'ACTIVE',
      status_reason: null,
      relative_cursor: firstCursor(timing.catchup_window_minutes, now),
      relative_look_at: now,
    };
  }
  return stateAt(timing, nextOccurrence(timing, firstAfter(timing, now)), false);
}

/** After which instant a schedule made at `now` has its first occurrence: a ONE_TIME may be a little late already. */
export function firstAfter(timing: Timing & Pick<ScheduleDefinition, 'catchup_window_minutes'>, now: number): number {
  return timing.schedule_type === 'ONE_TIME' ? now - latestStart(timing.catchup_window_minutes) - 1 : now;
}

/** A new schedule at its start. Pure. */
export function newSchedule(
  definition: ScheduleDefinition,
  identity: { readonly tenant_id: string; readonly id: string },
  now: number,
): Schedule {
  const timing = { ...definition, id: identity.id, created_at: now };
  return {
    ...definition,
    ...identity,
    ...initialState(timing, now),
    rate_free_at: null,
    release_at: null,
    version: 1,
    last_run_at: null,
    last_run_status: null,
    run_count: 0,
    consecutive_failures: 0,
    created_at: now,
    updated_at: now,
  };
}

/** Whether two definitions say the same, whatever the order of keys in their JSON. */
export function sameDefinition(a: ScheduleDefinition, b: ScheduleDefinition): boolean {
  return Object.keys(a).every((key) => {
    const field = key as keyof ScheduleDefinition;
    return sameValue(a[field], b[field]);
  });
}

/** Whether two values are the same as JSON, whatever the order of keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

/** Whether two states of a schedule say the same about when it fires. Whose records it goes by is part of that for a RELATIVE one. */
export function sameWhen(a: SaysWhen, b: SaysWhen): boolean {
  const fields = a.schedule_type === 'RELATIVE' ? [...WHEN_FIELDS, 'customer_id' as const] : WHEN_FIELDS;
  return fields.every((field) => sameValue(a[field] ?? null, b[field] ?? null));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
