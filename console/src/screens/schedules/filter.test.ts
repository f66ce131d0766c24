import { expect, it } from 'vitest';
import { allMatching, queryOf, readScheduleFilter } from './filter.ts';

it.each([
  [{}, {}],
  [
    { text: ' report ', status: 'PAUSED', type: 'CRON', page: 3 },
    { text: 'report', status: 'PAUSED', type: 'CRON', page: 3 },
  ],
  [{ text: 42 }, { text: '42' }],
  [{ status: 'NOT', type: 7, page: 'x', other: 1 }, {}],
  [{ page: 1 }, {}],
  [{ page: -2 }, {}],
  [{ text: '', customer: '' }, {}],
])('reads the address %j', (search, filter) => {
  expect(readScheduleFilter(search)).toEqual(filter);
});

it('asks the list and the bulk actions the same', () => {
  const filter = { text: 'a', status: 'ACTIVE', customer: 'c', page: 3 } as const;
  const conditions = { name_contains: 'a', status: 'ACTIVE', customer_id: 'c' };
  expect(queryOf(filter)).toEqual({ ...conditions, limit: 50, offset: 100 });
  expect(allMatching(filter)).toEqual(conditions);
  expect(allMatching({ page: 9 })).toEqual({ all: true });
});
