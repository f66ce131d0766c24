import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestDatabase } from './cluster.ts';
import { ServerProcess, temporaryFolder, type Answer } from '../../../server/test/process/server.ts';

/** The most that one request creates. */
const PER_REQUEST = 1_000;
export const KEY = 'hc_live_benchmark0benchmark0benchmark0';

/** Counted as for everybody, but with limits that no workload reaches. */
const SETTINGS = {
  HYDRACORE_BOOTSTRAP_API_KEY: KEY,
  HYDRACORE_KEY_PEPPER: 'benchmark-benchmark-benchmark-benchmark',
  HYDRACORE_MASTER_KEY: Buffer.alloc(32, 'benchmark').toString('base64'),
  HYDRACORE_QUOTA_SCHEDULES: '1000000000',
  HYDRACORE_RATE_LIMIT_PER_KEY: '100000000',
  HYDRACORE_RATE_LIMIT_PER_TENANT: '100000000',
  HYDRACORE_LOG_LEVEL: 'warn',
};

export interface ProductOptions {
  readonly database: Pick<TestDatabase, 'url' | 'serverUrl'>;
  /** How many server processes share it. */
  readonly servers: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether profiles of the servers can be taken. */
  readonly profiled?: boolean;
}

/** The product as a user runs it: server processes on one PostgreSQL. */
export class Product {
  readonly servers: readonly ServerProcess[];
  /** Where each server writes its CPU profile, if it is asked for one. */
  readonly profiles: readonly string[];
  readonly #folders: readonly string[];

  private constructor(servers: ServerProcess[], folders: string[], profiles: string[]) {
    this.servers = servers;
    this.#folders = folders;
    this.profiles = profiles;
  }

  static async start(options: ProductOptions): Promise<Product> {
    const servers: ServerProcess[] = [];
    const folders: string[] = [];
    const profiles: string[] = [];
    const product = new Product(servers, folders, profiles);
    try {
      for (let i = 0; i < options.servers; i += 1) {
        const cwd = await temporaryFolder();
        folders.push(cwd);
        const file = join(process.cwd(), `bench-server-${i + 1}.cpuprofile`);
        if (options.profiled) profiles.push(file);
        const server = new ServerProcess({
          cwd,
          env: {
            HYDRACORE_DATABASE_URL: options.database.serverUrl,
            HYDRACORE_DATABASE_ADMIN_URL: options.database.url,
            ...SETTINGS,
            ...(options.profiled ? profiling(file) : {}),
            ...options.env,
          },
        });
        servers.push(server);
        // One after the other: the first makes the tables.
        await server.ready();
      }
      if (options.profiled) await Promise.all(profiles.map((file) => rm(file, { force: true })));
      return product;
    } catch (error) {
      await product.stop();
      throw error;
    }
  }

  /** The server that is asked where any would do. */
  get first(): ServerProcess {
    const [server] = this.servers;
    if (!server) throw new Error('there is no server');
    return server;
  }

  get pids(): number[] {
    return this.servers.map((server) => server.pid);
  }

  /** One call of the API; anything but success fails. */
  async call(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.first.call(method, path, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 500)}`);
  }

  /** Creates schedules through the API, as many in a request as it takes. */
  async create(schedules: readonly unknown[]): Promise<void> {
    for (let from = 0; from < schedules.length; from += PER_REQUEST) {
      const { failed, results } = await this.call('POST', '/v1/schedules/bulk', {
        schedules: schedules.slice(from, from + PER_REQUEST),
      });
      if (failed > 0) throw new Error(`${failed} schedules were refused: ${JSON.stringify(results).slice(0, 500)}`);
    }
  }

  /** Stops the servers, and says what they printed of errors. */
  async stop(): Promise<void> {
    const running = this.servers.filter((server) => !server.ended);
    await Promise.all(running.map((server) => server.stop()));
    for (const server of running) {
      const said = server.stdout.split('\n').filter((line) => line.startsWith('{'));
      if (said.length > 0) process.stderr.write(`the server said ${said.length} times, first: ${said[0]}\n`);
    }
    await Promise.all(this.#folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

function profiling(file: string): Record<string, string> {
  const hook = pathToFileURL(join(import.meta.dirname, 'profile-hook.ts'));
  return { NODE_OPTIONS: `--import=${hook.href}`, BENCH_PROFILE: file };
}

/** A schedule that posts to `url`, as a caller writes it. */
export function webhook(name: string, url: string, fields: Record<string, unknown>): Record<string, unknown> {
  return { name, action_type: 'WEBHOOK', action_config: { url }, ...fields };
}
