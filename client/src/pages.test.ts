import { expect, it } from 'vitest';
import { pages } from './pages.ts';

/** A list that grows and shrinks, newest first. */
function listOf(count: number) {
  const rows = Array.from({ length: count }, (_, index) => ({ id: `r${index}` }));
  const asked: string[] = [];
  const read = ({ limit, offset }: { limit: number; offset: number }) => {
    asked.push(`${offset}+${limit}`);
    return Promise.resolve({ rows: rows.slice(offset, offset + limit), total: rows.length, limit, offset });
  };
  return { rows, asked, read, all: (most: number, query = {}) => pages(read, (page) => page.rows, most, query) };
}

it('gives every item, asking for no page more than needed to know that it was the last', async () => {
  for (const [count, asked] of [
    [0, ['0+2']],
    [1, ['0+2']],
    [2, ['0+2', '2+2']],
    [5, ['0+2', '2+2', '4+2']],
  ] as const) {
    const list = listOf(count);
    expect((await Array.fromAsync(list.all(2))).length).toBe(count);
    expect(list.asked).toEqual(asked);
  }
});

it('begins at the offset and reads by the limit that are given', async () => {
  const list = listOf(6);
  expect((await Array.fromAsync(list.all(200, { limit: 3, offset: 1 }))).map(({ id }) => id)).toEqual([
    'r1',
    'r2',
    'r3',
    'r4',
    'r5',
  ]);
  expect(list.asked).toEqual(['1+3', '4+3']);
});

it('gives each item once when newer ones come meanwhile', async () => {
  const list = listOf(5);
  const seen: string[] = [];
  for await (const { id } of list.all(2)) {
    seen.push(id);
    if (seen.length === 2) list.rows.unshift({ id: 'new' });
  }
  expect(seen).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
});

it('passes none over when the reader deletes what it gets', async () => {
  const list = listOf(7);
  const seen: string[] = [];
  for await (const row of list.all(2)) {
    seen.push(row.id);
    list.rows.splice(list.rows.indexOf(row), 1);
  }
  expect(seen).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
  expect(list.rows).toEqual([]);
});

it('asks for nothing more once the reader stops', async () => {
  const list = listOf(9);
  for await (const { id } of list.all(2)) if (id === 'r2') break;
  expect(list.asked).toEqual(['0+2', '2+2']);
});
