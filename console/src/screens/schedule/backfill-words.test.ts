import { expect, it } from 'vitest';
import { endWords, leftOf, progressShare, progressWords, whyWords } from './backfill-words.ts';

it.each([
  [{ total: 4_320, planned: 1_010, skipped: 0 }, '1,010 of 4,320 planned', 23, 3_310],
  [{ total: 4, planned: 2, skipped: 1 }, '2 of 4 planned, 1 skipped', 75, 1],
  [{ total: 3, planned: 2, skipped: 1 }, '2 of 3 planned, 1 skipped', 100, 0],
  [{ total: 3, planned: 3, skipped: 0 }, '3 of 3 planned', 100, 0],
  [{ total: 10_000, planned: 9_999, skipped: 0 }, '9,999 of 10,000 planned', 99, 1],
  [{ total: 0, planned: 0, skipped: 0 }, '0 of 0 planned', 100, 0],
])('%j is %s', (backfill, words, share, left) => {
  expect(progressWords(backfill)).toBe(words);
  expect(progressShare(backfill)).toBe(share);
  expect(leftOf(backfill)).toBe(left);
});

it.each([
  ['RUNNING', null, null],
  ['PAUSED', 'BY_USER', 'somebody paused it'],
  ['PAUSED', 'FAILURES', 'too many failures in a row'],
  ['PAUSED', 'PARKED', 'its receiver answered 410 Gone'],
  ['CANCELLED', 'BY_USER', 'somebody cancelled it'],
  ['CANCELLED', 'SCHEDULE_DELETED', 'the schedule was deleted'],
] as const)('%s by %s says %j', (status, status_reason, why) => {
  expect(whyWords({ status, status_reason })).toBe(why);
});

it.each([
  ['RUNNING', null],
  ['PAUSED', null],
  ['COMPLETED', 'It is completed.'],
  ['CANCELLED', 'It is cancelled.'],
] as const)('%s can not be steered, as %j', (status, why) => {
  expect(endWords(status)).toBe(why);
});
