import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { copyDataDir } from '../support/data-dir.ts';
import { MASTER_KEY } from '../support/vault.ts';
import { temporaryFolder } from './server.ts';

/** A PostgreSQL of its own, for servers that share one or that lose it. */
export interface SharedDatabase {
  /** As its superuser. */
  readonly url: string;
  /** How servers are told of it. */
  readonly environment: Readonly<
    Record<'HYDRACORE_DATABASE_URL' | 'HYDRACORE_DATABASE_ADMIN_URL' | 'HYDRACORE_MASTER_KEY', string>
  >;
  /** The Unix socket of the cluster. */
  readonly socket: string;
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/**
 * Starts a cluster in a temporary folder.
 * @param madeDataDir what it is a copy of: `inject('madeDataDir')`, migrated. Without, it is new and empty
 */
export async function startDatabase(madeDataDir?: string): Promise<SharedDatabase> {
  const folder = await temporaryFolder();
  if (madeDataDir !== undefined) await copyDataDir(`${madeDataDir}/.`, folder);
  const cluster = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
  const client = await connectTo(cluster.url);
  const address = new URLSearchParams(cluster.url.split('?')[1]);
  return {
    url: cluster.url,
    environment: {
      HYDRACORE_DATABASE_URL: cluster.serverUrl,
      HYDRACORE_DATABASE_ADMIN_URL: cluster.url,
      HYDRACORE_MASTER_KEY: MASTER_KEY,
    },
    socket: `${address.get('host')}/.s.PGSQL.${address.get('port')}`,
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await client.query(text, [...values])).rows as Row[],
    async stop() {
      await client.end();
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A plain connection. The caller ends it. */
export async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A connection to the embedded PostgreSQL of a data folder, whoever runs it. The caller ends it. */
export async function connectToEmbedded(dataDir: string): Promise<pg.Client> {
  // PostgreSQL says itself where its socket is: the fifth line of its pid file.
  const folder = (await readFile(`${dataDir}/postgres/postmaster.pid`, 'utf8')).split('\n')[4] ?? '';
  return await connectTo(`postgresql://hydracore@/hydracore?host=${encodeURIComponent(folder)}&port=5432`);
}

/** A TCP port that leads to the database's Unix socket, and that can be cut: the network between them. */
export class DatabaseProxy {
  readonly port: number;
  readonly #socket: string;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  /** Looks at what the server sends; what it returns true for is passed on, and then everything is cut. */
  cutAfter: ((sent: string) => boolean) | undefined;

  constructor(port: number, socket: string) {
    this.port = port;
    this.#socket = socket;
  }

  /** How a server is told of the database by way of the proxy. */
  get environment(): SharedDatabase['environment'] {
    const url = (role: string) => `postgresql://${role}@127.0.0.1:${this.port}/hydracore`;
    return {
      HYDRACORE_DATABASE_URL: url('hydracore_server'),
      HYDRACORE_DATABASE_ADMIN_URL: url('hydracore'),
      HYDRACORE_MASTER_KEY: MASTER_KEY,
    };
  }

  async start(): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect(this.#socket);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#open.add(from);
        from.on('error', () => undefined);
        from.on('close', () => {
          this.#open.delete(from);
          to.destroy();
        });
      }
      near.on('data', (bytes) => {
        const cut = this.cutAfter?.(bytes.toString('latin1')) === true;
        far.write(bytes);
        if (cut) void this.cut();
      });
      far.on('data', (bytes) => near.write(bytes));
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Breaks every connection and refuses new ones, until `start`. */
  async cut(): Promise<void> {
    this.cutAfter = undefined;
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#open) socket.destroy();
    if (!server) return;
    server.close();
    await once(server, 'close');
  }
}

/** A TCP port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}
