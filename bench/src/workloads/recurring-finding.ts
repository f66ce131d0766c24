import { PRODUCT } from '../peers/contestant.ts';
import type { Cpu } from '../support/arena.ts';
import type { Lateness } from '../support/lateness.ts';
import type { Finding, Settings, Target } from '../support/results.ts';
import { shown, type Cell } from '../support/table.ts';

/** What one contestant did with so many schedules. */
export interface RecurringRun {
  readonly name: string;
  readonly servers: number;
  readonly schedules: number;
  readonly stored: number;
  readonly minutes: number;
  readonly lateness: Lateness;
  /** Of the occurrences of the measured minutes. */
  readonly delivered: number;
  readonly perSecond: number;
  /** Of one core, in %. */
  readonly cpu: Cpu;
  readonly plannedTwice: number;
  /** Why there is nothing to measure. */
  readonly broke: string | null;
}

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
  'twice',
];

/** p99 that is wanted of so many schedules a minute. */
const WANTED = new Map([
  [10_000, 100],
  [100_000, 500],
]);

export function recurringRow(run: RecurringRun): Cell[] {
  const { lateness, cpu } = run;
  const who = run.servers > 1 ? `${run.name}, ${run.servers} servers` : run.name;
  return [
    run.schedules,
    run.stored,
    run.broke === null ? who : `${who}: ${run.broke}`,
    lateness.p50,
    lateness.p99,
    lateness.max,
    100 * run.delivered,
    run.perSecond,
    cpu.server,
    cpu.database,
    cpu.receiver,
    lateness.twice,
  ];
}

/** What schedules that fire every minute say. */
export function recurringFinding(runs: readonly RecurringRun[], settings: Settings): Finding {
  const sizes = [...new Set(runs.map((run) => run.schedules))];
  const names = [...new Set(runs.map((run) => run.name))];
  const p99 = (name: string, schedules: number) =>
    runs.find((run) => run.name === name && run.schedules === schedules && run.stored === 0)?.lateness.p99 ?? NaN;
  return {
    workload: 'recurring',
    title: 'Recurring: schedules that fire every minute',
    method:
      'Schedule i fires at second i mod 60 of every minute and posts to the receiver. Lateness is from the nominal instant to the arrival. The first minute warms up. graphile-worker’s crontab has no seconds: there all are due at the full minute. What came more than ten seconds after the last measured minute counts as not delivered.',
    notes: [],
    targets: targetsOf(runs),
    tables: [{ title: 'Lateness, rate and CPU (% of one core)', head: HEAD, rows: runs.map(recurringRow) }],
    charts: [
      {
        name: 'recurring',
        title: 'Lateness, 99 of 100 within',
        unit: 'ms',
        kind: 'bars',
        x: sizes.map((size) => `${shown(size)} a minute`),
        series: names.map((name) => ({ name, values: sizes.map((size) => p99(name, size)) })),
      },
    ],
    settings,
    raw: runs,
  };
}

function targetsOf(runs: readonly RecurringRun[]): Target[] {
  return runs.flatMap((run): Target[] => {
    if (run.name !== PRODUCT) return [];
    const { p99 } = run.lateness;
    if (run.stored > 0) {
      const alone = runs.find(
        (other) => other.name === run.name && other.schedules === run.schedules && other.stored === 0,
      );
      const ratio = p99 / (alone?.lateness.p99 ?? NaN);
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
