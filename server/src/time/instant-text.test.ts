import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantText } from './instant-text.ts';

const LAST = 8_640_000_000_000_000;

test('is what toISOString writes, for every instant that there is', () => {
  // Close ones share what is kept, far ones take its place.
  const near = fc.integer({ min: -3_000, max: 3_000 });
  const instants = fc.oneof(
    fc.integer({ min: -LAST, max: LAST }),
    near,
    near.map((ms) => 1_700_000_000_000 + ms),
    near.map((ms) => 1_700_000_064_000 + ms),
    near.map((ms) => 253_402_300_800_000 + ms),
    fc.constantFrom(-LAST, LAST, 0, -0, 1.5, -1.5, 1_700_000_000_000.25),
  );
  fc.assert(
    fc.property(fc.array(instants, { minLength: 1, maxLength: 50 }), (list) => {
      expect(list.map(instantText)).toEqual(list.map((instant) => new Date(instant).toISOString()));
    }),
    { numRuns: 500 },
  );
});

test.each([NaN, Infinity, -Infinity, LAST + 1, -LAST - 1])('throws for %d, and writes the next as ever', (instant) => {
  expect(() => instantText(instant)).toThrow(RangeError);
  expect(instantText(1_700_000_000_000)).toBe('2023-11-14T22:13:20.000Z');
});
