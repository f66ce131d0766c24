import type { Chart, Finding, Settings, Target } from '../support/results.ts';
import type { Size } from '../support/sizes.ts';
import { growth } from '../support/stats.ts';

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
}

/** What must stay as it is, how much it may grow from the first half to the second, and whether small values matter at all. */
const FLAT: readonly (readonly [what: string, of: (s: Sample) => number, most: number])[] = [
  ['lateness, p99', (s) => s.p99, 1.2],
  ['memory of the server', (s) => s.serverMb, 1.1],
  ['CPU of the server', (s) => s.serverCpu, 1.15],
  ['CPU of PostgreSQL', (s) => s.postgresCpu, 1.15],
  ['table schedules', (s) => s.schedules.tableMb, 1.1],
  ['indexes of schedules', (s) => s.schedules.indexMb, 1.1],
  ['a run in the table', (s) => s.runs.tableMb / s.runs.rows, 1.1],
  ['a run in the indexes', (s) => s.runs.indexMb / s.runs.rows, 1.1],
];

/** What a soak says. The first fifth warms up: caches fill, tables find their size. */
export function soakFinding(samples: readonly Sample[], settings: Settings): Finding {
  const warm = samples.slice(Math.floor(samples.length / 5));
  const targets = FLAT.map(([what, of, most]): Target => {
    const by = growth(warm.map(of));
    return { what: `${what} stays`, wanted: `≤ ${most} ×`, found: `${by.toFixed(2)} ×`, held: by <= most };
  });
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
      'Schedules that fire every minute, as many as make half of the rate that a burst reached just before, unless --rate says otherwise. A target compares the mean of the second half with that of the first, without the first fifth of the time.',
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
    ],
    settings,
    raw: samples,
  };
}
