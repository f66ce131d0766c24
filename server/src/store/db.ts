import type pg from 'pg';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { isAway } from './db-errors.ts';
import { openPool } from './db-pool.ts';
import { BEGIN, beginning } from './db-session.ts';
import { inOneWrite } from './one-write.ts';
import { plannedOnce, replanning, type PlannedFor } from './plans.ts';
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

/** A statement with its values, to be run with others. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** As in `query`. */
  readonly name?: string | undefined;
}

/** A transaction's connection, so that a function that must not run outside one can say so. */
export interface Transaction extends Queryable {
  readonly inTransaction: true;
  /**
   * Runs a statement when the work is done, in one go with the COMMIT: for what nothing of the work depends on. If it fails, the
   * transaction does.
   */
  atEnd(statement: Statement): void;
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

/**
 * Compiles and runs a statement that `build` made.
 * @param name as in `query`: for one whose text is always the same
 */
export function run<Row>(
  db: Queryable,
  statement: { compile(): { readonly sql: string; readonly parameters: readonly unknown[] } },
  name?: string,
): Promise<Row[]> {
  const { sql, parameters } = statement.compile();
  return db.query<Row>(sql, parameters, name);
}

/** Gives up waiting for a lock in this transaction after so long. */
export async function waitAtMost(tx: Transaction, ms: number): Promise<void> {
  await tx.query(`SELECT set_config('lock_timeout', $1, true)`, [`${ms}ms`], 'lock_patience');
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

/** What a database has of the one that it was made of. */
interface Shared {
  readonly pool: pg.Pool;
  readonly begin: string;
  readonly plannedFor?: PlannedFor | undefined;
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
  /** For what plans are made once for all values, if they are. */
  readonly #plannedFor: PlannedFor | undefined;

  constructor(options: DatabaseOptions, shared?: Shared) {
    this.#options = options;
    this.#begin = shared?.begin ?? beginning(options);
    this.#pool =
      shared?.pool ??
      openPool(options, (error) => {
        if (!this.#closing) options.onError(error);
      });
    this.#plannedFor = shared?.plannedFor;
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
   * @param plannedFor `keys` where each row is looked up by one, `lists` where they are found by several ranges of an index
   */
  plannedOnce({
    bound = false,
    plannedFor = 'keys',
  }: { readonly bound?: boolean; readonly plannedFor?: PlannedFor } = {}): Database {
    const begin = plannedOnce(this.#begin, plannedFor);
    return new Database(this.#options, { pool: this.#pool, begin, plannedFor, bound });
  }

  async query<Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> {
    if (this.#begin !== BEGIN) {
      const [rows] = await this.together([{ text, values, name }]);
      return rows as Row[];
    }
    return await this.#timed(name, () =>
      this.#pool.query<Row & pg.QueryResultRow>(this.#statement(text, values, name)),
    );
  }

  /**
   * Runs statements in one transaction that is sent in one go: none waits for the answer of the one before, and all hold or none.
   * @returns the rows of each
   */
  async together(statements: readonly Statement[]): Promise<unknown[][]> {
    const client = await this.#pool.connect();
    const parts = await inOneWrite(client, () =>
      Promise.allSettled([
        client.query(this.#beginOn(client)),
        ...statements.map(({ text, values, name }) =>
          this.#timed(name, () => client.query(this.#statement(text, values, name))),
        ),
        client.query('COMMIT'),
      ] as const),
    );
    const failed = parts.find((part) => part.status === 'rejected');
    client.release(failed && isAway(failed.reason) ? true : undefined);
    if (failed) throw failed.reason;
    return parts.slice(1, -1).map((part) => (part as PromiseFulfilledResult<unknown[]>).value);
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
    const last: Statement[] = [];
    try {
      const result = await work(this.#transactionOn(client, begin, last));
      if (began === undefined && last.length === 0) return result;
      await this.#timed('commit', async () => await this.#commit(client, begin, last));
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

  /** A statement that fails has undone the transaction, and its COMMIT says nothing of that. */
  async #commit(client: pg.PoolClient, begin: () => void, last: readonly Statement[]): Promise<pg.QueryResult> {
    const parts = await inOneWrite(client, () => {
      begin();
      const statements = last.map(({ text, values, name }) =>
        this.#timed(name, () => client.query(this.#statement(text, values, name))),
      );
      return Promise.allSettled([client.query('COMMIT'), ...statements]);
    });
    const failed = parts.find((part) => part.status === 'rejected');
    if (failed) throw failed.reason;
    return (parts[0] as PromiseFulfilledResult<pg.QueryResult>).value;
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
    return this.#plannedFor ? replanning(client, this.#begin) : this.#begin;
  }

  #transactionOn(client: pg.PoolClient, begin: () => void, last: Statement[]): Transaction {
    return {
      inTransaction: true,
      bound: this.bound,
      atEnd: (statement) => void last.push(statement),
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
    // A plan stays as it was made, whatever is set later: what is planned in another way is prepared by itself.
    const own = this.#plannedFor === undefined ? name : `${name}_${this.#plannedFor}`;
    return { text, values: [...values], ...(prepared && { name: own }) };
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

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export { timestamp } from './instants.ts';
