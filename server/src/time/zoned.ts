import { explainWith, shiftNotes } from './explain.ts';
import { countInZone, lastInZone, nextInZone } from './next.ts';
import type { Explanation, Instant, LocalPattern, Recurrence, ScheduleKind } from './recurrence.ts';
import { type Zone, zoneOf } from './zone.ts';

/** What a recurrence on the wall clock needs beside its pattern. */
export interface ZonedParts {
  readonly kind: ScheduleKind;
  readonly canonical: string;
  readonly timezone: string;
  readonly pattern: LocalPattern;
  readonly describe: () => string;
  /** Notes of the calendar (not of the clock) on the step from `previous` to `instant`. */
  readonly notes: (instant: Instant, previous: Instant, zone: Zone) => string[];
}

/** A recurrence on the wall clock of a zone: CRON and RRULE. */
export class ZonedRecurrence implements Recurrence {
  readonly #parts: ZonedParts;

  constructor(parts: ZonedParts) {
    this.#parts = parts;
  }

  get kind(): ScheduleKind {
    return this.#parts.kind;
  }

  get canonical(): string {
    return this.#parts.canonical;
  }

  get timezone(): string {
    return this.#parts.timezone;
  }

  next(after: Instant): Instant | null {
    return nextInZone(this.#parts.pattern, zoneOf(this.#parts.timezone), after);
  }

  count(after: Instant, until: Instant): number {
    return countInZone(this.#parts.pattern, zoneOf(this.#parts.timezone), after, until);
  }

  last(after: Instant, until: Instant): Instant | null {
    return lastInZone(this.#parts.pattern, zoneOf(this.#parts.timezone), after, until);
  }

  explain(after: Instant, count: number): Explanation[] {
    const { pattern, timezone, notes } = this.#parts;
    const zone = zoneOf(timezone);
    return explainWith(
      timezone,
      (from) => nextInZone(pattern, zone, from),
      (instant, previous) => [...shiftNotes(pattern, zone, instant), ...notes(instant, previous, zone)],
      after,
      count,
    );
  }

  describe(): string {
    return this.#parts.describe();
  }
}
