import pg from 'pg';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { Tables } from './tables.ts';

/** Anything that runs one statement: the pool, or the connection of a transaction. */
export interface Queryable {
  /**
   * Runs one statement.
   * @param name where given, the statement is prepared once per connection: for the hot ones
   */
  query<Row>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]>;
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

const TIMESTAMPTZ = 1184;
const INT8 = 20;

// Instants are epoch milliseconds in memory. The session's zone is UTC, so the text is `2026-11-23 20:14:18.123+00`.
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === TIMESTAMPTZ) {
      return (text: string) =>
        text === 'infinity' ? Number.POSITIVE_INFINITY : Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
    }
    if (oid === INT8) return Number;
    return pg.types.getTypeParser(oid, format);
  },
};

/**
 * Whether the database is away for now, rather than the statement wrong: connection trouble (08), shutting down or
 * starting (57P), too many connections, no answer in time.
 */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    /^(?:08|57P|57014|53300|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/.test(
      code,
    ) || /Connection terminated|timeout exceeded when trying to connect|Query read timeout/.test(error.message)
  );
}

/** Whether two transactions waited for each other, and PostgreSQL ended this one. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}

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

/** Whether a lock was not to be had in the time that the transaction gave it. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

/** Whether a row like it is there already: a unique index refused it. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
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
}

/** The connections of the pool: in use, idle, and how many callers wait for one. */
export interface PoolState {
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
}

/** The connections to PostgreSQL. Each statement runs on its own unless it is given a transaction. */
export class Database implements Queryable {
  readonly #pool: pg.Pool;
  readonly #options: DatabaseOptions;
  #closing = false;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    const timeout = options.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize,
      types,
      application_name: 'hydracore',
      // Compiling a statement takes longer than any of ours should run.
      options: '-c TimeZone=UTC -c jit=off',
      connectionTimeoutMillis: 5_000,
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
      // The server ends what takes too long, and with it its locks; if it is the server that is silent, we do.
      statement_timeout: timeout,
      query_timeout: timeout === 0 ? 0 : timeout + SILENCE_MS,
    });
    this.#pool.on('error', (error) => {
      if (!this.#closing) options.onError(error);
    });
    // The pool listens to idle connections only. One that breaks in a transaction fails the statement, and must not also
    // end the process as an unheard error event.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async query<Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> {
    return await this.#timed(name, () => this.#pool.query<Row & pg.QueryResultRow>(statementOf(text, values, name)));
  }

  /** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(this.#transactionOn(client));
      await this.#timed('commit', () => client.query('COMMIT'));
      return result;
    } catch (error) {
      // A connection that no longer answers can't be asked to roll back either: closing it does that.
      if (isAway(error)) broken = error instanceof Error ? error : new Error(String(error));
      else {
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

  /** A connection of its own, outside the pool's rotation, for LISTEN. The caller ends it. */
  async dedicated(): Promise<pg.PoolClient> {
    return await this.#pool.connect();
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

  #transactionOn(client: pg.PoolClient): Transaction {
    return {
      inTransaction: true,
      query: async <Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> =>
        await this.#timed(name, () => client.query<Row & pg.QueryResultRow>(statementOf(text, values, name))),
    };
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

function statementOf(text: string, values: readonly unknown[], name: string | undefined): pg.QueryConfig {
  return name === undefined ? { text, values: [...values] } : { text, values: [...values], name };
}

/** An instant as a parameter; Infinity is PostgreSQL's own. */
export function timestamp(instant: number): string;
export function timestamp(instant: number | null): string | null;
export function timestamp(instant: number | null): string | null {
  if (instant === null) return null;
  return instant === Number.POSITIVE_INFINITY ? 'infinity' : new Date(instant).toISOString();
}
