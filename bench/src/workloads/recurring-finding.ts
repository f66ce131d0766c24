import { PRODUCT, versionsIn } from '../peers/contestant.ts';
import type { Cpu } from '../support/arena.ts';
import type { Cost } from '../support/costs.ts';
import { measuredColumn, type Kept } from '../support/kept.ts';
import type { Lateness } from '../support/lateness.ts';
import type { Finding, Settings, Table, Target } from '../support/results.ts';
import { shown, type Cell } from '../support/table.ts';

/** What one contestant did with so many schedules. */
export interface RecurringRun {
  readonly name: string;
  readonly version: string | null;
  readonly servers: number;
  readonly schedules: number;
  readonly stored: number;
  readonly minutes: number;
  /** Variables of the server, beside what it is by default. */
  readonly env: string;
  readonly lateness: Lateness;
  /** p99 of as many in the same run, without those that are stored beside. */
  readonly aloneP99?: number;
  /** Of the occurrences of the measured minutes. */
  readonly delivered: number;
  readonly perSecond: number;
  /** Of one core, in %. */
  readonly cpu: Cpu;
  /** What the product's database has counted over the measured minutes. */
  readonly cost: Cost | null;
  readonly plannedTwice: number;
  /** How it failed; figures are there all the same where it delivered something. */
  readonly broke: string | null;
  /** Whether it was not tried, having broken at a smaller size. */
  readonly skipped?: boolean;
}

/** Who delivers less than this part has broken. */
export const ENOUGH = 0.99;

const HEAD = [
  'schedules',
  'stored beside',
  'who',
  'p50, ms',
  'p99, ms',
  'max, ms',
  'delivered, %',
  'requests/s',
  'CPU %: server',
  'database',
  'receiver',
  'µs a run: server',
  'database',
  'twice',
  '',
];

/** p99 that is wanted of so many schedules a minute. */
const WANTED = new Map([
  [10_000, 100],
  [100_000, 500],
]);

const NaNs: Cpu = { server: NaN, database: NaN, receiver: NaN };
const NONE: Lateness = { count: 0, p50: NaN, p90: NaN, p95: NaN, p99: NaN, max: NaN, occurrences: 0, twice: 0 };

/** A run in which nothing was measured. */
export function nothing(
  of: Pick<RecurringRun, 'name' | 'servers' | 'schedules' | 'stored' | 'minutes' | 'env'>,
): RecurringRun {
  const { name, servers, schedules, stored, minutes, env } = of;
  return {
    name,
    version: null,
    servers,
    schedules,
    stored,
    minutes,
    env,
    lateness: NONE,
    delivered: 0,
    perSecond: NaN,
    cpu: NaNs,
    cost: null,
    plannedTwice: 0,
    broke: null,
  };
}

/** What a row is about: a newer one takes its place. */
export function recurringKey({ name, schedules, stored, servers, env }: RecurringRun): string {
  return [name, schedules, stored, servers, env].join(' ');
}

/** CPU of a run in µs; NaN where there was none. */
export function microsOf(
  { cpu, perSecond }: Pick<RecurringRun, 'cpu' | 'perSecond'>,
  part: 'server' | 'database',
): number {
  return perSecond > 0 ? (cpu[part] * 10_000) / perSecond : NaN;
}

function row(run: RecurringRun): Cell[] {
  const { lateness, cpu } = run;
  const who = [run.name, run.servers > 1 ? `${run.servers} servers` : '', run.env].filter((part) => part !== '');
  const came = lateness.occurrences > 0;
  return [
    run.schedules,
    run.stored,
    who.join(', '),
    lateness.p50,
    lateness.p99,
    lateness.max,
    came || run.perSecond > 0 ? 100 * run.delivered : null,
    run.perSecond,
    cpu.server,
    cpu.database,
    cpu.receiver,
    microsOf(run, 'server'),
    microsOf(run, 'database'),
    lateness.twice,
    run.broke === null ? '' : `**broke**: ${run.broke}`,
  ];
}

/** What schedules that fire every minute say. */
export function recurringFinding(rows: readonly Kept<RecurringRun>[], settings: Settings): Finding {
  const names = [...new Set(rows.map((run) => run.name))].toSorted(
    (a, b) => Number(b === PRODUCT) - Number(a === PRODUCT),
  );
  const runs = rows.map(completed).toSorted((a, b) => place(a, names) - place(b, names));
  const plain = runs.filter((run) => run.stored === 0 && run.servers === 1 && run.env === '');
  const sizes = [...new Set(plain.map((run) => run.schedules))];
  const p99 = (name: string, schedules: number) =>
    plain.find((run) => run.name === name && run.schedules === schedules)?.lateness.p99 ?? NaN;
  const measured = measuredColumn(runs);
  return {
    workload: 'recurring',
    title: 'Recurring: schedules that fire every minute',
    method: `Schedule i fires at second i mod 60 of every minute and posts to the receiver. Lateness is from the nominal instant to the arrival. The first minute warms up. graphile-worker’s crontab has no seconds: there all are due at the full minute. What came more than ten seconds after the last measured minute counts as not delivered; who delivers less than ${ENOUGH * 100} %, or can’t store the schedules within the time given, has broken, and a peer that has broken is spared larger sizes. More than 1,000 schedules of the product are rows made in its database like those that its API makes.`,
    notes: [...measured.notes],
    targets: targetsOf(runs),
    tables: [
      {
        title: 'Lateness, rate and CPU (% of one core)',
        head: [...HEAD, ...measured.head],
        rows: runs.map((run) => [...row(run), ...measured.cells(run)]),
      },
      ...costTables(runs),
    ],
    charts: [
      {
        name: 'recurring',
        title: 'Lateness, 99 of 100 within',
        unit: 'ms',
        kind: 'lines',
        log: { x: true, y: true },
        x: sizes,
        xTitle: 'schedules that fire every minute',
        series: names.map((name) => ({ name, values: sizes.map((size) => p99(name, size)) })),
      },
    ],
    settings: {
      schedules: sizes,
      minutes: [...new Set(runs.map((run) => run.minutes))],
      ...settings,
      versions: versionsIn(runs),
    },
    raw: runs,
  };
}

/** What the product's database counted, for each run. */
function costTables(runs: readonly RecurringRun[]): Table[] {
  const rows = runs.flatMap(({ cost, ...run }): Cell[][] => {
    if (cost === null || !(cost.runs > 0)) return [];
    const { walBytes, tableBytes, indexBytes, inserted, updated, hot, deleted } = cost;
    const each = [walBytes, tableBytes, indexBytes, inserted, updated, hot, deleted].map((value) => value / cost.runs);
    return [[run.schedules, run.stored, [run.servers, run.env].filter(Boolean).join(', '), cost.runs, ...each]];
  });
  if (rows.length === 0) return [];
  const rowsHead = ['rows inserted', 'updated', 'of them without an index', 'deleted'];
  return [
    {
      title: 'What HydraCore’s database counted over the measured minutes, a run (bytes, then row writes)',
      head: ['schedules', 'stored beside', 'servers', 'runs', 'WAL', 'ledger, table', 'indexes', ...rowsHead],
      rows,
    },
  ];
}

/** A row that an earlier version of the bench has kept lacks what came later. NaN is kept as null. */
function completed(run: Kept<RecurringRun>): Kept<RecurringRun> {
  const { lateness, cpu, perSecond, ...rest } = run;
  return {
    ...nothing({ ...run, env: run.env ?? '' }),
    ...rest,
    lateness: numbers(lateness),
    cpu: numbers(cpu),
    perSecond: perSecond ?? NaN,
  };
}

function numbers<T extends object>(of: T): T {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, value ?? NaN])) as T;
}

function place(run: RecurringRun, names: readonly string[]): number {
  return run.schedules * 1_000 + names.indexOf(run.name) * 10 + Math.min(run.servers, 4) + (run.stored > 0 ? 5 : 0);
}

function targetsOf(runs: readonly RecurringRun[]): Target[] {
  return runs.flatMap((run): Target[] => {
    if (run.name !== PRODUCT || run.servers > 1 || run.env !== '') return [];
    const { p99 } = run.lateness;
    if (run.stored > 0) {
      const ratio = p99 / (run.aloneP99 ?? NaN);
      if (Number.isNaN(ratio)) return [];
      return [
        {
          what: `${shown(run.schedules)} a minute, p99 beside ${shown(run.stored)} stored`,
          wanted: '≤ 1.2 ×',
          found: `${ratio.toFixed(2)} ×`,
          held: ratio <= 1.2,
        },
      ];
    }
    const most = WANTED.get(run.schedules);
    if (most === undefined) return [];
    const what = `${shown(run.schedules)} a minute, p99`;
    return [{ what, wanted: `≤ ${most} ms`, found: `${shown(p99)} ms`, held: p99 <= most && run.delivered > 0.999 }];
  });
}
