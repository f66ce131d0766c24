import { LIMITS, PRODUCT, versionsIn } from '../peers/contestant.ts';
import type { Cpu } from '../support/arena.ts';
import { measuredColumn, type Kept } from '../support/kept.ts';
import type { Chart, Finding, Table, Target } from '../support/results.ts';
import { median, sum } from '../support/stats.ts';
import { shown, type Cell } from '../support/table.ts';

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

/** How a burst was set up: only rows of the same are side by side. */
export interface BurstSetup {
  readonly jobs: number;
  readonly servers: number;
  /** Delivered before, unmeasured. */
  readonly warmUp: number;
  readonly env: string;
}

/** What a contestant's rounds of one run found: medians, and the product beside it in the same rounds. */
export interface BurstRow extends BurstSetup, Omit<BurstRound, 'round'> {
  readonly version: string | null;
  /** The product's figure ÷ this one's, in the same rounds; null of the product itself, or where it did not take part. */
  readonly product: { readonly drain: number; readonly cpu: number } | null;
  readonly rounds: readonly BurstRound[];
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

/** A row for each contestant of a run. */
export function burstRows(rounds: readonly BurstRound[], setup: BurstSetup): BurstRow[] {
  return [...new Set(rounds.map(({ name }) => name))].map((name) => {
    const own = rounds.filter((round) => round.name === name);
    const of = (figure: (round: BurstRound) => number) => median(own.map(figure));
    const beside = name !== PRODUCT && rounds.some((round) => round.name === PRODUCT);
    return {
      ...setup,
      name,
      version: null,
      delivered: of((r) => r.delivered),
      twice: sum(own.map((r) => r.twice)),
      perSecond: of((r) => r.perSecond),
      firstMs: of((r) => r.firstMs),
      p50Ms: of((r) => r.p50Ms),
      p99Ms: of((r) => r.p99Ms),
      writtenMs: of((r) => r.writtenMs),
      plannedTwice: sum(own.map((r) => r.plannedTwice)),
      cpu: {
        server: of((r) => r.cpu.server),
        database: of((r) => r.cpu.database),
        receiver: of((r) => r.cpu.receiver),
      },
      product: beside ? { drain: ratioTo(rounds, name, (r) => r.perSecond), cpu: ratioTo(rounds, name, cpuOf) } : null,
      rounds: own,
    };
  });
}

/** What a row is about: a newer one takes its place. Null: single rounds, as they were kept once. */
export function burstKey(row: BurstRow): string | null {
  return Array.isArray(row.rounds) ? `${setupOf(row)} ${row.name}` : null;
}

function setupOf({ jobs, servers, warmUp, env }: BurstSetup): string {
  return [jobs, servers, warmUp, env].join(' ');
}

/** What bursts say, those that were set up alike side by side. */
export function burstFinding(rows: readonly Kept<BurstRow>[]): Finding {
  const setups = [...new Set(rows.toSorted((a, b) => a.jobs - b.jobs || a.warmUp - b.warmUp).map(setupOf))];
  const groups = setups.map((setup) =>
    rows
      .filter((row) => setupOf(row) === setup)
      .toSorted((a, b) => Number(b.name === PRODUCT) - Number(a.name === PRODUCT)),
  );
  const many = groups.length > 1;
  const measured = measuredColumn(rows);
  const sizes = [...new Set(rows.map(({ jobs }) => jobs))];
  return {
    workload: 'burst',
    title: `Burst: ${sizes.map((jobs) => shown(jobs)).join(' or ')} jobs due at one instant`,
    method:
      'One-time schedules that are all due at the same instant; each posts to the receiver once. Each contestant has a database of its own on the same PostgreSQL, in turn; who goes first changes with each round. Before the measured burst each delivers a smaller one (warm-up). Jobs a second are counted from the instant to the last arrival. CPU is from half a second before the instant until the last result is written.',
    notes: [...measured.notes],
    targets: groups.flatMap((group) => targetsOf(group, many ? `${named(group)}: ` : '')),
    tables: groups.map((group): Table => ({
      title: `Medians over the rounds, ${named(group)}`,
      head: [...HEAD, ...measured.head],
      rows: group.map((row) => [...cells(row), ...measured.cells(row)]),
    })),
    charts: groups.flatMap((group, i) => charts(group, i === 0 ? '' : `-${i + 1}`, many ? `, ${named(group)}` : '')),
    settings: {
      jobs: sizes,
      rounds: [...new Set(rows.map((row) => row.rounds.length))],
      servers: [...new Set(rows.map((row) => row.servers))],
      'warm-up': [...new Set(rows.map((row) => row.warmUp))],
      versions: versionsIn(rows),
    },
    raw: rows,
  };
}

function named([row]: readonly BurstRow[]): string {
  if (!row) return '';
  const servers = row.servers > 1 ? [`${row.servers} servers`] : [];
  return [`${shown(row.jobs)} jobs`, ...servers, `warm-up ${shown(row.warmUp)}`, ...(row.env ? [row.env] : [])].join(
    ', ',
  );
}

function cells(row: BurstRow): Cell[] {
  return [
    row.name,
    row.perSecond,
    row.firstMs,
    row.p50Ms,
    row.p99Ms,
    row.writtenMs,
    row.product?.drain ?? null,
    row.cpu.server / 1_000,
    row.cpu.database / 1_000,
    row.cpu.receiver / 1_000,
    `${row.delivered} of ${row.jobs}`,
    row.twice,
  ];
}

/** Bars side by side are of one run: the one that has most of the rows, the newest of several. */
function charts(group: readonly Kept<BurstRow>[], suffix: string, of: string): Chart[] {
  const runs = [...new Set(group.map((row) => row.measured_at))].toSorted().toReversed();
  const rowsOf = (run: string) => group.filter((row) => row.measured_at === run);
  const [best = ''] = runs.toSorted((a, b) => rowsOf(b).length - rowsOf(a).length);
  const rows = rowsOf(best);
  const x = rows.map(({ name }) => name);
  return [
    {
      name: `burst${suffix}`,
      title: `Jobs delivered a second${of}`,
      unit: 'jobs/s',
      kind: 'bars',
      x,
      series: [{ name: 'jobs/s', values: rows.map((row) => row.perSecond) }],
    },
    {
      name: `burst-cpu${suffix}`,
      title: `CPU of the run${of}`,
      unit: 's',
      kind: 'bars',
      x,
      series: (['server', 'database', 'receiver'] as const).map((part) => ({
        name: part,
        values: rows.map((row) => row.cpu[part] / 1_000),
      })),
    },
  ];
}

function targetsOf(group: readonly BurstRow[], of: string): Target[] {
  const own = group.find(({ name }) => name === PRODUCT);
  const limit = group.find(({ name }) => name === 'limit')?.product;
  const peers = group.flatMap(({ name, product }) => (LIMITS.includes(name) || !product ? [] : [product.drain]));
  const targets: Target[] = [];
  if (own) {
    targets.push({
      what: `${of}first delivery`,
      wanted: '≤ 50 ms',
      found: `${own.firstMs} ms`,
      held: own.firstMs <= 50,
    });
  }
  if (peers.length > 0) {
    const ratio = Math.min(...peers);
    targets.push({
      what: `${of}drain beside the best peer with one result per job`,
      wanted: '≥ 1.0 ×',
      found: `${ratio.toFixed(2)} ×`,
      held: ratio >= 1,
    });
  }
  if (limit) {
    const { drain, cpu } = limit;
    targets.push(
      { what: `${of}drain beside the limit`, wanted: '≥ 0.7 ×', found: `${drain.toFixed(2)} ×`, held: drain >= 0.7 },
      {
        what: `${of}CPU of server and database beside the limit`,
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
