import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growth, median, percentile, rotated, spread } from './stats.ts';

describe('percentile', () => {
  test.each([
    [[], 50, NaN],
    [[7], 1, 7],
    [[7], 100, 7],
    [[1, 2, 3, 4], 50, 2],
    [[1, 2, 3, 4], 51, 3],
    [Array.from({ length: 100 }, (_, i) => i + 1), 99, 99],
    [Array.from({ length: 1_000 }, (_, i) => i + 1), 99, 990],
  ])('of %j at %d is %d', (sorted, percent, wanted) => {
    expect(percentile(sorted, percent)).toBe(wanted);
  });

  test('at least so many values are at most it, and fewer are below it', () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (some, percent) => {
        const sorted = some.toSorted((a, b) => a - b);
        const found = percentile(sorted, percent);
        const share = (sorted.length * percent) / 100;
        expect(sorted.filter((value) => value <= found).length).toBeGreaterThanOrEqual(share);
        expect(sorted.filter((value) => value < found).length).toBeLessThan(share);
      }),
    );
  });
});

test('a spread sorts by value, not as text', () => {
  expect(spread([10, 9, 100, 1])).toEqual({ count: 4, p50: 9, p90: 100, p95: 100, p99: 100, max: 100 });
});

test.each([
  [[], NaN],
  [[3], 3],
  [[4, 1], 2.5],
  [[10, 9, 100], 10],
])('the median of %j is %d', (values, wanted) => {
  expect(median(values)).toBe(wanted);
});

test.each([
  [[1, 2], NaN],
  [[9, 1, 1], 1],
  [[9, 9, 2, 2, 3, 3], 1.5],
  // What is more than three thirds is left out at the beginning.
  [[9, 1, 2], 2],
  [[9, 9, 1, 2], 2],
])('%j grows by %d', (series, wanted) => {
  expect(growth(series)).toBe(wanted);
});

test('each is the first once in as many rounds', () => {
  const order = ['a', 'b', 'c'];
  expect([0, 1, 2, 3].map((turn) => rotated(order, turn)[0])).toEqual(['a', 'b', 'c', 'a']);
  expect(rotated(order, 2).toSorted()).toEqual(order);
  expect(rotated([], 5)).toEqual([]);
});
