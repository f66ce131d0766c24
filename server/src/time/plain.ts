import { HORIZON } from './calendar.ts';
import { explainWith } from './explain.ts';
import type { Explanation, Instant, Recurrence } from './recurrence.ts';
import { canonicalRate, rateInUnits } from './rate.ts';

const END = HORIZON * 1000;

/** Every `seconds` of elapsed time, the n-th fire at first + n × interval: no zone, no drift. */
export class RateRecurrence implements Recurrence {
  readonly kind = 'RATE';
  readonly canonical: string;
  readonly timezone: string;
  readonly #seconds: number;
  readonly #step: number;
  readonly #first: Instant;

  constructor(seconds: number, timezone: string, first: Instant) {
    this.canonical = canonicalRate(seconds);
    this.timezone = timezone;
    this.#seconds = seconds;
    this.#step = seconds * 1000;
    this.#first = first;
  }

  next(after: Instant): Instant | null {
    const instant = this.#first + this.#upTo(after) * this.#step;
    return instant < END ? instant : null;
  }

  count(after: Instant, until: Instant): number {
    return Math.max(this.#upTo(Math.min(until, END - 1)) - this.#upTo(after), 0);
  }

  last(after: Instant, until: Instant): Instant | null {
    const n = this.#upTo(Math.min(until, END - 1));
    const instant = this.#first + (n - 1) * this.#step;
    return n > 0 && instant > after ? instant : null;
  }

  explain(after: Instant, count: number): Explanation[] {
    return explainWith(
      this.timezone,
      (from) => this.next(from),
      () => [],
      after,
      count,
    );
  }

  describe(): string {
    const { amount, unit } = rateInUnits(this.#seconds);
    return amount === 1 ? `Every ${unit}` : `Every ${amount} ${unit}s`;
  }

  /** Number of fires at or before `instant`. */
  #upTo(instant: Instant): number {
    return instant < this.#first ? 0 : Math.floor((instant - this.#first) / this.#step) + 1;
  }
}

/** One instant. */
export class OnceRecurrence implements Recurrence {
  readonly kind = 'ONE_TIME';
  readonly canonical: string;
  readonly timezone: string;
  readonly #instant: Instant;
  readonly #notes: () => string[];
  readonly #words: string;

  constructor(canonical: string, timezone: string, instant: Instant, words: string, notes: () => string[]) {
    this.canonical = canonical;
    this.timezone = timezone;
    this.#instant = instant;
    this.#words = words;
    this.#notes = notes;
  }

  next(after: Instant): Instant | null {
    return this.#instant > after ? this.#instant : null;
  }

  count(after: Instant, until: Instant): number {
    return this.last(after, until) === null ? 0 : 1;
  }

  last(after: Instant, until: Instant): Instant | null {
    return this.#instant > after && this.#instant <= until ? this.#instant : null;
  }

  explain(after: Instant, count: number): Explanation[] {
    return explainWith(
      this.timezone,
      (from) => this.next(from),
      () => this.#notes(),
      after,
      count,
    );
  }

  describe(): string {
    return this.#words;
  }
}
