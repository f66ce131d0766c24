import { ExpressionError } from './errors.ts';

const UNIT_SECONDS = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800 } as const;
type Unit = keyof typeof UNIT_SECONDS;

const UNITS: Readonly<Record<string, Unit>> = {
  s: 'second',
  sec: 'second',
  secs: 'second',
  second: 'second',
  seconds: 'second',
  m: 'minute',
  min: 'minute',
  mins: 'minute',
  minute: 'minute',
  minutes: 'minute',
  h: 'hour',
  hr: 'hour',
  hrs: 'hour',
  hour: 'hour',
  hours: 'hour',
  d: 'day',
  day: 'day',
  days: 'day',
  w: 'week',
  week: 'week',
  weeks: 'week',
};

/** 100 years of 365.25 days. */
const MAX_SECONDS = 3_155_760_000;

const EXAMPLES = 'use rate(5 minutes), 5m, 90s or PT1H30M';

/**
 * Seconds of a RATE expression: `rate(5 minutes)`, `5m`, `1h30m`, ISO 8601 `PT1H30M` or `P1DT12H` or `P2W`.
 * A day is 24 h and a week 7 days, as docs/semantics.md says; months and years have no fixed length and are refused.
 */
export function parseRate(source: string): number {
  const text = source.trim().toLowerCase();
  const seconds = text.startsWith('p') ? isoSeconds(text, source) : wordSeconds(text, source);
  if (seconds < 1)
    throw new ExpressionError('rate_too_short', `the interval "${source.trim()}" is shorter than 1 second`);
  if (seconds > MAX_SECONDS)
    throw new ExpressionError('rate_too_long', `the interval "${source.trim()}" is longer than 100 years`);
  return seconds;
}

function wordSeconds(text: string, source: string): number {
  const inner = /^rate\s*\((.*)\)$/s.exec(text)?.[1]?.trim() ?? text;
  const parts = [...inner.matchAll(/(\d+)\s*([a-z]+)\s*/g)];
  const covered = parts.reduce((n, part) => n + part[0].length, 0);
  if (parts.length === 0 || covered !== inner.length) throw syntax(source);
  let total = 0;
  let previous = Infinity;
  for (const [, amount, word] of parts) {
    const unit = UNITS[word!];
    if (unit === undefined) throw badUnit(word!, source);
    const size = UNIT_SECONDS[unit];
    // `1h30m` reads as one interval; `30m1h` or `5m5m` is more likely a slip than meant.
    if (size >= previous) throw syntax(source);
    previous = size;
    total += Number(amount) * size;
  }
  return total;
}

function isoSeconds(text: string, source: string): number {
  if (/^p(?=.*\d)[^t]*\d+[ym]/.test(text)) throw badUnit(/\d+y/.test(text) ? 'years' : 'months', source);
  const match = /^p(?:(\d+)w)?(?:(\d+)d)?(?:t(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?$/.exec(text);
  if (match === null || !/\d/.test(text)) throw syntax(source);
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((n) => Number(n ?? 0));
  return weeks! * 604_800 + days! * 86_400 + hours! * 3600 + minutes! * 60 + seconds!;
}

function syntax(source: string): ExpressionError {
  return new ExpressionError('rate_syntax', `"${source.trim()}" is not an interval: ${EXAMPLES}`);
}

function badUnit(word: string, source: string): ExpressionError {
  const calendar = /^(mo|month|months|y|year|years)$/.test(word);
  const hint = calendar
    ? 'a month or year has no fixed length: use schedule_type CRON or RRULE'
    : 'use seconds, minutes, hours, days or weeks';
  return new ExpressionError('rate_unit', `"${word}" in "${source.trim()}" is not a unit of RATE; ${hint}`);
}

/** Largest unit that divides the interval, and how many: 5400 → 90 minutes. */
export function rateInUnits(seconds: number): { amount: number; unit: Unit } {
  // Weeks are not used: EventBridge's rate() has no weeks, so the canonical form stays portable.
  for (const unit of ['day', 'hour', 'minute'] as const) {
    if (seconds % UNIT_SECONDS[unit] === 0) return { amount: seconds / UNIT_SECONDS[unit], unit };
  }
  return { amount: seconds, unit: 'second' };
}

/** `rate(90 minutes)`. */
export function canonicalRate(seconds: number): string {
  const { amount, unit } = rateInUnits(seconds);
  return `rate(${amount} ${unit}${amount === 1 ? '' : 's'})`;
}
