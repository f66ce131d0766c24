import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Server } from 'node:http';
import ipaddr from 'ipaddr.js';
import type { Logger } from 'pino';
import { createEgress } from './actions/egress.ts';
import { findAction } from './actions/registry.ts';
import { DatabaseClock, wallClock } from './clock.ts';
import type { Config } from './config.ts';
import { startConsole } from './console.ts';
import { Engine } from './engine/engine.ts';
import { crashAt } from './fault-points.ts';
import { scanInvariants, type InvariantScan } from './store/invariants.ts';
import { createApp } from './http/app.ts';
import { EventHub } from './http/events/hub.ts';
import { FAILURES_PER_MINUTE } from './http/gate.ts';
import { databaseReadiness } from './http/routes/system.ts';
import { readBacklog } from './store/backlog.ts';
import { Database } from './store/db.ts';
import { listen } from './listen.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './store/embedded/index.ts';
import { Vault } from './store/vault/vault.ts';
import { masterKeys } from './master-keys.ts';
import { keyPepper } from './pepper.ts';
import { prepareDatabase } from './prepare.ts';
import { jwtVerifier } from './prepare-jwt.ts';
import { loginOf } from './store/roles.ts';
import { ClockWatch } from './watch/clock.ts';
import { createMetrics } from './watch/metrics.ts';
import { welcome } from './welcome.ts';

/** How long what is in flight may take to finish once the server stops. */
const GRACE_MS = 6_000;
const CLOCK_SYNC_MS = 10_000;
/** How long the last traces may take to be sent. */
const TRACES_MS = 1_000;

/** Runs the server until `stop` is aborted, and ends in order: HTTP, engine, database connections, embedded PostgreSQL. */
export async function startServer(config: Config, log: Logger, stop: AbortSignal): Promise<void> {
  const tell = (level: 'debug' | 'info' | 'warn' | 'error', message: string, data: Record<string, unknown> = {}) =>
    log[level](data, message);
  const jwt = await jwtVerifier(config, { now: () => clock.agreed(), log: tell });
  let embedded: EmbeddedPostgres | null = null;
  let pepper: Buffer | null;
  let vault: Vault;
  try {
    const options = { dataDir: config.dataDir, log: tell, signal: stop };
    if (config.databaseUrl === null) embedded = await startEmbeddedPostgres(options);
    // Now that no other server can be in the data folder.
    pepper = await keyPepper(config);
    vault = new Vault(await masterKeys(config));
  } catch (error) {
    await embedded?.stop();
    if (!stop.aborted) throw error;
    log.info('stopped');
    return;
  }
  let ending = false;
  if (embedded) watch(embedded, log, () => ending || stop.aborted);
  const url = config.databaseUrl ?? embedded?.serverUrl ?? '';
  const db = new Database({
    url,
    pooler: config.databasePooler !== null,
    poolSize: config.databasePool,
    onError: (error) => tell('warn', 'a database connection broke', { error }),
    onStatement: (...statement) => metrics.onStatement(...statement),
  });
  const clock = new DatabaseClock(
    async () => {
      const [row] = await db.query<{ now: number }>('SELECT clock_timestamp() AS now', [], 'clock');
      return row?.now ?? 0;
    },
    undefined,
    wallClock(config.clockSkewMs),
  );
  const now = () => clock.now();
  const engineDb = db.as('hydracore_engine');
  const clockWatch = new ClockWatch(clock, tell);
  const node = `${hostname()}:${process.pid}`;
  const metrics = createMetrics({
    backlog: () => readBacklog(engineDb, now()),
    pool: () => db.poolState(),
    inFlight: () => engine.inFlight(),
    concurrency: config.limits.node,
    breakers: () => engine.breakers(),
    clockDriftMs: () => clock.drift(),
  });
  // Loaded only where it is asked for: without traces there is nothing of them in memory.
  const tracing =
    config.otlpEndpoint === null
      ? null
      : (await import('./watch/tracing.ts')).startTracing({ endpoint: config.otlpEndpoint, node, log: tell });
  let lastScan: InvariantScan | null = null;
  const egress = createEgress({
    allow: config.egressAllow,
    allowLoopback: isLoopback(config.host),
    connectTimeoutMs: 10_000,
    // A run in flight must not wait for a connection: its time would run.
    maxConnectionsPerHost: Math.max(100, config.limits.host),
    proxy: config.egressProxy,
  });
  if (config.egressProxy !== null) {
    const { secure, host, port, resolves } = config.egressProxy;
    log.info({ proxy: host, port, secure, resolves }, 'webhooks go through a proxy');
  }

  const engine = new Engine({
    db: engineDb,
    node,
    now,
    log: tell,
    findAction,
    egress,
    vault,
    limits: config.limits,
    runsPerMinute: config.quotas.runs_per_minute,
    faultPoint: crashAt(config.crashPoint),
    retentionDays: config.retentionDays,
    auditRetentionDays: config.auditRetentionDays,
    events: {
      ...metrics.engine,
      scanned(scan) {
        lastScan = scan;
        metrics.engine.scanned(scan);
      },
    },
    traceAttempt: tracing?.traceAttempt,
  });

  // The port opens first: while the database is away, /readyz can say so.
  let started = false;
  let startProblem: string | null = 'The server is starting.';
  const reach = databaseReadiness(db);
  const streams = new EventHub({ db, now: () => clock.agreed(), log: tell });
  const app = createApp({
    db,
    streams,
    now: () => clock.agreed(),
    egress,
    vault,
    fixedSigning: config.webhookSecrets !== null,
    pepper,
    ownKey: config.bootstrapApiKey,
    jwt,
    limits: { ...config.rateLimits, failures: FAILURES_PER_MINUTE, trustProxy: config.trustProxy },
    defaultQuotas: config.quotas,
    log: tell,
    web: config.web,
    sessionIdleMs: config.web.sessionIdleMinutes * 60_000,
    ready: async () => (started ? await reach() : { ready: false, reason: startProblem }),
    onRequest: metrics.onRequest,
    traceRequest: tracing?.traceRequest,
    metrics: { text: metrics.text, token: config.metricsToken },
    console: startConsole(stop, (line, problem) =>
      problem === undefined ? log.info(line) : log.warn({ problem }, line),
    ),
    scan: () => scanInvariants(engineDb, now()),
    lastScan: () => lastScan,
  });
  const http = await listen(app.fetch, config, (message, data) => tell('warn', message, data)).catch(
    async (error: unknown) => {
      ending = true;
      await embedded?.stop();
      throw error;
    },
  );
  let sync: NodeJS.Timeout | undefined;
  const adminUrl = config.databaseAdminUrl ?? embedded?.url ?? null;
  const preparation = { config, pepper, vault, db, adminUrl, login: loginOf(url), clock, stop, log: tell };
  try {
    const made = await prepareDatabase(preparation, (error) => {
      startProblem = `The database does not answer: ${error instanceof Error ? error.message : String(error)}`;
      log.warn({ error }, 'the database does not answer; trying again');
    });
    if (made) {
      clockWatch.compare();
      sync = setInterval(() => void clockWatch.sync(), CLOCK_SYNC_MS);
      await engine.start();
      streams.start();
      started = true;
      // That the issuer can't be reached, the operator should learn now and not from the first who is refused.
      void jwt?.prepare().catch(() => undefined);
      process.stdout.write(welcome(addressOf(http, config), config, made));
      if (!stop.aborted) await once(stop, 'abort');
    }
  } finally {
    ending = true;
    started = false;
    startProblem = 'The server is stopping.';
    clearInterval(sync);
    // In order: their readers come back to another server, or to this one once it is there again.
    streams.stop();
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    http.closeIdleConnections();
    await engine.stop(GRACE_MS);
    http.closeAllConnections();
    await closed;
    await egress.close();
    await tracing?.close(TRACES_MS);
    await db.close();
    await embedded?.stop();
    log.info('stopped');
  }
}

function addressOf(server: Server, config: Config): string {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.port;
  const shown = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

/** Whether the server listens on loopback only, so that webhooks to loopback give nobody anything that they lack. */
function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}

/** Without its database a server with an embedded one has nothing left to do: a supervisor starts it anew. */
function watch(embedded: EmbeddedPostgres, log: Logger, ending: () => boolean): void {
  void embedded.exited.then(({ code, signal }) => {
    if (ending()) return;
    log.fatal({ code, signal }, 'the embedded PostgreSQL ended by itself; its log is postgres.log in the data folder');
    process.exit(1);
  });
}
