import { PRODUCT } from '../peers/contestant.ts';
import { rowsOf } from '../support/kept.ts';
import type { Chart, Result } from '../support/results.ts';
import type { NodesRaw } from '../workloads/nodes-finding.ts';
import { microsOf, type RecurringRun } from '../workloads/recurring-finding.ts';
import { shown } from '../support/table.ts';

/** A part of the page that is made of several results. */
export interface Part {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly charts: readonly Chart[];
}

/** The product alone with so many schedules, the smallest first. What has no figures is left out. */
export function grown(results: readonly Result[]): RecurringRun[] {
  return rowsOf<RecurringRun>(results.find(({ workload }) => workload === 'recurring') ?? null)
    .filter((run) => run.name === PRODUCT && run.stored === 0 && run.servers === 1 && !run.env && run.perSecond > 0)
    .toSorted((a, b) => a.schedules - b.schedules);
}

/** How the product's figures go with the number of schedules and of servers; null: too little was measured for a curve. */
export function growthPart(results: readonly Result[]): Part | null {
  const bySize = grown(results);
  const nodes = results.find(({ workload }) => workload === 'nodes') ?? null;
  const all = rowsOf<RecurringRun>(nodes, (raw) => (raw as NodesRaw).recurring).filter((run) => !run.env);
  // Of several numbers of schedules the one that most numbers of servers were measured with.
  const most = [...new Set(all.map((run) => run.schedules))].toSorted((a, b) => count(all, b) - count(all, a))[0];
  const byServers = all.filter((run) => run.schedules === most).toSorted((a, b) => a.servers - b.servers);
  const charts = [
    ...(bySize.length < 2 ? [] : curves('growth', 'schedules that fire every minute', bySize, (run) => run.schedules)),
    ...(byServers.length < 2 ? [] : bars(byServers, most ?? 0)),
  ];
  if (charts.length === 0) return null;
  const broke = bySize.filter((run) => run.broke !== null && run.broke !== undefined);
  return {
    title: 'How it grows',
    paragraphs: [
      'From the rows above: the product alone, one server unless the axis says otherwise. Both axes of lateness go by powers of ten.',
      ...broke.map(
        (run) =>
          `With ${shown(run.schedules)} a minute (${shown(run.schedules / 60)} a second) it breaks: it ${run.broke}, ${shown(run.perSecond)} requests a second.`,
      ),
    ],
    charts,
  };
}

function count(runs: readonly RecurringRun[], schedules: number): number {
  return runs.filter((run) => run.schedules === schedules).length;
}

type Series = Readonly<Record<string, (run: RecurringRun) => number>>;

const LATENESS: Series = { p50: (run) => run.lateness.p50, p99: (run) => run.lateness.p99 };
const CPU: Series = { server: (run) => microsOf(run, 'server'), database: (run) => microsOf(run, 'database') };

function series(of: Series, runs: readonly RecurringRun[]): Chart['series'] {
  return Object.entries(of).map(([name, value]) => ({ name, values: runs.map(value) }));
}

function curves(
  name: string,
  xTitle: string,
  runs: readonly RecurringRun[],
  x: (run: RecurringRun) => number,
): Chart[] {
  const common = { kind: 'lines', x: runs.map(x), xTitle } as const;
  return [
    {
      ...common,
      name: `${name}-lateness`,
      title: 'Lateness by the number of schedules',
      unit: 'ms',
      log: { x: true, y: true },
      series: series(LATENESS, runs),
    },
    {
      ...common,
      name: `${name}-cpu`,
      title: 'CPU of a run by the number of schedules',
      unit: 'µs',
      log: { x: true },
      series: series(CPU, runs),
    },
  ];
}

function bars(runs: readonly RecurringRun[], schedules: number): Chart[] {
  const x = runs.map(({ servers }) => (servers === 1 ? '1 server' : `${servers} servers`));
  const of = `${shown(schedules)} a minute, by servers`;
  return [
    {
      kind: 'bars',
      name: 'servers-lateness',
      title: `Lateness of ${of}`,
      unit: 'ms',
      x,
      series: series(LATENESS, runs),
    },
    { kind: 'bars', name: 'servers-cpu', title: `CPU of a run of ${of}`, unit: 'µs', x, series: series(CPU, runs) },
  ];
}
