import { expect, test } from 'vitest';
import { SharedLookup } from './shared-lookup.ts';

/** A lookup that finds how many have begun, when it is let. */
function counting() {
  const open: (() => void)[] = [];
  let begun = 0;
  const lookup = new SharedLookup(async () => {
    const mine = (begun += 1);
    await new Promise<void>((resolve) => open.push(resolve));
    return mine;
  });
  return { lookup, open, begun: () => begun };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('who asks while one is under way shares the next, which begins afterwards', async () => {
  const { lookup, open, begun } = counting();
  const first = lookup.of('a');
  const others = [lookup.of('a'), lookup.of('a')];
  await turn();
  expect(begun()).toBe(1);
  open[0]?.();
  expect(await first).toBe(1);
  await turn();
  expect(begun()).toBe(2);
  const late = lookup.of('a');
  open[1]?.();
  expect(await Promise.all(others)).toEqual([2, 2]);
  await turn();
  open[2]?.();
  expect(await late).toBe(3);
});

test('other names do not wait, and nothing is kept', async () => {
  const { lookup, open } = counting();
  const [a, b] = [lookup.of('a'), lookup.of('b')];
  for (const let_ of open) let_();
  expect(await Promise.all([a, b])).toEqual([1, 2]);
  await turn();
  const again = lookup.of('a');
  open[2]?.();
  expect(await again).toBe(3);
});

test('one that fails, fails those who share it and not the next', async () => {
  let fail = true;
  const lookup = new SharedLookup(async () => {
    await turn();
    if (fail) throw new Error('away');
    return 'found';
  });
  const [first, second] = [lookup.of('a'), lookup.of('a')];
  await expect(first).rejects.toThrow('away');
  fail = false;
  expect(await second).toBe('found');
});
