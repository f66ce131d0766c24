import { expect, it } from 'vitest';
import { withWords } from './statuses.ts';

it('has a status and its reason in words', () => {
  expect(withWords('The schedule is PAUSED (BY_USER).')).toBe('The schedule is paused: somebody paused it.');
  expect(withWords('The schedule is COMPLETED (END_REACHED).')).toBe(
    'The schedule is completed: no occurrence is left.',
  );
  expect(withWords('The record has no renews_on (contracts).')).toBe('The record has no renews_on (contracts).');
});
