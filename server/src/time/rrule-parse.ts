import { ExpressionError } from './errors.ts';
import { type WrittenTime, parseWritten } from './local-time.ts';

/** Coarse to fine; the order is used. */
const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const;
type Frequency = (typeof FREQUENCIES)[number];

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** A parsed RRULE. Lists are sorted and without duplicates; an absent list is empty. */
export interface RruleParts {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | null;
  /** `date` true: the whole of that local day is included. */
  readonly until: (WrittenTime & { readonly date: boolean }) | null;
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** n 0: every such weekday; else the n-th of the month or year, from its end when negative. */
  readonly weekdays: readonly { readonly weekday: number; readonly n: number }[];
  readonly monthDays: readonly number[];
  readonly yearDays: readonly number[];
  readonly weekNumbers: readonly number[];
  readonly months: readonly number[];
  readonly positions: readonly number[];
  /** 0 = Sunday. */
  readonly weekStart: number;
  readonly canonical: string;
}

function fail(type: string, message: string): ExpressionError {
  return new ExpressionError(type, message);
}

/** Smallest and largest value of each list; `signed` ones count from the end when negative, and have no 0. */
const LISTS = {
  BYSECOND: { min: 0, max: 59, signed: false },
  BYMINUTE: { min: 0, max: 59, signed: false },
  BYHOUR: { min: 0, max: 23, signed: false },
  BYMONTHDAY: { min: 1, max: 31, signed: true },
  BYYEARDAY: { min: 1, max: 366, signed: true },
  BYWEEKNO: { min: 1, max: 53, signed: true },
  BYMONTH: { min: 1, max: 12, signed: false },
  BYSETPOS: { min: 1, max: 366, signed: true },
} as const;

const ORDER = ['FREQ', 'UNTIL', 'COUNT', 'INTERVAL', ...Object.keys(LISTS), 'BYDAY', 'WKST'];

/** Parses RFC 5545 §3.3.10, with or without `RRULE:`. `source` has at most 1,000 characters. Throws ExpressionError. */
export function parseRrule(source: string): RruleParts {
  const raw = readPairs(source.trim());
  const frequency = FREQUENCIES.find((f) => f === raw.get('FREQ'));
  if (frequency === undefined) {
    const got = raw.get('FREQ');
    throw fail(
      'rrule_syntax',
      `RRULE needs FREQ, one of ${FREQUENCIES.join(', ')}${got === undefined ? '' : `; got "${got}"`}`,
    );
  }
  const list = (key: keyof typeof LISTS): number[] => readList(key, raw.get(key));
  const until = raw.get('UNTIL');
  const parts = {
    frequency,
    interval: readCount('INTERVAL', raw.get('INTERVAL'), 10_000_000) ?? 1,
    count: readCount('COUNT', raw.get('COUNT'), 1_000_000_000),
    until: until === undefined ? null : readUntil(until),
    seconds: list('BYSECOND'),
    minutes: list('BYMINUTE'),
    hours: list('BYHOUR'),
    weekdays: readWeekdays(raw.get('BYDAY')),
    monthDays: list('BYMONTHDAY'),
    yearDays: list('BYYEARDAY'),
    weekNumbers: list('BYWEEKNO'),
    months: list('BYMONTH'),
    positions: list('BYSETPOS'),
    weekStart: readWeekday('WKST', raw.get('WKST') ?? 'MO'),
  };
  refuseNonsense(parts, raw);
  return { ...parts, canonical: canonical(parts, raw) };
}

function readPairs(source: string): Map<string, string> {
  if (/^(?:DTSTART|EXDATE|RDATE|EXRULE|TZID)/im.test(source)) {
    throw fail(
      'rrule_other_property',
      'only the RRULE goes into the expression: DTSTART is start_at (or the creation), TZID is timezone',
    );
  }
  const pairs = new Map<string, string>();
  for (const pair of source
    .replace(/^RRULE:/i, '')
    .toUpperCase()
    .split(';')) {
    const [key = '', value = '', ...rest] = pair.split('=').map((s) => s.trim());
    if (pair === '' || value === '' || rest.length > 0)
      throw fail('rrule_syntax', `"${pair}" is not NAME=value, as in FREQ=WEEKLY;BYDAY=MO,FR`);
    if (!ORDER.includes(key))
      throw fail('rrule_unknown_part', `"${key}" is not a part of RRULE: use ${ORDER.join(', ')}`);
    if (pairs.has(key)) throw fail('rrule_syntax', `${key} appears twice in the RRULE`);
    pairs.set(key, value);
  }
  return pairs;
}

function readCount(key: string, text: string | undefined, max: number): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > max) throw fail('rrule_out_of_range', `${key} "${text}" is out of range 1–${max}`);
  return value;
}

function readList(key: keyof typeof LISTS, text: string | undefined): number[] {
  if (text === undefined) return [];
  const { min, max, signed } = LISTS[key];
  const values = text.split(',').map((item) => {
    const value = (signed ? /^[+-]?\d{1,3}$/ : /^\d{1,2}$/).test(item) ? Number(item) : Number.NaN;
    if (!(Math.abs(value) >= min && Math.abs(value) <= max)) {
      throw fail(
        'rrule_out_of_range',
        `${key} "${item}" is out of range ${min}–${max}${signed ? ` or -${max}–-${min}` : ''}`,
      );
    }
    return value;
  });
  return [...new Set(values)].sort((a, b) => a - b);
}

function readWeekday(key: string, text: string): number {
  const index = WEEKDAYS.indexOf(text);
  if (index < 0) throw fail('rrule_out_of_range', `${key} "${text}" is not one of ${WEEKDAYS.join(', ')}`);
  return index;
}

function readWeekdays(text: string | undefined): { weekday: number; n: number }[] {
  if (text === undefined) return [];
  const found = new Map<string, { weekday: number; n: number }>();
  for (const item of text.split(',')) {
    const match = /^([+-]?\d{1,2})?([A-Z]+)$/.exec(item);
    const n = match?.[1] === undefined ? 0 : Number(match[1]);
    if (match === null || (match[1] !== undefined && (n === 0 || Math.abs(n) > 53))) {
      throw fail('rrule_out_of_range', `BYDAY "${item}" is not a day: use MO, 2TU or -1FR`);
    }
    const weekday = readWeekday('BYDAY', match[2]!);
    found.set(`${n}${weekday}`, { weekday, n });
  }
  return [...found.values()].sort((a, b) => a.n - b.n || a.weekday - b.weekday);
}

/** `20261224`, `20261224T180000`, `20261224T180000Z`. */
function readUntil(text: string): WrittenTime & { date: boolean } {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(text);
  if (match === null) throw fail('rrule_syntax', `UNTIL "${text}" is not a time: use 20261224T180000Z or 20261224`);
  const [, y, m, d, h, min, s, z] = match;
  const date = h === undefined;
  return { ...parseWritten(date ? `${y}-${m}-${d}` : `${y}-${m}-${d}T${h}:${min}:${s}${z}`), date };
}

type Unchecked = Omit<RruleParts, 'canonical'>;

function refuse(when: boolean, message: string): void {
  if (when) throw fail('rrule_forbidden', message);
}

/** What RFC 5545 forbids, said in a sentence each. */
function refuseNonsense(parts: Unchecked, raw: ReadonlyMap<string, string>): void {
  const { frequency } = parts;
  refuse(parts.count !== null && parts.until !== null, 'RRULE takes COUNT or UNTIL, not both');
  refuse(
    parts.weekNumbers.length > 0 && frequency !== 'YEARLY',
    `BYWEEKNO goes with FREQ=YEARLY only, not ${frequency}`,
  );
  refuse(
    parts.yearDays.length > 0 && ['DAILY', 'WEEKLY', 'MONTHLY'].includes(frequency),
    `BYYEARDAY does not go with FREQ=${frequency}`,
  );
  refuse(parts.monthDays.length > 0 && frequency === 'WEEKLY', 'BYMONTHDAY does not go with FREQ=WEEKLY');
  const ordinal = parts.weekdays.some((d) => d.n !== 0);
  refuse(
    ordinal && !['MONTHLY', 'YEARLY'].includes(frequency),
    `a number in BYDAY goes with MONTHLY or YEARLY, not ${frequency}`,
  );
  refuse(ordinal && parts.weekNumbers.length > 0, 'a number in BYDAY does not go with BYWEEKNO');
  refuse(
    parts.positions.length > 0 && ![...raw.keys()].some((k) => k.startsWith('BY') && k !== 'BYSETPOS'),
    'BYSETPOS chooses from what another BY… part gives: add one',
  );
}

function canonical(parts: Unchecked, raw: ReadonlyMap<string, string>): string {
  const lists: Record<string, readonly number[]> = {
    BYSECOND: parts.seconds,
    BYMINUTE: parts.minutes,
    BYHOUR: parts.hours,
    BYMONTHDAY: parts.monthDays,
    BYYEARDAY: parts.yearDays,
    BYWEEKNO: parts.weekNumbers,
    BYMONTH: parts.months,
    BYSETPOS: parts.positions,
  };
  const values: Record<string, string | undefined> = {
    FREQ: parts.frequency,
    UNTIL: raw.get('UNTIL'),
    COUNT: parts.count?.toString(),
    INTERVAL: parts.interval === 1 ? undefined : String(parts.interval),
    BYDAY: parts.weekdays.map((d) => `${d.n === 0 ? '' : d.n}${WEEKDAYS[d.weekday]}`).join(','),
    WKST: parts.weekStart === 1 ? undefined : WEEKDAYS[parts.weekStart],
  };
  const text = ORDER.map((key) => [key, values[key] ?? lists[key]?.join(',') ?? ''] as const);
  return `RRULE:${text
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${value}`)
    .join(';')}`;
}
