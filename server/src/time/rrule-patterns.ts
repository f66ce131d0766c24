import { DAY_SECONDS, civilDate, dayNumber, monthLength } from './calendar.ts';
import type { DaySearch } from './day-search.ts';
import type { LocalPattern } from './recurrence.ts';
import { weekIndex } from './rrule-days.ts';
import type { RruleParts } from './rrule-parse.ts';
import { type DayTimes, pick } from './rrule-times.ts';

/** Matching days × the times of each day. */
export class DailyPattern implements LocalPattern {
  readonly interval: boolean;
  readonly #days: DaySearch;
  readonly #times: DayTimes;

  constructor(interval: boolean, days: DaySearch, times: DayTimes) {
    this.interval = interval;
    this.#days = days;
    this.#times = times;
  }

  first(from: number, limit: number): number {
    // BYSETPOS may leave nothing of any day.
    if (this.#times.offsets.length === 0) return Infinity;
    const lastDay = Math.ceil(limit / DAY_SECONDS);
    const today = Math.floor(from / DAY_SECONDS);
    for (let day = this.#days.first(today, lastDay); day < lastDay; day = this.#days.first(day + 1, lastDay)) {
      const time = this.#times.first(day, Math.max(from - day * DAY_SECONDS, 0));
      if (time >= 0) return day * DAY_SECONDS + time;
    }
    return Infinity;
  }

  last(from: number, limit: number): number {
    if (this.#times.offsets.length === 0) return -Infinity;
    const firstDay = Math.floor(from / DAY_SECONDS);
    const today = Math.floor((limit - 1) / DAY_SECONDS);
    for (let day = this.#days.last(firstDay, today + 1); day >= firstDay; day = this.#days.last(firstDay, day)) {
      const time = this.#times.last(day, Math.min(limit - 1 - day * DAY_SECONDS, DAY_SECONDS - 1));
      if (time >= 0) return day * DAY_SECONDS + time;
    }
    return -Infinity;
  }

  count(from: number, limit: number): number {
    if (from >= limit) return 0;
    const first = Math.floor(from / DAY_SECONDS);
    const last = Math.floor(limit / DAY_SECONDS);
    return this.#whole(first, last) + this.#before(last, limit) - this.#before(first, from);
  }

  #whole(first: number, last: number): number {
    const every = this.#times.everyDay;
    if (every !== null) return this.#days.count(first, last) * every;
    let total = 0;
    for (let day = this.#days.first(first, last); day < last; day = this.#days.first(day + 1, last)) {
      total += this.#times.count(day, DAY_SECONDS);
    }
    return total;
  }

  #before(day: number, wall: number): number {
    const time = wall - day * DAY_SECONDS;
    return time > 0 && this.#days.first(day, day + 1) === day ? this.#times.count(day, time) : 0;
  }
}

/** BYSETPOS over weeks, months or years: a period's members are listed and some chosen. */
export class PeriodPattern implements LocalPattern {
  readonly interval = false;
  readonly #rule: RruleParts;
  readonly #days: DaySearch;
  readonly #times: DayTimes;
  readonly #picks = new Map<number, readonly number[]>();

  constructor(rule: RruleParts, days: DaySearch, times: DayTimes) {
    this.#rule = rule;
    this.#days = days;
    this.#times = times;
  }

  first(from: number, limit: number): number {
    let [start, end] = this.#period(Math.floor(from / DAY_SECONDS));
    for (; start * DAY_SECONDS < limit; [start, end] = this.#period(end)) {
      for (const wall of this.#members(start, end)) if (wall >= from) return wall;
    }
    return Infinity;
  }

  last(from: number, limit: number): number {
    let [start, end] = this.#period(Math.floor((limit - 1) / DAY_SECONDS));
    for (; end * DAY_SECONDS > from; [start, end] = this.#period(start - 1)) {
      const wall = this.#members(start, end).findLast((w) => w < limit);
      if (wall !== undefined) return wall;
    }
    return -Infinity;
  }

  count(from: number, limit: number): number {
    let total = 0;
    let [start, end] = this.#period(Math.floor(from / DAY_SECONDS));
    for (; start * DAY_SECONDS < limit; [start, end] = this.#period(end)) {
      for (const wall of this.#members(start, end)) total += wall >= from && wall < limit ? 1 : 0;
    }
    return total;
  }

  /** Most periods are of a few sizes: each is chosen from once. */
  #chosen(size: number): readonly number[] {
    let chosen = this.#picks.get(size);
    if (chosen === undefined) {
      chosen = pick(size, this.#rule.positions);
      this.#picks.set(size, chosen);
    }
    return chosen;
  }

  /** The period that holds `day`, as day numbers [start, end). */
  #period(day: number): [start: number, end: number] {
    const { frequency, weekStart } = this.#rule;
    if (frequency === 'WEEKLY') {
      const start = weekIndex(day, weekStart) * 7 + weekStart - 4;
      return [start, start + 7];
    }
    const { year, month } = civilDate(day);
    if (frequency === 'YEARLY') return [dayNumber(year, 1, 1), dayNumber(year + 1, 1, 1)];
    const start = dayNumber(year, month, 1);
    return [start, start + monthLength(year, month)];
  }

  #members(start: number, end: number): number[] {
    const days: number[] = [];
    for (let day = this.#days.first(start, end); day < end; day = this.#days.first(day + 1, end)) days.push(day);
    const { offsets } = this.#times;
    return this.#chosen(days.length * offsets.length).map(
      (i) => days[Math.floor(i / offsets.length)]! * DAY_SECONDS + offsets[i % offsets.length]!,
    );
  }
}

/** A pattern cut to [start, end) on the wall clock; `end` may take a search, so it is asked for when first needed. */
export class BoundedPattern implements LocalPattern {
  readonly interval: boolean;
  readonly #inner: LocalPattern;
  readonly #start: number;
  readonly #findEnd: () => number;
  #end: number | undefined;

  constructor(inner: LocalPattern, start: number, findEnd: () => number) {
    this.interval = inner.interval;
    this.#inner = inner;
    this.#start = start;
    this.#findEnd = findEnd;
  }

  first(from: number, limit: number): number {
    const end = Math.min(limit, this.#last());
    const wall = this.#inner.first(Math.max(from, this.#start), end);
    return wall < end ? wall : Infinity;
  }

  last(from: number, limit: number): number {
    const start = Math.max(from, this.#start);
    const end = Math.min(limit, this.#last());
    return start < end ? this.#inner.last(start, end) : -Infinity;
  }

  count(from: number, limit: number): number {
    const start = Math.max(from, this.#start);
    const end = Math.min(limit, this.#last());
    return start < end ? this.#inner.count(start, end) : 0;
  }

  #last(): number {
    this.#end ??= this.#findEnd();
    return this.#end;
  }
}

/**
 * Wall second just after the `n`-th member from `start` on, or `limit` when there are fewer: doubling windows, then
 * halving, so that COUNT=1000000 costs a few counts instead of a million steps.
 */
export function afterNth(pattern: LocalPattern, start: number, n: number, limit: number): number {
  let low = start;
  let left = n;
  let width = DAY_SECONDS;
  for (;;) {
    const high = Math.min(low + width, limit);
    const here = pattern.count(low, high);
    if (here >= left) break;
    if (high === limit) return limit;
    left -= here;
    low = high;
    width *= 2;
  }
  // Invariant: the member looked for is the `left`-th in [low, low + width).
  while (width > 1) {
    width = Math.ceil(width / 2);
    const here = pattern.count(low, low + width);
    if (here >= left) continue;
    left -= here;
    low += width;
  }
  return low + 1;
}
