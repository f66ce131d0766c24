import { DAY_SECONDS, MONTH_NAMES, clockText, dateText, dayNumber, monthLength, pad } from './calendar.ts';
import { ExpressionError } from './errors.ts';
import type { Instant } from './recurrence.ts';
import { resolveTimezone } from './zone-name.ts';
import { type Zone, zoneOf } from './zone.ts';

/** 2200-01-01T00:00:00Z in milliseconds: instants that users write lie before it. */
const END_OF_INPUT = 7_258_118_400_000;

const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** A time as written: on some wall clock, or with an offset. `fraction` is milliseconds. */
export interface WrittenTime {
  /** Wall-clock seconds, as in LocalPattern. */
  readonly wall: number;
  readonly fraction: number;
  /** Seconds, or null for a local time. */
  readonly offset: number | null;
}

/** Reads an RFC 3339 instant or a local date-time; a date alone is its midnight. Throws ExpressionError on `field`. */
export function parseWritten(source: string, field?: string): WrittenTime {
  const text = source.trim();
  const fail = (problem: string): ExpressionError => new ExpressionError('time_syntax', problem, field);
  const shown = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  const match = text.length > 64 ? null : TIME.exec(text);
  if (match === null) {
    throw fail(`"${shown}" is not a time: use 2026-12-24T18:00:00 (local) or 2026-12-24T18:00:00Z (with an offset)`);
  }
  const part = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)] as const;
  const [hour, minute, second] = [part(4), part(5), part(6)] as const;
  if (month < 1 || month > 12) throw fail(`month ${pad(month)} is out of range 01–12 in "${shown}"`);
  if (day < 1 || day > monthLength(year, month)) {
    throw fail(`${MONTH_NAMES[month - 1]} ${year} has no day ${pad(day)} in "${shown}"`);
  }
  if (hour > 23) throw fail(`hour ${hour} is out of range 00–23 in "${shown}"`);
  if (minute > 59) throw fail(`minute ${minute} is out of range 00–59 in "${shown}"`);
  if (second > 59) throw fail(`second ${second} is out of range 00–59 in "${shown}"`);
  const fraction = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const wall = dayNumber(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 + second;
  return {
    wall,
    fraction,
    offset: readOffset(match[8], () => fail(`the offset ${match[8]} is out of range in "${shown}"`)),
  };
}

/** Whether a text, read as a time, is one in some zone: what it stands for is known only once that is. */
export function isLocalTime(text: string): boolean {
  try {
    return parseWritten(/^at\s*\((.*)\)$/is.exec(text.trim())?.[1] ?? text).offset === null;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return false;
  }
}

function readOffset(text: string | undefined, fail: () => ExpressionError): number | null {
  if (text === undefined) return null;
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 23 || minutes > 59) throw fail();
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** UTC second at which the zone's clock first shows `wall`; the instant of the jump when it never does. */
export function wallToSecond(zone: Zone, wall: number): number {
  // No wall clock is more than 100,000 s from UTC, so the segment looked for is this one or a later one.
  let i = zone.indexAt(wall - 100_000);
  while (wall >= zone.end(i) + zone.offset(i)) i += 1;
  return Math.max(wall - zone.offset(i), zone.start(i));
}

/** Instant of a written time, in milliseconds; checked to lie in 1970…2199. */
export function writtenToInstant(time: WrittenTime, zone: Zone, shown: string, field?: string): Instant {
  const second = time.offset === null ? wallToSecond(zone, time.wall) : time.wall - time.offset;
  const instant = second * 1000 + time.fraction;
  if (instant < 0 || instant >= END_OF_INPUT) {
    throw new ExpressionError('time_out_of_range', `"${shown.trim()}" is outside the years 1970–2199`, field);
  }
  return instant;
}

/**
 * Instant of an RFC 3339 text with an offset or Z, or of a local date-time (a date alone is its midnight) read in
 * `timezone`. A local time that the clock jumps over is the instant of the jump, a repeated one its first pass (docs/semantics.md). Digits past the millisecond are dropped. Throws ExpressionError with `field` (default `schedule_expression`).
 */
export function parseLocalOrInstant(text: string, timezone: string, field?: string): Instant {
  return writtenToInstant(parseWritten(text, field), zoneOf(resolveTimezone(timezone)), text, field);
}

/**
 * RFC 3339 with the zone's offset: `2026-03-08T03:00:00-04:00`; milliseconds only when there are some. RFC 3339 offsets
 * have no seconds, so the few old ones that do (Monrovia before 1972) are shown rounded, as Temporal does.
 */
export function localTime(instant: Instant, timezone: string): string {
  const zone = zoneOf(resolveTimezone(timezone));
  const second = Math.floor(instant / 1000);
  const offset = zone.offset(zone.indexAt(second));
  const minutes = Math.round(Math.abs(offset) / 60);
  const sign = offset < 0 ? '-' : '+';
  const fraction = instant - second * 1000;
  const ms = fraction === 0 ? '' : `.${pad(fraction, 3)}`;
  return `${wallText(second + offset)}${ms}${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** `2026-03-08T03:00:00` of wall-clock seconds. */
export function wallText(wall: number): string {
  const day = Math.floor(wall / DAY_SECONDS);
  const clock = clockText(wall - day * DAY_SECONDS);
  return `${dateText(day)}T${clock.length === 5 ? `${clock}:00` : clock}`;
}
