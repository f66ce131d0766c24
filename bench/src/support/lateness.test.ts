import { expect, test } from 'vitest';
import { latenessOf } from './lateness.ts';

/** What came: schedule, instant that it is for, arrival. */
function arrivals(...rows: [id: number, due: number, at: number][]) {
  const column = (i: 0 | 1 | 2) => Float64Array.from(rows, (row) => row[i]);
  return { ids: column(0), due: column(1), at: column(2), hanging: 0 };
}

test('an occurrence counts once, by its first delivery; instants outside of the window and without one do not', () => {
  const came = arrivals(
    [1, 1_000, 1_010],
    [2, 1_000, 1_030],
    [1, 1_000, 9_000],
    [1, 2_000, 2_500],
    [1, 500, 5_000],
    [3, NaN, 1_500],
  );
  expect(latenessOf(came, 1_000, 2_000)).toMatchObject({ occurrences: 2, twice: 1, p50: 10, max: 30 });
  expect(latenessOf(came)).toMatchObject({ occurrences: 4, twice: 1, max: 4_500 });
  expect(latenessOf(came, 1_000, 3_000, (id) => id === 2)).toMatchObject({ occurrences: 1, twice: 0, max: 30 });
});
