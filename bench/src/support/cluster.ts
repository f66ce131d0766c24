import pg from 'pg';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../server/src/store/embedded/index.ts';
import { SERVER_ROLE } from '../../../server/src/store/roles.ts';

/** What the cluster of the benches is set to beside the product's own: the same for the product and everybody beside it. */
export const SETTINGS = {
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  max_connections: '300',
  fsync: 'on',
  synchronous_commit: 'on',
} as const;

/** With these, pg_stat_statements tells what statements cost. */
const PROFILED = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'all',
  'pg_stat_statements.track_planning': 'on',
  'pg_stat_statements.max': '2000',
};

/** One PostgreSQL for the product and its peers, each in databases of its own. */
export class Cluster {
  readonly #embedded: EmbeddedPostgres;
  #made = 0;

  private constructor(embedded: EmbeddedPostgres) {
    this.#embedded = embedded;
  }

  /** Makes and starts it in a folder. */
  static async start(folder: string, options: { readonly profiled: boolean }): Promise<Cluster> {
    const settings = { ...SETTINGS, ...(options.profiled ? PROFILED : {}) };
    const dataDir = join(folder, 'cluster');
    return new Cluster(await startEmbeddedPostgres({ dataDir, settings, log: () => undefined }));
  }

  get pid(): number {
    return this.#embedded.pid;
  }

  get version(): string {
    return this.#embedded.version;
  }

  /** The URL of a database, by default as its owner. */
  url(database = 'hydracore', user = this.#embedded.connection.user as string): string {
    const { host, port } = this.#embedded.connection;
    return `postgresql://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
  }

  /** Makes an empty database. */
  async create(kind: string): Promise<TestDatabase> {
    this.#made += 1;
    const name = `bench_${kind.replaceAll(/\W/g, '_')}_${this.#made}`;
    await this.#once(`CREATE DATABASE ${name}`);
    return new TestDatabase(name, { url: this.url(name), serverUrl: this.url(name, SERVER_ROLE) }, () =>
      this.#once(`DROP DATABASE ${name} WITH (FORCE)`),
    );
  }

  /** Writes out what is dirty, so that nobody pays for what was before. */
  async checkpoint(): Promise<void> {
    await this.#once('CHECKPOINT');
  }

  async stop(): Promise<void> {
    await this.#embedded.stop();
  }

  async #once(text: string): Promise<void> {
    const client = new pg.Client(this.url());
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }
}

/** A database, and one connection to it for set-up and for looking. */
export class TestDatabase {
  readonly name: string;
  /** As its owner, who may do everything: for peers, and to set it up. */
  readonly url: string;
  /** As the role that the product works as. */
  readonly serverUrl: string;
  readonly #drop: () => Promise<void>;
  readonly #pool: pg.Pool;

  constructor(name: string, { url, serverUrl }: { url: string; serverUrl: string }, drop: () => Promise<void>) {
    this.name = name;
    this.url = url;
    this.serverUrl = serverUrl;
    this.#drop = drop;
    this.#pool = new pg.Pool({ connectionString: url, max: 1, application_name: 'bench' });
    this.#pool.on('error', () => undefined);
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(text, [...values])).rows;
  }

  /** Statements in one transaction, on a connection that nobody else uses meanwhile. */
  async transaction(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      // Nothing of it is left, and nothing of its settings.
      client.release(true);
      throw error;
    }
  }

  /** One number: the first column of the first row. */
  async number(text: string, values: readonly unknown[] = []): Promise<number> {
    const [row] = await this.query(text, values);
    return Number(Object.values(row ?? {})[0] ?? NaN);
  }

  /** Statistics and the visibility map as they are in a database that has been there for a while. */
  async settle(): Promise<void> {
    await this.query('VACUUM ANALYZE');
  }

  async drop(): Promise<void> {
    await this.#pool.end();
    await this.#drop();
  }
}
