import pg from 'pg';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { isAway } from './db-errors.ts';
import { readTimestamp } from './instants.ts';
import type { Role } from './roles.ts';
import type { Tables } from './tables.ts';

/** Anything that runs one statement: the pool, or the connection of a transaction. */
export interface Queryable {
  /**
   * Runs one statement.
   * @param name where given, the statement is prepared once per connection: for the hot ones
   */
  query<Row>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
  /**
   * Whether statements about rows of one hash bucket name it (`store/buckets`). A sharded PostgreSQL needs that; on one server it
   * only tempts the planner to read a whole bucket.
   */
  readonly bound?: boolean;
}

/** A transaction's connection, so that a function that must not run outside one can say so. */
export interface Transaction extends Queryable {
  readonly inTransaction: true;
}

/** Kysely builds and types the statements of CRUD and filters; `run` sends them through the same connections. */
export const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** Compiles and runs a statement that `build` made. */
export function run<Row>(
  db: Queryable,
  statement: { compile(): { readonly sql: string; readonly parameters: readonly unknown[] } },
): Promise<Row[]> {
  const { sql, parameters } = statement.compile();
  return db.query<Row>(sql, parameters);
}

/** Half a lease: what hangs is given up, and tried again, before the work of this node is taken from it. */
const QUERY_TIMEOUT_MS = 15_000;
const SILENCE_MS = 500;
/** A transaction whose server went away with its locks. */
const IDLE_MS = 60_000;

const TIMESTAMPTZ = 1184;
const INT8 = 20;

// Instants are epoch milliseconds in memory; the session's zone is UTC.
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === TIMESTAMPTZ) return readTimestamp;
    if (oid === INT8) return Number;
    return pg.types.getTypeParser(oid, format);
  },
};

/** Gives up waiting for a lock in this transaction after so long. */
export async function waitAtMost(tx: Transaction, ms: number): Promise<void> {
  await tx.query(`SELECT set_config('lock_timeout', $1, true)`, [`${ms}ms`], 'lock_patience');
}

/**
 * Has prepared statements of this transaction planned once for all values. To plan one of several joins takes 1–3 ms, to run it
 * along an index 0.2 ms; PostgreSQL by itself plans again each time where it believes that the values matter.
 */
export async function planOnce(tx: Transaction): Promise<void> {
  await tx.query(`SELECT set_config('plan_cache_mode', 'force_generic_plan', true)`, [], 'plan_once');
}

/** How to reach the database, and what to tell about it. */
export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  /** A statement without an answer for so long has failed: the other side may be gone without a word. 0: waits for ever. */
  readonly queryTimeoutMs?: number;
  /** Called with errors of idle connections: the pool replaces them by itself. */
  readonly onError: (error: Error) => void;
  /** Told of each statement: its name (`other` without one), how long it took, whether it failed. */
  readonly onStatement?: ((name: string, tookMs: number, failed: boolean) => void) | undefined;
  /** Whether a transaction pooler lies between: nothing may be expected of a connection beyond a transaction. */
  readonly pooler?: boolean;
}

/** The settings that all statements rely on (to compile one takes longer than any of ours should run); where a pooler lies between, each transaction brings them along. */
const SESSION = { TimeZone: 'UTC', jit: 'off' };

/** What a database has of the one that it was made of. */
interface Shared {
  readonly pool: pg.Pool;
  readonly begin: string;
  readonly plannedOnce?: boolean;
  readonly bound?: boolean;
}

/** The connections of the pool: in use, idle, and how many callers wait for one. */
export interface PoolState {
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
}

/**
 * The connections to PostgreSQL. Each statement runs on its own unless it is given a transaction. As it is made it runs as the
 * role that the URL names, which is for starting; what serves works through `as`.
 */
export class Database implements Queryable {
  readonly #pool: pg.Pool;
  readonly #options: DatabaseOptions;
  /** What begins a transaction: who acts in it is a part of it, and ends with it. */
  readonly #begin: string;
  #closing = false;

  readonly bound: boolean;
  /** Whether plans are made once for all values. */
  readonly #plannedOnce: boolean;

  constructor(options: DatabaseOptions, shared?: Shared) {
    this.#options = options;
    this.#begin = shared?.begin ?? beginning(options);
    this.#pool = shared?.pool ?? this.#connect();
    this.#plannedOnce = shared?.plannedOnce ?? false;
    this.bound = shared?.bound ?? false;
  }

  /**
   * The same connections, but every statement runs in a transaction as this role, and for it alone: safe behind a transaction
   * pooler, and nothing is left behind on a connection.
   * @param tenantId whose rows there are, for a role that serves requests
   */
  as(role: Role, tenantId: string | null = null): Database {
    if (tenantId !== null && !UUID.test(tenantId)) throw new TypeError('a tenant is a UUID');
    const tenant = tenantId === null ? '' : `; SET LOCAL hydracore.tenant_id = '${tenantId}'`;
    const begin = `${beginning(this.#options)}; SET LOCAL ROLE ${role}${tenant}`;
    return new Database(this.#options, { pool: this.#pool, begin });
  }

  /**
   * The same, for statements that run all the time and look rows up by keys: each is planned once for all values, and anew after some
   * seconds, when a table that was empty may be full. PostgreSQL by itself plans those again and again that it believes to depend on
   * their values; over all weeks of runs that takes 2 to 4 ms. Whatever it believes of sizes, it goes row by row along indexes.
   * @param bound whether statements about rows of one bucket name it
   */
  plannedOnce({ bound = false } = {}): Database {
    const begin = [this.#begin, ...PLANNED_ONCE.map((setting) => `SET LOCAL ${setting}`)].join('; ');
    return new Database(this.#options, { pool: this.#pool, begin, plannedOnce: true, bound });
  }

  async query<Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> {
    const send = (on: pg.Pool | pg.PoolClient) =>
      on.query<Row & pg.QueryResultRow>(this.#statement(text, values, name));
    if (this.#begin === BEGIN) return await this.#timed(name, () => send(this.#pool));
    return await this.#timed(name, async () => {
      const client = await this.#pool.connect();
      // Sent in one go: what follows does not wait for the answers of what comes before.
      const [began, asked, ended] = await inOneWrite(client, () =>
        Promise.allSettled([client.query(this.#beginOn(client)), send(client), client.query('COMMIT')] as const),
      );
      const failed = [began, asked, ended].find((part) => part.status === 'rejected');
      client.release(failed && isAway(failed.reason) ? true : undefined);
      if (failed) throw failed.reason;
      return (asked as PromiseFulfilledResult<pg.QueryResult<Row & pg.QueryResultRow>>).value;
    });
  }

  /** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    let unbegun: unknown;
    let began: Promise<unknown> | undefined;
    // Sent with the first statement and not waited for: should it fail, what follows in the transaction fails as well.
    const begin = (): void => {
      began ??= client.query(this.#beginOn(client)).catch((error: unknown) => (unbegun = error));
    };
    try {
      const result = await work(this.#transactionOn(client, begin));
      if (began === undefined) return result;
      await this.#timed('commit', () => client.query('COMMIT'));
      await began;
      if (unbegun !== undefined) throw unbegun;
      return result;
    } catch (thrown) {
      const error = unbegun ?? thrown;
      // A connection that no longer answers can't be asked to roll back either: closing it does that.
      if (isAway(error)) broken = error instanceof Error ? error : new Error(String(error));
      else if (began !== undefined) {
        await client.query('ROLLBACK').catch((failure: unknown) => {
          broken = failure instanceof Error ? failure : new Error(String(failure));
        });
      }
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** The same database by one connection that waits for however long a statement takes. The caller closes it. */
  withoutTimeout(): Database {
    return new Database({ ...this.#options, poolSize: 1, queryTimeoutMs: 0 });
  }

  /** A connection of its own, outside the pool's rotation, for LISTEN. The caller ends it. Null: a pooler lies between. */
  async dedicated(): Promise<pg.PoolClient | null> {
    return this.#options.pooler === true ? null : await this.#pool.connect();
  }

  /** What the pool's connections do. */
  poolState(): PoolState {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  /** Ends every connection once its statement is done. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#pool.end();
  }

  #beginOn(client: pg.PoolClient): string {
    if (!this.#plannedOnce) return this.#begin;
    const now = performance.now();
    if (now - (planned.get(client) ?? -Infinity) < REPLANNED_MS) return this.#begin;
    planned.set(client, now);
    return `DISCARD PLANS; ${this.#begin}`;
  }

  #connect(): pg.Pool {
    const options = this.#options;
    const timeout = timeoutOf(options);
    const pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize,
      types,
      pipeline: true,
      application_name: 'hydracore',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      // The server ends what takes too long, and with it its locks; if it is the server that is silent, we do.
      query_timeout: timeout === 0 ? 0 : timeout + SILENCE_MS,
      // A pooler knows few parameters of a start, and refuses the others.
      ...(options.pooler !== true && {
        options: Object.entries(SESSION)
          .map(([key, value]) => `-c ${key}=${value}`)
          .join(' '),
        idle_in_transaction_session_timeout: IDLE_MS,
        statement_timeout: timeout,
      }),
    });
    pool.on('error', (error) => {
      if (!this.#closing) options.onError(error);
    });
    // The pool listens to idle connections only. One that breaks in a transaction fails the statement, and must not also
    // end the process as an unheard error event.
    pool.on('connect', (client) => client.on('error', () => undefined));
    return pool;
  }

  #transactionOn(client: pg.PoolClient, begin: () => void): Transaction {
    return {
      inTransaction: true,
      bound: this.bound,
      query: async <Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> =>
        await this.#timed(name, () =>
          inOneWrite(client, () => {
            begin();
            return client.query<Row & pg.QueryResultRow>(this.#statement(text, values, name));
          }),
        ),
    };
  }

  #statement(text: string, values: readonly unknown[], name: string | undefined): pg.QueryConfig {
    // What is prepared on a connection of a pooler's is somebody else's in the next transaction.
    const prepared = name !== undefined && this.#options.pooler !== true;
    return { text, values: [...values], ...(prepared && { name }) };
  }

  async #timed<Row>(name = 'other', send: () => Promise<{ rows: Row[] }>): Promise<Row[]> {
    const { onStatement } = this.#options;
    const began = performance.now();
    try {
      const { rows } = await send();
      onStatement?.(name, performance.now() - began, false);
      return rows;
    } catch (error) {
      onStatement?.(name, performance.now() - began, true);
      throw error;
    }
  }
}

/** The stream to the server, which pg's types do not tell of. */
interface Connected {
  readonly connection?: { readonly stream?: { cork(): void; uncork(): void } };
}

/**
 * Sends what `send` queues by one write. pg writes each statement by itself, and each write wakes PostgreSQL: of a small request that
 * was more than a third of all time.
 */
function inOneWrite<T>(client: pg.PoolClient, send: () => T): T {
  const stream = (client as Connected).connection?.stream;
  stream?.cork();
  try {
    return send();
  } finally {
    stream?.uncork();
  }
}

const BEGIN = 'BEGIN';
/** When the plans of a connection were last made anew. */
const planned = new WeakMap<pg.PoolClient, number>();
const REPLANNED_MS = 10_000;
const PLANNED_ONCE = [
  'plan_cache_mode = force_generic_plan',
  'enable_seqscan = off',
  'enable_hashjoin = off',
  'enable_mergejoin = off',
  'enable_bitmapscan = off',
  'enable_material = off',
];
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What begins a transaction of the role that is logged in. */
function beginning(options: DatabaseOptions): string {
  if (options.pooler !== true) return BEGIN;
  const settings = Object.entries({
    ...SESSION,
    statement_timeout: String(timeoutOf(options)),
    idle_in_transaction_session_timeout: String(IDLE_MS),
  });
  return [BEGIN, ...settings.map(([key, value]) => `SET LOCAL ${key} = '${value}'`)].join('; ');
}

function timeoutOf(options: DatabaseOptions): number {
  return options.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
}

export { timestamp } from './instants.ts';
