import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayKey, parseTimeOfDay, RelativeTiming, type RelativeRule } from './relative.ts';

const DAY = 86_400_000;
const iso = (text: string) => Date.parse(text);
const rule = (fields: Partial<RelativeRule>): RelativeRule => ({
  field: 'DATE',
  timezone: 'UTC',
  offsetDays: 0,
  clock: null,
  recurrence: 'NONE',
  ...fields,
});
const NINE = 9 * 3600;

/** The same by Temporal, from the words of docs/relative.md; a turn is the n-th time that it comes round. */
function oracle(r: RelativeRule, at: number, turn = 0): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(r.field === 'DATE' ? 'UTC' : r.timezone);
  if (r.field === 'DATETIME' && r.clock === null && r.offsetDays === 0 && turn === 0) return at;
  const every = r.recurrence === 'YEARLY' ? { years: turn } : { months: turn };
  const date = zoned.toPlainDate().add(every).add({ days: r.offsetDays });
  const time =
    r.clock !== null
      ? new Temporal.PlainTime().add({ seconds: r.clock })
      : r.field === 'DATE'
        ? new Temporal.PlainTime()
        : zoned.toPlainTime();
  const wall = date.toPlainDateTime(time);
  const earlier = wall.toZonedDateTime(r.timezone, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(wall)) return earlier.epochMilliseconds;
  // Jumped over: the transition between the two readings of it.
  return earlier.getTimeZoneTransition('next')!.epochMilliseconds;
}

const ZONES = ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/Asuncion', 'Asia/Kathmandu'];
const rules = fc.record({
  field: fc.constantFrom('DATE', 'DATETIME'),
  timezone: fc.constantFrom(...ZONES),
  offsetDays: fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 40 }), fc.integer({ min: -3650, max: 3650 })),
  clock: fc.option(fc.integer({ min: 0, max: DAY / 1000 - 1 })),
}) as fc.Arbitrary<Omit<RelativeRule, 'recurrence'>>;
const recurrences = fc.constantFrom('NONE' as const, 'MONTHLY' as const, 'YEARLY' as const);
/** Dates near the shifts of some zones come up often. */
const SHIFTS = ['2027-03-14T07:00:00Z', '2027-11-07T06:00:00Z', '2011-12-30T10:00:00Z', '2024-10-06T04:00:00Z'].map(
  iso,
);
const near = fc.tuple(fc.constantFrom(...SHIFTS), fc.integer({ min: -2 * DAY, max: 2 * DAY })).map(([s, d]) => s + d);
const instants = fc.oneof(near, fc.integer({ min: iso('1980-01-01'), max: iso('2040-01-01') }));
const dateOf = (r: Omit<RelativeRule, 'recurrence'>, at: number) =>
  r.field === 'DATE' ? Math.floor(at / DAY) * DAY : at;

describe('the occurrence of a date', () => {
  it.each([
    [
      'three days before, at nine',
      { offsetDays: -3, clock: NINE, timezone: 'America/New_York' },
      '2027-03-17T00:00:00Z',
      '2027-03-14T13:00:00Z',
    ],
    [
      'the day itself, at midnight there',
      { timezone: 'Asia/Kathmandu' },
      '2027-06-01T00:00:00Z',
      '2027-05-31T18:15:00Z',
    ],
    ['30 days after', { offsetDays: 30, clock: NINE }, '2027-01-31T00:00:00Z', '2027-03-02T09:00:00Z'],
    [
      'a time of day that is jumped over',
      { timezone: 'America/New_York', clock: 2.5 * 3600 },
      '2027-03-14T00:00:00Z',
      '2027-03-14T07:00:00Z',
    ],
    [
      'a time of day that comes twice',
      { timezone: 'America/New_York', clock: 1.5 * 3600 },
      '2027-11-07T00:00:00Z',
      '2027-11-07T05:30:00Z',
    ],
    [
      'an instant, by the local day there',
      { field: 'DATETIME', timezone: 'America/New_York', clock: NINE },
      '2027-06-02T02:00:00Z',
      '2027-06-01T13:00:00Z',
    ],
    [
      'an instant, days later at its own local time',
      { field: 'DATETIME', timezone: 'America/New_York', offsetDays: 1 },
      '2027-03-13T15:00:00.250Z',
      '2027-03-14T14:00:00.250Z',
    ],
    [
      'an instant in a second pass is itself',
      { field: 'DATETIME', timezone: 'America/New_York' },
      '2027-11-07T06:30:00Z',
      '2027-11-07T06:30:00Z',
    ],
    ['a day that a zone leaves out', { timezone: 'Pacific/Apia' }, '2011-12-30T00:00:00Z', '2011-12-30T10:00:00Z'],
  ] as const)('%s', (_name, fields, at, due) => {
    const timing = new RelativeTiming(rule(fields));
    expect(new Date(timing.next(iso(at), 0) ?? 0).toISOString()).toBe(new Date(due).toISOString());
    expect(timing.next(iso(at), iso(due))).toBeNull();
  });

  it('is what Temporal makes of the same words', () => {
    fc.assert(
      fc.property(rules, instants, (parts, instant) => {
        const r = rule(parts);
        const at = dateOf(r, instant);
        expect(new RelativeTiming(r).next(at, -1e15)).toBe(oracle(r, at));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('dates that come round', () => {
  const list = (
    recurrence: RelativeRule['recurrence'],
    at: string,
    after: string,
    count: number,
    fields: Partial<RelativeRule> = {},
  ) => {
    const timing = new RelativeTiming(rule({ recurrence, ...fields }));
    return timing.between(iso(at), iso(after), Infinity, count).map((due) => new Date(due).toISOString().slice(0, 10));
  };

  it('clamp to the last day of a short month, and come back to their own', () => {
    expect(list('MONTHLY', '2027-01-31', '2027-01-01', 4)).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
    ]);
    expect(list('YEARLY', '2024-02-29', '2025-01-01', 4)).toEqual([
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
    ]);
  });

  it('begin with the date itself', () => {
    expect(list('YEARLY', '2030-05-01', '2027-01-01', 2)).toEqual(['2030-05-01', '2031-05-01']);
    expect(list('MONTHLY', '2030-05-01', '2027-01-01', 2, { offsetDays: -3 })).toEqual(['2030-04-28', '2030-05-29']);
  });

  it('are what Temporal makes of the same words', () => {
    fc.assert(
      fc.property(
        rules,
        instants,
        instants,
        fc.constantFrom('MONTHLY', 'YEARLY'),
        (parts, instant, after, recurrence) => {
          const r = rule({ ...parts, recurrence });
          const at = dateOf(r, instant);
          let turn = 0;
          while (oracle(r, at, turn) <= after) turn += 1;
          expect(new RelativeTiming(r).next(at, after)).toBe(oracle(r, at, turn));
        },
      ),
      { numRuns: 500 },
    );
  });

  const utcKey = (at: number) => {
    const date = new Date(at);
    return dayKey(date.getUTCMonth() + 1, date.getUTCDate());
  };

  it.each([
    ['YEARLY', ['2027-11-07T06:30:00', '2028-11-07T06:30:00', '2029-11-07T06:30:00']],
    ['MONTHLY', ['2027-11-07T06:30:00', '2027-12-07T06:30:00', '2028-01-07T06:30:00']],
  ] as const)('%s from a second pass on begin with the date’s own instant', (recurrence, dues) => {
    const timing = new RelativeTiming(rule({ field: 'DATETIME', timezone: 'America/New_York', recurrence }));
    const found = timing.between(iso('2027-11-07T06:30:00Z'), 0, Infinity, 3);
    expect(found.map((due) => new Date(due).toISOString().slice(0, 19))).toEqual(dues);
  });

  it('are due in the first pass where a later turn comes twice', () => {
    const timing = new RelativeTiming(rule({ field: 'DATETIME', timezone: 'America/New_York', recurrence: 'YEARLY' }));
    // 7 November is the Sunday on which clocks go back in 2027 and 2032.
    const due = timing.next(iso('2027-11-07T06:30:00Z'), iso('2032-01-01T00:00:00Z'));
    expect(due).toBe(iso('2032-11-07T05:30:00Z'));
  });

  it.each([
    ['America/New_York', '2027-11-07T06:00:00Z', 60],
    ['Australia/Lord_Howe', '2027-04-03T15:00:00Z', 30],
    ['Europe/Berlin', '2027-10-31T01:00:00Z', 60],
    // Its second pass lies on another day in UTC than in the zone.
    ['America/Santiago', '2027-04-04T03:00:00Z', 60],
  ])(
    'are found where the probes look in a second pass of %s, wherever a stretch begins',
    (timezone, begin, minutes) => {
      for (const recurrence of ['MONTHLY', 'YEARLY'] as const) {
        const timing = new RelativeTiming(rule({ field: 'DATETIME', timezone, recurrence }));
        for (let at = iso(begin); at < iso(begin) + minutes * 60_000; at += 300_000) {
          expect(timing.notes(at, at)).toEqual([expect.stringMatching(/This is the second pass\.$/)]);
          for (const before of [1, 60_000, 45 * 60_000, 90 * 60_000]) {
            expect(timing.next(at, at - before)).toBe(at);
            const found = timing
              .probes(at - before, at)
              .some((probe) => probe.days.includes(utcKey(at)) && at % DAY >= probe.from && at % DAY < probe.to);
            expect(found).toBe(true);
          }
        }
      }
    },
  );

  it('are all found where the probes look', () => {
    fc.assert(
      fc.property(
        rules,
        instants,
        instants,
        fc.constantFrom('MONTHLY', 'YEARLY'),
        fc.integer({ min: 1, max: 2 * DAY }),
        (parts, instant, from, recurrence, length) => {
          const r = rule({ ...parts, recurrence });
          const timing = new RelativeTiming(r);
          const at = dateOf(r, instant);
          // A stretch that holds an occurrence.
          const due = timing.next(at, from);
          fc.pre(due !== null);
          const [after, until] = [due - Math.ceil(length / 3), due + Math.floor(length / 3)];
          const clock = ((at % DAY) + DAY) % DAY;
          const found = timing
            .probes(after, until)
            .some((probe) => probe.days.includes(utcKey(at)) && clock >= probe.from && clock < probe.to);
          expect(found).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the dates of a stretch of time', () => {
  it('are exactly those that are due in it', () => {
    fc.assert(
      fc.property(
        rules,
        recurrences,
        instants,
        instants,
        fc.integer({ min: 0, max: 3 * DAY }),
        (parts, recurrence, instant, seed, length) => {
          const r = rule({ ...parts, recurrence });
          const timing = new RelativeTiming(r);
          const at = dateOf(r, instant);
          const due = timing.next(at, -1e15)!;
          // Beginnings and ends close to the occurrence, now on one side of it, now on the other.
          const after = due + (seed % (2 * DAY)) - DAY;
          const until = after + length;
          const inside = timing.ranges(after, until).some(({ from, to }) => at >= from && at < to);
          expect(inside).toBe(due > after && due <= until);
          const open = timing.ranges(after, Infinity).some(({ from, to }) => at >= from && at < to);
          expect(open).toBe(due > after);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('notes', () => {
  const TWICE = '01:30 on 2027-11-07 is shown twice: the clock';
  it.each([
    ['a day as any other', {}, '2027-11-06T00:00:00Z', '2027-11-05T00:00:00Z', []],
    [
      'a time of day that comes twice',
      { timezone: 'America/New_York', clock: 1.5 * 3600 },
      '2027-11-07T00:00:00Z',
      '2027-11-01T00:00:00Z',
      [`${TWICE} goes back from 02:00 to 01:00. It fires in the first pass only.`],
    ],
    [
      'an instant in a first pass',
      { field: 'DATETIME', timezone: 'America/New_York' },
      '2027-11-07T05:30:00Z',
      '2027-11-01T00:00:00Z',
      [`${TWICE} goes back from 02:00 to 01:00. This is the first pass.`],
    ],
    [
      'an instant in a second pass',
      { field: 'DATETIME', timezone: 'America/New_York', recurrence: 'YEARLY' },
      '2027-11-07T06:30:00Z',
      '2027-11-01T00:00:00Z',
      [`${TWICE} went back from 02:00 to 01:00. This is the second pass.`],
    ],
    [
      'a later turn of an instant, in a first pass',
      { field: 'DATETIME', timezone: 'America/New_York', recurrence: 'MONTHLY' },
      '2027-10-07T05:30:00Z',
      '2027-11-01T00:00:00Z',
      [`${TWICE} goes back from 02:00 to 01:00. It fires in the first pass only.`],
    ],
    [
      'a time that is jumped over',
      { timezone: 'America/New_York', clock: 2.5 * 3600 },
      '2027-03-14T00:00:00Z',
      '2027-03-01T00:00:00Z',
      ['The clock jumps over this local time: it fires at the instant of the jump.'],
    ],
    [
      'day 31 in a shorter month',
      { recurrence: 'MONTHLY' },
      '2027-01-31T00:00:00Z',
      '2027-04-01T00:00:00Z',
      ["The record's day is the 31st, which April 2027 does not have: the last day of the month counts."],
    ],
    [
      'day 30 in February',
      { recurrence: 'MONTHLY' },
      '2027-01-30T00:00:00Z',
      '2027-02-01T00:00:00Z',
      ["The record's day is the 30th, which February 2027 does not have: the last day of the month counts."],
    ],
    [
      'day 29 in February, moved out of it',
      { recurrence: 'MONTHLY', offsetDays: 3 },
      '2028-02-29T00:00:00Z',
      '2029-03-01T00:00:00Z',
      ["The record's day is the 29th, which February 2029 does not have: the last day of the month counts."],
    ],
    ['day 31 in a month that has it', { recurrence: 'MONTHLY' }, '2027-01-31T00:00:00Z', '2027-05-01T00:00:00Z', []],
    [
      '29 February in a year without one',
      { recurrence: 'YEARLY' },
      '2024-02-29T00:00:00Z',
      '2027-01-01T00:00:00Z',
      ["The record's day is 29 February, which 2027 does not have: 28 February counts."],
    ],
    ['29 February in a leap year', { recurrence: 'YEARLY' }, '2024-02-29T00:00:00Z', '2028-01-01T00:00:00Z', []],
  ] as const)('on %s', (_name, fields, at, after, notes) => {
    const timing = new RelativeTiming(rule(fields));
    expect(timing.notes(iso(at), timing.next(iso(at), iso(after)) ?? 0)).toEqual(notes);
  });
});

describe('a time of day', () => {
  it.each([
    ['09:00', NINE],
    ['9:05', 32_700],
    ['23:59:59', 86_399],
  ])('%s is read', (text, second) => {
    expect(parseTimeOfDay(text)).toBe(second);
  });

  it.each(['24:00', '9', '09:60', '9am', '', '0 9 * * *'])('%s is refused', (text) => {
    expect(() => parseTimeOfDay(text)).toThrow(/is not a time of day/);
  });
});
