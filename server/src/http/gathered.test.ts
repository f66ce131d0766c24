import { expect, test } from 'vitest';
import { Gathered } from './gathered.ts';

/** Work that ends when it is let, and what it was asked to do. */
function gate() {
  const batches: { group: string; items: readonly string[]; end: () => void; fail: (error: Error) => void }[] = [];
  const gathered = new Gathered(async (group, items: readonly string[]) => {
    await new Promise<void>((end, fail) => batches.push({ group, items, end, fail }));
    return items.map((item) => item.toUpperCase());
  });
  return { gathered, batches, asked: () => batches.map(({ items }) => items) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('the first waits for nobody, those who come meanwhile go together, after it', async () => {
  const { gathered, batches, asked } = gate();
  const first = gathered.of('t', 'a');
  const others = [gathered.of('t', 'b'), gathered.of('t', 'c'), gathered.of('t', 'b')];
  await turn();
  expect(asked()).toEqual([['a']]);
  batches[0]?.end();
  expect(await first).toBe('A');
  await turn();
  expect(asked()).toEqual([['a'], ['b', 'c', 'b']]);
  const late = gathered.of('t', 'd');
  batches[1]?.end();
  expect(await Promise.all(others)).toEqual(['B', 'C', 'B']);
  await turn();
  expect(asked()[2]).toEqual(['d']);
  batches[2]?.end();
  expect(await late).toBe('D');
});

test('groups are never mixed, and none waits for another', async () => {
  const { gathered, batches } = gate();
  const all = [gathered.of('t', 'a'), gathered.of('u', 'b')];
  expect(batches.map(({ group, items }) => [group, items])).toEqual([
    ['t', ['a']],
    ['u', ['b']],
  ]);
  for (const { end } of batches) end();
  expect(await Promise.all(all)).toEqual(['A', 'B']);
});

test('what fails, fails those who went together and nobody after them', async () => {
  const { gathered, batches } = gate();
  const first = gathered.of('t', 'a');
  const second = gathered.of('t', 'b');
  batches[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await turn();
  batches[1]?.end();
  expect(await second).toBe('B');
});

test('more than a hundred go in parts', async () => {
  const { gathered, batches, asked } = gate();
  const first = gathered.of('t', 'a');
  const many = Array.from({ length: 101 }, (_, i) => gathered.of('t', `x${i}`));
  batches[0]?.end();
  await first;
  await turn();
  batches[1]?.end();
  await turn();
  expect(asked().map((items) => items.length)).toEqual([1, 100, 1]);
  batches[2]?.end();
  expect((await Promise.all(many)).at(-1)).toBe('X100');
});

test('an answer that is not one for each is nobody’s', async () => {
  const short = new Gathered(async () => []);
  await expect(short.of('t', 'a')).rejects.toThrow('of 1 asked for, 0 came back');
});
