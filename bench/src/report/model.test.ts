import { describe, expect, test } from 'vitest';
import type { Result } from '../support/results.ts';
import { nothing, recurringFinding, type RecurringRun } from '../workloads/recurring-finding.ts';
import { growthPart } from './growth.ts';
import { page } from './markdown.ts';
import { model, predicted, through } from './model.ts';
import { recurringPoints } from './points.ts';

const machine = { cpu: 'c', cores: 2, memory_gb: 1, node: 'v26', postgres: '18', commit: 'abc', load: 0 };
const stamp = { measured_at: '2026-11-01T10:00:00.000Z', commit: 'abc' };

/** A server that takes 1 % of a core always and 300 µs a run, PostgreSQL 200 µs, 4,000 bytes of WAL, 1,800 of ledger. */
function run(schedules: number, more: Partial<RecurringRun> = {}): RecurringRun & typeof stamp {
  const perSecond = schedules / 60;
  const runs = schedules * 3;
  return {
    ...nothing({ name: 'HydraCore', servers: 1, schedules, stored: 0, minutes: 3, env: '' }),
    lateness: { count: runs, p50: 10, p90: 20, p95: 25, p99: 50, max: 60, occurrences: runs, twice: 0 },
    delivered: 1,
    perSecond,
    cpu: { server: 1 + perSecond * 0.03, database: perSecond * 0.02, receiver: 1 },
    cost: {
      runs,
      walBytes: 4_000 * runs,
      inserted: runs,
      updated: 2 * runs,
      hot: runs,
      deleted: 0,
      tableBytes: 1_000 * runs,
      indexBytes: 800 * runs,
    },
    ...more,
    ...stamp,
  };
}

function result(...runs: (RecurringRun & typeof stamp)[]): Result {
  return { ...recurringFinding(runs, {}), measured_at: stamp.measured_at, machine };
}

describe('the sizing model', () => {
  const three = [result(run(1_000), run(10_000), run(100_000))];

  test('has its constants from 10,000 and 100,000 a minute', () => {
    const { from, constants } = model(three);
    expect(from?.map(({ what }) => what)).toEqual(['10,000 schedules a minute', '100,000 schedules a minute']);
    const found = new Map(constants.map(([what, each, base]) => [what, [Number(each), Number(base)]]));
    for (const [what, each, base] of [
      ['CPU of the server', 300, 10_000],
      ['CPU of PostgreSQL', 200, 0],
      ['WAL', 4_000, 0],
      ['ledger, table and indexes', 1_800, 0],
      ['row writes', 3, 0],
    ] as const) {
      expect(found.get(what)?.[0]).toBeCloseTo(each, 6);
      expect(found.get(what)?.[1]).toBeCloseTo(base, 3);
    }
  });

  test('is checked against what it was not made of, and says how far it is off', () => {
    const busy = { ...run(1_000, { cpu: { server: 3, database: 1, receiver: 1 } }) };
    const { checks } = model([result(busy, run(10_000), run(100_000))]);
    expect(checks.filter(([what]) => what !== '1,000 schedules a minute')).toEqual([]);
    const of = (quantity: string) => checks.find((row) => row[2] === quantity)?.at(-1);
    // 16.7 runs a second: 1.5 % predicted, 3 % measured.
    expect(of('CPU of the server')).toBe(-50);
    expect(of('WAL')).toBeCloseTo(0, 6);
  });

  test('does not take what broke, nor what an earlier bench has kept without costs', () => {
    const broken = run(1_000_000, { broke: 'delivered 5.0 %' });
    expect(recurringPoints([result(run(1_000), broken)])).toHaveLength(1);
    const { constants } = model([result(run(10_000, { cost: null }), run(100_000, { cost: null }))]);
    expect(constants.map(([what]) => what)).toEqual(['CPU of the server', 'CPU of PostgreSQL']);
  });

  test('asks for measurements where there are too few', () => {
    expect(model([]).from).toBeNull();
    expect(page([], null, model([]))).toContain('npm run bench -- recurring');
  });

  test('is a line through two points', () => {
    const [low, high] = recurringPoints(three);
    if (!low || !high) throw new Error('there are two');
    expect(predicted(through(low, high, 'wal'), high.rate)).toBeCloseTo(high.takes.wal, 3);
  });

  test('never says that nothing takes less than nothing', () => {
    const [low, high] = recurringPoints(three);
    if (!low || !high) throw new Error('there are two');
    const little = { ...low, takes: { ...low.takes, ledger: 0.5 * low.takes.ledger } };
    expect(through(little, high, 'ledger')).toEqual({ base: 0, each: high.takes.ledger / high.rate });
  });
});

describe('how it grows', () => {
  test('has curves over sizes, and says where it breaks', () => {
    const part = growthPart([result(run(100), run(10_000), run(1_000_000, { broke: 'delivered 5.0 %' }))]);
    expect(part?.charts.map(({ name, x }) => [name, x])).toEqual([
      ['growth-lateness', [100, 10_000, 1_000_000]],
      ['growth-cpu', [100, 10_000, 1_000_000]],
    ]);
    expect(part?.charts[1]?.series[1]?.values).toEqual([200, 200, 200].map((value) => expect.closeTo(value, 6)));
    expect(part?.paragraphs.join(' ')).toContain('With 1,000,000 a minute');
  });

  test('has bars over servers from the nodes', () => {
    const runs = [1, 2].map((servers) => ({ ...run(10_000), servers }));
    const nodes: Result = { ...result(), workload: 'nodes', raw: { bursts: [], recurring: runs } };
    expect(growthPart([nodes])?.charts.map(({ name }) => name)).toEqual(['servers-lateness', 'servers-cpu']);
    expect(growthPart([])).toBeNull();
  });
});

describe('recurring', () => {
  test('says how each peer broke, and what was left out', () => {
    const peer = { ...run(10_000), name: 'pg-boss', cost: null };
    const none = nothing(peer);
    const { tables, targets } = recurringFinding(
      [
        { ...peer, broke: 'delivered 12.0 %', delivered: 0.12 },
        { ...none, ...stamp, schedules: 100_000, broke: 'left out, it broke at 10,000', skipped: true },
        run(10_000),
      ],
      {},
    );
    expect(tables[0]?.rows.map((row) => [row[0], row[2], row[6], row.at(-1)])).toEqual([
      [10_000, 'HydraCore', 100, ''],
      [10_000, 'pg-boss', 12, '**broke**: delivered 12.0 %'],
      [100_000, 'pg-boss', null, '**broke**: left out, it broke at 10,000'],
    ]);
    expect(targets.map(({ what, held }) => [what, held])).toEqual([['10,000 a minute, p99', true]]);
  });

  test('has the ratio beside what is stored only from the same run', () => {
    const beside = (more: Partial<RecurringRun>) => ({ ...run(10_000, { stored: 1_000_000, ...more }) });
    const ratios = (more: Partial<RecurringRun>) =>
      recurringFinding([run(10_000), beside(more)], {}).targets.map(({ found }) => found);
    expect(ratios({ aloneP99: 25 })).toEqual(['50 ms', '2.00 ×']);
    expect(ratios({})).toEqual(['50 ms']);
  });

  test('what was kept as JSON by an earlier bench is told all the same', () => {
    const { env: _env, version: _version, cost: _cost, ...old } = run(100, { perSecond: NaN });
    const kept = JSON.parse(JSON.stringify(old)) as RecurringRun & typeof stamp;
    expect(recurringFinding([kept], {}).tables[0]?.rows).toHaveLength(1);
  });
});
