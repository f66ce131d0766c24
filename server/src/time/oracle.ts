import type { Instant } from './index.ts';

/*
 * A slow second opinion for the tests: docs/semantics.md read straight off Temporal, minute by minute, sharing nothing with the
 * code under test but docs/semantics.md.
 */

/** A cron rule as sets, so that no parser is shared either. Seconds are 0. */
export interface PlainRule {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly day: (date: Temporal.PlainDate) => boolean;
  readonly interval: boolean;
}

/** Every occurrence in (after, until] of a rule in a zone. */
export function occurrences(rule: PlainRule, timezone: string, after: Instant, until: Instant): Instant[] {
  const found = new Set<Instant>();
  // The wall clock is at most a day and a bit away from UTC.
  let date = new Date(after - 2 * 86_400_000).toISOString().slice(0, 10);
  const end = new Date(until + 2 * 86_400_000).toISOString().slice(0, 10);
  while (date <= end) {
    const plain = Temporal.PlainDate.from(date);
    if (rule.day(plain)) {
      for (const hour of rule.hours) {
        for (const minute of rule.minutes) {
          for (const at of firings(plain.toPlainDateTime({ hour, minute }), timezone, rule.interval)) found.add(at);
        }
      }
    }
    date = plain.add({ days: 1 }).toString();
  }
  return [...found].filter((at) => at > after && at <= until).sort((a, b) => a - b);
}

function firings(wall: Temporal.PlainDateTime, timezone: string, interval: boolean): Instant[] {
  const earlier = wall.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  const later = wall.toZonedDateTime(timezone, { disambiguation: 'later' });
  if (!earlier.toPlainDateTime().equals(wall)) {
    // Jumped over. "earlier" reads it with the offset after the jump, so it lies before the jump.
    const jump = earlier.getTimeZoneTransition('next');
    if (jump === null) throw new Error(`${wall.toString()} in ${timezone}: a gap without a transition`);
    return [jump.epochMilliseconds];
  }
  const first = earlier.epochMilliseconds;
  return interval && later.epochMilliseconds !== first ? [first, later.epochMilliseconds] : [first];
}
