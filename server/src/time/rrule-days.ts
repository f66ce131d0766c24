import { DAY_SECONDS, civilDate, dayNumber, isLeapYear, weekday } from './calendar.ts';
import type { AskedDays } from './calendar-notes.ts';
import type { MonthBits } from './day-search.ts';
import type { RruleParts } from './rrule-parse.ts';

/**
 * Which days an RRULE matches, BYSETPOS and times of day left aside: RFC 5545's "expand" and "limit" are both filters on
 * days once the parts that DTSTART implies are filled in.
 */
export function rruleMonthBits(given: RruleParts, startWall: number): MonthBits {
  const startDay = Math.floor(startWall / DAY_SECONDS);
  const rule = withImplied(given, startDay);
  const inPeriod = periodFilter(rule, startDay);
  const months = new Set(rule.months);
  return (year, month, first, length) => {
    if (months.size > 0 && !months.has(month)) return 0;
    let bits = 0;
    for (let day = 0; day < length; day += 1) {
      if (inPeriod(year, month, first + day) && matches(rule, year, month, day + 1, first + day, length))
        bits |= 1 << day;
    }
    return bits;
  };
}

/** The days that an RRULE asks for by number, for the notes on months that lack them. */
export function rruleAskedDays(given: RruleParts, startWall: number): AskedDays {
  const startDay = Math.floor(startWall / DAY_SECONDS);
  const rule = withImplied(given, startDay);
  const inPeriod = periodFilter(rule, startDay);
  return {
    open: (year, month) =>
      (rule.months.length === 0 || rule.months.includes(month)) && inPeriod(year, month, dayNumber(year, month, 1)),
    days: rule.monthDays.filter((day) => !rule.monthDays.includes(day - 1)),
    fifths: rule.frequency === 'MONTHLY' ? rule.weekdays.filter((d) => d.n === 5).map((d) => d.weekday) : [],
  };
}

/** RFC 5545: what the rule leaves open is taken from DTSTART. */
function withImplied(rule: RruleParts, startDay: number): RruleParts {
  const start = civilDate(startDay);
  const { frequency, weekdays, monthDays, yearDays, weekNumbers, months } = rule;
  const own = [{ weekday: weekday(startDay), n: 0 }];
  if (frequency === 'WEEKLY') return weekdays.length > 0 ? rule : { ...rule, weekdays: own };
  if (weekdays.length + monthDays.length + yearDays.length > 0) return rule;
  if (frequency === 'MONTHLY') return { ...rule, monthDays: [start.day] };
  if (frequency !== 'YEARLY') return rule;
  if (weekNumbers.length > 0) return { ...rule, weekdays: own };
  return { ...rule, monthDays: [start.day], months: months.length > 0 ? months : [start.month] };
}

/** Keeps every INTERVAL-th year, month, week or day from DTSTART's on. Finer frequencies count slots, not days. */
function periodFilter(rule: RruleParts, startDay: number): (year: number, month: number, day: number) => boolean {
  const { frequency, interval, weekStart } = rule;
  const start = civilDate(startDay);
  const on = (distance: number): boolean => distance % interval === 0;
  if (interval === 1) return () => true;
  if (frequency === 'YEARLY' && rule.weekNumbers.length > 0) {
    // A week belongs to one year whole: 1 January 2011 lies in week 52 of 2010, so in 2010's turn.
    return (_, __, day) => on(weekYear(weekIndex(day, weekStart), weekStart) - start.year);
  }
  if (frequency === 'YEARLY') return (year) => on(year - start.year);
  if (frequency === 'MONTHLY') return (year, month) => on((year - start.year) * 12 + month - start.month);
  if (frequency === 'WEEKLY') return (_, __, day) => on(weekIndex(day, weekStart) - weekIndex(startDay, weekStart));
  if (frequency === 'DAILY') return (_, __, day) => on(day - startDay);
  return () => true;
}

/** Number of the week that holds `day`, weeks beginning on `weekStart`. */
export function weekIndex(day: number, weekStart: number): number {
  return Math.floor((day + 4 - weekStart) / 7);
}

function matches(rule: RruleParts, year: number, month: number, date: number, day: number, length: number): boolean {
  const { weekdays, monthDays, yearDays, weekNumbers } = rule;
  if (monthDays.length > 0 && !monthDays.includes(date) && !monthDays.includes(date - length - 1)) return false;
  const yearLength = isLeapYear(year) ? 366 : 365;
  const yearDay = yearDays.length > 0 || weekdays.length > 0 ? day - dayNumber(year, 1, 1) + 1 : 0;
  if (yearDays.length > 0 && !yearDays.includes(yearDay) && !yearDays.includes(yearDay - yearLength - 1)) return false;
  if (weekNumbers.length > 0 && !inWeeks(weekNumbers, day, rule.weekStart)) return false;
  if (weekdays.length === 0) return true;
  const ofYear = rule.frequency === 'YEARLY' && rule.months.length === 0;
  const [position, total] = ofYear ? [yearDay, yearLength] : [date, length];
  const today = weekday(day);
  return weekdays.some(
    ({ weekday: w, n }) =>
      w === today &&
      (n === 0 || (n > 0 ? Math.ceil(position / 7) === n : Math.ceil((total - position + 1) / 7) === -n)),
  );
}

/** ISO 8601 week numbers, with weeks that begin on `weekStart`; negative ones count from the year's last week. */
function inWeeks(weeks: readonly number[], day: number, weekStart: number): boolean {
  const index = weekIndex(day, weekStart);
  const year = weekYear(index, weekStart);
  const firstWeek = weekIndex(dayNumber(year, 1, 4), weekStart);
  const nextFirst = weekIndex(dayNumber(year + 1, 1, 4), weekStart);
  return weeks.includes(index - firstWeek + 1) || weeks.includes(index - nextFirst);
}

/** A week belongs to the year that holds its fourth day. */
function weekYear(index: number, weekStart: number): number {
  return civilDate(index * 7 + weekStart - 1).year;
}
