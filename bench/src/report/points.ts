import { PRODUCT } from '../peers/contestant.ts';
import { rowsOf } from '../support/kept.ts';
import type { Result } from '../support/results.ts';
import type { Size } from '../support/sizes.ts';
import { mean, sum } from '../support/stats.ts';
import { shown } from '../support/table.ts';
import type { BurstRow } from '../workloads/burst-finding.ts';
import type { RecurringRun } from '../workloads/recurring-finding.ts';
import type { Sample } from '../workloads/soak-finding.ts';
import { grown } from './growth.ts';

/** What the sizing model knows of, each as so much a second. NaN: not measured there. */
export const QUANTITIES = ['server', 'database', 'wal', 'ledger', 'rows'] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** A load that was measured, and what it took. */
export interface Point {
  readonly what: string;
  /** Runs a second. */
  readonly rate: number;
  /** CPU in µs, WAL and ledger in bytes, rows in writes: of each a second. */
  readonly takes: Readonly<Record<Quantity, number>>;
}

/** Schedules that fire every minute, as far as the product kept up with them. */
export function recurringPoints(results: readonly Result[]): Point[] {
  return grown(results)
    .filter((run) => (run.broke ?? null) === null)
    .map((run) => ofRun(`${shown(run.schedules)} schedules a minute`, run));
}

/** Loads of another kind: what the model was not made of. */
export function otherPoints(results: readonly Result[]): Point[] {
  return [...besideStored(results), ...soakPoint(results), ...burstPoints(results)];
}

function besideStored(results: readonly Result[]): Point[] {
  return rowsOf<RecurringRun>(results.find(({ workload }) => workload === 'recurring') ?? null)
    .filter((run) => run.name === PRODUCT && run.stored > 0 && run.servers === 1 && !run.env && !run.broke)
    .map((run) => ofRun(`${shown(run.schedules)} a minute beside ${shown(run.stored)} stored`, run));
}

function ofRun(what: string, run: RecurringRun): Point {
  const rate = run.perSecond;
  const each = (value: number | undefined) => ((value ?? NaN) / (run.cost?.runs ?? NaN)) * rate;
  const cost = run.cost ?? undefined;
  return {
    what,
    rate,
    takes: {
      server: run.cpu.server * 10_000,
      database: run.cpu.database * 10_000,
      wal: each(cost?.walBytes),
      ledger: each(cost && cost.tableBytes + cost.indexBytes),
      rows: each(cost && cost.inserted + cost.updated + cost.deleted),
    },
  };
}

/** The last two thirds of a soak. */
function soakPoint(results: readonly Result[]): Point[] {
  const result = results.find(({ workload }) => workload === 'soak');
  if (!result || !Array.isArray(result.raw)) return [];
  const all = result.raw as Partial<Sample>[];
  const samples = all.slice(Math.floor(all.length / 3)) as Sample[];
  const seconds = sum(samples.map((sample) => sample.seconds ?? NaN));
  if (!(seconds > 0)) return [];
  const counted = (of: (cost: Sample['cost']) => number) => sum(samples.map(({ cost }) => of(cost))) / seconds;
  return [
    {
      what: `soak, ${shown(samples.length > 0 ? (all.at(-1)?.minute ?? NaN) : NaN)} minutes`,
      rate: sum(samples.map((sample) => sample.deliveries)) / seconds,
      takes: {
        server: mean(samples.map((sample) => sample.serverCpu)) * 10_000,
        database: mean(samples.map((sample) => sample.postgresCpu)) * 10_000,
        wal: counted((cost) => cost.walBytes),
        ledger: counted((cost) => cost.tableBytes + cost.indexBytes),
        rows: counted((cost) => cost.inserted + cost.updated + cost.deleted),
      },
    },
  ];
}

function burstPoints(results: readonly Result[]): Point[] {
  return rowsOf<BurstRow>(results.find(({ workload }) => workload === 'burst') ?? null)
    .filter((row) => Array.isArray(row.rounds) && row.name === PRODUCT && row.servers === 1 && row.env === '')
    .map((row) => {
      // CPU is measured from half a second before the instant until all is written.
      const seconds = (row.writtenMs + 500) / 1_000;
      return {
        what: `burst of ${shown(row.jobs)}, warm-up ${shown(row.warmUp)}`,
        rate: row.delivered / seconds,
        takes: {
          server: (row.cpu.server * 1_000) / seconds,
          database: (row.cpu.database * 1_000) / seconds,
          wal: NaN,
          ledger: NaN,
          rows: NaN,
        },
      };
    });
}

/** Bytes of a stored schedule, its table and its indexes; null: not measured. */
export function storedBytes(results: readonly Result[]): { table: number; indexes: number } | null {
  const idle = results.find(({ workload }) => workload === 'idle');
  const size = (idle?.raw as { size?: Size } | undefined)?.size;
  const schedules = Number(idle?.settings['schedules']);
  if (!size || !(schedules > 0)) return null;
  const each = (mb: number) => (mb * 2 ** 20) / schedules;
  return { table: each(size.tableMb), indexes: each(size.indexMb) };
}
