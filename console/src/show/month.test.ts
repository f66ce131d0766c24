import { expect, it } from 'vitest';
import { monthsOf } from './month.ts';

it('puts the days of a month below their weekdays, and counts the fires of each', () => {
  const [month] = monthsOf(['2027-02-01T09:00:00+01:00', '2027-02-28T09:00:00+01:00', '2027-02-28T10:00:00+01:00'], 2);
  expect(month?.title).toBe('February 2027');
  // It begins on a Monday and has four whole weeks.
  expect(month?.weeks).toHaveLength(4);
  expect(month?.weeks[0]?.[0]).toEqual({ day: 1, fires: 1 });
  expect(month?.weeks[3]?.[6]).toEqual({ day: 28, fires: 2 });
});

it('leaves days of other months out', () => {
  const [month] = monthsOf(['2027-05-01T00:00:00Z'], 1);
  expect(month?.weeks[0]).toEqual([null, null, null, null, null, { day: 1, fires: 1 }, { day: 2, fires: 0 }]);
  expect(month?.weeks.at(-1)?.filter(Boolean)).toEqual([{ day: 31, fires: 0 }]);
});

it('shows months in which something fires, the first ones', () => {
  const times = ['2027-12-31T23:00:00Z', '2028-02-29T00:00:00Z', '2028-05-01T00:00:00Z'];
  expect(monthsOf(times, 2).map(({ key }) => key)).toEqual(['2027-12', '2028-02']);
  expect(monthsOf([], 2)).toEqual([]);
});
