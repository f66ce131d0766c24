import { clockTime, dayName, zoneName } from '../../show/time.ts';

/** What fires in the same hour of today or tomorrow, or on the same later day. */
export interface FireGroup<T> {
  readonly key: string;
  readonly name: string;
  readonly items: readonly T[];
}

/** What comes, in its order, parted by hours and days of the viewer's zone. Pure. */
export function groupsOf<T extends { readonly fire_at: string }>(
  items: readonly T[],
  now: number,
  timezone?: string,
): FireGroup<T>[] {
  const groups: { key: string; name: string; items: T[] }[] = [];
  for (const item of items) {
    const at = Date.parse(item.fire_at);
    const name = nameOf(at, now, timezone);
    // An hour that comes twice, as the clock is set back, is two groups.
    const key = `${name} ${zoneName(at, timezone)}`;
    const last = groups.at(-1);
    if (last?.key === key) last.items.push(item);
    else groups.push({ key, name, items: [item] });
  }
  return groups;
}

function nameOf(at: number, now: number, timezone: string | undefined): string {
  if (at <= now) return 'Due now';
  const day = dayName(at, timezone);
  const near = [
    ['Today', dayName(now, timezone)],
    ['Tomorrow', dayAfter(now, timezone)],
  ].find(([, name]) => name === day);
  const hour = clockTime(at, timezone).slice(0, 2);
  return near ? `${near[0]}, ${hour}:00–${hour}:59` : day;
}

/** The name of the next day: a day of 23 or 25 hours has one, too. */
function dayAfter(now: number, timezone: string | undefined): string {
  const today = dayName(now, timezone);
  let at = now;
  while (dayName(at, timezone) === today) at += 1_800_000;
  return dayName(at, timezone);
}
