import { expect, it } from 'vitest';
import { count, duration, fromNow, instant, many, NONE, safe, shorten } from './format.ts';

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [1_999, '1.9 s'],
  [10_000, '10 s'],
  [60_000, '1 min'],
  [125_999, '2 min 5 s'],
  [3_599_999, '59 min 59 s'],
  [3_600_000, '1 h'],
  [90_000_000, '1 d 1 h'],
  [400 * 86_400_000, '400 d'],
  [null, NONE],
])('%s ms are %s', (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});

it('instants are shown to the second, in UTC, and told from now', () => {
  expect(instant('2027-03-01T09:00:00.123Z')).toBe('2027-03-01 09:00:00Z');
  expect(instant('2027-03-01T09:00:00Z')).toBe('2027-03-01 09:00:00Z');
  expect(instant(null)).toBe(NONE);
  const now = Date.parse('2027-03-01T09:00:00Z');
  expect(fromNow('2027-03-01T09:02:05Z', now)).toBe('in 2 min 5 s');
  expect(fromNow('2027-03-01T06:00:00Z', now)).toBe('3 h ago');
});

it('numbers are told as people write them', () => {
  expect([count(1_234_567), many(1, 'line'), many(2_000, 'line')]).toEqual(['1,234,567', '1 line', '2,000 lines']);
});

it('what steers terminals is shown, not done', () => {
  expect(safe('a\u001B[31mb\u0007c\u009B2Jd\u202Ee')).toBe('a\\u001b[31mb\\u0007c\\u009b2Jd\\u202ee');
  expect(safe('two\nlines, Zürich 東京')).toBe('two lines, Zürich 東京');
});

it.each([
  ['whole', 5, 'whole'],
  ['shortened', 5, 'shor…'],
  ['abc🙂🙂', 5, 'abc…'],
  ['abc🙂🙂', 6, 'abc🙂…'],
])('%s has room for %i: %s', (text, most, expected) => {
  expect(shorten(text, most)).toBe(expected);
});
