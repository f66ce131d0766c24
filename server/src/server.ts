import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Logger } from 'pino';
import { ClockError } from './clock.ts';
import type { Config } from './config.ts';
import { startConsole } from './console.ts';
import { scanInvariants } from './store/invariants.ts';
import { createApp } from './http/app.ts';
import { EventHub } from './http/events/hub.ts';
import { FAILURES_PER_MINUTE } from './http/gate.ts';
import { databaseReadiness } from './http/routes/system.ts';
import { listen } from './listen.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './store/embedded/index.ts';
import { Vault } from './store/vault/vault.ts';
import { masterKeys } from './master-keys.ts';
import { ServerNode } from './node.ts';
import { keyPepper } from './pepper.ts';
import { prepareDatabase } from './prepare.ts';
import { jwtVerifier } from './prepare-jwt.ts';
import { loginOf } from './store/roles.ts';
import { welcome } from './welcome.ts';
import { Workers } from './workers.ts';

/** How long what is in flight may take to finish once the server stops. */
const GRACE_MS = 6_000;

/** Runs the server until `stop` is aborted, and ends in order: HTTP, engine, database connections, embedded PostgreSQL. */
export async function startServer(config: Config, log: Logger, stop: AbortSignal): Promise<void> {
  const tell = (level: 'debug' | 'info' | 'warn' | 'error', message: string, data: Record<string, unknown> = {}) =>
    log[level](data, message);
  const jwt = await jwtVerifier(config, { now: () => node.clock.agreed(), log: tell });
  let embedded: EmbeddedPostgres | null = null;
  let pepper: Buffer | null;
  let vault: Vault;
  try {
    const settings = { max_connections: String(connectionsOf(config)) };
    const options = { dataDir: config.dataDir, log: tell, signal: stop, settings };
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
  const node = await ServerNode.create({ config, log, url, vault, first: true, streams: () => streams.size });
  const { db, clock, engineDb } = node;
  const now = () => clock.now();
  const workers = new Workers(url, tell);
  if (config.egressProxy !== null) {
    const { secure, host, port, resolves } = config.egressProxy;
    log.info({ proxy: host, port, secure, resolves }, 'webhooks go through a proxy');
  }
  if (config.smtp !== null) {
    const { host, port, secure, tls } = config.smtp;
    log.info({ mail_server: host, port, secure, tls }, 'e-mails go to a mail server');
  }

  // The port opens first: while the database is away, /readyz can say so.
  let started = false;
  let startProblem: string | null = 'The server is starting.';
  const reach = databaseReadiness(db);
  const streams = new EventHub({ db, now: () => clock.agreed(), log: tell });
  const app = createApp({
    db,
    streams,
    now: () => clock.agreed(),
    egress: node.egress,
    vault,
    fixedSigning: config.webhookSecrets !== null,
    pepper,
    ownKey: config.bootstrapApiKey,
    jwt,
    limits: { ...config.rateLimits, failures: FAILURES_PER_MINUTE, trustProxy: config.trustProxy },
    defaultQuotas: config.quotas,
    log: tell,
    logsRequests: () => log.isLevelEnabled('debug'),
    web: config.web,
    sessionIdleMs: config.web.sessionIdleMinutes * 60_000,
    ready: async () => (started ? await reach() : { ready: false, reason: startProblem }),
    onRequest: node.metrics.onRequest,
    traceRequest: node.traceRequest,
    metrics: { text: () => node.metrics.text(() => workers.metrics()), token: config.metricsToken },
    console: startConsole(stop, (line, problem) =>
      problem === undefined ? log.info(line) : log.warn({ problem }, line),
    ),
    scan: () => scanInvariants(engineDb, now()),
    lastScan: () => node.lastScan,
  });
  const http = await listen(app.fetch, config, (message, data) => tell('warn', message, data)).catch(
    async (error: unknown) => {
      ending = true;
      await embedded?.stop();
      throw error;
    },
  );
  const adminUrl = config.databaseAdminUrl ?? embedded?.url ?? null;
  const begin = () => node.start();
  const preparation = { config, pepper, vault, db, adminUrl, login: loginOf(url), clock, begin, stop, log: tell };
  try {
    const made = await prepareDatabase(preparation, (error) => {
      if (error instanceof ClockError) {
        startProblem = error.message;
        log.error({ error }, 'the clocks differ too much to plan by them; trying again');
        return;
      }
      startProblem = `The database does not answer: ${error instanceof Error ? error.message : String(error)}`;
      log.warn({ error }, 'the database does not answer; trying again');
    });
    if (made) {
      workers.start(config.workers - 1);
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
    // In order: their readers come back to another server, or to this one once it is there again.
    streams.stop();
    const closed = new Promise<void>((resolve) => http.close(() => resolve()));
    http.closeIdleConnections();
    await Promise.all([node.stop(GRACE_MS), workers.stop(GRACE_MS)]);
    http.closeAllConnections();
    await closed;
    await node.close();
    await embedded?.stop();
    log.info('stopped');
  }
}

/** What the embedded PostgreSQL has to take: all pools, and beside them who sets it up, dumps it or looks into it. */
function connectionsOf({ workers, databasePool }: Config): number {
  return Math.max(100, workers * databasePool + 20);
}

function addressOf(server: Server, config: Config): string {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.port;
  const shown = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

/** Without its database a server with an embedded one has nothing left to do: a supervisor starts it anew. */
function watch(embedded: EmbeddedPostgres, log: Logger, ending: () => boolean): void {
  void embedded.exited.then(({ code, signal }) => {
    if (ending()) return;
    log.fatal({ code, signal }, 'the embedded PostgreSQL ended by itself; its log is postgres.log in the data folder');
    process.exit(1);
  });
}
