import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compiled, iso, upcoming } from './testing.ts';

/*
 * Croner and cron-parser as oracles. Random expressions of the grammar that all three share, random zones and instants.
 * They must agree on every instant that is not near a change of the clock; there the rules differ on
 * purpose, and each class of difference is pinned by an example below and listed in docs/semantics.md.
 */

type Peer = (expression: string, timezone: string, after: number, count: number) => number[];

const croner: Peer = (expression, timezone, after, count) =>
  new Cron(expression, { timezone }).nextRuns(count, new Date(after)).map((d) => d.getTime());

const cronParser: Peer = (expression, timezone, after, count) =>
  CronExpressionParser.parse(expression, { currentDate: new Date(after), tz: timezone })
    .take(count)
    .map((d) => d.getTime());

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Asia/Amman',
  'America/Asuncion',
  'Asia/Beirut',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Europe/Dublin',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Asia/Kolkata',
  'Asia/Gaza',
] as const;

const list = (min: number, max: number, length: number): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: length })
    .map((v) => v.sort((a, b) => a - b).join(','));

function timeField(max: number): fc.Arbitrary<string> {
  const pair = fc.tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max })).filter(([a, b]) => a < b);
  return fc.oneof(
    fc.constant('*'),
    list(0, max, 4),
    fc.integer({ min: 1, max: Math.floor(max / 2) }).map((n) => `*/${n}`),
    pair.map(([a, b]) => `${a}-${b}`),
    pair.filter(([a, b]) => b - a > 3).map(([a, b]) => `${a}-${b}/${Math.floor((b - a) / 2)}`),
  );
}

const dayOfMonth = fc.oneof(
  { weight: 2, arbitrary: fc.constant('*') },
  list(1, 31, 4),
  fc.constant('L'),
  fc.constant('1-15/3'),
);
const month = fc.oneof({ weight: 3, arbitrary: fc.constant('*') }, list(1, 12, 5), fc.constant('3-11'));
const weekdayOf = fc.integer({ min: 0, max: 6 });
const dayOfWeek = fc.oneof(
  { weight: 3, arbitrary: fc.constant('*') },
  list(0, 6, 3),
  fc.constantFrom('1-5', 'MON-FRI', '5-7', 'SUN', '7'),
  fc.tuple(weekdayOf, fc.integer({ min: 1, max: 4 })).map(([d, n]) => `${d}#${n}`),
  weekdayOf.map((d) => `${d}L`),
);

const expressions = fc
  .tuple(timeField(59), timeField(23), dayOfMonth, month, dayOfWeek)
  // A day that few of the months have makes the peers search for seconds.
  .filter(([, , day, months]) => months === '*' || !/29|3\d/.test(day))
  .map((fields) => fields.join(' '));

const START = Date.UTC(1980, 0, 1);
const END = Date.UTC(2037, 0, 1);

/** A zone and an instant: half of them within two days before a change of that zone's clock. */
const places = fc
  .tuple(
    fc.constantFrom(...ZONES),
    fc.integer({ min: START, max: END }),
    fc.boolean(),
    fc.integer({ min: 0, max: 2 * 86_400 }),
  )
  .map(([zone, instant, near, before]) => {
    const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
    const change = near ? at.getTimeZoneTransition('next') : null;
    return { zone, after: change === null ? instant : change.epochMilliseconds - before * 1000 };
  });

/** The instants of `found` with no change of the clock near: not within its shift, nor within `calm` ms after it. */
function ordinary(found: readonly number[], timezone: string, calm: number): number[] {
  return found.filter((at) => {
    const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
    const changes = [here.add({ seconds: 1 }).getTimeZoneTransition('previous'), here.getTimeZoneTransition('next')];
    return changes.every((t) => {
      if (t === null) return true;
      const shift = Math.abs(t.offsetNanoseconds - t.subtract({ nanoseconds: 1 }).offsetNanoseconds) / 1e6;
      const distance = at - t.epochMilliseconds;
      return distance < -shift || distance > Math.max(shift, calm);
    });
  });
}

describe.each([
  ['croner', croner, 0],
  // G3: cron-parser puts skipped slots into the hour after the jump, which for Chatham's 45 minutes is past the shift.
  ['cron-parser', cronParser, 2 * 3_600_000],
] as const)('%s', (name, peer, calm) => {
  test('agrees wherever the clock runs evenly', () => {
    let compared = 0;
    fc.assert(
      fc.property(expressions, places, (expression, { zone, after }) => {
        const theirs = peer(expression, zone, after, 8);
        const ours = upcoming(compiled(expression, zone), new Date(after).toISOString(), 8).map((s) => Date.parse(s));
        const until = Math.min(theirs.at(-1) ?? 0, ours.at(-1) ?? 0);
        const both = [theirs, ours].map((found) =>
          ordinary(
            found.filter((at) => at <= until),
            zone,
            calm,
          ).map(iso),
        );
        expect(both[1], `${expression} in ${zone} after ${iso(after)}, against ${name}`).toEqual(both[0]);
        compared += both[1]!.length;
      }),
      { numRuns: 3000, seed: 2026 },
    );
    expect(compared).toBeGreaterThan(20_000);
  });
});

/** `07:00` of each. */
function clock(found: readonly string[]): string[] {
  return found.map((s) => s.slice(11, 16));
}

function refused(peer: Peer, expression: string): boolean {
  try {
    peer(expression, 'UTC', 0, 1);
    return false;
  } catch {
    return true;
  }
}

describe('the classes of difference, in docs/semantics.md', () => {
  const NY = 'America/New_York';
  const jump = '2026-03-08T06:00Z';
  const back = '2026-11-01T04:45Z';

  type Difference = readonly [
    title: string,
    expression: string,
    after: string,
    ours: string[],
    peer: Peer,
    theirs: string[],
  ];
  const rows: readonly Difference[] = [
    [
      'G1 croner leaves out a skipped slot of an interval',
      '30 * * * *',
      jump,
      ['06:30', '07:00', '07:30'],
      croner,
      ['06:30', '07:30', '08:30'],
    ],
    ['G1 cron-parser too', '30 * * * *', jump, ['06:30', '07:00', '07:30'], cronParser, ['06:30', '07:30', '08:30']],
    [
      'G2 croner loses a job whose hour is skipped',
      '*/20 2 * * *',
      jump,
      ['07:00', '06:00', '06:20'],
      croner,
      ['06:00', '06:20', '06:40'],
    ],
    [
      'G3 cron-parser fires in the hour after instead of at the jump',
      '30 2 * * *',
      jump,
      ['07:00', '06:30'],
      cronParser,
      ['07:30', '06:30'],
    ],
    ['G3 and does not merge', '*/20 2 * * *', jump, ['07:00', '06:00'], cronParser, ['07:00', '07:20']],
    [
      'F1 croner runs a list in both passes',
      '0,30 1 * * *',
      back,
      ['05:00', '05:30', '06:00'],
      croner,
      ['05:00', '05:30', '06:00', '06:30'],
    ],
    [
      'F2 cron-parser runs an interval in a fixed hour once',
      '*/30 1 * * *',
      back,
      ['05:00', '05:30', '06:00', '06:30'],
      cronParser,
      ['05:00', '05:30', '06:00'],
    ],
  ];
  test.each(rows)('%s: %s', (_, expression, after, ours, peer, theirs) => {
    expect(clock(upcoming(compiled(expression, NY), after, ours.length))).toEqual(ours);
    expect(clock(peer(expression, NY, Date.parse(after), theirs.length).map(iso))).toEqual(theirs);
  });

  test('D1 a star with a step is not a restriction, as in Vixie cron; the peers say either', () => {
    const after = '2026-01-01T00:00Z';
    expect(upcoming(compiled('0 0 */2 * MON'), after, 1)).toEqual(['2026-01-05T00:00:00Z']);
    for (const peer of [croner, cronParser]) {
      expect(iso(peer('0 0 */2 * MON', 'UTC', Date.parse(after), 1)[0]!)).toBe('2026-01-03T00:00:00Z');
    }
  });

  test('D2 a step from a day of the week ends on Saturday; cron-parser goes on to 7, Sunday', () => {
    const after = '2026-01-01T00:00Z';
    expect(upcoming(compiled('0 0 * * 1/2'), after, 3).map((s) => s.slice(8, 10))).toEqual(['02', '05', '07']);
    expect(cronParser('0 0 * * 1/2', 'UTC', Date.parse(after), 3).map((at) => iso(at).slice(8, 10))).toEqual([
      '02',
      '04',
      '05',
    ]);
  });

  test('B1 asked from the last millisecond before a repeated hour, cron-parser loses a slot of its next day', () => {
    const after = '1993-10-31T05:59:59.999Z';
    expect(clock(upcoming(compiled('0 0-1 1 * *', NY), after, 2))).toEqual(['05:00', '06:00']);
    expect(cronParser('0 0-1 1 * *', NY, Date.parse(after), 2).map(iso)).toEqual([
      '1993-11-01T05:00:00Z',
      '1993-12-01T05:00:00Z',
    ]);
  });

  test('D3 what the peers refuse', () => {
    const ours = [
      '0 0 * * FRI-MON',
      '0 22-2 * * *',
      '5/15 * * * *',
      '0 0 L-3 * *',
      '0 0 15W * *',
      '0 0 LW * *',
      '0 0 13 * +FRI',
    ];
    for (const expression of ours) expect(compiled(expression).next(0), expression).not.toBeNull();
    expect(ours.filter((e) => refused(croner, e))).toEqual(ours.slice(0, 4));
    expect(ours.filter((e) => refused(cronParser, e))).toEqual(ours.filter((e) => e !== '5/15 * * * *'));
  });
});
