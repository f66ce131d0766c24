import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Stop } from '../actions/stop.ts';
import { Pacer } from './pacer.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const pacer = () => new Pacer(() => Date.now());
const run = (rate_limit_per_minute: number | null, more: object = {}) =>
  ({ schedule_id: 's', rate_limit_per_minute, attempt: 1, trigger: 'SCHEDULE', ...more }) as const;

describe('a turn', () => {
  it('is there at once without a limit, for a manual run and for a retry', () => {
    const made = pacer();
    for (const one of [run(null), run(1, { attempt: 2 }), run(1, { trigger: 'MANUAL' }), run(1), run(null)])
      expect(made.take(one)).toBe(Date.now());
    expect(made.take(run(1)), 'one was taken').toBe(Date.now() + 60_000);
    expect(made.take(run(1, { schedule_id: 'other' }))).toBe(Date.now());
  });

  it('comes again and again after the spacing, though each is taken a little late', () => {
    const made = pacer();
    const first = Date.now();
    expect(made.take(run(10))).toBe(first);
    for (let i = 1; i <= 1_000; i += 1) {
      vi.setSystemTime(first + i * 6_000 + (i % 2) * 30);
      expect(made.take(run(10)), `${i}`).toBe(Date.now());
    }
    // A whole spacing after the last that was given, not after when it was taken.
    expect(made.take(run(10))).toBe(first + 1_001 * 6_000);
  });

  it('is not saved up', () => {
    const made = pacer();
    made.take(run(10));
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(made.take(run(10))).toBe(Date.now());
    expect(made.take(run(10))).toBe(Date.now() + 6_000);
  });

  it('is not waited for longer than the spacing where the clock was set back', () => {
    const made = pacer();
    made.take(run(10));
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(made.take(run(10))).toBe(Date.now());
  });
});

describe('who waits', () => {
  it('is told when it is time', () => {
    const seen: boolean[] = [];
    pacer().wait(Date.now() + 6_000, new Stop(), (inTurn) => seen.push(inTurn));
    vi.advanceTimersByTime(5_999);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([true]);
  });

  it('gives up, once, when it is stopped or nothing starts any more', () => {
    const made = pacer();
    const seen: string[] = [];
    const stop = new Stop();
    made.wait(Date.now() + 6_000, stop, (inTurn) => seen.push(`stopped ${inTurn}`));
    made.wait(Date.now() + 6_000, new Stop(), (inTurn) => seen.push(`closed ${inTurn}`));
    stop.stop(new Error('enough'));
    expect(seen).toEqual(['stopped false']);
    made.close();
    made.wait(Date.now() + 6_000, new Stop(), (inTurn) => seen.push(`late ${inTurn}`));
    vi.advanceTimersByTime(60_000);
    expect(seen).toEqual(['stopped false', 'closed false', 'late false']);
  });
});
