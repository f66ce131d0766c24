import type { Cpu } from '../support/arena.ts';
import { measuredColumn, type Kept } from '../support/kept.ts';
import type { Finding, Target } from '../support/results.ts';
import { median, sum } from '../support/stats.ts';
import { shown } from '../support/table.ts';
import type { BurstRound } from './burst-finding.ts';
import { microsOf, type RecurringRun } from './recurring-finding.ts';

export type NodeRound = BurstRound & { readonly servers: number };

/** A burst by so many servers: medians over the rounds of one run. */
export interface NodeRow {
  readonly servers: number;
  readonly jobs: number;
  readonly env: string;
  readonly perSecond: number;
  /** ÷ one server in the same rounds; null: that was not measured in the same run. */
  readonly toOne: number | null;
  readonly firstMs: number;
  readonly p99Ms: number;
  readonly cpu: Pick<Cpu, 'server' | 'database'>;
  readonly twice: number;
  readonly plannedTwice: number;
}

export interface NodesRaw {
  readonly bursts: readonly Kept<NodeRow>[];
  readonly recurring: readonly Kept<RecurringRun>[];
}

/** A row for each number of servers of a run. */
export function nodeRows(
  rounds: readonly NodeRound[],
  { jobs, env }: { readonly jobs: number; readonly env: string },
): NodeRow[] {
  return [...new Set(rounds.map(({ servers }) => servers))].map((servers) => {
    const own = rounds.filter((round) => round.servers === servers);
    const of = (figure: (round: NodeRound) => number) => median(own.map(figure));
    const ratios = own.flatMap((round) => {
      const one = rounds.find((other) => other.servers === 1 && other.round === round.round);
      return one ? [round.perSecond / one.perSecond] : [];
    });
    return {
      servers,
      jobs,
      env,
      perSecond: of((r) => r.perSecond),
      toOne: ratios.length > 0 ? median(ratios) : null,
      firstMs: of((r) => r.firstMs),
      p99Ms: of((r) => r.p99Ms),
      cpu: { server: of((r) => r.cpu.server), database: of((r) => r.cpu.database) },
      twice: sum(own.map((r) => r.twice)),
      plannedTwice: sum(own.map((r) => r.plannedTwice)),
    };
  });
}

/** What a row is about: a newer one takes its place. Null: single rounds, as they were kept once. */
export function nodeKey({ servers, jobs, env, toOne }: NodeRow): string | null {
  return toOne === undefined ? null : [servers, jobs, env].join(' ');
}

/** What several servers on one database say. */
export function nodesFinding({ bursts, recurring }: NodesRaw): Finding {
  const rows = bursts.toSorted((a, b) => a.jobs - b.jobs || a.servers - b.servers);
  const runs = recurring.toSorted((a, b) => a.schedules - b.schedules || a.servers - b.servers);
  const measured = measuredColumn([...rows, ...runs]);
  const jobs = [...new Set(rows.map((row) => row.jobs))];
  const schedules = [...new Set(runs.map((run) => run.schedules))];
  const named = (servers: number, env: string) => `${servers}${env === '' ? '' : `, ${env}`}`;
  return {
    workload: 'nodes',
    title: 'Nodes: several servers on one database',
    method: `Bursts of ${jobs.map(shown).join(', ')} jobs, and ${schedules.map(shown).join(', ')} schedules every minute. Servers, PostgreSQL, receiver and bench share the machine's cores: more servers can only help while one is free.`,
    notes: [...measured.notes],
    targets: targetsOf(rows, runs),
    tables: [
      {
        title: 'Burst',
        head: [
          'servers',
          'jobs',
          'jobs/s',
          '÷ one',
          'first, ms',
          'p99, ms',
          'CPU s: servers',
          'PostgreSQL',
          'delivered twice',
          ...measured.head,
        ],
        rows: rows.map((row) => [
          named(row.servers, row.env),
          row.jobs,
          row.perSecond,
          row.toOne,
          row.firstMs,
          row.p99Ms,
          row.cpu.server / 1_000,
          row.cpu.database / 1_000,
          row.twice,
          ...measured.cells(row),
        ]),
      },
      {
        title: 'Schedules that fire every minute',
        head: [
          'servers',
          'schedules',
          'p50, ms',
          'p99, ms',
          'max, ms',
          'delivered, %',
          'CPU %: servers',
          'PostgreSQL',
          'µs a run: servers',
          'PostgreSQL',
          ...measured.head,
        ],
        rows: runs.map((run) => [
          named(run.servers, run.env),
          run.schedules,
          run.lateness.p50,
          run.lateness.p99,
          run.lateness.max,
          100 * run.delivered,
          run.cpu.server,
          run.cpu.database,
          microsOf(run, 'server'),
          microsOf(run, 'database'),
          ...measured.cells(run),
        ]),
      },
    ],
    charts: jobs.map((size, i) => {
      const same = rows.filter((row) => row.jobs === size);
      return {
        name: i === 0 ? 'nodes' : `nodes-${i + 1}`,
        title: `A burst of ${shown(size)} jobs by several servers`,
        unit: 'jobs/s',
        kind: 'bars',
        x: same.map((row) => named(row.servers, row.env)),
        series: [{ name: 'jobs/s', values: same.map((row) => row.perSecond) }],
      };
    }),
    settings: { jobs, schedules, minutes: [...new Set(runs.map((run) => run.minutes))] },
    raw: { bursts: rows, recurring: runs },
  };
}

function targetsOf(rows: readonly NodeRow[], runs: readonly RecurringRun[]): Target[] {
  const twice = sum([...rows, ...runs].map((row) => row.plannedTwice));
  const two = rows.flatMap(({ servers, toOne, jobs, env }) =>
    servers === 2 && toOne !== null && env === '' ? [{ toOne, jobs }] : [],
  );
  return [
    { what: 'occurrences that were planned twice', wanted: '0', found: String(twice), held: twice === 0 },
    ...two.map(({ toOne, jobs }) => ({
      what: `a burst of ${shown(jobs)} jobs by 2 servers beside 1`,
      wanted: '≥ 1.7 × where a core is free',
      found: `${toOne.toFixed(2)} ×`,
      held: toOne >= 1.7,
    })),
  ];
}
