import { expect, it } from 'vitest';
import { groupsOf } from './upcoming-groups.ts';

const NOW = Date.parse('2027-03-01T09:00:00Z');
const at = (seconds: number) => ({
  schedule_id: String(seconds),
  name: 's',
  consecutive_failures: 0,
  last_run_at: null,
  next_run_at: new Date(NOW + seconds * 1_000).toISOString(),
});

it('parts what comes by how near it is, in order', () => {
  const groups = groupsOf([at(-2), at(59), at(60), at(86_399), at(86_400), { ...at(1), next_run_at: null }], NOW);
  expect(groups.map(({ name, items }) => [name, items.map(({ schedule_id }) => schedule_id)])).toEqual([
    ['Within a minute', ['-2', '59']],
    ['Within the hour', ['60']],
    ['Within a day', ['86399']],
    ['Later', ['86400']],
  ]);
  expect(groupsOf([], NOW)).toEqual([]);
});
