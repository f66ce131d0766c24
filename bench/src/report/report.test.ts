import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { conclude } from '../support/results.ts';
import { burstFinding, ratioTo, type BurstRound } from '../workloads/burst-finding.ts';
import { soakFinding, type Sample } from '../workloads/soak-finding.ts';
import { report } from './report.ts';
import { niceCeiling, svg } from './svg.ts';

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
const names = ['HydraCore', 'pg-boss', 'limit'];

test('ratios are taken within a round', () => {
  expect(ratioTo(rounds, 'limit', (r) => r.perSecond)).toBe(0.8);
  expect(ratioTo(rounds, 'nobody', (r) => r.perSecond)).toBeNaN();
});

test('a burst says which targets were held', () => {
  const { targets } = burstFinding(rounds, names, { jobs: 20_000 });
  expect(targets.map(({ what, held }) => [what, held])).toEqual([
    ['first delivery', true],
    ['drain beside the best peer with one result per job', false],
    ['drain beside the limit', true],
    ['CPU of server and database beside the limit', false],
  ]);
  expect(burstFinding(rounds.slice(0, 1), ['HydraCore'], { jobs: 20_000 }).targets).toHaveLength(1);
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
  });
  const missed = (p99: (i: number) => number) =>
    soakFinding(
      Array.from({ length: 100 }, (_, i) => sample(i, p99(i))),
      { minutes: 50 },
    )
      .targets.filter(({ held }) => !held)
      .map(({ what }) => what);
  expect(missed((i) => (i < 20 ? 500 : 20))).toEqual([]);
  expect(missed((i) => 20 + i / 2)).toEqual(['lateness, p99 stays']);
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
    await conclude(burstFinding(rounds, names, { jobs: 20_000 }), '18.4', { save: true, out: results });
    await report(['--results', results, '--out', folder]);
    const printed = say.mock.calls.join('\n');
    say.mockRestore();
    expect(printed).toContain('| drain beside the limit');
    const page = await readFile(join(folder, 'performance.md'), 'utf8');
    expect(page).toContain('## Burst: 20,000 jobs due at one instant');
    expect(page).toMatch(/\| pg-boss +\| +7,500 \|/);
    expect(page).toContain('**missed**');
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
});
