import type { Chart, Finding, Settings, Target } from '../support/results.ts';
import type { Cost } from '../support/costs.ts';
import type { Size } from '../support/sizes.ts';
import { growth, mean } from '../support/stats.ts';
import { shown } from '../support/table.ts';

/** What was seen at a moment of a soak, of the time since the one before. */
export interface Sample {
  readonly minute: number;
  readonly deliveries: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly serverMb: number;
  readonly postgresMb: number;
  readonly serverCpu: number;
  readonly postgresCpu: number;
  readonly schedules: Size;
  readonly runs: Size;
  /** What the database has counted since the sample before. */
  readonly cost: Cost;
  /** How long that was. */
  readonly seconds: number;
}

interface Flat {
  readonly what: string;
  readonly of: (sample: Sample) => number;
  /** How much it may grow from the middle third of the time to the last, as a factor. */
  readonly most: number;
  /** Up to here it does not matter whether it grows. */
  readonly below?: number;
  readonly unit?: string;
}

/** What must stay as it is. The ledger grows by its runs: what is flat of it is what a run takes. */
const FLAT: readonly Flat[] = [
  { what: 'lateness, p50', of: (s) => s.p50, most: 1.2, below: 20, unit: 'ms' },
  { what: 'lateness, p99', of: (s) => s.p99, most: 1.2, below: 50, unit: 'ms' },
  { what: 'memory of the server', of: (s) => s.serverMb, most: 1.1 },
  { what: 'CPU of the server', of: (s) => s.serverCpu, most: 1.15 },
  { what: 'CPU of PostgreSQL', of: (s) => s.postgresCpu, most: 1.15 },
  { what: 'table schedules', of: (s) => s.schedules.tableMb, most: 1.1 },
  { what: 'indexes of schedules', of: (s) => s.schedules.indexMb, most: 1.1 },
  { what: 'dead rows of schedules', of: (s) => s.schedules.dead, most: 1.2, below: 2_000, unit: 'rows' },
  { what: 'dead rows of runs', of: (s) => s.runs.dead, most: 1.2, below: 2_000, unit: 'rows' },
  { what: 'a run in the table', of: (s) => s.runs.tableMb / s.runs.rows, most: 1.1 },
  { what: 'a run in the indexes', of: (s) => s.runs.indexMb / s.runs.rows, most: 1.1 },
];

function flat({ what, of, most, below, unit }: Flat, samples: readonly Sample[]): Target {
  const by = growth(samples.map(of));
  const last = mean(samples.slice(-Math.floor(samples.length / 3)).map(of));
  return {
    what: `${what} stays`,
    wanted: below === undefined ? `≤ ${most} ×` : `≤ ${most} × or ≤ ${shown(below)} ${unit}`,
    found: Number.isNaN(by)
      ? 'too few samples'
      : `${by.toFixed(2)} ×${unit === undefined ? '' : `, ${shown(last)} ${unit}`}`,
    held: by <= most || (below !== undefined && last <= below),
  };
}

/** What a soak says: whether the last third of the time was like the one before. In the first, caches fill and tables find their size. */
export function soakFinding(samples: readonly Sample[], settings: Settings): Finding {
  const targets = FLAT.map((one) => flat(one, samples));
  const rows = samples
    .filter((_, i) => i % Math.max(1, Math.floor(samples.length / 15)) === 0 || i === samples.length - 1)
    .map((s) => [
      s.minute,
      s.deliveries,
      s.p50,
      s.p99,
      s.serverMb,
      s.postgresMb,
      s.serverCpu,
      s.postgresCpu,
      s.schedules.tableMb,
      s.schedules.indexMb,
      s.schedules.dead,
      s.runs.rows,
      s.runs.tableMb,
      s.runs.indexMb,
      s.runs.dead,
    ]);
  const x = samples.map((s) => s.minute);
  const lines = (name: string, title: string, unit: string, series: Record<string, (s: Sample) => number>): Chart => ({
    name,
    title,
    unit,
    kind: 'lines',
    x,
    xTitle: 'minutes',
    series: Object.entries(series).map(([key, of]) => ({ name: key, values: samples.map(of) })),
  });
  return {
    workload: 'soak',
    title: `Soak: ${Number(settings['minutes'])} minutes at ${Number(settings['rate'])} deliveries a second`,
    method:
      'Schedules that fire every minute, as many as make half of the rate that a burst reached just before, unless --rate says otherwise. A target compares the mean of the last third of the time with that of the middle third. The ledger grows by its runs: of it, what a run takes must stay.',
    notes: [],
    targets,
    tables: [
      {
        title: 'Over time (lateness of the time since the sample before; sizes in MB)',
        head: [
          'minute',
          'deliveries',
          'p50, ms',
          'p99, ms',
          'server MB',
          'PostgreSQL MB',
          'CPU %: server',
          'PostgreSQL',
          'schedules',
          'indexes',
          'dead',
          'runs, rows',
          'table',
          'indexes',
          'dead',
        ],
        rows,
      },
    ],
    charts: [
      lines('soak-lateness', 'Lateness', 'ms', { p50: (s) => s.p50, p99: (s) => s.p99 }),
      lines('soak-memory', 'Memory', 'MB', { server: (s) => s.serverMb }),
      lines('soak-tables', 'The table of schedules', 'MB', {
        table: (s) => s.schedules.tableMb,
        indexes: (s) => s.schedules.indexMb,
      }),
      lines('soak-dead', 'Dead rows', 'rows', { schedules: (s) => s.schedules.dead, runs: (s) => s.runs.dead }),
    ],
    settings,
    raw: samples,
  };
}
