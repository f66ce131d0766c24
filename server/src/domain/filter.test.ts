import { describe, expect, it } from 'vitest';
import type { EntityField } from './entity.ts';
import { parseFilter } from './filter-parse.ts';
import { matches } from './filter.ts';

const FIELDS: readonly EntityField[] = [
  { name: 'status', type: 'STRING', required: false },
  { name: 'amount', type: 'NUMBER', required: false },
  { name: 'active', type: 'BOOLEAN', required: false },
  { name: 'due_on', type: 'DATE', required: false },
  { name: 'seen_at', type: 'DATETIME', required: false },
  { name: 'extra', type: 'JSON', required: false },
];
const RECORD = {
  status: 'active',
  amount: 100,
  due_on: '2027-03-01',
  seen_at: '2027-03-01T08:00:00.000Z',
  extra: { tags: ['a', { b: 1, c: 2 }] },
};

function meets(value: unknown, data: Record<string, unknown> = RECORD): boolean {
  const parsed = parseFilter(value, FIELDS);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return matches(parsed.filter, data);
}

function problems(value: unknown): string[] {
  const parsed = parseFilter(value, FIELDS);
  return 'problems' in parsed ? parsed.problems.map(({ path, type }) => `${path.join('.')} ${type}`) : [];
}

describe('a record', () => {
  it.each([
    {},
    { status: 'active' },
    { status: 'active', amount: 100 },
    { status: { $ne: 'closed' } },
    { amount: { $gte: 100, $lt: 101 } },
    { amount: { $gt: 99.9, $lte: 100 } },
    { amount: { $in: [1, 100] } },
    { amount: { $nin: [1, 2] } },
    { amount: { $not: { $gt: 100 } } },
    { status: { $contains: 'ctiv' } },
    { status: { $contains: '' } },
    { due_on: { $gt: '2027-02-28', $lt: '2027-03-02' } },
    { seen_at: '2027-03-01T09:00:00+01:00' },
    { extra: { tags: ['a', { c: 2, b: 1 }] } },
    { extra: { $eq: { tags: ['a', { b: 1, c: 2 }] } } },
    { $or: [{ status: 'closed' }, { amount: 100 }] },
    { $and: [{ status: 'active' }, { $not: { amount: 1 } }] },
    // A field without a value is as null: not equal to anything, and not comparable.
    { active: null },
    { active: { $eq: null } },
    { active: { $exists: false } },
    { active: { $ne: true } },
    { active: { $nin: [true, false] } },
    { active: { $in: [true, null] } },
    { status: { $exists: true } },
    { status: { $ne: null } },
  ])('meets %j', (filter) => {
    expect(meets(filter)).toBe(true);
    expect(meets({ $not: filter })).toBe(false);
  });

  it.each([
    { status: 'Active' },
    { status: 'active', amount: 101 },
    { amount: { $in: [] } },
    { active: false },
    { active: { $nin: [null] } },
    { active: { $exists: true } },
    { status: null },
    { extra: { $contains: 'a' } },
    { extra: {} },
    { extra: { tags: [{ b: 1, c: 2 }, 'a'] } },
    { $or: [{ status: 'closed' }, { amount: 1 }] },
  ])('does not meet %j', (filter) => {
    expect(meets(filter)).toBe(false);
    expect(meets({ $not: filter })).toBe(true);
  });

  it('without a value meets no comparison, whichever way it goes', () => {
    for (const operator of ['$gt', '$gte', '$lt', '$lte']) expect(meets({ amount: { [operator]: 0 } }, {})).toBe(false);
    expect(meets({ status: { $contains: '' } }, {})).toBe(false);
  });

  it('that holds a list contains an item of it', () => {
    expect(meets({ extra: { $contains: 'a' } }, { extra: ['a', 'b'] })).toBe(true);
    expect(meets({ extra: { $contains: { x: 1, y: 2 } } }, { extra: [{ y: 2, x: 1 }] })).toBe(true);
    expect(meets({ extra: { $contains: null } }, { extra: [null] })).toBe(true);
    expect(meets({ extra: { $contains: 'a' } }, { extra: 'a' })).toBe(false);
  });
});

describe('a filter that is not valid', () => {
  let deep: unknown = { status: 'x' };
  for (let i = 0; i < 8; i += 1) deep = { $not: deep };
  it.each([
    [7, ' object_type'],
    [[], ' object_type'],
    [null, ' object_type'],
    [{ other: 1 }, 'other field_unknown'],
    [{ toString: 1 }, 'toString field_unknown'],
    [{ $gt: 1 }, '$gt operator_unknown'],
    [{ $where: '1' }, '$where operator_unknown'],
    [{ $and: [] }, '$and list_type'],
    [{ $or: { status: 'x' } }, '$or list_type'],
    [{ $or: [1] }, '$or.0 object_type'],
    [{ $not: 'x' }, '$not object_type'],
    [{ status: 7 }, 'status string_type'],
    [{ status: {} }, 'status missing'],
    [{ status: { active: 1 } }, 'status.active operator_unknown'],
    [{ status: { $regex: 'x' } }, 'status.$regex operator_unknown'],
    [{ status: { $in: 'x' } }, 'status.$in list_type'],
    [{ status: { $in: ['x', 7] } }, 'status.$in.1 string_type'],
    [{ status: { $in: Array(1_001).fill('x') } }, 'status.$in too_long'],
    [{ status: { $exists: 1 } }, 'status.$exists boolean_type'],
    [{ status: { $contains: null } }, 'status.$contains null'],
    [{ amount: { $gt: null } }, 'amount.$gt null'],
    [{ amount: { $contains: 1 } }, 'amount.$contains operator_type'],
    [{ active: { $gt: true } }, 'active.$gt operator_type'],
    [{ extra: { $lt: 1 } }, 'extra.$lt operator_type'],
    [{ extra: { $eq: 1, b: 2 } }, 'extra.b operator_unknown'],
    [{ due_on: '2027-02-30' }, 'due_on date'],
    [{ due_on: { $lt: '2027-03-01T00:00:00Z' } }, 'due_on.$lt date'],
    [{ seen_at: { $lt: '2027-03-01T00:00:00' } }, 'seen_at.$lt datetime'],
    [deep, `${'$not.'.repeat(7)}$not too_deep`],
    [{ $or: Array.from({ length: 101 }, () => ({ status: 'x' })) }, '$or.100.status too_long'],
  ])('%j', (filter, problem) => {
    expect(problems(filter)).toEqual([problem]);
  });

  it('is told all its problems', () => {
    expect(problems({ other: 1, amount: { $gt: 'x' }, $or: [{ status: 1 }, { due_on: 2 }] })).toEqual([
      'other field_unknown',
      'amount.$gt number_type',
      '$or.0.status string_type',
      '$or.1.due_on date',
    ]);
  });

  it('names what there is', () => {
    const parsed = parseFilter({ stats: 'x' }, FIELDS);
    expect('problems' in parsed && parsed.problems[0]?.msg).toBe(
      '"stats" is not a field of the definition; it has status, amount, active, due_on, seen_at, extra',
    );
  });
});
