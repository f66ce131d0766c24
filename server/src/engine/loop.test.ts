import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Loop, type LoopPass } from './loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A loop on Vitest's clock, whose passes do what the test says. */
function loopOf(tick: () => Promise<{ next: number | null }>) {
  const passes: LoopPass[] = [];
  const errors: unknown[] = [];
  const loop = new Loop(tick, {
    now: () => Date.now(),
    pollMs: 1_000,
    onError: (error) => errors.push(error),
    onPass: (pass) => passes.push(pass),
  });
  return { loop, passes, errors };
}

describe('what a loop tells of its passes', () => {
  it('no lag where each began when it was asked for, however long that had been overdue', async () => {
    const { loop, passes } = loopOf(async () => ({ next: null }));
    loop.wake(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(passes).toMatchObject([{ lagMs: 0, failed: false }, { lagMs: 0 }, { lagMs: 0 }]);
    await loop.stop();
  });

  it('the time that something kept the process from beginning it', async () => {
    const { loop, passes } = loopOf(async () => ({ next: null }));
    loop.wake(Date.now() + 100);
    // The clock goes on and no timer runs: the event loop is blocked.
    vi.setSystemTime(Date.now() + 350);
    await vi.advanceTimersByTimeAsync(100);
    expect(passes[0]?.lagMs).toBe(350);
    await loop.stop();
  });

  it('the time that the pass before it took, and how long that was', async () => {
    let long = true;
    let over = 0;
    const { loop, passes } = loopOf(async () => {
      if (long) await new Promise((resolve) => setTimeout(resolve, 400));
      if (long) over = Date.now();
      long = false;
      return { next: null };
    });
    loop.wake();
    await vi.advanceTimersByTimeAsync(100);
    const asked = Date.now() + 50;
    loop.wake(asked);
    await vi.advanceTimersByTimeAsync(400);
    expect(passes[0]?.tookMs).toBeCloseTo(400, 0);
    // A timer takes at least a millisecond.
    expect(passes[1]?.lagMs).toBe(over - asked + 1);
    expect(over - asked).toBeGreaterThanOrEqual(250);
    await loop.stop();
  });

  it('that it failed', async () => {
    const { loop, passes, errors } = loopOf(async () => {
      throw new Error('no database');
    });
    loop.wake();
    await vi.advanceTimersByTimeAsync(60);
    expect(passes.map((pass) => pass.failed)).toEqual([true, true]);
    expect(errors).toHaveLength(2);
    await loop.stop();
  });
});
