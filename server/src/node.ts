import { hostname } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { Logger } from 'pino';
import { createEgress, type Egress } from './actions/egress.ts';
import { findAction } from './actions/registry.ts';
import { DatabaseClock, wallClock } from './clock.ts';
import type { Config } from './config.ts';
import { Engine } from './engine/engine.ts';
import type { Limits } from './engine/lanes.ts';
import type { EngineLog } from './engine/settings.ts';
import { crashAt } from './fault-points.ts';
import { readBacklog } from './store/backlog.ts';
import { Database } from './store/db.ts';
import type { InvariantScan } from './store/invariants.ts';
import type { Vault } from './store/vault/vault.ts';
import { ClockWatch } from './watch/clock.ts';
import { createMetrics, type Metrics } from './watch/metrics.ts';
import type { startTracing } from './watch/tracing.ts';

const CLOCK_SYNC_MS = 10_000;
/** How long the last traces may take to be sent. */
const TRACES_MS = 1_000;

/** What of the configuration makes a node. */
export interface NodeOptions {
  readonly config: Config;
  readonly log: Logger;
  /** The database, as the server's login. */
  readonly url: string;
  readonly vault: Vault;
  /** Whether it is the one of its server that serves requests, looks after the store and tells of the backlog. */
  readonly first: boolean;
  /** How many streams of events it has open; absent: it serves none. */
  readonly streams?: () => number;
}

/** A process that plans and delivers: its connections, its clock, its way out, its engine. */
export class ServerNode {
  readonly db: Database;
  /** The database as the engine sees it: all tenants, no key. */
  readonly engineDb: Database;
  readonly clock: DatabaseClock;
  readonly egress: Egress;
  readonly engine: Engine;
  readonly metrics: Metrics;
  readonly tell: EngineLog;
  readonly traceRequest: Tracing['traceRequest'] | undefined;
  readonly #tracing: Tracing | null;
  readonly #clockWatch: ClockWatch;
  #lastScan: InvariantScan | null = null;
  #sync: NodeJS.Timeout | undefined;

  static async create(options: NodeOptions): Promise<ServerNode> {
    const { config, log } = options;
    const node = `${hostname()}:${process.pid}`;
    // Loaded only where it is asked for: without traces there is nothing of them in memory.
    const tracing =
      config.otlpEndpoint === null
        ? null
        : (await import('./watch/tracing.ts')).startTracing({
            endpoint: config.otlpEndpoint,
            node,
            log: teller(log),
          });
    return new ServerNode(options, node, tracing);
  }

  private constructor({ config, log, url, vault, first, streams }: NodeOptions, node: string, tracing: Tracing | null) {
    const limits = shareOf(config.limits, config.workers);
    this.tell = teller(log);
    this.#tracing = tracing;
    this.traceRequest = tracing?.traceRequest;
    this.db = new Database({
      url,
      pooler: config.databasePooler !== null,
      poolSize: config.databasePool,
      onError: (error) => this.tell('warn', 'a database connection broke', { error }),
      onStatement: (...statement) => this.metrics.onStatement(...statement),
    });
    this.clock = new DatabaseClock(
      async () => {
        const [row] = await this.db.query<{ now: number }>('SELECT clock_timestamp() AS now', [], 'clock');
        return row?.now ?? 0;
      },
      undefined,
      wallClock(config.clockSkewMs),
    );
    const now = () => this.clock.now();
    this.engineDb = this.db.as('hydracore_engine');
    this.#clockWatch = new ClockWatch(this.clock, this.tell);
    this.metrics = createMetrics({
      backlog: first ? () => readBacklog(this.engineDb, now()) : null,
      pool: () => this.db.poolState(),
      inFlight: () => this.engine.inFlight(),
      concurrency: limits.node,
      breakers: () => this.engine.breakers(),
      streams,
      clockDriftMs: () => this.clock.drift(),
    });
    this.egress = createEgress({
      allow: config.egressAllow,
      allowLoopback: isLoopback(config.host),
      connectTimeoutMs: 10_000,
      // A run in flight must not wait for a connection: its time would run.
      maxConnectionsPerHost: Math.max(100, limits.host),
      proxy: config.egressProxy,
      mail: config.smtp && { ...config.smtp, maxConnections: Math.ceil(config.smtp.maxConnections / config.workers) },
    });
    this.engine = new Engine({
      db: this.engineDb,
      node,
      now,
      log: this.tell,
      findAction,
      egress: this.egress,
      vault,
      limits,
      housekeeping: first,
      runsPerMinute: config.quotas.runs_per_minute,
      faultPoint: crashAt(config.crashPoint),
      retentionDays: config.retentionDays,
      auditRetentionDays: config.auditRetentionDays,
      events: {
        ...this.metrics.engine,
        scanned: (scan) => {
          this.#lastScan = scan;
          this.metrics.engine.scanned(scan);
        },
      },
      traceAttempt: tracing?.traceAttempt,
    });
  }

  /** What the last check of the invariants found. */
  get lastScan(): InvariantScan | null {
    return this.#lastScan;
  }

  /** Starts to plan and deliver, by a clock that has been set. Where it throws, it may be tried again. */
  async start(): Promise<void> {
    await this.engine.start();
    this.#clockWatch.compare();
    this.#sync = setInterval(() => void this.#clockWatch.sync(), CLOCK_SYNC_MS);
  }

  /** Plans nothing more, and gives what is in flight `graceMs` to finish. */
  async stop(graceMs: number): Promise<void> {
    clearInterval(this.#sync);
    await this.engine.stop(graceMs);
  }

  /** Closes its connections, once it is stopped. */
  async close(): Promise<void> {
    await this.egress.close();
    await this.#tracing?.close(TRACES_MS);
    await this.db.close();
  }
}

type Tracing = ReturnType<typeof startTracing>;

function teller(log: Logger): EngineLog {
  return (level, message, data) => log[level](data, message);
}

/** What one of so many processes may have in flight. */
function shareOf(limits: Limits, processes: number): Limits {
  const share = (most: number) => Math.ceil(most / processes);
  return { node: share(limits.node), tenant: share(limits.tenant), host: share(limits.host) };
}

/** Whether the server listens on loopback only, so that webhooks to loopback give nobody anything that they lack. */
function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}
