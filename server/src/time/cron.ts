import { DAY_SECONDS, MONTH_NAMES, dayNumber, monthLength } from './calendar.ts';
import { Clock } from './cron-clock.ts';
import { cronMonthBits } from './cron-days.ts';
import { type CronRule, parseCron } from './cron-parse.ts';
import { DaySearch } from './day-search.ts';
import { ExpressionError } from './errors.ts';
import type { LocalPattern } from './recurrence.ts';

/** The wall-clock times of a CRON rule: matching days × matching times of day. */
export class CronPattern implements LocalPattern {
  readonly interval: boolean;
  readonly #days: DaySearch;
  readonly #clock: Clock;

  constructor(rule: CronRule) {
    this.interval = rule.interval;
    this.#days = new DaySearch(cronMonthBits(rule.days));
    this.#clock = new Clock(rule.hours, rule.minutes, rule.seconds);
  }

  first(from: number, limit: number): number {
    const today = Math.floor(from / DAY_SECONDS);
    const lastDay = Math.ceil(limit / DAY_SECONDS);
    let day = this.#days.first(today, lastDay);
    if (day === today) {
      const time = this.#clock.first(from - today * DAY_SECONDS);
      if (time >= 0) return day * DAY_SECONDS + time;
      day = this.#days.first(today + 1, lastDay);
    }
    return day * DAY_SECONDS + this.#clock.min;
  }

  last(from: number, limit: number): number {
    const today = Math.floor((limit - 1) / DAY_SECONDS);
    const firstDay = Math.floor(from / DAY_SECONDS);
    let day = this.#days.last(firstDay, today + 1);
    if (day === today) {
      const time = this.#clock.last(limit - 1 - today * DAY_SECONDS);
      if (time >= 0) return day * DAY_SECONDS + time;
      day = this.#days.last(firstDay, today);
    }
    return day * DAY_SECONDS + this.#clock.max;
  }

  count(from: number, limit: number): number {
    if (from >= limit) return 0;
    const first = Math.floor(from / DAY_SECONDS);
    const last = Math.floor(limit / DAY_SECONDS);
    return this.#days.count(first, last) * this.#clock.size + this.#before(limit, last) - this.#before(from, first);
  }

  /** Matching times on `day` before wall second `wall`. */
  #before(wall: number, day: number): number {
    const time = wall - day * DAY_SECONDS;
    return time > 0 && this.#days.first(day, day + 1) === day ? this.#clock.before(time) : 0;
  }
}

/** Parses and refuses what no date ever matches. The Gregorian calendar repeats after 400 years, so that far is for ever. */
export function compileCron(source: string): { rule: CronRule; pattern: CronPattern } {
  const rule = parseCron(source);
  const years = rule.days.years;
  const from = years === null ? 1970 : Math.min(...years);
  const limit = years === null ? 2370 : Math.max(...years) + 1;
  const search = new DaySearch(cronMonthBits(rule.days));
  if (search.first(dayNumber(from, 1, 1), dayNumber(limit, 1, 1)) === Infinity) {
    throw new ExpressionError('cron_never', `"${source.trim()}" can never fire: ${whyNever(rule)}`);
  }
  return { rule, pattern: new CronPattern(rule) };
}

function whyNever(rule: CronRule): string {
  const { days, weekdays, fromLast, nearest, nth, lastWeekdays, months, years } = rule.days;
  const smallest = 31 - Math.clz32(days & -days) + 1;
  const plain = weekdays === 127 && fromLast.length + nearest.length + nth.length === 0 && lastWeekdays === 0;
  const open = MONTH_NAMES.filter((_, i) => (months >> (i + 1)) & 1);
  const longest = Math.max(...MONTH_NAMES.map((_, i) => ((months >> (i + 1)) & 1 ? monthLength(2000, i + 1) : 0)));
  if (plain && smallest > longest)
    return `${open.join(' and ')} ${open.length === 1 ? 'has' : 'have'} no day ${smallest}`;
  if (plain && smallest === 29 && years !== null) return `no year in it has a 29 February`;
  return 'no date matches its day-of-month, month, day-of-week and year together';
}
