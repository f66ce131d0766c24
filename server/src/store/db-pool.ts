import pg from 'pg';
import { IDLE_MS, SESSION, timeoutOf } from './db-session.ts';
import { types } from './db-types.ts';
import type { DatabaseOptions } from './db.ts';

/** How much longer we wait for an answer than the server works at it. */
const SILENCE_MS = 500;

/**
 * The pool of a database's connections. They are made as they are needed, each with the session's settings.
 * @param onIdleError told of errors of idle connections, which the pool replaces by itself
 */
export function openPool(options: DatabaseOptions, onIdleError: (error: Error) => void): pg.Pool {
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
  pool.on('error', onIdleError);
  // The pool listens to idle connections only. One that breaks in a transaction fails the statement, and must not also
  // end the process as an unhandled error event.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
