import { expect, it } from 'vitest';
import { isNarrow, queryOf, readRunFilter } from './filter.ts';

it.each([
  [{}, {}],
  [
    { status: 'FAILED', trigger: 'MANUAL', schedule: ' s ', from: '2027-03-01T09:00', page: 3 },
    { status: 'FAILED', trigger: 'MANUAL', schedule: 's', from: '2027-03-01T09:00', page: 3 },
  ],
  [{ status: 'LOST', from: 'yesterday', to: '2027-13-01T00:00', page: 0, more: 1 }, {}],
])('reads the address %j', (search, filter) => {
  expect(readRunFilter(search)).toEqual(filter);
});

it('asks the API by its names, with instants', () => {
  const filter = { status: 'FAILED', schedule: 's', customer: 'c', record: 'r', backfill: 'b', page: 2 } as const;
  expect(queryOf({ ...filter, from: '2027-03-01T09:00:00Z' })).toEqual({
    status: 'FAILED',
    schedule_id: 's',
    customer_id: 'c',
    record_id: 'r',
    backfill_id: 'b',
    from: '2027-03-01T09:00:00.000Z',
    limit: 50,
    offset: 50,
  });
  expect([isNarrow({ page: 4 }), isNarrow({ page: 4, customer: 'c' })]).toEqual([false, true]);
});
