/** Instants and lengths of time as words. Pure: the present and the zone are arguments. */

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const shortZone = (timeZone?: string) =>
  new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short', ...(timeZone !== undefined && { timeZone }) });
const SHORT_ZONE = shortZone();
const formats = new Map<string, Intl.DateTimeFormat>();

/** `in 5 min.`, `2 days ago`, `now`. */
export function relativeTime(instant: number, now: number): string {
  const ms = instant - now;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(ms) >= size) ?? ['second', 1_000];
  return relative.format(Math.trunc(ms / size), unit);
}

/** `Thu, 26 Nov 2026, 09:00:00`, in a zone. One that this browser does not know is shown in UTC. */
export function localTime(instant: number, timezone?: string, seconds = true): string {
  return formatOf(timezone, seconds).format(instant);
}

/** The day of an instant: `Thu, 26 Nov 2026`. */
export function dayName(instant: number, timezone?: string): string {
  return localTime(instant, timezone, false).replace(/, [^,]*$/, '');
}

/** The time of day of an instant: `09:00:00`. */
export function clockTime(instant: number, timezone?: string, seconds = true): string {
  return localTime(instant, timezone, seconds).replace(/^.*, /, '');
}

/** A zone, or the viewer's own, at an instant, in short: `CET`, `GMT+9`. */
export function zoneName(instant: number, timezone?: string): string {
  const format = timezone === undefined ? SHORT_ZONE : shortZone(timezone);
  return format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** A sentence of the API, with its instants in the viewer's zone, or another. */
export function withLocalInstants(text: string, timezone?: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (instant) => {
    const at = Date.parse(instant);
    return `${localTime(at, timezone)} ${zoneName(at, timezone)}`;
  });
}

/** The viewer's own zone. */
export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `1.2 s`, `350 ms`, `2 h 5 min`. */
export function durationWords(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const;
  const first = units.findIndex(([, size]) => ms >= size);
  let left = ms;
  const parts: string[] = [];
  for (const [name, size] of units.slice(first, first + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}

function formatOf(timezone: string | undefined, seconds: boolean): Intl.DateTimeFormat {
  const key = `${timezone ?? ''} ${seconds}`;
  let format = formats.get(key);
  if (!format) {
    format = newFormat(timezone, seconds);
    formats.set(key, format);
  }
  return format;
}

function newFormat(timeZone: string | undefined, seconds: boolean): Intl.DateTimeFormat {
  const options = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' as const }),
    hourCycle: 'h23',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, ...(timeZone !== undefined && { timeZone }) });
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC', timeZoneName: 'short' });
  }
}
