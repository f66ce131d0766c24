import { type Recurrence, type ScheduleKind, compile } from './index.ts';

/** Compiles for a test: RATE and RRULE anchored at `anchor`, which fires. */
export function compiled(
  expression: string,
  timezone = 'UTC',
  type: ScheduleKind = 'CRON',
  anchor = '1970-01-01T00:00Z',
): Recurrence {
  return compile({ type, expression, timezone, anchor: Date.parse(anchor), anchorFires: true });
}

/** The next `count` occurrences after `after`, as ISO texts without the milliseconds. */
export function upcoming(recurrence: Recurrence, after: string, count: number): string[] {
  const found: string[] = [];
  let at = recurrence.next(Date.parse(after));
  while (at !== null && found.length < count) {
    found.push(iso(at));
    at = recurrence.next(at);
  }
  return found;
}

/** `2026-03-08T07:00:00Z`. */
export function iso(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

/** The message of what `run` throws, which must be an Error; '' when it throws nothing. */
export function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : `not an Error: ${String(error)}`;
  }
  return '';
}
