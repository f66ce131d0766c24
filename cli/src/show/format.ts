/** Values as people read them. */

/** Nothing that a name holds can steer the terminal. */
export function safe(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what it is about
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, (character) =>
    character === '\n' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export const NONE = '–';

/** An instant in UTC, to the second: `2027-03-01 09:00:00Z`. */
export function instant(value: string | null | undefined): string {
  return value ? value.replace('T', ' ').replace(/(?:\.\d+)?Z$/, 'Z') : NONE;
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** A length of time by its largest unit, or its two largest: `27 ms`, `1.3 s`, `2 min 5 s`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return NONE;
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const index = UNITS.findIndex(([size]) => ms >= size);
  const [size, name] = UNITS[index] ?? UNITS[3];
  const [below, belowName] = UNITS[index + 1] ?? [0, ''];
  const whole = Math.floor(ms / size);
  const rest = below === 0 ? 0 : Math.floor((ms % size) / below);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${belowName}`;
}

/** How far an instant is from now: `in 2 min 5 s`, `3 h ago`. */
export function fromNow(value: string, now: number): string {
  const ms = Date.parse(value) - now;
  return ms >= 0 ? `in ${duration(ms)}` : `${duration(-ms)} ago`;
}

/** `1,234` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 run`, `2 runs` */
export function many(value: number, one: string, more = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : more}`;
}

/** So much of a text as a table has room for; what is one character stays whole. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
