/** Milliseconds since 1970-01-01T00:00:00Z, an integer. */
export type Instant = number;

export type ScheduleKind = 'CRON' | 'RATE' | 'ONE_TIME' | 'RRULE';

export interface Explanation {
  readonly instant: Instant;
  /** RFC 3339 with the zone's offset, as {@link localTime} prints it. */
  readonly local: string;
  /** Sentences: which daylight-saving rule or short month moved, merged or skipped something here. */
  readonly notes: string[];
}

/** A compiled expression. Immutable to its users: every method is a pure function of its arguments. */
export interface Recurrence {
  readonly kind: ScheduleKind;
  /** One spelling per meaning; compiles to the same recurrence. */
  readonly canonical: string;
  readonly timezone: string;
  /** First occurrence strictly after `after`, or null: never again (nothing is looked for past the year 2399). */
  next(after: Instant): Instant | null;
  /** How many occurrences lie in (after, until]. Whole days are counted arithmetically, not walked. */
  count(after: Instant, until: Instant): number;
  /** Latest occurrence in (after, until], or null. */
  last(after: Instant, until: Instant): Instant | null;
  /** The next `count` occurrences strictly after `after`, each with what is odd about it. */
  explain(after: Instant, count: number): Explanation[];
  /** The rule in plain words, without the zone. */
  describe(): string;
}

/**
 * A set of wall-clock times, zone not yet known: seconds since 1970-01-01T00:00:00 on a clock without shifts.
 * next.ts lays it over a zone, so each daylight-saving rule is written once for CRON and RRULE.
 */
export interface LocalPattern {
  /** Fires through both passes of a repeated hour (docs/semantics.md). */
  readonly interval: boolean;
  /** Smallest member in [from, limit); any number >= limit when there is none. */
  first(from: number, limit: number): number;
  /** Largest member in [from, limit); any number < from when there is none. */
  last(from: number, limit: number): number;
  /** Members in [from, limit). */
  count(from: number, limit: number): number;
}
