import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Recurrence } from './index.ts';
import { type PlainRule, occurrences } from './oracle.ts';
import { compiled, iso } from './testing.ts';

const SEED = 20260308;
const DAY = 86_400_000;

/** Zones whose clocks do something odd, with an instant of it; the searches below start near one of them. */
const MOMENTS = [
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['Europe/London', '2026-10-25T01:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['America/Santiago', '2026-09-06T04:00Z'],
  ['America/Santiago', '2026-04-05T03:00Z'],
  ['Asia/Amman', '2021-10-28T22:00Z'],
  ['America/Asuncion', '2023-10-01T04:00Z'],
  ['Asia/Beirut', '2022-10-29T21:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Pacific/Kiritimati', '1994-12-31T10:00Z'],
  ['Africa/Casablanca', '2025-02-23T02:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00Z'],
  ['Antarctica/Troll', '2026-10-25T01:00Z'],
  ['Pacific/Chatham', '2026-09-26T14:00Z'],
  ['Asia/Pyongyang', '2018-05-04T15:00Z'],
  ['America/Caracas', '2007-12-09T07:00Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z'],
  ['Europe/Dublin', '2026-10-25T01:00Z'],
  ['UTC', '2026-02-28T00:00Z'],
] as const;

interface Case {
  readonly expression: string;
  readonly rule: PlainRule;
}

interface FieldCase {
  readonly text: string;
  readonly values: readonly number[];
  readonly recurring: boolean;
}

const span = (from: number, to: number, step = 1): number[] => {
  const values: number[] = [];
  for (let v = from; v <= to; v += step) values.push(v);
  return values;
};

/** A time field as text and, written down independently, the values it stands for. */
function field(max: number): fc.Arbitrary<FieldCase> {
  const value = fc.integer({ min: 0, max });
  return fc.oneof(
    fc.constant({ text: '*', values: span(0, max), recurring: true }),
    fc.integer({ min: 2, max }).map((n) => ({ text: `*/${n}`, values: span(0, max, n), recurring: true })),
    value.map((v) => ({ text: `${v}`, values: [v], recurring: false })),
    fc
      .uniqueArray(value, { minLength: 2, maxLength: 4 })
      .map((vs) => ({ text: vs.join(','), values: vs, recurring: false })),
    fc.tuple(value, value).map(([a, b]) => ({
      text: `${a}-${b}`,
      values: a <= b ? span(a, b) : [...span(a, max), ...span(0, b)],
      recurring: true,
    })),
    fc
      .tuple(value, fc.integer({ min: 1, max }))
      .map(([a, n]) => ({ text: `${a}/${n}`, values: span(a, max, n), recurring: true })),
  );
}

interface DayCase {
  readonly text: string;
  readonly day: PlainRule['day'];
}

const dayFields: fc.Arbitrary<DayCase> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ text: '* * *', day: () => true }) },
  fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 6 }).map((days) => ({
    text: `${days.join(',')} * *`,
    day: (d: Temporal.PlainDate) => days.includes(d.day),
  })),
  fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 }).map((days) => ({
    text: `* * ${days.join(',')}`,
    day: (d: Temporal.PlainDate) => days.includes(d.dayOfWeek % 7),
  })),
  fc.tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 0, max: 6 })).map(([day, weekday]) => ({
    text: `${day} * ${weekday}`,
    day: (d: Temporal.PlainDate) => d.day === day || d.dayOfWeek % 7 === weekday,
  })),
  fc.constant({ text: 'L * *', day: (d: Temporal.PlainDate) => d.day === d.daysInMonth }),
  fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 4 })).map(([weekday, n]) => ({
    text: `* * ${weekday}#${n}`,
    day: (d: Temporal.PlainDate) => d.dayOfWeek % 7 === weekday && Math.ceil(d.day / 7) === n,
  })),
);

const cases: fc.Arbitrary<Case> = fc.tuple(field(59), field(23), dayFields).map(([minute, hour, days]) => ({
  expression: `${minute.text} ${hour.text} ${days.text}`,
  rule: { minutes: minute.values, hours: hour.values, day: days.day, interval: minute.recurring || hour.recurring },
}));

const withSeconds = fc.tuple(field(59), cases).map(([second, { expression }]) => `${second.text} ${expression}`);

const places = fc
  .tuple(fc.constantFrom(...MOMENTS), fc.integer({ min: -DAY, max: DAY }))
  .map(([[zone, moment], offset]) => ({
    zone,
    after: Date.parse(moment) + offset,
  }));

function iterate(recurrence: Recurrence, after: number, until: number): number[] {
  const found: number[] = [];
  for (let at = recurrence.next(after); at !== null && at <= until; at = recurrence.next(at)) found.push(at);
  return found;
}

describe('around odd transitions', () => {
  test('iterating gives what a slow reading of the rules enumerates; count and last agree', () => {
    let found = 0;
    fc.assert(
      fc.property(cases, places, ({ expression, rule }, { zone, after }) => {
        const until = after + DAY;
        const expected = occurrences(rule, zone, after, until);
        const recurrence = compiled(expression, zone);
        expect(iterate(recurrence, after, until).map(iso), `${expression} in ${zone}`).toEqual(expected.map(iso));
        expect(recurrence.count(after, until), `count of ${expression} in ${zone}`).toBe(expected.length);
        expect(recurrence.last(after, until), `last of ${expression} in ${zone}`).toBe(expected.at(-1) ?? null);
        found += expected.length;
      }),
      { numRuns: 600, seed: SEED },
    );
    expect(found).toBeGreaterThan(5000);
  });
});

const ANY_ZONE = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const ANY_INSTANT = fc.integer({ min: 0, max: Date.UTC(2199, 11, 31) });

describe('anywhere', () => {
  test('next is later than what it is asked, pure, on whole seconds, and skips nothing', () => {
    fc.assert(
      fc.property(cases, ANY_ZONE, ANY_INSTANT, ({ expression }, zone, after) => {
        const recurrence = compiled(expression, zone);
        const at = recurrence.next(after);
        expect(at).not.toBeNull();
        if (at === null) return;
        expect(at).toBeGreaterThan(after);
        expect(at % 1000).toBe(0);
        expect(recurrence.next(at - 1)).toBe(at);
        // Asked again after other questions, and asked of a fresh compilation, the answer is the same.
        recurrence.next(after / 2);
        expect(recurrence.next(after)).toBe(at);
        expect(compiled(recurrence.canonical, zone).next(after)).toBe(at);
        expect(recurrence.count(after, at)).toBe(1);
        expect(recurrence.count(after, at - 1)).toBe(0);
        expect(recurrence.last(after, at)).toBe(at);
      }),
      { numRuns: 2000, seed: SEED },
    );
  });

  test('count is additive, and agrees with last, over long spans', () => {
    fc.assert(
      fc.property(
        withSeconds,
        ANY_ZONE,
        fc.array(ANY_INSTANT, { minLength: 3, maxLength: 3 }),
        (expression, zone, instants) => {
          const [a, b, c] = instants.sort((x, y) => x - y) as [number, number, number];
          const recurrence = compiled(expression, zone);
          expect(recurrence.count(a, c)).toBe(recurrence.count(a, b) + recurrence.count(b, c));
          const last = recurrence.last(a, c);
          if (last === null) expect(recurrence.count(a, c)).toBe(0);
          else {
            expect(recurrence.count(last, c)).toBe(0);
            expect(recurrence.count(last - 1, c)).toBe(1);
          }
        },
      ),
      { numRuns: 1000, seed: SEED },
    );
  });

  test('the canonical form compiles to itself and means the same', () => {
    fc.assert(
      fc.property(cases, ANY_INSTANT, ({ expression }, after) => {
        const recurrence = compiled(expression);
        const again = compiled(recurrence.canonical);
        expect(again.canonical).toBe(recurrence.canonical);
        expect(iterate(again, after, after + DAY)).toEqual(iterate(recurrence, after, after + DAY));
        expect(again.describe()).toBe(recurrence.describe());
      }),
      { numRuns: 500, seed: SEED },
    );
  });
});
