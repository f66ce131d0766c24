import { describe, expect, it } from 'vitest';
import { DataChecker, demandsOf, fieldProblems, inOrder, type EntityField } from './entity.ts';

const FIELDS: readonly EntityField[] = [
  { name: 'status', type: 'STRING', required: true },
  { name: 'amount', type: 'NUMBER', required: false },
  { name: 'active', type: 'BOOLEAN', required: false },
  { name: 'due_on', type: 'DATE', required: false },
  { name: 'seen_at', type: 'DATETIME', required: false },
  { name: 'extra', type: 'JSON', required: false },
];
const checker = new DataChecker(FIELDS);

/** What is said of a value in a field: its type, or what is stored. */
function verdict(field: string, value: unknown): unknown {
  const result = checker.check({ status: 'open', [field]: value });
  if ('problems' in result) return result.problems.map(({ path, type }) => `${path.join('.')} ${type}`).join();
  return result.data[field];
}

describe('a value', () => {
  it.each([
    ['status', '', ''],
    ['status', 'x'.repeat(10_000), 'x'.repeat(10_000)],
    ['amount', -1.5, -1.5],
    ['amount', 0, 0],
    ['active', false, false],
    ['due_on', '2024-02-29', '2024-02-29'],
    ['due_on', '1900-01-01', '1900-01-01'],
    ['due_on', '2199-12-31', '2199-12-31'],
    ['seen_at', '2027-03-01T09:00:00Z', '2027-03-01T09:00:00.000Z'],
    ['seen_at', '2027-03-01T09:00:00+01:00', '2027-03-01T08:00:00.000Z'],
    ['seen_at', '2027-03-01t23:30:00.123456-01:00', '2027-03-02T00:30:00.123Z'],
    ['extra', { a: [1, null, { b: '' }] }, { a: [1, null, { b: '' }] }],
    ['extra', '', ''],
    ['extra', false, false],
  ])('%s takes %j', (field, value, stored) => {
    expect(verdict(field, value)).toEqual(stored);
  });

  it.each([
    ['status', 7, 'string_type'],
    ['status', 'x'.repeat(10_001), 'string_too_long'],
    ['amount', '7', 'number_type'],
    ['amount', Number.POSITIVE_INFINITY, 'number_type'],
    ['amount', true, 'number_type'],
    ['active', 'true', 'boolean_type'],
    ['active', 0, 'boolean_type'],
    ['due_on', '2027-02-29', 'date'],
    ['due_on', '2027-13-01', 'date'],
    ['due_on', '2027-04-31', 'date'],
    ['due_on', '2027-00-10', 'date'],
    ['due_on', '2027-1-1', 'date'],
    ['due_on', '1899-12-31', 'date'],
    ['due_on', '2200-01-01', 'date'],
    ['due_on', '2027-03-01T00:00:00Z', 'date'],
    ['due_on', '2027-03-01\n', 'date'],
    ['due_on', '', 'date'],
    ['due_on', 20270301, 'date'],
    ['seen_at', '2027-03-01T09:00:00', 'datetime'],
    ['seen_at', '2027-03-01', 'datetime'],
    ['seen_at', '2027-02-29T09:00:00Z', 'datetime'],
    ['seen_at', '2027-03-01T24:00:00Z', 'datetime'],
    ['seen_at', '2027-03-01T09:60:00Z', 'datetime'],
    ['seen_at', '2027-03-01T09:00:60Z', 'datetime'],
    ['seen_at', '2027-03-01T09:00:00+24:00', 'datetime'],
    ['seen_at', '2199-12-31T23:00:00-02:00', 'datetime'],
    ['seen_at', '1900-01-01T00:00:00+02:00', 'datetime'],
    ['extra', 'x'.repeat(32_767), 'too_long'],
    ['extra', { a: [Number.POSITIVE_INFINITY] }, 'number_type'],
    ['other', 1, 'extra_forbidden'],
    ['toString', 1, 'extra_forbidden'],
  ])('%s refuses %j', (field, value, type) => {
    expect(verdict(field, value)).toBe(`${field} ${type}`);
  });

  it('that is refused is named, with what would do', () => {
    const result = checker.check({ status: 'x', due_on: '2027-02-30' });
    expect('problems' in result && result.problems[0]?.msg).toBe(
      'must be a day that exists, as YYYY-MM-DD, from 1900 to 2199, got "2027-02-30"',
    );
  });
});

describe('data', () => {
  it('is told all its problems at once', () => {
    const result = checker.check({ amount: 'x', due_on: 'y', other: 1 });
    expect('problems' in result && result.problems.map(({ path }) => path.join('.')).sort()).toEqual(
      ['amount', 'due_on', 'other', 'status'].sort(),
    );
  });

  it('keeps what a change does not name, and loses what it clears', () => {
    const result = checker.check({ amount: null, active: true }, { status: 'open', amount: 7 });
    expect(result).toMatchObject({ data: { status: 'open', active: true }, json: '{"status":"open","active":true}' });
    expect('data' in result && Object.keys(result.data)).toEqual(['status', 'active']);
  });

  it('can not lose what is required', () => {
    const result = checker.check({ status: null }, { status: 'open' });
    expect(result).toMatchObject({ problems: [{ path: ['status'], type: 'missing' }] });
  });

  it('is at most 64 KiB in all', () => {
    const wide = new DataChecker(['a', 'b', 'c'].map((name) => ({ name, type: 'JSON', required: false })));
    const value = 'x'.repeat(30_000);
    expect(wide.check({ a: value, b: value })).toHaveProperty('json');
    expect(wide.check({ a: value, b: value, c: value })).toMatchObject({ problems: [{ path: [], type: 'too_long' }] });
  });

  it('has the instants of its dates: a DATE is its midnight in UTC', () => {
    const result = checker.check({ status: 'x', due_on: '2027-03-01', seen_at: '2027-03-01T09:00:00+01:00' });
    expect('dates' in result && result.dates).toEqual([
      { field: 'due_on', at: Date.UTC(2027, 2, 1) },
      { field: 'seen_at', at: Date.UTC(2027, 2, 1, 8) },
    ]);
    expect(checker.check({ status: 'x', due_on: null })).toMatchObject({ dates: [] });
  });

  it('is shown in the order of the fields', () => {
    expect(Object.keys(inOrder(FIELDS, { due_on: 'x', amount: 1, status: 'y' }))).toEqual([
      'status',
      'amount',
      'due_on',
    ]);
  });
});

describe('a definition', () => {
  const field = (name: string, type: EntityField['type'] = 'STRING', required = false) => ({ name, type, required });

  it('has each name once, and none that programs give a meaning', () => {
    expect(fieldProblems(['a', 'A', 'b', undefined, undefined])).toEqual([]);
    expect(fieldProblems(['a', 'b', 'a', '__proto__'])).toMatchObject([
      { path: [2, 'name'], type: 'duplicate' },
      { path: [3, 'name'], type: 'reserved' },
    ]);
  });

  it.each([
    ['nothing', [field('a')], [field('a')], []],
    ['a new field', [], [field('a')], []],
    ['another order', [field('a'), field('b')], [field('b'), field('a')], []],
    ['a field not required any more', [field('a', 'STRING', true)], [field('a')], []],
    ['a new field that is required', [], [field('a', 'STRING', true)], [{ field: 'a', value: 'required' }]],
    ['a field that becomes required', [field('a')], [field('a', 'STRING', true)], [{ field: 'a', value: 'required' }]],
    ['a field that goes', [field('a')], [], [{ field: 'a', value: 'forbidden' }]],
    ['another type', [field('a')], [field('a', 'DATE')], [{ field: 'a', value: 'forbidden' }]],
  ])('that changes %s asks of its records', (_what, before, after, demands) => {
    expect(demandsOf(before, after)).toEqual(demands);
  });
});
