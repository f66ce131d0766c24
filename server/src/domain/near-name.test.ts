import { expect, it } from 'vitest';
import { nearName } from './near-name.ts';

const NAMES = [
  'name',
  'schedule_type',
  'schedule_expression',
  'action_type',
  'action_config',
  'timezone',
  'max_retries',
];

it.each([
  ['schedule_expresion', 'schedule_expression'],
  ['Name', 'name'],
  ['scheduleType', 'schedule_type'],
  ['Schedule-Type', 'schedule_type'],
  ['time_zone', 'timezone'],
  ['maxRetries', 'max_retries'],
  ['expression', 'schedule_expression'],
  ['retries', 'max_retries'],
  // Two begin so, and nothing is near.
  ['action', undefined],
  ['status', undefined],
  ['cron', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
  ['__proto__', undefined],
])('%j was probably meant as %j', (given, meant) => {
  expect(nearName(given, NAMES)).toBe(meant);
});
