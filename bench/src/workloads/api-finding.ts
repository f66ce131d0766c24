import type { LoadResult } from '../support/load.ts';
import type { Finding, Settings, Target } from '../support/results.ts';
import { median } from '../support/stats.ts';
import { shown, type Cell } from '../support/table.ts';

export const OPERATIONS = ['create', 'get', 'list', 'update'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** One operation on one side for a few seconds. */
export interface Measured extends LoadResult {
  readonly round: number;
  readonly operation: Operation;
  readonly connections: number;
  readonly name: string;
}

const OURS = 'HydraCore';
const BARE = 'bare Hono route';
const HEAD = [
  'operation',
  'connections',
  'requests/s',
  'p50, ms',
  'p99, ms',
  'bare: requests/s',
  'p50, ms',
  'p99, ms',
  '÷ bare',
];

/** What the load on the API says: medians over the rounds, ratios within them. */
export function apiFinding(measured: readonly Measured[], connections: readonly number[], settings: Settings): Finding {
  const of = (name: string, operation: Operation, count: number) =>
    measured.filter((m) => m.name === name && m.operation === operation && m.connections === count);
  const middle = (name: string, operation: Operation, count: number, figure: (m: Measured) => number) =>
    median(of(name, operation, count).map(figure));
  const ratio = (operation: Operation, count: number) =>
    median(
      of(OURS, operation, count).flatMap((own) => {
        const bare = of(BARE, operation, count).find((other) => other.round === own.round);
        return bare ? [own.perSecond / bare.perSecond] : [];
      }),
    );
  const operations = OPERATIONS.filter((operation) => measured.some((m) => m.operation === operation));
  const rows = operations.flatMap((operation) =>
    connections.map((count): Cell[] => [
      operation,
      count,
      ...[OURS, BARE].flatMap((name) => [
        middle(name, operation, count, (m) => m.perSecond),
        middle(name, operation, count, (m) => m.p50),
        middle(name, operation, count, (m) => m.p99),
      ]),
      ratio(operation, count),
    ]),
  );
  const most = Math.max(...connections);
  const least = Math.min(...connections);
  const create = ratio('create', most);
  const get = middle(OURS, 'get', most, (m) => m.p99);
  const page = middle(OURS, 'list', least, (m) => m.p95);
  const targets: Partial<Record<Operation, Target>> = {
    create: {
      what: `create by ${most} beside a bare route with one INSERT`,
      wanted: '≥ 0.6 ×',
      found: `${create.toFixed(2)} ×`,
      held: create >= 0.6,
    },
    get: { what: `get by ${most}, p99`, wanted: '≤ 10 ms', found: `${shown(get)} ms`, held: get <= 10 },
    list: { what: `list of 50 by ${least}, p95`, wanted: '≤ 30 ms', found: `${shown(page)} ms`, held: page <= 30 },
  };
  return {
    workload: 'api',
    title: 'The API over HTTP',
    method: `Beside ${shown(Number(settings['stored']))} stored schedules. Each connection sends one request after the other; the first second warms up. The bare route is Hono on the same kind of server, pool and PostgreSQL with one statement by primary key: no key to check, nothing to validate, no rule to compile, no total to count.`,
    notes: [],
    targets: operations.flatMap((operation) => targets[operation] ?? []),
    tables: [{ title: 'Medians over the rounds', head: HEAD, rows }],
    charts: [
      {
        name: 'api',
        title: `Requests a second, ${most} connections`,
        unit: 'requests/s',
        kind: 'bars',
        x: operations,
        series: [OURS, BARE].map((name) => ({
          name,
          values: operations.map((operation) => middle(name, operation, most, (m) => m.perSecond)),
        })),
      },
    ],
    settings,
    raw: measured,
  };
}
