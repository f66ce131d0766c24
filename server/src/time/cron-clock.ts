/** Matching hours, minutes and seconds (a 1 at each) as look-up tables: a search of the day is three reads. */
export class Clock {
  readonly #hours: Wheel;
  readonly #minutes: Wheel;
  readonly #seconds: Wheel;
  /** Matching times in a day. */
  readonly size: number;
  /** First matching second of the day. */
  readonly min: number;
  /** Last matching second of the day. */
  readonly max: number;

  constructor(hours: Uint8Array, minutes: Uint8Array, seconds: Uint8Array) {
    this.#hours = new Wheel(hours);
    this.#minutes = new Wheel(minutes);
    this.#seconds = new Wheel(seconds);
    this.size = this.#hours.size * this.#minutes.size * this.#seconds.size;
    this.min = this.#hours.min * 3600 + this.#minutes.min * 60 + this.#seconds.min;
    this.max = this.#hours.max * 3600 + this.#minutes.max * 60 + this.#seconds.max;
  }

  /** Smallest matching second of the day >= `second` (0–86399), or -1. */
  first(second: number): number {
    const h = (second / 3600) | 0;
    const m = ((second / 60) | 0) % 60;
    const s = second % 60;
    if (this.#hours.has(h)) {
      if (this.#minutes.has(m)) {
        const later = this.#seconds.next(s);
        if (later >= 0) return second - s + later;
      }
      const minute = this.#minutes.next(m + 1);
      if (minute >= 0) return h * 3600 + minute * 60 + this.#seconds.min;
    }
    const hour = this.#hours.next(h + 1);
    return hour < 0 ? -1 : hour * 3600 + this.#minutes.min * 60 + this.#seconds.min;
  }

  /** Largest matching second of the day <= `second` (0–86399), or -1. */
  last(second: number): number {
    const h = (second / 3600) | 0;
    const m = ((second / 60) | 0) % 60;
    const s = second % 60;
    if (this.#hours.has(h)) {
      if (this.#minutes.has(m)) {
        const earlier = this.#seconds.previous(s);
        if (earlier >= 0) return second - s + earlier;
      }
      const minute = this.#minutes.previous(m - 1);
      if (minute >= 0) return h * 3600 + minute * 60 + this.#seconds.max;
    }
    const hour = this.#hours.previous(h - 1);
    return hour < 0 ? -1 : hour * 3600 + this.#minutes.max * 60 + this.#seconds.max;
  }

  /** Matching times before `second` (0–86399). */
  before(second: number): number {
    const h = (second / 3600) | 0;
    const m = ((second / 60) | 0) % 60;
    const perHour = this.#minutes.size * this.#seconds.size;
    let total = this.#hours.before(h) * perHour;
    if (this.#hours.has(h)) {
      total += this.#minutes.before(m) * this.#seconds.size;
      if (this.#minutes.has(m)) total += this.#seconds.before(second % 60);
    }
    return total;
  }
}

/** A set of small numbers: next, previous and rank in one read each. */
class Wheel {
  readonly #next: Int8Array;
  readonly #before: Int8Array;
  readonly size: number;
  readonly min: number;
  readonly max: number;

  /** `values` has a 1 for each member. */
  constructor(values: Uint8Array) {
    const modulus = values.length;
    const next = new Int8Array(modulus + 1);
    const before = new Int8Array(modulus + 1);
    next[modulus] = -1;
    for (let v = modulus - 1; v >= 0; v -= 1) next[v] = values[v] === 1 ? v : next[v + 1]!;
    let rank = 0;
    let last = -1;
    for (let v = 0; v < modulus; v += 1) {
      before[v] = rank;
      if (next[v] === v) {
        rank += 1;
        last = v;
      }
    }
    this.#next = next;
    this.#before = before;
    this.size = rank;
    this.min = next[0]!;
    this.max = last;
  }

  has(v: number): boolean {
    return this.#next[v] === v;
  }

  next(v: number): number {
    return this.#next[v]!;
  }

  /** Largest member <= v, or -1. Only `last` needs it, so it walks instead of costing every compile a third table. */
  previous(v: number): number {
    for (let i = v; i >= 0; i -= 1) if (this.#next[i] === i) return i;
    return -1;
  }

  before(v: number): number {
    return this.#before[v]!;
  }
}
