import { HORIZON } from './calendar.ts';
import type { Instant, LocalPattern } from './recurrence.ts';
import type { Zone } from './zone.ts';

/*
 * A pattern of wall-clock times laid over a zone. docs/semantics.md, in three sentences:
 *   - a matching time that the clock jumps over fires at the instant of the jump; several collapse into that one;
 *   - in repeated wall time an interval pattern fires through both passes;
 *   - any other pattern fires in the first pass only.
 * All three are "from where on the wall clock may this segment match", so one function answers for next, last and count.
 */

/**
 * First wall-clock second that segment `i` answers for when the search begins at UTC second `from` inside it.
 * A search that begins with the segment also answers for what its jump skipped (high < start + offset).
 */
function wallFrom(pattern: LocalPattern, zone: Zone, i: number, from: number): number {
  const wall = from + zone.offset(i);
  const high = zone.high(i);
  if (wall < high) return pattern.interval ? wall : high;
  return from === zone.start(i) ? high : wall;
}

/** First occurrence strictly after `after`, or null when there is none before the horizon. */
export function nextInZone(pattern: LocalPattern, zone: Zone, after: Instant): Instant | null {
  // Occurrences are whole seconds, and none lies before 1970.
  let second = Math.max(Math.floor(after / 1000) + 1, 0);
  if (!(second < HORIZON)) return null;
  let i = zone.indexAt(second);
  for (;;) {
    const offset = zone.offset(i);
    const end = Math.min(zone.end(i), HORIZON);
    const wall = pattern.first(wallFrom(pattern, zone, i, second), end + offset);
    if (wall < end + offset) return Math.max(wall - offset, zone.start(i)) * 1000;
    if (end === HORIZON) return null;
    second = end;
    i += 1;
  }
}

/** Latest occurrence in (after, until], or null. */
export function lastInZone(pattern: LocalPattern, zone: Zone, after: Instant, until: Instant): Instant | null {
  const low = Math.max(Math.floor(after / 1000) + 1, 0);
  let high = Math.min(Math.floor(until / 1000), HORIZON - 1);
  if (!(low <= high)) return null;
  for (let i = zone.indexAt(high); high >= low; i -= 1) {
    const offset = zone.offset(i);
    const start = zone.start(i);
    const from = wallFrom(pattern, zone, i, Math.max(low, start));
    const wall = pattern.last(from, high + offset + 1);
    if (wall >= from) return Math.max(wall - offset, start) * 1000;
    high = start - 1;
  }
  return null;
}

/** Number of occurrences in (after, until]. */
export function countInZone(pattern: LocalPattern, zone: Zone, after: Instant, until: Instant): number {
  const low = Math.max(Math.floor(after / 1000) + 1, 0);
  let high = Math.min(Math.floor(until / 1000), HORIZON - 1);
  let total = 0;
  if (!(low <= high)) return 0;
  for (let i = zone.indexAt(high); high >= low; i -= 1) {
    const offset = zone.offset(i);
    const start = zone.start(i);
    const from = wallFrom(pattern, zone, i, Math.max(low, start));
    const landing = start + offset;
    if (from < landing && zone.high(i) < landing) {
      // What the jump skipped fires once, at the landing; so a match at the landing itself is the same firing.
      total += pattern.first(from, landing + 1) <= landing ? 1 : 0;
      total += pattern.count(landing + 1, high + offset + 1);
    } else total += pattern.count(from, high + offset + 1);
    high = start - 1;
  }
  return total;
}
