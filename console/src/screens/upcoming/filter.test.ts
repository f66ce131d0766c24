import { expect, it } from 'vitest';
import { endOf, queryOf, readUpcomingFilter } from './filter.ts';

const NOW = new Date(2027, 2, 1, 9, 0, 30).getTime();

it.each([
  [{}, {}],
  [
    { text: ' report ', customer: 'c', until: 'tomorrow', page: 3 },
    { text: 'report', customer: 'c', until: 'tomorrow', page: 3 },
  ],
  [{ text: 42 }, { text: '42' }],
  [{ until: 'yesterday', page: 1, other: 1 }, {}],
])('reads the address %j', (search, filter) => {
  expect(readUpcomingFilter(search)).toEqual(filter);
});

it.each([
  ['hour', [2027, 2, 1, 10, 1]],
  ['today', [2027, 2, 2, 0, 0]],
  ['tomorrow', [2027, 2, 3, 0, 0]],
  ['week', [2027, 2, 8, 9, 1]],
] as const)('%s ends where the viewer’s clock says so', (span, [year, month, day, hour, minute]) => {
  expect(endOf(span, NOW)).toBe(new Date(year, month, day, hour, minute).getTime());
});

it('ends a month with its last day', () => {
  expect(endOf('tomorrow', new Date(2027, 1, 28, 23, 59, 59).getTime())).toBe(new Date(2027, 2, 2).getTime());
});

it('asks for the page that is shown', () => {
  expect(queryOf({ text: 'a', customer: 'c', until: 'hour', page: 3 }, NOW)).toEqual({
    name_contains: 'a',
    customer_id: 'c',
    before: new Date(2027, 2, 1, 10, 1).toISOString(),
    limit: 50,
    offset: 100,
  });
  expect(queryOf({}, NOW)).toEqual({ limit: 50, offset: 0 });
});
