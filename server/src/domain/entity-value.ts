import { show } from './show.ts';

/** The types that a field of a record can have. */
export const FIELD_TYPES = ['STRING', 'NUMBER', 'BOOLEAN', 'DATE', 'DATETIME', 'JSON'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** What is wrong with a value, for people and for programs. */
export interface Fault {
  readonly msg: string;
  readonly type: string;
}

const MOST_CHARACTERS = 10_000;
const MOST_JSON_BYTES = 32_768;

/** 1900-01-01 and 2200-01-01 in UTC: DATE and DATETIME lie between. */
const FIRST_INSTANT = -2_208_988_800_000;
const END_OF_INSTANTS = 7_258_118_400_000;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/i;

/**
 * Checks a value that is not null against a field's type.
 * @returns the value as it is stored (a DATETIME in UTC with milliseconds), or what is wrong with it
 */
export function checkValue(type: FieldType, value: unknown): { readonly value: unknown } | Fault {
  switch (type) {
    case 'STRING':
      if (typeof value !== 'string') return { msg: `must be a string, got ${show(value)}`, type: 'string_type' };
      return value.length <= MOST_CHARACTERS
        ? { value }
        : {
            msg: `must have at most ${MOST_CHARACTERS} characters, got ${value.length}`,
            type: 'string_too_long',
          };
    case 'NUMBER':
      return typeof value === 'number' && Number.isFinite(value)
        ? { value }
        : { msg: `must be a finite number, got ${name(value)}`, type: 'number_type' };
    case 'BOOLEAN':
      return typeof value === 'boolean'
        ? { value }
        : { msg: `must be true or false, got ${show(value)}`, type: 'boolean_type' };
    case 'DATE':
      return typeof value === 'string' && midnightOf(value) !== null
        ? { value }
        : { msg: `must be a day that exists, as YYYY-MM-DD, from 1900 to 2199, got ${show(value)}`, type: 'date' };
    case 'DATETIME': {
      const instant = typeof value === 'string' ? instantOf(value) : null;
      return instant === null
        ? {
            msg: `must be an RFC 3339 time with Z or an offset, from 1900 to 2199, such as 2027-03-01T09:00:00+01:00, got ${show(value)}`,
            type: 'datetime',
          }
        : { value: new Date(instant).toISOString() };
    }
    default:
      return checkJson(value);
  }
}

function checkJson(value: unknown): { readonly value: unknown } | Fault {
  if (holdsInfinity(value)) return { msg: 'holds a number that is not finite; use finite ones', type: 'number_type' };
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  return bytes <= MOST_JSON_BYTES
    ? { value }
    : { msg: `must be at most ${MOST_JSON_BYTES} bytes as JSON, got ${bytes}`, type: 'too_long' };
}

/** JSON text can say 1e999: it is read as Infinity, and would be written as null. */
function holdsInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return value !== null && typeof value === 'object' && Object.values(value).some(holdsInfinity);
}

function name(value: unknown): string {
  return typeof value === 'number' ? 'one that is too large' : show(value);
}

/** Midnight in UTC of a date, or null: the text is none, or no such day exists. */
function midnightOf(text: string): number | null {
  const match = DATE.exec(text);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const instant = Date.UTC(year, month - 1, day);
  const date = new Date(instant);
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && inRange(instant) ? instant : null;
}

/** The instant of an RFC 3339 text, or null. Digits past the millisecond are dropped. */
function instantOf(text: string): number | null {
  const match = DATETIME.exec(text);
  if (!match) return null;
  const part = (group: number) => Number(match[group] ?? 0);
  const midnight = midnightOf(match[1] ?? '');
  const [hour, minute, second] = [part(2), part(3), part(4)];
  const [offsetHours, offsetMinutes] = [part(7), part(8)];
  if (midnight === null || hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) {
    return null;
  }
  const fraction = Number((match[5] ?? '').padEnd(3, '0').slice(0, 3));
  const offset = (match[6] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes);
  const instant = midnight + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
  return inRange(instant) ? instant : null;
}

function inRange(instant: number): boolean {
  return instant >= FIRST_INSTANT && instant < END_OF_INSTANTS;
}
