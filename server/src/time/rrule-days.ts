import { DAY_SECONDS, civilDate, dayNumber, weekday, weekly } from './calendar.ts';
import type { AskedDays } from './calendar-notes.ts';
import type { MonthBits } from './day-search.ts';
import type { RruleParts } from './rrule-parse.ts';

const ALL_DAYS = 0x7fff_ffff;

/** Keeps or drops one day that the rest of the rule lets through. */
type DayFilter = (day: number, year: number, month: number) => boolean;

/**
 * Which days an RRULE matches, BYSETPOS and times of day left aside: RFC 5545's "expand" and "limit" are both filters on
 * days once the parts that DTSTART implies are filled in. What a month can answer at once is a mask; the rest is asked
 * day by day.
 */
export function rruleMonthBits(given: RruleParts, startWall: number): MonthBits {
  const startDay = Math.floor(startWall / DAY_SECONDS);
  const rule = withImplied(given, startDay);
  const { weekdays, monthDays } = rule;
  const plain = weekdays.reduce((bits, d) => (d.n === 0 ? bits | (1 << d.weekday) : bits), 0);
  const ordinals = weekdays.filter((d) => d.n !== 0);
  const ofYear = rule.frequency === 'YEARLY' && rule.months.length === 0;
  const monthOpen = monthFilter(rule, startDay);
  const filters = dayFilters(rule, startDay);
  if (ofYear && ordinals.length > 0) filters.push(ordinalsOfYear(ordinals, plain));

  return (year, month, start, length) => {
    if (!monthOpen(year, month)) return 0;
    let bits = ALL_DAYS >>> (31 - length);
    if (monthDays.length > 0) bits &= numbered(monthDays, length);
    if (weekdays.length > 0 && !(ofYear && ordinals.length > 0)) {
      const firstWeekday = weekday(start);
      bits &= weekly(plain, firstWeekday) | ordinalsOfMonth(ordinals, firstWeekday, length);
    }
    for (let day = 0; filters.length > 0 && day < length; day += 1) {
      if ((bits >> day) & 1 && !filters.every((keeps) => keeps(start + day, year, month))) bits &= ~(1 << day);
    }
    return bits;
  };
}

/** BYMONTHDAY as bits; negative days count from the month's end. */
function numbered(days: readonly number[], length: number): number {
  let bits = 0;
  for (const day of days) {
    const index = day > 0 ? day - 1 : length + day;
    if (index >= 0 && index < length) bits |= 1 << index;
  }
  return bits;
}

type Ordinals = RruleParts['weekdays'];

function ordinalsOfMonth(ordinals: Ordinals, firstWeekday: number, length: number): number {
  let bits = 0;
  for (const { weekday: w, n } of ordinals) {
    const first = (w - firstWeekday + 7) % 7;
    const index = n > 0 ? first + 7 * (n - 1) : first + 7 * (Math.floor((length - 1 - first) / 7) + 1 + n);
    if (index >= 0 && index < length) bits |= 1 << index;
  }
  return bits;
}

function ordinalsOfYear(ordinals: Ordinals, plain: number): DayFilter {
  return (day, year) => {
    const today = weekday(day);
    const position = day - dayNumber(year, 1, 1);
    const left = dayNumber(year + 1, 1, 1) - day - 1;
    const nth = Math.floor(position / 7) + 1;
    const nthLast = -Math.floor(left / 7) - 1;
    return (
      ((plain >> today) & 1) === 1 || ordinals.some(({ weekday: w, n }) => w === today && (n === nth || n === nthLast))
    );
  };
}

/** The days that an RRULE asks for by number, for the notes on months that lack them. */
export function rruleAskedDays(given: RruleParts, startWall: number): AskedDays {
  const startDay = Math.floor(startWall / DAY_SECONDS);
  const rule = withImplied(given, startDay);
  return {
    open: monthFilter(rule, startDay),
    // Not the later days of a run, and none where BYSETPOS chooses: 28,29,30,31 with -1 is how RFC 5545 says "the last".
    days: rule.positions.length > 0 ? [] : rule.monthDays.filter((day) => !rule.monthDays.includes(day - 1)),
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

/** BYMONTH, and the INTERVAL of months and years. */
function monthFilter(rule: RruleParts, startDay: number): (year: number, month: number) => boolean {
  const { frequency, interval, months, weekNumbers } = rule;
  const start = civilDate(startDay);
  return (year, month) => {
    if (months.length > 0 && !months.includes(month)) return false;
    if (frequency === 'MONTHLY') return ((year - start.year) * 12 + month - start.month) % interval === 0;
    return frequency !== 'YEARLY' || weekNumbers.length > 0 || (year - start.year) % interval === 0;
  };
}

/** What must be asked of each day: BYYEARDAY, BYWEEKNO, and the INTERVAL of days and weeks. */
function dayFilters(rule: RruleParts, startDay: number): DayFilter[] {
  const { frequency, interval, weekStart, yearDays, weekNumbers } = rule;
  const filters: DayFilter[] = [];
  if (yearDays.length > 0) {
    filters.push(
      (day, year) =>
        yearDays.includes(day - dayNumber(year, 1, 1) + 1) || yearDays.includes(day - dayNumber(year + 1, 1, 1)),
    );
  }
  if (weekNumbers.length > 0) {
    filters.push((day) => inWeeks(weekNumbers, day, weekStart));
    // A week belongs to one year whole: 1 January 2011 lies in week 52 of 2010, so in 2010's turn.
    const startYear = civilDate(startDay).year;
    filters.push((day) => (weekYear(weekIndex(day, weekStart), weekStart) - startYear) % interval === 0);
  }
  if (frequency === 'DAILY' && interval > 1) filters.push((day) => (day - startDay) % interval === 0);
  if (frequency === 'WEEKLY' && interval > 1) {
    const startWeek = weekIndex(startDay, weekStart);
    filters.push((day) => (weekIndex(day, weekStart) - startWeek) % interval === 0);
  }
  return filters;
}

/** Number of the week that holds `day`, weeks beginning on `weekStart`. */
export function weekIndex(day: number, weekStart: number): number {
  return Math.floor((day + 4 - weekStart) / 7);
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
