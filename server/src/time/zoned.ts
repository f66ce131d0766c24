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
  /** Nothing fires before `from` or after `to`, whatever the wall clock says. */
  readonly from?: Instant;
  readonly to?: Instant;
  readonly describe: () => string;
  /** Notes of the calendar (not of the clock) on the step from `previous` to `instant`. */
  readonly notes: (instant: Instant, previous: Instant, zone: Zone) => string[];
}

/** A recurrence on the wall clock of a zone: CRON and RRULE. */
export class ZonedRecurrence implements Recurrence {
  readonly #parts: ZonedParts;
  readonly #from: Instant;
  readonly #to: Instant;

  constructor(parts: ZonedParts) {
    this.#parts = parts;
    this.#from = parts.from ?? 0;
    this.#to = parts.to ?? Infinity;
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
    const { pattern, timezone } = this.#parts;
    const instant = nextInZone(pattern, zoneOf(timezone), Math.max(after, this.#from - 1));
    return instant !== null && instant <= this.#to ? instant : null;
  }

  count(after: Instant, until: Instant): number {
    const { pattern, timezone } = this.#parts;
    return countInZone(pattern, zoneOf(timezone), Math.max(after, this.#from - 1), Math.min(until, this.#to));
  }

  last(after: Instant, until: Instant): Instant | null {
    const { pattern, timezone } = this.#parts;
    return lastInZone(pattern, zoneOf(timezone), Math.max(after, this.#from - 1), Math.min(until, this.#to));
  }

  explain(after: Instant, count: number): Explanation[] {
    const { pattern, timezone, notes } = this.#parts;
    const zone = zoneOf(timezone);
    return explainWith(
      timezone,
      (from) => this.next(from),
      (instant, previous) => [...shiftNotes(pattern, zone, instant), ...notes(instant, previous, zone)],
      after,
      count,
    );
  }

  describe(): string {
    return this.#parts.describe();
  }
}
