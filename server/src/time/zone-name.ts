import { editDistance } from './edit-distance.ts';
import { ExpressionError } from './errors.ts';
import { ZONE_LINKS } from './zone-links.ts';

/** IANA names are letters, digits, `_ + - /` and begin with a letter; so no offset and no bracketed time gets through. */
const SHAPE = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** Bounded by use, not only by the tz database: every mix of upper and lower case is another key. */
const spellings = new Map<string, string>();
const SPELLINGS_MAX = 2000;

/**
 * Proper spelling of an IANA zone or link, whatever its case: `us/eastern` → `US/Eastern`. A link stays the link that
 * was asked for. Throws ExpressionError (field `timezone`) with the nearest name when there is no such zone.
 */
export function resolveTimezone(name: string): string {
  const known = spellings.get(name);
  if (known !== undefined) return known;
  const proper = lookUp(name);
  if (proper === undefined) throw unknownZone(name);
  if (spellings.size >= SPELLINGS_MAX) spellings.clear();
  spellings.set(name, proper);
  return proper;
}

/** Version of the tz database in use, such as `2026c`. */
export function tzdbVersion(): string {
  return process.versions.tz ?? 'unknown';
}

function lookUp(name: string): string | undefined {
  if (!SHAPE.test(name)) return undefined;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId;
  } catch {
    return undefined;
  }
}

function unknownZone(name: string): ExpressionError {
  const shown = name.length > 64 ? `${name.slice(0, 64)}…` : name;
  if (/^(?:UTC|GMT)?[+-−]\d{1,2}(?::?\d\d)?$/i.test(name) || name === 'Z') {
    return new ExpressionError(
      'timezone_offset',
      `${shown} is an offset, not a time zone: use a name such as Europe/Berlin or UTC`,
      'timezone',
    );
  }
  const near = nearest(name);
  const hint = near === undefined ? ': use an IANA name such as Europe/Berlin or UTC' : `; did you mean ${near}?`;
  return new ExpressionError(
    'timezone_unknown',
    `${shown === '' ? 'an empty name' : shown} is not a time zone${hint}`,
    'timezone',
  );
}

/** What people write for the zones that they mean; tz names by place, not by abbreviation. */
const HABITS: Readonly<Record<string, string>> = {
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
  mdt: 'America/Denver',
  cst: 'America/Chicago',
  cdt: 'America/Chicago',
  edt: 'America/New_York',
  bst: 'Europe/London',
  cest: 'Europe/Berlin',
  eest: 'Europe/Helsinki',
  ist: 'Asia/Kolkata',
  jst: 'Asia/Tokyo',
  aest: 'Australia/Sydney',
  aedt: 'Australia/Sydney',
  z: 'UTC',
};

function nearest(name: string): string | undefined {
  const wanted = name.trim().toLowerCase().replaceAll(/\s+/g, '_');
  if (wanted === '' || wanted.length > 64) return undefined;
  if (HABITS[wanted] !== undefined) return HABITS[wanted];
  const names = [...Intl.supportedValuesOf('timeZone'), ...ZONE_LINKS];
  let best: string | undefined;
  // A third of the letters may be wrong; further off, a suggestion is a guess.
  let bestDistance = Math.floor(wanted.length / 3) + 1;
  for (const candidate of names) {
    const lower = candidate.toLowerCase();
    const city = lower.slice(lower.lastIndexOf('/') + 1);
    const distance = Math.min(editDistance(wanted, lower), editDistance(wanted, city) + 0.5);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
