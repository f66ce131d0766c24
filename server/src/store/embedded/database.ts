import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { errorCode } from './errors.ts';
import { saysReady } from './pidfile.ts';
import { PORT } from './places.ts';
import { ROLE } from './settings.ts';

/** Runs something on one connection of its own. */
async function withClient<T>(socketDir: string, database: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    host: socketDir,
    port: PORT,
    user: ROLE,
    database,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  // A connection that breaks while idle must not bring the process down; the next query says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Waits until PostgreSQL takes connections. True when it does, false when `giveUp` says so; an error other than "not
 * yet" is thrown. Its pid file says when to try: each attempt before that is a line in its log.
 */
export async function waitUntilReady(
  cluster: string,
  pid: number,
  socketDir: string,
  giveUp: () => boolean,
): Promise<boolean> {
  while (!giveUp()) {
    try {
      if (await saysReady(cluster, pid)) return await withClient(socketDir, 'postgres', async () => true);
    } catch (error) {
      if (!isNotYet(error)) throw error;
    }
    await sleep(20);
  }
  return false;
}

/** No socket yet, one of a dead process, or PostgreSQL saying that it starts up, recovers or shuts down. */
function isNotYet(error: unknown): boolean {
  const CANNOT_CONNECT_NOW = '57P03';
  const code = errorCode(error);
  if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', CANNOT_CONNECT_NOW].includes(code ?? '')) return true;
  return error instanceof Error && /timeout|terminated unexpectedly/i.test(error.message);
}

/** Makes the server's database if this is the first start, or one after a start that did not get this far. */
export async function ensureDatabase(socketDir: string): Promise<void> {
  await withClient(socketDir, 'postgres', async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [ROLE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(ROLE)}`);
  });
}

/** What a running PostgreSQL says of itself. */
export async function identify(socketDir: string): Promise<{ cluster: string; version: string }> {
  return withClient(socketDir, 'postgres', async (client) => {
    const { rows } = await client.query<{ cluster: string; version: string }>(
      `SELECT current_setting('data_directory') AS cluster, split_part(current_setting('server_version'), ' ', 1) AS version`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('PostgreSQL answered nothing');
    return row;
  });
}
