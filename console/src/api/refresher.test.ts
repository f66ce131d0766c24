import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Refresher } from './refresher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A refresher that tells its rounds, and whose answers come when they are let go. */
function watched() {
  const told: string[] = [];
  let answer = () => {};
  const refresher = new Refresher((key) => {
    told.push(key.join('/'));
    return new Promise<void>((resolve) => (answer = resolve));
  });
  return { refresher, told, answer: () => answer() };
}

it('makes one round of a burst, and each key once', async () => {
  const { refresher, told } = watched();
  for (let i = 0; i < 1_000; i += 1) refresher.add(['runs', 'list']).add(['overview']);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(150);
  expect(told).toEqual(['runs/list', 'overview']);
});

it('begins no round while one is under way, and then waits a while', async () => {
  const { refresher, told, answer } = watched();
  refresher.add(['a']);
  await vi.advanceTimersByTimeAsync(150);
  refresher.add(['b']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(['a']);
  answer();
  await vi.advanceTimersByTimeAsync(1_499);
  expect(told).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual(['a', 'b']);
});

it('also what comes right behind a round waits, and nothing is lost', async () => {
  const { refresher, told, answer } = watched();
  refresher.add(['a']);
  await vi.advanceTimersByTimeAsync(150);
  answer();
  await vi.advanceTimersByTimeAsync(10);
  refresher.add(['b']);
  await vi.advanceTimersByTimeAsync(200);
  expect(told).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1_300);
  expect(told).toEqual(['a', 'b']);
});

it('does nothing once it is stopped', async () => {
  const { refresher, told } = watched();
  refresher.add(['a']).stop();
  refresher.add(['b']);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual([]);
});
