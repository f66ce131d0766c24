import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../server/src/store/embedded/index.ts';
import { temporaryFolder } from '../../server/test/process/server.ts';

/** The rig's own PostgreSQL, which it may stop and break. It is as durable as a user's: a write that was acknowledged is on the disk. */
export class Postgres {
  readonly #folder: string;
  #cluster: EmbeddedPostgres;
  #pool: pg.Pool;

  private constructor(folder: string, cluster: EmbeddedPostgres) {
    this.#folder = folder;
    this.#cluster = cluster;
    this.#pool = poolOf(cluster.url);
  }

  static async start(): Promise<Postgres> {
    const folder = await temporaryFolder();
    return new Postgres(folder, await launch(folder));
  }

  /** The Unix socket that the proxies lead to. */
  get socket(): string {
    return `${this.#cluster.connection.host}/.s.PGSQL.${this.#cluster.connection.port}`;
  }

  get url(): string {
    return this.#cluster.url;
  }

  /** One statement by a connection of the rig's own, past the proxies. */
  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query(text, [...values])).rows as Row[];
  }

  /** What `pg_ctl stop -m immediate` does, so many ms later `pg_ctl start`: the log is replayed. */
  async restart(downMs: number): Promise<void> {
    await this.#pool.end().catch(() => undefined);
    await this.#cluster.stop('immediate');
    await sleep(downMs);
    this.#cluster = await launch(this.#folder);
    this.#pool = poolOf(this.#cluster.url);
  }

  async stop(): Promise<void> {
    await this.#pool.end().catch(() => undefined);
    await this.#cluster.stop('immediate');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function launch(dataDir: string): Promise<EmbeddedPostgres> {
  // Three servers' pools, and the connections of killed ones that PostgreSQL has not noticed yet.
  return await startEmbeddedPostgres({ dataDir, log: () => undefined, settings: { max_connections: '300' } });
}

function poolOf(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    options: '-c TimeZone=UTC',
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
