import { DAY_SECONDS } from './calendar.ts';
import type { RruleParts } from './rrule-parse.ts';

/** Slots of a frequency, in seconds; WEEKLY and coarser have one slot on each matching day. */
const UNITS = {
  YEARLY: DAY_SECONDS,
  MONTHLY: DAY_SECONDS,
  WEEKLY: DAY_SECONDS,
  DAILY: DAY_SECONDS,
  HOURLY: 3600,
  MINUTELY: 60,
  SECONDLY: 1,
};

/**
 * Times of day of an RRULE. A day is cut into slots of the frequency's length; every INTERVAL-th slot counted from DTSTART
 * is open, if BYHOUR, BYMINUTE, BYSECOND let it; an open slot holds the same offsets each time.
 */
export class DayTimes {
  readonly #unit: number;
  readonly #step: number;
  readonly #base: number;
  readonly #slots: number;
  readonly #hours: ReadonlySet<number> | null;
  readonly #minutes: ReadonlySet<number> | null;
  readonly #seconds: ReadonlySet<number> | null;
  /** Ascending, in [0, unit). */
  readonly offsets: readonly number[];
  /** Full-day counts by phase of the interval. All phases together look at each slot of a day once. */
  readonly #counts = new Map<number, number>();

  constructor(rule: RruleParts, startWall: number) {
    const start = startWall - Math.floor(startWall / DAY_SECONDS) * DAY_SECONDS;
    this.#unit = UNITS[rule.frequency];
    // The interval of DAILY and coarser is a matter of days, which rrule-days decides.
    this.#step = this.#unit === DAY_SECONDS ? 1 : rule.interval;
    this.#base = Math.floor(startWall / this.#unit);
    this.#slots = DAY_SECONDS / this.#unit;
    this.#hours = limit(rule.hours, this.#unit <= 3600);
    this.#minutes = limit(rule.minutes, this.#unit <= 60);
    this.#seconds = limit(rule.seconds, this.#unit === 1);
    this.offsets = offsetsOf(rule, this.#unit, start);
  }

  /** Times on every day when no day differs from another, else null. */
  get everyDay(): number | null {
    return this.#slots % this.#step === 0 ? this.count(0, DAY_SECONDS) : null;
  }

  /** Smallest time >= `second` (0–86399) on `day`, or -1. */
  first(day: number, second: number): number {
    // Days that the interval and the BY… parts close altogether are told apart by phase, so a rule that never fires
    // (FREQ=SECONDLY;INTERVAL=60;BYSECOND=5 from second 0) does not look at each of its slots for centuries.
    if (second === 0 && this.#step <= this.#slots && this.count(day, DAY_SECONDS) === 0) return -1;
    const from = Math.floor(second / this.#unit);
    for (let slot = this.#align(day, from); slot < this.#slots; slot = this.#align(day, slot)) {
      const skip = this.#closedUntil(slot);
      if (skip > slot) {
        slot = skip;
        continue;
      }
      const start = slot * this.#unit;
      for (const offset of this.offsets) if (start + offset >= second) return start + offset;
      slot += 1;
    }
    return -1;
  }

  /** Largest time <= `second` (0–86399) on `day`, or -1. */
  last(day: number, second: number): number {
    if (second === DAY_SECONDS - 1 && this.#step <= this.#slots && this.count(day, DAY_SECONDS) === 0) return -1;
    for (let slot = Math.floor(second / this.#unit); slot >= 0; slot -= 1) {
      slot -= this.#phase(day, slot);
      if (slot < 0) break;
      if (this.#closedUntil(slot) > slot) continue;
      const start = slot * this.#unit;
      for (let i = this.offsets.length - 1; i >= 0; i -= 1) {
        if (start + this.offsets[i]! <= second) return start + this.offsets[i]!;
      }
    }
    return -1;
  }

  /** Times on `day` before `second` (0–86400). */
  count(day: number, second: number): number {
    if (second < DAY_SECONDS) return this.#walk(day, second);
    const phase = this.#align(day, 0);
    if (phase >= this.#slots) return 0;
    // With long intervals a walk looks at a slot or two: cheaper than remembering every phase.
    if (this.#step > this.#slots) return this.#walk(day, second);
    let total = this.#counts.get(phase);
    if (total === undefined) {
      total = this.#walk(day, second);
      this.#counts.set(phase, total);
    }
    return total;
  }

  #walk(day: number, second: number): number {
    let total = 0;
    for (let slot = this.#align(day, 0); slot * this.#unit < second; slot = this.#align(day, slot)) {
      const skip = this.#closedUntil(slot);
      if (skip > slot) {
        slot = skip;
        continue;
      }
      const start = slot * this.#unit;
      if (start + this.#unit <= second) total += this.offsets.length;
      else for (const offset of this.offsets) total += start + offset < second ? 1 : 0;
      slot += 1;
    }
    return total;
  }

  /** How far `slot` of `day` is past an open turn of the interval. */
  #phase(day: number, slot: number): number {
    const distance = (day * this.#slots + slot - this.#base) % this.#step;
    return distance < 0 ? distance + this.#step : distance;
  }

  /** First slot >= `slot` on an open turn; may be past the day. */
  #align(day: number, slot: number): number {
    const phase = this.#phase(day, slot);
    return phase === 0 ? slot : slot + this.#step - phase;
  }

  /** `slot` when the BY… parts let it, else the first slot after the closed hour, minute or second. */
  #closedUntil(slot: number): number {
    const second = slot * this.#unit;
    if (this.#hours !== null && !this.#hours.has(Math.floor(second / 3600))) {
      return ((Math.floor(second / 3600) + 1) * 3600) / this.#unit;
    }
    if (this.#minutes !== null && !this.#minutes.has(Math.floor(second / 60) % 60)) {
      return ((Math.floor(second / 60) + 1) * 60) / this.#unit;
    }
    return this.#seconds !== null && !this.#seconds.has(second % 60) ? slot + 1 : slot;
  }
}

/** A BY… part of the frequency's own size or coarser limits; a finer one expands. */
function limit(values: readonly number[], limits: boolean): ReadonlySet<number> | null {
  return limits && values.length > 0 ? new Set(values) : null;
}

/** What is not given is DTSTART's. */
function own(values: readonly number[], implied: number): readonly number[] {
  return values.length > 0 ? values : [implied];
}

/** Seconds inside a slot, ascending; BYSETPOS applied where the slot is the rule's period. */
function offsetsOf(rule: RruleParts, unit: number, start: number): number[] {
  const hours = unit > 3600 ? own(rule.hours, Math.floor(start / 3600)) : [0];
  const minutes = unit > 60 ? own(rule.minutes, Math.floor(start / 60) % 60) : [0];
  const seconds = unit > 1 ? own(rule.seconds, start % 60) : [0];
  const all = hours.flatMap((h) => minutes.flatMap((m) => seconds.map((s) => h * 3600 + m * 60 + s)));
  const longPeriod = ['YEARLY', 'MONTHLY', 'WEEKLY'].includes(rule.frequency);
  return rule.positions.length === 0 || longPeriod ? all : pick(all.length, rule.positions).map((i) => all[i]!);
}

/** Indices that BYSETPOS chooses from `size` members, ascending. */
export function pick(size: number, positions: readonly number[]): number[] {
  const chosen = new Set(positions.map((p) => (p > 0 ? p - 1 : size + p)));
  return [...chosen].filter((i) => i >= 0 && i < size).sort((a, b) => a - b);
}
