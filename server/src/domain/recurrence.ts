import { compile, type CompileInput, type Instant, jitterOffset, type Recurrence } from '../time/index.ts';
import type { ScheduleDefinition } from './schedule.ts';

const MINUTE = 60_000;
const CACHE_LIMIT = 10_000;
const cache = new Map<string, Recurrence>();

/** What of a schedule decides its occurrences. */
export type Timing = Pick<
  ScheduleDefinition,
  'schedule_type' | 'schedule_expression' | 'timezone' | 'start_at' | 'end_at' | 'flexible_window_minutes'
> & { readonly id: string; readonly created_at: Instant };

/** One occurrence: its nominal instant, and when it fires within its flexible window. */
export interface Occurrence {
  readonly scheduled_for: Instant;
  readonly fire_at: Instant;
}

/** The compiled expression of a schedule, from the cache. */
export function recurrenceOf(timing: Timing): Recurrence {
  if (timing.schedule_type === 'RELATIVE') throw new Error('a RELATIVE schedule recurs by its records');
  return compiledOf({
    type: timing.schedule_type,
    expression: timing.schedule_expression,
    timezone: timing.timezone,
    anchor: timing.start_at ?? timing.created_at,
    anchorFires: timing.start_at !== null,
  });
}

/**
 * A compiled expression, from a bounded cache keyed by all that goes into it.
 * @throws ExpressionError as `compile` does; what does not compile is not kept
 */
export function compiledOf(input: CompileInput): Recurrence {
  const anchored = input.type === 'RATE' || input.type === 'RRULE';
  const key = [
    input.type,
    input.timezone,
    input.expression,
    anchored ? input.anchor : '',
    anchored && input.anchorFires,
  ].join('\u0000');
  const hit = cache.get(key);
  if (hit) return hit;
  const compiled = compile(input);
  // The oldest goes first: a scan over many schedules must not grow the process without bound.
  if (cache.size >= CACHE_LIMIT) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, compiled);
  return compiled;
}

/** The first nominal instant strictly after `after` within `start_at`…`end_at` (both inclusive), or null. */
export function nextNominal(timing: Timing, after: Instant): Instant | null {
  const from = timing.start_at === null ? after : Math.max(after, timing.start_at - 1);
  const next = recurrenceOf(timing).next(from);
  return next === null || (timing.end_at !== null && next > timing.end_at) ? null : next;
}

/** `scheduled_for` with its flexible-window offset: by hash, the same on every machine, before the next occurrence. */
export function occurrenceAt(timing: Timing, scheduledFor: Instant): Occurrence {
  const window = timing.flexible_window_minutes * MINUTE;
  if (window === 0) return { scheduled_for: scheduledFor, fire_at: scheduledFor };
  const next = nextNominal(timing, scheduledFor);
  const room = next === null ? window : Math.min(window, next - scheduledFor);
  return { scheduled_for: scheduledFor, fire_at: scheduledFor + jitterOffset(timing.id, scheduledFor, room) };
}

/** The first occurrence whose nominal instant is strictly after `after`, or null: none is left. */
export function nextOccurrence(timing: Timing, after: Instant): Occurrence | null {
  const scheduledFor = nextNominal(timing, after);
  return scheduledFor === null ? null : occurrenceAt(timing, scheduledFor);
}

/** A stretch of occurrences that get one row together: the first, the last, how many. */
export interface Stretch {
  readonly first: Instant;
  readonly last: Instant;
  readonly count: number;
}

/** The occurrences from `first` (one itself) through `until`, counted without walking them; null if `until` is earlier. */
export function stretch(timing: Timing, first: Instant, until: Instant): Stretch | null {
  const bound = timing.end_at === null ? until : Math.min(until, timing.end_at);
  if (first > bound) return null;
  const recurrence = recurrenceOf(timing);
  return {
    first,
    last: recurrence.last(first - 1, bound) ?? first,
    count: Math.max(1, recurrence.count(first - 1, bound)),
  };
}
