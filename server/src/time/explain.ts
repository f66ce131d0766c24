import { DAY_SECONDS, clockText, dateText } from './calendar.ts';
import { localTime } from './local-time.ts';
import type { Explanation, Instant, LocalPattern } from './recurrence.ts';
import type { Zone } from './zone.ts';

/** Skipped times are named one by one up to here. */
const NAMED = 4;

/** Walks `next` and adds notes; `previous` is the occurrence before, or `after`. */
export function explainWith(
  timezone: string,
  next: (after: Instant) => Instant | null,
  notes: (instant: Instant, previous: Instant) => string[],
  after: Instant,
  count: number,
): Explanation[] {
  const result: Explanation[] = [];
  let previous = after;
  while (result.length < count) {
    const instant = next(previous);
    if (instant === null) break;
    result.push({ instant, local: localTime(instant, timezone), notes: notes(instant, previous) });
    previous = instant;
  }
  return result;
}

/** What a change of the clock did to the occurrence of `pattern` at `instant`. Empty on ordinary days. */
export function shiftNotes(pattern: LocalPattern, zone: Zone, instant: Instant): string[] {
  const second = Math.floor(instant / 1000);
  const i = zone.indexAt(second);
  const landing = zone.start(i) + zone.offset(i);
  if (second === zone.start(i) && zone.high(i) < landing) return jumpNotes(pattern, zone.high(i), landing);
  return repeatNotes(
    zone,
    instant,
    pattern.interval ? 'This is the first pass; it fires again in the second.' : undefined,
  );
}

/** That the clock shows the local time of an instant twice, and which pass this is. */
export function repeatNotes(zone: Zone, instant: Instant, firstPass = 'It fires in the first pass only.'): string[] {
  const second = Math.floor(instant / 1000);
  const i = zone.indexAt(second);
  const wall = second + zone.offset(i);
  if (wall < zone.high(i)) {
    const back = change(zone.high(i), zone.start(i) + zone.offset(i));
    return [`${wallName(wall)} is shown twice: the clock went back from ${back}. This is the second pass.`];
  }
  const end = zone.end(i);
  if (end === Infinity) return [];
  const back = end + zone.offset(i);
  const restart = end + zone.offset(i + 1);
  if (wall < restart || restart >= back) return [];
  return [`${wallName(wall)} is shown twice: the clock goes back from ${change(back, restart)}. ${firstPass}`];
}

/** Notes for an occurrence at a landing: which skipped times it stands for, and whether it was due anyway. */
function jumpNotes(pattern: LocalPattern, high: number, landing: number): string[] {
  const skipped = pattern.count(high, landing);
  if (skipped === 0) return [];
  const names: string[] = [];
  let wall = high - 1;
  while (names.length < Math.min(skipped, NAMED)) {
    wall = pattern.first(wall + 1, landing);
    names.push(clockText(wall - Math.floor(wall / DAY_SECONDS) * DAY_SECONDS));
  }
  const more = skipped > names.length ? ` and ${skipped - names.length} more` : '';
  const day = dateText(Math.floor(high / DAY_SECONDS));
  const ordinary = pattern.first(landing, landing + 1) === landing;
  const one = skipped === 1;
  return [
    `${names.join(', ')}${more} on ${day} ${one ? 'does' : 'do'} not exist: the clock jumps from ${change(high, landing)}. ` +
      (ordinary
        ? `${one ? 'It is' : 'They are'} merged with the occurrence at ${wallName(landing)}.`
        : `${one ? 'It fires' : 'They fire once,'} at the instant of the jump.`),
  ];
}

function wallName(wall: number): string {
  const day = Math.floor(wall / DAY_SECONDS);
  return `${clockText(wall - day * DAY_SECONDS)} on ${dateText(day)}`;
}

/** `02:00 to 03:00`, with dates when the change crosses a day. */
function change(from: number, to: number): string {
  const day = Math.floor(from / DAY_SECONDS);
  if (day !== Math.floor(to / DAY_SECONDS)) return `${wallName(from)} to ${wallName(to)}`;
  return `${clockText(from - day * DAY_SECONDS)} to ${clockText(to - day * DAY_SECONDS)}`;
}
