import { expect, test } from 'vitest';
import { nodeKey, nodeRows, nodesFinding, type NodeRound } from './nodes-finding.ts';

const round = (turn: number, servers: number, perSecond: number): NodeRound => ({
  round: turn,
  servers,
  perSecond,
  name: 'HydraCore',
  jobs: 100,
  delivered: 100,
  twice: 0,
  firstMs: 10,
  p50Ms: 20,
  p99Ms: 30,
  writtenMs: 40,
  plannedTwice: 0,
  cpu: { server: 1, database: 1, receiver: 1 },
});
const setup = { jobs: 100, env: '' };
const stamp = (row: ReturnType<typeof nodeRows>[number], measured_at: string) => ({
  ...row,
  measured_at,
  commit: 'abc',
});

test('what several servers do is compared with one within the rounds of a run', () => {
  const rows = nodeRows([round(0, 1, 1_000), round(0, 2, 1_500), round(1, 2, 4_000), round(1, 1, 2_000)], setup);
  expect(rows.map(({ servers, toOne }) => [servers, toOne])).toEqual([
    [1, 1],
    [2, 1.75],
  ]);
  const { targets } = nodesFinding({ bursts: rows.map((row) => stamp(row, '2026-01-01')), recurring: [] });
  expect(targets.map(({ held }) => held)).toEqual([true, true]);
});

test('where one was not measured in the same run there is no ratio, and no target', () => {
  const [row] = nodeRows([round(0, 2, 1_500)], setup);
  if (!row) throw new Error('there is one');
  expect(row.toOne).toBeNull();
  const { targets, tables } = nodesFinding({
    bursts: [stamp(row, '2026-01-02'), stamp({ ...row, servers: 1, toOne: 1 }, '2026-01-01')],
    recurring: [],
  });
  expect(targets.map(({ what }) => what)).toEqual(['occurrences that were planned twice']);
  expect(tables[0]?.rows.map((cells) => [cells[0], cells[3]])).toEqual([
    ['1', 1],
    ['2', null],
  ]);
});

test('single rounds, as they were kept once, have no key', () => {
  expect(nodeKey(round(0, 1, 1) as never)).toBeNull();
});
