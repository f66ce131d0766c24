import { expect, test } from 'vitest';
import { firstIdOf, occurrenceId } from './ids.ts';

const NOW = Date.UTC(2027, 2, 1);

test.each([
  [null, '01a3fe63-0800-7f22-b6eb-e7558f6e07d6'],
  ['01990000-0000-7000-8000-000000000003', '01a3fe63-0800-757a-84f9-c691894121bc'],
])('an occurrence, of the record %s, has the id that every version gives it: it is planned once', (record_id, id) => {
  const identity = { schedule_id: '01990000-0000-7000-8000-000000000002', scheduled_for: NOW, record_id };
  expect(occurrenceId(identity, NOW, NOW)).toBe(id);
});

test('an instant in the future counts as now, one of long ago as 26 hours', () => {
  const identity = { schedule_id: 's', scheduled_for: 1, record_id: null };
  const timeOf = (at: number) => occurrenceId(identity, at, NOW).slice(0, 13);
  expect(timeOf(NOW + 1)).toBe(firstIdOf(NOW).slice(0, 13));
  expect(timeOf(0)).toBe(firstIdOf(NOW - 26 * 3_600_000).slice(0, 13));
});
