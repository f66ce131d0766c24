import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addedUp, measuredColumn } from './kept.ts';
import { stamp } from './results.ts';

interface Row {
  readonly who: string;
  readonly size?: number;
  readonly found: number;
}

const key = ({ who, size }: Row) => (size === undefined ? null : `${who} ${size}`);
let folder: string;
const options = () => ({ save: true, out: folder, fresh: false });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-kept-'));
  const machine = { commit: 'old' };
  const raw = [
    { who: 'a', size: 1, found: 1 },
    { who: 'a', size: 2, found: 2, measured_at: '2026-01-01T00:00:00.000Z', commit: 'older' },
    // As another version of the bench kept them.
    { who: 'a', found: 3 },
  ];
  await writeFile(join(folder, 'x.json'), JSON.stringify({ raw, measured_at: '2026-02-02T00:00:00.000Z', machine }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a row takes the place of the one of its key; the others stay, each with its run', async () => {
  const rows = await addedUp<Row>('x', options(), [{ who: 'a', size: 1, found: 10 }], key);
  expect(rows).toEqual([
    { who: 'a', size: 2, found: 2, measured_at: '2026-01-01T00:00:00.000Z', commit: 'older' },
    { who: 'a', size: 1, found: 10, ...stamp() },
  ]);
  const others = await addedUp<Row>('x', options(), [{ who: 'b', size: 1, found: 10 }], key);
  expect(others.map((row) => [row.who, row.found, row.commit])).toEqual([
    ['a', 1, 'old'],
    ['a', 2, 'older'],
    ['b', 10, stamp().commit],
  ]);
});

test.each([
  ['anew', { fresh: true }, 'x'],
  ['not kept', { save: false }, 'x'],
  ['the first', {}, 'y'],
])('what is measured %s stands alone', async (_, given, workload) => {
  const own = { who: 'b', size: 1, found: 10 };
  expect(await addedUp<Row>(workload, { ...options(), ...given }, [own], key)).toEqual([{ ...own, ...stamp() }]);
});

test('the column is there only where rows are of different runs', () => {
  const [one, two] = ['2026-01-01T10:20:30.000Z', '2026-01-02T10:20:30.000Z'].map((measured_at) => ({
    measured_at,
    commit: 'abc',
  }));
  if (!one || !two) throw new Error('there are two');
  expect(measuredColumn([one, one]).head).toEqual([]);
  expect(measuredColumn([one, two]).cells(two)).toEqual(['2026-01-02 10:20, abc']);
});
