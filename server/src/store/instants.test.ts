import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTimestamp, timestamp } from './instants.ts';

/** As PostgreSQL writes it: up to six digits, without zeros at the end. */
const written = (instant: number, micros: number): string => {
  const [date = '', time = ''] = new Date(instant).toISOString().slice(0, -5).split('T');
  const fraction = String((((instant % 1_000) + 1_000) % 1_000) * 1_000 + micros)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${date} ${time}${fraction === '' ? '' : `.${fraction}`}+00`;
};

test('reads what PostgreSQL writes, to the millisecond', () => {
  const instants = fc.integer({ min: Date.UTC(0, 0) - 1, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });
  const micros = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(instants, micros), { minLength: 1, maxLength: 20 }), (list) => {
      expect(list.map(([instant, more]) => readTimestamp(written(instant, more)))).toEqual(list.map(([at]) => at));
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['2026-11-23 20:14:18+00', Date.UTC(2026, 10, 23, 20, 14, 18)],
  ['2026-11-23 20:14:18.1+00', Date.UTC(2026, 10, 23, 20, 14, 18, 100)],
  ['2026-11-23 20:14:18.123999+00', Date.UTC(2026, 10, 23, 20, 14, 18, 123)],
  ['0001-01-01 00:00:00+00', Date.parse('0001-01-01T00:00:00Z')],
  ['infinity', Infinity],
  ['-infinity', NaN],
  ['10000-01-01 00:00:00+00', NaN],
  ['0044-03-15 00:00:00+00 BC', NaN],
])('reads %s as %d', (text, instant) => {
  expect(readTimestamp(text)).toBe(instant);
});

test('writes null, infinity and every other instant', () => {
  expect([null, Infinity, 1_700_000_000_001].map((at) => timestamp(at))).toEqual([
    null,
    'infinity',
    '2023-11-14T22:13:20.001Z',
  ]);
});
