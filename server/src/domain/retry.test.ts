import { describe, expect, it } from 'vitest';
import { afterAttempt, MAX_INTERRUPTIONS, retryDelay } from './retry.ts';

const run = { id: 'a', attempt: 1, interrupted: 0, max_retries: 2, retry_backoff_seconds: 60 };
const NOW = 1_000_000;

describe('after an attempt', () => {
  it.each([
    ['a delivery', run, { kind: 'delivered' }, 'SUCCEEDED', null],
    ['a refusal', run, { kind: 'rejected' }, 'FAILED', 'REJECTED'],
    ['a failure with retries left', { ...run, attempt: 2 }, { kind: 'retryable' }, 'PENDING', null],
    ['the last failure', { ...run, attempt: 3 }, { kind: 'retryable' }, 'FAILED', 'RETRIES_EXHAUSTED'],
    ['a failure without retries', { ...run, max_retries: 0 }, { kind: 'retryable' }, 'FAILED', 'RETRIES_EXHAUSTED'],
    [
      'an interruption uses up no retry',
      { ...run, attempt: 3, interrupted: 1 },
      { kind: 'retryable' },
      'PENDING',
      null,
    ],
    ['an interruption', { ...run, max_retries: 0 }, { kind: 'interrupted' }, 'PENDING', null],
    [
      'too many of them',
      { ...run, interrupted: MAX_INTERRUPTIONS - 1 },
      { kind: 'interrupted' },
      'FAILED',
      'LEASE_LOST',
    ],
  ] as const)('%s', (_what, attempted, end, status, reason) => {
    const verdict = afterAttempt(attempted, end, NOW);
    expect(verdict).toMatchObject({ status, reason });
    expect(verdict.wake_at === null).toBe(status !== 'PENDING');
    if (end.kind === 'interrupted' && status === 'PENDING') expect(verdict.wake_at).toBe(NOW);
  });
});

describe('the wait before a retry', () => {
  it.each([
    [60, 1, 60_000],
    [60, 2, 120_000],
    [60, 5, 960_000],
    [60, 10, 3_600_000],
    [7_200, 3, 7_200_000],
    [0, 4, 0],
  ])('back-off %i s, retry %i: about %i ms', (retry_backoff_seconds, n, about) => {
    const cap = Math.max(3_600_000, retry_backoff_seconds * 1000);
    for (const id of ['a', 'b', 'c', 'd']) {
      const delay = retryDelay({ id, retry_backoff_seconds }, n);
      expect(delay).toBeGreaterThanOrEqual(about * 0.8);
      expect(delay).toBeLessThanOrEqual(Math.min(cap, about * 1.2));
    }
  });

  it('is what the receiver asks for, at most a day', () => {
    expect(retryDelay(run, 3, 5_000)).toBe(5_000);
    expect(retryDelay(run, 1, 90_000_000)).toBe(86_400_000);
  });

  it('is the same on every machine and differs between runs and retries', () => {
    const waits = [
      retryDelay({ ...run, id: 'a' }, 1),
      retryDelay({ ...run, id: 'b' }, 1),
      retryDelay({ ...run, id: 'a' }, 2),
    ];
    // Pinned: another hash would move every retry that is under way while servers are upgraded one by one.
    expect(waits).toEqual([68_084, 65_670, 111_947]);
  });
});
