import { PRODUCT } from '../peers/contestant.ts';
import type { Cpu } from '../support/arena.ts';
import type { Chart, Finding, Settings, Target } from '../support/results.ts';
import { median, sum } from '../support/stats.ts';
import type { Cell } from '../support/table.ts';

/** What one round of one contestant found. */
export interface BurstRound {
  readonly round: number;
  readonly name: string;
  readonly jobs: number;
  readonly delivered: number;
  /** Of jobs that came before: a second delivery of the same. */
  readonly twice: number;
  readonly perSecond: number;
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** When the last result was written, after the instant. */
  readonly writtenMs: number;
  readonly plannedTwice: number;
  readonly cpu: Cpu;
}

const HEAD = [
  'who',
  'jobs/s',
  'first, ms',
  'p50, ms',
  'p99, ms',
  'all written, ms',
  'HydraCore ÷ this',
  'CPU s: server',
  'database',
  'receiver',
  'delivered',
  'twice',
];

const cpuOf = ({ cpu }: BurstRound) => cpu.server + cpu.database;

/** What the rounds of a burst say: the middle of each figure, ratios within the rounds. */
export function burstFinding(rounds: readonly BurstRound[], names: readonly string[], settings: Settings): Finding {
  const of = (name: string, figure: (round: BurstRound) => number) =>
    median(rounds.filter((round) => round.name === name).map(figure));
  const jobs = Number(settings['jobs']);
  const rows = names.map((name): Cell[] => [
    name,
    of(name, (r) => r.perSecond),
    of(name, (r) => r.firstMs),
    of(name, (r) => r.p50Ms),
    of(name, (r) => r.p99Ms),
    of(name, (r) => r.writtenMs),
    name === PRODUCT ? null : ratioTo(rounds, name, (r) => r.perSecond),
    of(name, (r) => r.cpu.server / 1_000),
    of(name, (r) => r.cpu.database / 1_000),
    of(name, (r) => r.cpu.receiver / 1_000),
    `${of(name, (r) => r.delivered)} of ${jobs}`,
    sum(rounds.filter((r) => r.name === name).map((r) => r.twice)),
  ]);
  return {
    workload: 'burst',
    title: `Burst: ${jobs.toLocaleString('en')} jobs due at one instant`,
    method:
      'One-time schedules that are all due at the same instant; each posts to the receiver once. Each contestant has a database of its own on the same PostgreSQL, in turn; who goes first changes with each round. Jobs a second are counted from the instant to the last arrival. CPU is from half a second before the instant until the last result is written.',
    notes: [],
    targets: targetsOf(
      rounds,
      names,
      of(PRODUCT, (r) => r.firstMs),
    ),
    tables: [{ title: 'Medians over the rounds', head: HEAD, rows }],
    charts: [
      chart('burst', 'Jobs delivered a second', 'jobs/s', names, (name) => of(name, (r) => r.perSecond)),
      {
        ...chart('burst-cpu', 'CPU of the run', 's', names, (name) => of(name, (r) => r.cpu.server / 1_000)),
        series: (['server', 'database', 'receiver'] as const).map((part) => ({
          name: part,
          values: names.map((name) => of(name, (r) => r.cpu[part] / 1_000)),
        })),
      },
    ],
    settings,
    raw: rounds,
  };
}

function chart(
  name: string,
  title: string,
  unit: string,
  x: readonly string[],
  value: (name: string) => number,
): Chart {
  return { name, title, unit, kind: 'bars', x, series: [{ name: unit, values: x.map(value) }] };
}

function targetsOf(rounds: readonly BurstRound[], names: readonly string[], firstMs: number): Target[] {
  const targets: Target[] = [
    { what: 'first delivery', wanted: '≤ 50 ms', found: `${firstMs} ms`, held: firstMs <= 50 },
  ];
  const peers = names.filter((name) => name !== PRODUCT && name !== 'limit');
  if (peers.length > 0) {
    const ratio = Math.min(...peers.map((name) => ratioTo(rounds, name, (r) => r.perSecond)));
    targets.push({
      what: 'drain beside the best peer with one result per job',
      wanted: '≥ 1.0 ×',
      found: `${ratio.toFixed(2)} ×`,
      held: ratio >= 1,
    });
  }
  if (names.includes('limit')) {
    const drain = ratioTo(rounds, 'limit', (r) => r.perSecond);
    const cpu = ratioTo(rounds, 'limit', cpuOf);
    targets.push(
      { what: 'drain beside the limit', wanted: '≥ 0.7 ×', found: `${drain.toFixed(2)} ×`, held: drain >= 0.7 },
      {
        what: 'CPU of server and database beside the limit',
        wanted: '≤ 1.6 ×',
        found: `${cpu.toFixed(2)} ×`,
        held: cpu <= 1.6,
      },
    );
  }
  return targets;
}

/** The median over the rounds of a ratio within each round. */
export function ratioTo(rounds: readonly BurstRound[], name: string, of: (round: BurstRound) => number): number {
  const others = rounds.filter((round) => round.name === name);
  return median(
    others.flatMap((other) => {
      const own = rounds.find((round) => round.name === PRODUCT && round.round === other.round);
      return own ? [of(own) / of(other)] : [];
    }),
  );
}
