import { localTime } from '../time/index.ts';
import { occurrenceAt, recurrenceOf, type Occurrence, type Timing } from './recurrence.ts';

/** One occurrence as a preview shows it. */
export interface PreviewedOccurrence extends Occurrence {
  /** RFC 3339 with the zone's offset: what a clock on the wall says. */
  readonly local_time: string;
  /** Which daylight-saving rule or short month moved or merged it, and whether its start is spread. */
  readonly notes: readonly string[];
}

/**
 * The next occurrences strictly after `after`, within the schedule's bounds (docs/guide.md). Pure.
 * @param stored whether the schedule exists: its id decides where in the flexible window each occurrence starts
 */
export function previewOccurrences(
  timing: Timing,
  after: number,
  count: number,
  stored: boolean,
): PreviewedOccurrence[] {
  const from = timing.start_at === null ? after : Math.max(after, timing.start_at - 1);
  const end = timing.end_at ?? Number.POSITIVE_INFINITY;
  const window = timing.flexible_window_minutes;
  return recurrenceOf(timing)
    .explain(from, count)
    .filter(({ instant }) => instant <= end)
    .map(({ instant, notes }) => ({
      scheduled_for: instant,
      fire_at: stored ? occurrenceAt(timing, instant).fire_at : instant,
      local_time: localTime(instant, timing.timezone),
      notes:
        stored || window === 0
          ? notes
          : notes.concat(`Starts within ${window} min of this time: flexible_window_minutes spreads it.`),
    }));
}

/** The rule in plain words. */
export function describeTiming(timing: Timing): string {
  return recurrenceOf(timing).describe();
}
