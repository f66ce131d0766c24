import { expect, it } from 'vitest';
import { conditionOf, isNarrow, queryOf, readRecordFilter } from './filter.ts';

const FIELDS = (['STRING', 'NUMBER', 'BOOLEAN', 'DATE', 'DATETIME', 'JSON'] as const).map((type) => ({
  name: type.toLowerCase(),
  type,
  required: false,
}));

it.each([
  [{ field: 'string', value: 'a' }, { string: { $contains: 'a' } }],
  [{ field: 'string', op: 'is', value: '12' }, { string: { $eq: '12' } }],
  [{ field: 'number', op: 'from', value: '1.5' }, { number: { $gte: 1.5 } }],
  // What can't be a number goes as it is: the API says so.
  [{ field: 'number', value: 'x' }, { number: { $eq: 'x' } }],
  [{ field: 'boolean', value: 'TRUE' }, { boolean: { $eq: true } }],
  [{ field: 'date', op: 'to', value: '2027-04-30' }, { date: { $lte: '2027-04-30' } }],
  [{ field: 'date', op: 'none' }, { date: { $exists: false } }],
  [{ field: 'json', value: '{"a":1}' }, { json: { $contains: { a: 1 } } }],
  // An operator of another type's field is none: its first holds.
  [{ field: 'boolean', op: 'from', value: 'false' }, { boolean: { $eq: false } }],
  [{ field: 'string' }, null],
  [{ field: 'gone', value: 'a' }, null],
  [{}, null],
] as const)('%j asks for %j', (filter, condition) => {
  expect(conditionOf(filter, FIELDS)).toEqual(condition);
});

it('reads addresses, and asks by the API’s names', () => {
  const filter = readRecordFilter({ external: 17, field: 'number', op: 'to', value: 5, page: '2', x: 1 });
  expect(filter).toEqual({ external: '17', field: 'number', op: 'to', value: '5', page: 2 });
  expect(queryOf(filter, FIELDS)).toEqual({
    external_id: '17',
    filter: '{"number":{"$lte":5}}',
    limit: 50,
    offset: 50,
  });
  expect(readRecordFilter({ field: 'boolean', value: true })).toEqual({ field: 'boolean', value: 'true' });
  expect([isNarrow({ field: 'string' }, FIELDS), isNarrow({ customer: 'c' }, FIELDS)]).toEqual([false, true]);
});
