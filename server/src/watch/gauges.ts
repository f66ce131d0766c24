import { Gauge, type Registry } from 'prom-client';
import type { Backlog } from '../store/backlog.ts';
import type { PoolState } from '../store/db.ts';

/** How long a scrape waits for the database before it answers without it. */
const PATIENCE_MS = 3_000;

/** How many hosts have a circuit breaker in each state. */
export interface BreakerStates {
  readonly closed: number;
  readonly open: number;
  readonly half_open: number;
}

/** Where the values come from that are looked at when they are asked for. */
export interface GaugeSources {
  /** Null: another process of this server tells of it. */
  readonly backlog: (() => Promise<Backlog>) | null;
  readonly pool: () => PoolState;
  readonly inFlight: () => number;
  readonly concurrency: number;
  /** How far this machine's wall clock is ahead of the database's, in ms. */
  readonly clockDriftMs: () => number;
  readonly breakers?: (() => BreakerStates) | undefined;
  /** How many streams of events are open. */
  readonly streams?: (() => number) | undefined;
}

/** Adds the gauges. The answer refreshes those that ask the database; it does not throw and does not wait for long. */
export function addGauges(registry: Registry, sources: GaugeSources): () => Promise<void> {
  const gauge = (name: string, help: string, collect?: (this: Gauge) => void) =>
    new Gauge({ name: `hydracore_${name}`, help, registers: [registry], ...(collect && { collect }) });
  const average = (name: string, help: string, collect: (this: Gauge) => void) =>
    new Gauge({ name: `hydracore_${name}`, help, registers: [registry], aggregator: 'average', collect });
  const byState = (name: string, help: string, read: () => object) =>
    new Gauge({
      name: `hydracore_${name}`,
      help,
      labelNames: ['state'],
      registers: [registry],
      collect() {
        for (const [state, count] of Object.entries(read())) this.set({ state }, count);
      },
    });
  gauge('runs_in_flight', 'Runs that this server performs at this moment.', function () {
    this.set(sources.inFlight());
  });
  gauge('runs_in_flight_limit', 'The most runs in flight (HYDRACORE_CONCURRENCY).').set(sources.concurrency);
  average('clock_drift_seconds', "How far this machine's clock is ahead of the database's.", function () {
    this.set(sources.clockDriftMs() / 1000);
  });
  byState('database_connections', 'Connections of the pool; waiting: callers without one.', sources.pool);
  const { breakers, streams } = sources;
  if (breakers) byState('breakers', 'Circuit breakers by state.', breakers);
  if (streams) {
    gauge('event_streams', 'Streams of events that are open on this server.', function () {
      this.set(streams());
    });
  }

  const { backlog: readBacklog } = sources;
  if (readBacklog === null) return async () => undefined;
  const up = gauge('database_up', 'Whether the database answered this scrape.');
  const backlog = {
    schedules: gauge('schedules_due', 'Schedules of all servers that are due and not planned, up to 10000.'),
    schedulesAge: gauge('schedules_due_oldest_seconds', 'How long the first of them has been due.'),
    runs: gauge('runs_waiting', 'Runs of all servers that may start and have not, up to 10000.'),
    runsAge: gauge('runs_waiting_oldest_seconds', 'How long the first of them has waited.'),
  };
  return async () => {
    const seen = await within(PATIENCE_MS, readBacklog());
    up.set(seen ? 1 : 0);
    // What is not known is NaN, which no threshold is above: the alert is on database_up.
    backlog.schedules.set(seen?.schedules ?? Number.NaN);
    backlog.schedulesAge.set(seen ? seen.schedules_oldest_ms / 1000 : Number.NaN);
    backlog.runs.set(seen?.runs ?? Number.NaN);
    backlog.runsAge.set(seen ? seen.runs_oldest_ms / 1000 : Number.NaN);
  };
}

/** Null when it fails or takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ms, null);
  });
  return await Promise.race([work.catch(() => null), late]).finally(() => clearTimeout(timer));
}
