import { describe, expect, test } from 'vitest';
import { compiled } from './testing.ts';
import { Zone } from './zone.ts';
import { ZONE_LINKS } from './zone-links.ts';

const ALL_ZONES = [...Intl.supportedValuesOf('timeZone'), ...ZONE_LINKS];
const MINUTE = 60_000;
const DAY = 86_400_000;

interface Transition {
  readonly zone: string;
  readonly at: number;
  /** Milliseconds. */
  readonly before: number;
  readonly after: number;
}

/** Straight from Temporal, in milliseconds. */
function transitions(zone: string, from: number, until: number): Transition[] {
  const found: Transition[] = [];
  let at = new Temporal.ZonedDateTime(BigInt(from) * 1_000_000n, zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= until) return found;
    found.push({
      zone,
      at: next.epochMilliseconds,
      before: at.offsetNanoseconds / 1e6,
      after: next.offsetNanoseconds / 1e6,
    });
    at = next;
  }
}

const wallOf = (instant: number): Date => new Date(instant);

describe('the table of a zone', () => {
  test('says what Temporal says, on both sides of a transition and far from one, in any order of asking', () => {
    for (const name of [
      'America/New_York',
      'Africa/Casablanca',
      'Africa/Monrovia',
      'Pacific/Apia',
      'Asia/Gaza',
      'UTC',
    ]) {
      const zone = new Zone(name);
      const moments = transitions(name, 0, Date.UTC(2399, 0, 1)).flatMap(({ at }) => [at - 1000, at, at + 90 * DAY]);
      // A stride that is no factor of the length visits each once, forward and back.
      for (let i = 0; i < moments.length; i += 1) {
        const instant = moments[(i * 7919) % moments.length]!;
        const expected =
          Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(name).offsetNanoseconds / 1e9;
        expect(zone.offset(zone.indexAt(instant / 1000)), `${name} at ${new Date(instant).toISOString()}`).toBe(
          expected,
        );
      }
    }
  });

  test('shifts by whole seconds in every zone', () => {
    for (const name of ALL_ZONES) {
      for (const { at, before, after } of transitions(name, 0, Date.UTC(2040, 0, 1))) {
        expect(
          [at % 1000, before % 1000, after % 1000].every((n) => n === 0),
          name,
        ).toBe(true);
      }
    }
  });
});

describe('every transition of every zone, 1970–2040', () => {
  const rows = ALL_ZONES.flatMap((zone) => transitions(zone, 0, Date.UTC(2040, 0, 1)));

  test('there are thousands of each kind', () => {
    expect(rows.filter((t) => t.after > t.before).length).toBeGreaterThan(9000);
    expect(rows.filter((t) => t.after < t.before).length).toBeGreaterThan(9000);
  });

  test('a time that the clock jumps over fires at the instant of the jump', () => {
    for (const { zone, at, before, after } of rows) {
      if (after <= before) continue;
      // The middle of what was skipped, as its own wall clock would have shown it.
      const skipped = wallOf(Math.floor((at + (before + after) / 2) / 1000) * 1000);
      const time = `${skipped.getUTCSeconds()} ${skipped.getUTCMinutes()} ${skipped.getUTCHours()}`;
      const date = `${skipped.getUTCDate()} ${skipped.getUTCMonth() + 1} * ${skipped.getUTCFullYear()}`;
      expect(compiled(`${time} ${date}`, zone).next(at - 2 * DAY), `${time} in ${zone}`).toBe(at);
      expect(compiled(`${time} ${date}`, zone).count(at - 2 * DAY, at + 2 * DAY), `${time} in ${zone}`).toBe(1);
    }
  });

  test('a time that the clock shows twice fires once when fixed and twice in an interval', () => {
    for (const { zone, at, before, after } of rows) {
      if (after >= before) continue;
      const first = Math.floor((at - (before - after) / 2) / 1000) * 1000;
      const second = first + (before - after);
      const wall = wallOf(first + before);
      const [s, m, h] = [wall.getUTCSeconds(), wall.getUTCMinutes(), wall.getUTCHours()];
      const fixed = compiled(`${s} ${m} ${h} * * *`, zone);
      expect(fixed.next(first - MINUTE), `${h}:${m}:${s} in ${zone}`).toBe(first);
      expect(fixed.count(first, second), `${h}:${m}:${s} in ${zone}`).toBe(0);
      const interval = compiled(`${s} ${m} ${h}-${h} * * *`, zone);
      expect([interval.next(first - 1), interval.next(first)], `interval ${h}:${m}:${s} in ${zone}`).toEqual([
        first,
        second,
      ]);
    }
  });

  test('every elapsed second is one second of * * * * * *', () => {
    for (const { zone, at } of rows) {
      expect(compiled('* * * * * *', zone).count(at - DAY, at + DAY), zone).toBe(172_800);
    }
  });
});
