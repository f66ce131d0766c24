/** Proleptic Gregorian arithmetic on day numbers (1970-01-01 is day 0), as integers: no Date, no allocation on hot paths. */

export const DAY_SECONDS = 86_400;

/** Nothing is searched from here on: 2400-01-01T00:00:00Z in seconds. Past 2199 lies room for a leap-day pattern's next turn. */
export const HORIZON = 13_569_465_600;

export const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const DAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days in `month` (1–12) of `year`. */
export function monthLength(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : LENGTHS[month - 1]!;
}

/** Day number of a date; `month` 1–12. Hinnant's days_from_civil: years start in March so that leap days fall last. */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Date of a day number (Hinnant's civil_from_days). */
export function civilDate(dayIndex: number): CivilDate {
  const z = dayIndex + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** 0 = Sunday … 6 = Saturday. Day 0 was a Thursday. */
export function weekday(dayIndex: number): number {
  const w = (dayIndex + 4) % 7;
  return w < 0 ? w + 7 : w;
}

/** Weekdays (bit 0 = Sunday) across a month whose 1st falls on `firstWeekday`. */
export function weekly(weekdays: number, firstWeekday: number): number {
  // The week turned so that bit 0 is the 1st's weekday, then repeated.
  const week = ((weekdays >> firstWeekday) | (weekdays << (7 - firstWeekday))) & 127;
  return week | (week << 7) | (week << 14) | (week << 21) | ((week & 7) << 28);
}

/** `7` → `07`; `width` 4 for years. */
export function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

/** `HH:MM`, or `HH:MM:SS` when there are seconds, of a second of the day. */
export function clockText(secondOfDay: number): string {
  const s = secondOfDay % 60;
  const text = `${pad(Math.floor(secondOfDay / 3600))}:${pad(Math.floor(secondOfDay / 60) % 60)}`;
  return s === 0 ? text : `${text}:${pad(s)}`;
}

/** `YYYY-MM-DD` of a day number. */
export function dateText(dayIndex: number): string {
  const { year, month, day } = civilDate(dayIndex);
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
}
