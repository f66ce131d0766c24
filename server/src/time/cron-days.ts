import { weekday, weekly } from './calendar.ts';
import type { MonthBits } from './day-search.ts';

/** Which days match: plain sets as bits, the rules that depend on the month beside them. */
export interface DayRule {
  /** Bit m (1–12). */
  readonly months: number;
  /** Matching years, or null for every year. */
  readonly years: ReadonlySet<number> | null;
  /** Bit d-1 for day d. */
  readonly days: number;
  /** `L-n`: days before the last, 0 for `L`. */
  readonly fromLast: readonly number[];
  /** `nW`: the weekday nearest to day n, in the same month; 0 for `LW`, the last weekday. */
  readonly nearest: readonly number[];
  /** Bit w (0 = Sunday). */
  readonly weekdays: number;
  /** `d#n`: the n-th weekday d of the month. */
  readonly nth: readonly (readonly [weekday: number, n: number])[];
  /** Bit w: the last weekday w of the month (`5L`). */
  readonly lastWeekdays: number;
  /** True: day-of-month or day-of-week is enough. False: both must match. */
  readonly either: boolean;
}

const ALL_DAYS = 0x7fff_ffff;

/** Quartz's W: Saturday goes back, Sunday forward, but never out of the month. */
function nearestWeekday(day: number, length: number, firstWeekday: number): number {
  const w = (firstWeekday + day - 1) % 7;
  if (w === 6) return day === 1 ? 3 : day - 1;
  if (w === 0) return day === length ? day - 2 : day + 1;
  return day;
}

/**
 * Matching days of one month as bits (bit d-1 for day d), month and year fields not looked at.
 * `firstWeekday` is the weekday of the 1st.
 */
function monthDays(rule: DayRule, length: number, firstWeekday: number): number {
  const inMonth = ALL_DAYS >>> (31 - length);
  let days = rule.days;
  for (const n of rule.fromLast) if (n < length) days |= 1 << (length - n - 1);
  for (const n of rule.nearest) {
    if (n <= length)
      days |= 1 << ((n === 0 ? lastWorkday(length, firstWeekday) : nearestWeekday(n, length, firstWeekday)) - 1);
  }
  let weekdays = weekly(rule.weekdays, firstWeekday);
  for (const [w, n] of rule.nth)
    weekdays |= n > 4 && fifth(w, firstWeekday) > length ? 0 : 1 << (first(w, firstWeekday) + 7 * n - 8);
  if (rule.lastWeekdays !== 0) {
    for (let day = length; day > length - 7; day -= 1) {
      if ((rule.lastWeekdays >> ((firstWeekday + day - 1) % 7)) & 1) weekdays |= 1 << (day - 1);
    }
  }
  return (rule.either ? days | weekdays : days & weekdays) & inMonth;
}

function first(w: number, firstWeekday: number): number {
  return ((w - firstWeekday + 7) % 7) + 1;
}

function fifth(w: number, firstWeekday: number): number {
  return first(w, firstWeekday) + 28;
}

function lastWorkday(length: number, firstWeekday: number): number {
  const w = (firstWeekday + length - 1) % 7;
  return w === 6 ? length - 1 : w === 0 ? length - 2 : length;
}

/** The rule as a function of the month, for DaySearch. */
export function cronMonthBits(rule: DayRule): MonthBits {
  const { months, years } = rule;
  return (year, month, start, length) => {
    const open = ((months >> month) & 1) === 1 && (years === null || years.has(year));
    return open ? monthDays(rule, length, weekday(start)) : 0;
  };
}
