import { DAY_NAMES, DAY_SECONDS, MONTH_NAMES, civilDate, dayNumber, monthLength, weekday } from './calendar.ts';
import type { Instant } from './recurrence.ts';
import type { Zone } from './zone.ts';

/** Days of the month that a rule asks for by number, and that some months do not have. */
export interface AskedDays {
  /** Whether the rule looks at this month at all. */
  readonly open: (year: number, month: number) => boolean;
  readonly days: readonly number[];
  /** `5#5`: the fifth Friday. */
  readonly fifths: readonly number[];
}

/** Months are named one by one up to here. */
const NAMED = 4;

/** Notes on the step from `previous` to `instant`: which months in between have no such day (`0 0 31 * *` in February). */
export function missingDayNotes(asked: AskedDays, zone: Zone, previous: Instant, instant: Instant): string[] {
  const wanted = [
    ...asked.days.filter((day) => day > 28).map((day) => ({ name: `day ${day}`, has: hasDay(day) })),
    ...asked.fifths.map((w) => ({ name: `fifth ${DAY_NAMES[w]}`, has: hasFifth(w) })),
  ];
  if (wanted.length === 0) return [];
  const months = monthsBetween(asked, zone, previous, instant);
  return wanted.flatMap(({ name, has }) => {
    const without = months
      .filter(({ year, month }) => !has(year, month))
      .map(({ year, month }) => `${MONTH_NAMES[month - 1]} ${year}`);
    if (without.length === 0) return [];
    const more =
      without.length > NAMED ? [...without.slice(0, NAMED), `${without.length - NAMED} more months`] : without;
    const list = more.length === 1 ? more[0] : `${more.slice(0, -1).join(', ')} and ${more.at(-1)}`;
    return [`${list} ${without.length === 1 ? 'has' : 'have'} no ${name}.`];
  });
}

type HasDay = (year: number, month: number) => boolean;

function hasDay(day: number): HasDay {
  return (year, month) => day <= monthLength(year, month);
}

function hasFifth(w: number): HasDay {
  return (year, month) => ((w - weekday(dayNumber(year, month, 1)) + 7) % 7) + 29 <= monthLength(year, month);
}

/** Months of the wall clock from that of `previous` up to, not with, that of `instant`: what they lack lies in the step. */
function monthsBetween(
  asked: AskedDays,
  zone: Zone,
  previous: Instant,
  instant: Instant,
): { year: number; month: number }[] {
  let { year, month } = wallDate(zone, Math.max(previous, 0));
  const end = wallDate(zone, instant);
  const months = [];
  while (year < end.year || (year === end.year && month < end.month)) {
    if (asked.open(year, month)) months.push({ year, month });
    month += 1;
    if (month > 12) {
      month = 1;
      year += 1;
    }
  }
  return months;
}

function wallDate(zone: Zone, instant: Instant): { year: number; month: number } {
  const second = Math.floor(instant / 1000);
  return civilDate(Math.floor((second + zone.offset(zone.indexAt(second))) / DAY_SECONDS));
}
