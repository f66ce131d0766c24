import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { conclude } from '../support/results.ts';
import { burstFinding, burstRows, ratioTo, type BurstRound } from '../workloads/burst-finding.ts';
import { soakFinding, type Sample } from '../workloads/soak-finding.ts';
import { report } from './report.ts';
import { niceCeiling, powersOfTen, svg } from './svg.ts';

const of = (round: number, name: string, perSecond: number, cpuMs: number): BurstRound => ({
  round,
  name,
  jobs: 20_000,
  delivered: 20_000,
  twice: 0,
  perSecond,
  firstMs: 40,
  p50Ms: 900,
  p99Ms: 1_900,
  writtenMs: 2_000,
  plannedTwice: 0,
  cpu: { server: cpuMs, database: cpuMs, receiver: 500 },
});

// The machine was twice as fast in the second round.
const rounds = [
  of(0, 'HydraCore', 4_000, 2_000),
  of(0, 'pg-boss', 5_000, 1_500),
  of(0, 'limit', 5_000, 1_000),
  of(1, 'limit', 10_000, 1_000),
  of(1, 'pg-boss', 10_000, 1_500),
  of(1, 'HydraCore', 8_000, 1_400),
];
const setup = { jobs: 20_000, servers: 1, warmUp: 3_000, env: '' };
const FIRST = { measured_at: '2026-11-01T10:00:00.000Z', commit: 'aaa' };
const LATER = { measured_at: '2026-11-02T10:00:00.000Z', commit: 'bbb' };
const rowsAt = (of: typeof FIRST, some: readonly BurstRound[]) =>
  burstRows(some, setup).map((row) => ({ ...row, ...of }));

test('ratios are taken within a round', () => {
  expect(ratioTo(rounds, 'limit', (r) => r.perSecond)).toBe(0.8);
  expect(ratioTo(rounds, 'nobody', (r) => r.perSecond)).toBeNaN();
});

test('a burst says which targets were held', () => {
  const { targets, notes } = burstFinding(rowsAt(FIRST, rounds));
  expect(targets.map(({ what, held }) => [what, held])).toEqual([
    ['first delivery', true],
    ['drain beside the best peer with one result per job', false],
    ['drain beside the limit', true],
    ['CPU of server and database beside the limit', false],
  ]);
  expect(notes).toEqual([]);
  expect(burstFinding(rowsAt(FIRST, rounds.slice(0, 1))).targets).toHaveLength(1);
});

test('a burst of several runs keeps each ratio to its own run, and says when rows were measured', () => {
  const slower = of(0, 'HydraCore', 1_000, 2_000);
  const old = rowsAt(FIRST, rounds).filter(({ name }) => name !== 'HydraCore');
  const { tables, charts, notes } = burstFinding([...old, ...rowsAt(LATER, [slower])]);
  expect(tables[0]?.rows.map((row) => [row[0], row[6], row.at(-1)])).toEqual([
    ['HydraCore', null, '2026-11-02 10:00, bbb'],
    ['pg-boss', 0.8, '2026-11-01 10:00, aaa'],
    ['limit', 0.8, '2026-11-01 10:00, aaa'],
  ]);
  expect(notes).toHaveLength(1);
  // Bars of different runs do not stand side by side.
  expect(charts[0]?.x).toEqual(['pg-boss', 'limit']);
});

test('bursts of different sizes have tables, charts and targets of their own', () => {
  const small = rowsAt(FIRST, rounds).map((row) => ({ ...row, jobs: 1_000 }));
  const { tables, charts, targets } = burstFinding([...rowsAt(FIRST, rounds), ...small]);
  expect(tables.map(({ title }) => title)).toEqual([
    'Medians over the rounds, 1,000 jobs, warm-up 3,000',
    'Medians over the rounds, 20,000 jobs, warm-up 3,000',
  ]);
  expect(new Set(charts.map(({ name }) => name)).size).toBe(4);
  expect(targets[0]?.what).toContain('1,000 jobs');
});

test('a soak sees what grows, and lets it warm up', () => {
  const size = { rows: 1_000, tableMb: 10, indexMb: 5, dead: 0 };
  const sample = (i: number, p99: number): Sample => ({
    minute: i,
    deliveries: 100,
    p50: 5,
    p99,
    max: 50,
    serverMb: i < 20 ? 100 + i : 120,
    postgresMb: 300,
    serverCpu: 20,
    postgresCpu: 30,
    schedules: size,
    runs: { ...size, rows: 1_000 * (i + 1), tableMb: i + 1, indexMb: i + 1 },
    cost: { runs: 0, walBytes: 0, inserted: 0, updated: 0, hot: 0, deleted: 0, tableBytes: 0, indexBytes: 0 },
    seconds: 30,
  });
  const missed = (p99: (i: number) => number) =>
    soakFinding(
      Array.from({ length: 100 }, (_, i) => sample(i, p99(i))),
      { minutes: 50 },
    )
      .targets.filter(({ held }) => !held)
      .map(({ what }) => what);
  expect(missed((i) => (i < 30 ? 500 : 20))).toEqual([]);
  expect(missed((i) => 20 + 3 * i)).toEqual(['lateness, p99 stays']);
  // Twice as late, and still next to nothing.
  expect(missed((i) => (i < 66 ? 15 : 30))).toEqual([]);
});

describe('the page', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-report-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('has a section for each result, with its charts', async () => {
    const say = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const results = join(folder, 'results');
    await conclude(burstFinding(rowsAt(FIRST, rounds)), '18.4', { save: true, out: results });
    await report(['--results', results, '--out', folder]);
    const printed = say.mock.calls.join('\n');
    say.mockRestore();
    expect(printed).toContain('| drain beside the limit');
    const page = await readFile(join(folder, 'performance.md'), 'utf8');
    expect(page).toContain('## Burst: 20,000 jobs due at one instant');
    expect(page).toMatch(/\| pg-boss +\| +7,500 \|/);
    expect(page).toContain('**missed**');
    expect(page).toContain('(scaling.md#what-was-found-and-what-was-tried-and-lost)');
    const charts = (await readdir(join(folder, 'performance'))).toSorted();
    expect(charts).toEqual(['burst-cpu.svg', 'burst.svg']);
    for (const chart of charts) expect(page).toContain(`](performance/${chart})`);
  });

  test('is refused without results', async () => {
    await expect(report(['--results', join(folder, 'none'), '--out', folder])).rejects.toThrow('there are no results');
  });
});

describe('a chart', () => {
  test.each([
    [0, 1],
    [1, 1],
    [1.2, 2],
    [2.2, 2.5],
    [8_341, 10_000],
    [0.03, 0.05],
  ])('up to %d goes to %d', (value, wanted) => {
    expect(niceCeiling(value)).toBeCloseTo(wanted, 10);
  });

  test('of bars has one for each value that there is, as high as the value', () => {
    const text = svg({
      name: 'x',
      title: 'A < B',
      unit: 'ms',
      kind: 'bars',
      x: ['one', 'two'],
      series: [
        { name: 'p50', values: [50, 100] },
        { name: 'p99', values: [NaN, 25] },
      ],
    });
    const heights = [...text.matchAll(/<rect [^>]*height="([\d.]+)" fill[^>]*\/><text[^>]*text-anchor="middle">/g)].map(
      (m) => Number(m[1]),
    );
    expect(heights).toEqual([104, 208, 52]);
    expect(text).toContain('A &lt; B (ms)');
    expect(text).toContain('prefers-color-scheme:dark');
  });

  test('of lines leaves out what is no number', () => {
    const text = svg({
      name: 'x',
      title: 'T',
      unit: 'MB',
      kind: 'lines',
      x: [0, 1, 2],
      series: [{ name: 'a', values: [1, NaN, 2] }],
    });
    expect(/points="([^"]*)"/.exec(text)?.[1]?.split(' ')).toHaveLength(2);
  });

  test('by powers of ten has them as its ticks, and points at the same distances', () => {
    const text = svg({
      name: 'x',
      title: 'T',
      unit: 'ms',
      kind: 'lines',
      log: { x: true, y: true },
      x: [100, 1_000, 10_000],
      series: [{ name: 'a', values: [10, 100, 0] }],
    });
    const [first, second, none] = [...text.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    expect(first).toEqual([76, 272]);
    expect(second).toEqual([378, 64]);
    // There is no place for 0.
    expect(none).toBeUndefined();
    expect(text).toContain('>10,000</text>');
  });

  test.each([
    [[], [1, 10]],
    [[5], [1, 10]],
    [[10], [10, 100]],
    [
      [30, 40_000],
      [10, 100, 1_000, 10_000, 100_000],
    ],
    [
      [0, 0.5],
      [0.1, 1],
    ],
  ])('of %j goes by %j', (values, wanted) => {
    const powers = powersOfTen(values);
    expect(powers).toHaveLength(wanted.length);
    for (const [i, power] of powers.entries()) expect(power).toBeCloseTo(wanted[i] ?? NaN, 10);
  });
});
