import { describe, expect, it } from 'vitest';
import { decideRelease, spacingOf } from './overlap.ts';

describe('release', () => {
  it.each([
    ['SKIP', 0, 'start'],
    ['BUFFER_ONE', 1, 'wait'],
    ['BUFFER_ALL', 0, 'start'],
    ['CANCEL_OTHER', 1, 'ask_to_stop'],
    ['CANCEL_OTHER', 0, 'start'],
    ['TERMINATE_OTHER', 2, 'terminate'],
    ['ALLOW_ALL', 7, 'start'],
  ] as const)('%s with %i active: %s', (policy, active, decision) => {
    expect(decideRelease(policy, active)).toBe(decision);
  });

  it.each([
    [null, 0],
    [1, 60_000],
    [7, 8_572],
    [60_000, 1],
  ])('%s a minute is one each %i ms, never more', (limit, ms) => {
    expect(spacingOf(limit)).toBe(ms);
    if (limit !== null) expect(limit * ms).toBeGreaterThanOrEqual(60_000);
  });
});
