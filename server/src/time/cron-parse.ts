import type { AskedDays } from './calendar-notes.ts';
import type { DayRule } from './cron-days.ts';
import { type Field, type FieldSpec, cronError, parseField, readValue } from './cron-field.ts';
import { ExpressionError } from './errors.ts';

/** A parsed CRON expression of either dialect. */
export interface CronRule {
  /** A 1 for each matching value, as are minutes and hours. */
  readonly seconds: Uint8Array;
  readonly minutes: Uint8Array;
  readonly hours: Uint8Array;
  readonly days: DayRule;
  /** Second, minute or hour has `*`, a range or a step (docs/semantics.md). */
  readonly interval: boolean;
  /** In the 5, 6 or 7-field dialect, whatever the input was. */
  readonly canonical: string;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const SECOND: FieldSpec = { name: 'second', min: 0, max: 59, wraps: true };
const MINUTE: FieldSpec = { name: 'minute', min: 0, max: 59, wraps: true };
const HOUR: FieldSpec = { name: 'hour', min: 0, max: 23, wraps: true };
const DAY: FieldSpec = { name: 'day-of-month', min: 1, max: 31, wraps: true };
const MONTH: FieldSpec = { name: 'month', min: 1, max: 12, names: MONTHS, wraps: true };
const YEAR: FieldSpec = { name: 'year', min: 1970, max: 2199, wraps: false };
/** Vixie: Sunday is 0 or 7. */
const WEEKDAY: FieldSpec = { name: 'day-of-week', min: 0, max: 6, names: WEEKDAYS, alias: 7, wraps: true };
/** EventBridge (and Quartz): Sunday is 1. */
const AWS_WEEKDAY: FieldSpec = { name: 'day-of-week', min: 0, max: 6, names: WEEKDAYS, origin: 1, wraps: true };

/** crontab(5), in upper case; the seconds are 0. */
export const MACROS: Readonly<Record<string, string>> = {
  '@YEARLY': '0 0 1 1 *',
  '@ANNUALLY': '0 0 1 1 *',
  '@MONTHLY': '0 0 1 * *',
  '@WEEKLY': '0 0 * * 0',
  '@DAILY': '0 0 * * *',
  '@MIDNIGHT': '0 0 * * *',
  '@HOURLY': '0 * * * *',
};

/** Parses any CRON form of docs/semantics.md. `source` is what the user wrote, at most 256 characters. Throws ExpressionError. */
export function parseCron(source: string): CronRule {
  const whole = source.trim();
  // A form that begins with a star or digit is fields, and need not be tried as anything else.
  const text = /^[*\d]/.test(whole) ? whole : otherForm(whole);
  if (typeof text !== 'string') return text;
  const fields = text.split(/\s+/);
  if (fields.length < 5 || fields.length > 7) {
    throw cronError(
      'cron_field_count',
      `CRON needs 5 fields (minute hour day-of-month month day-of-week), 6 (second first) or 7 (second first, year last), got ${text === '' ? 0 : fields.length}`,
      whole,
    );
  }
  if (fields.length === 6 && /^(19|20|21)\d\d$/.test(fields[5]!)) {
    throw cronError(
      'cron_field_count',
      `six fields begin with the second, so "${fields[5]}" would be the day-of-week: for a year write seven fields, second first`,
      whole,
    );
  }
  const [minute, hour, day, month, weekday, year] = fields.length === 5 ? fields : fields.slice(1);
  const second = fields.length === 5 ? '0' : fields[0]!;
  return build(
    { second, minute: minute!, hour: hour!, day: day!, month: month!, weekday: weekday!, year },
    WEEKDAY,
    whole,
  );
}

function parseAws(text: string, whole: string): CronRule {
  const fields = text === '' ? [] : text.split(/\s+/);
  if (fields.length !== 6) {
    const hint =
      fields.length === 5 ? ' (did you leave out the year?)' : fields.length === 7 ? ' (it has no seconds)' : '';
    const needs = 'cron() needs 6 fields (minute hour day-of-month month day-of-week year)';
    throw cronError('cron_field_count', `${needs}, got ${fields.length}${hint}`, whole);
  }
  const [minute, hour, day, month, weekday, year] = fields;
  if ((day === '?') === (weekday === '?')) {
    throw cronError('cron_question_mark', 'cron() needs "?" in exactly one of day-of-month and day-of-week', whole);
  }
  // EventBridge reads a lone L as the last day of its week, Saturday; in the other dialect it is nearly always a slip.
  const saturday = weekday!.replaceAll(/(?<=^|,)L(?=,|$)/gi, 'SAT');
  return build(
    { second: '0', minute: minute!, hour: hour!, day: day!, month: month!, weekday: saturday, year },
    AWS_WEEKDAY,
    whole,
  );
}

/** A macro's fields, the whole rule of the EventBridge dialect, or the text as it is. */
function otherForm(whole: string): string | CronRule {
  const aws = /^cron\s*\((.*)\)$/is.exec(whole);
  if (aws) return parseAws(aws[1]!.trim(), whole);
  const upper = whole.toUpperCase();
  if (upper.startsWith('@') && MACROS[upper] === undefined) throw unknownMacro(upper, whole);
  return MACROS[upper] ?? whole;
}

function unknownMacro(upper: string, whole: string): ExpressionError {
  const hint = upper.startsWith('@EVERY') ? ': for a fixed interval use schedule_type RATE, such as "5m"' : '';
  return new ExpressionError(
    'cron_unknown_macro',
    `"${whole}" is not a macro${hint || `: use ${Object.keys(MACROS).join(', ').toLowerCase()}`}`,
  );
}

interface Texts {
  second: string;
  minute: string;
  hour: string;
  day: string;
  month: string;
  weekday: string;
  year: string | undefined;
}

/** The parts of the day fields that depend on the month; filled while the fields are parsed. */
interface Specials {
  fromLast: number[];
  nearest: number[];
  nth: [number, number][];
  lastWeekdays: number;
}

function build(texts: Texts, weekdaySpec: FieldSpec, whole: string): CronRule {
  const specials: Specials = { fromLast: [], nearest: [], nth: [], lastWeekdays: 0 };
  const seconds = parseField(SECOND, texts.second, whole);
  const minutes = parseField(MINUTE, texts.minute, whole);
  const hours = parseField(HOUR, texts.hour, whole);
  const days = parseDayField(DAY, texts.day, whole, (item) => dayOfMonthSpecial(item, whole, specials));
  const months = parseField(MONTH, texts.month, whole);
  const both = texts.weekday.startsWith('+');
  const weekdayText = both ? texts.weekday.slice(1) : texts.weekday;
  const weekdays = parseDayField(weekdaySpec, weekdayText, whole, (item) =>
    weekdaySpecial(weekdaySpec, item, whole, specials),
  );
  const years = texts.year === undefined ? undefined : parseField(YEAR, texts.year, whole);

  const restricted = !days.star && !weekdays.star;
  const parts = [minutes.text, hours.text, days.text, months.text, `${both && restricted ? '+' : ''}${weekdays.text}`];
  const everyYear = years === undefined || years.text === '*';
  if (seconds.text !== '0' || !everyYear) parts.unshift(seconds.text);
  if (!everyYear) parts.push(years.text);
  return {
    seconds: seconds.values,
    minutes: minutes.values,
    hours: hours.values,
    days: {
      months: bits(months.values) << 1,
      years: everyYear ? null : yearSet(years.values),
      days: bits(days.values),
      weekdays: bits(weekdays.values),
      ...specials,
      either: restricted && !both,
    },
    interval: seconds.recurring || minutes.recurring || hours.recurring,
    canonical: parts.join(' '),
  };
}

/** `?` alone means `*`. */
function parseDayField(
  spec: FieldSpec,
  text: string,
  whole: string,
  special: (item: string) => string | undefined,
): Field {
  if (text === '?') return parseField(spec, '*', whole);
  if (text.includes('?')) throw cronError('cron_question_mark', `${spec.name} "${text}": "?" stands alone`, whole);
  return parseField(spec, text, whole, special);
}

function dayOfMonthSpecial(item: string, whole: string, out: Specials): string | undefined {
  if (/^LW$/i.test(item)) {
    out.nearest.push(0);
    return 'LW';
  }
  const last = /^L(?:-(\d{1,2}))?$/i.exec(item);
  if (last) {
    const n = Number(last[1] ?? 0);
    if (n > 30) throw cronError('cron_out_of_range', `day-of-month "${item}": L-n goes from L-1 to L-30`, whole);
    out.fromLast.push(n);
    return n === 0 ? 'L' : `L-${n}`;
  }
  const near = /^(\d{1,2})W$/i.exec(item);
  if (near === null) {
    if (/[LW]/i.test(item))
      throw cronError('cron_bad_value', `day-of-month "${item}" is not valid: use L, L-3, 15W or LW`, whole);
    return undefined;
  }
  const day = readValue(DAY, near[1]!, whole);
  out.nearest.push(day);
  return `${day}W`;
}

function weekdaySpecial(spec: FieldSpec, item: string, whole: string, out: Specials): string | undefined {
  const nth = /^(\w+)#(.*)$/.exec(item);
  if (nth) {
    const day = readValue(spec, nth[1]!, whole);
    if (!/^[1-5]$/.test(nth[2]!)) {
      throw cronError('cron_out_of_range', `day-of-week "${item}": after # stands 1 to 5, as in FRI#2`, whole);
    }
    out.nth.push([day, Number(nth[2])]);
    return `${day}#${nth[2]}`;
  }
  if (/^L$/i.test(item)) {
    throw cronError(
      'cron_bad_value',
      'day-of-week "L" needs a day: use FRIL or 5L for the last Friday of the month',
      whole,
    );
  }
  const last = /^(\w+)L$/i.exec(item);
  if (last === null) return undefined;
  const day = readValue(spec, last[1]!, whole);
  out.lastWeekdays |= 1 << day;
  return `${day}L`;
}

function bits(values: Uint8Array): number {
  let result = 0;
  for (let i = 0; i < values.length; i += 1) result |= values[i]! << i;
  return result;
}

function yearSet(values: Uint8Array): Set<number> {
  const years = new Set<number>();
  for (const [i, value] of values.entries()) if (value === 1) years.add(i + YEAR.min);
  return years;
}

/**
 * The days that a rule asks for one by one, for the notes on months that lack them. Not those of ranges and steps: who
 * writes 1-31 expects it to end with the month.
 */
export function cronAskedDays(rule: CronRule): AskedDays {
  const { months, years, nth } = rule.days;
  const fields = rule.canonical.split(' ');
  const items = fields[fields.length === 5 ? 2 : 3]!.split(',');
  return {
    open: (year, month) => ((months >> month) & 1) === 1 && (years === null || years.has(year)),
    days: items.map((item) => Number(/^(\d+)W?$/.exec(item)?.[1] ?? 0)),
    fifths: nth.filter(([, n]) => n === 5).map(([w]) => w),
  };
}
