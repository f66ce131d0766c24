import { rm } from 'node:fs/promises';
import { temporaryFolder } from '../../../server/test/process/server.ts';
import { Cluster, type TestDatabase } from './cluster.ts';
import { variables } from './flags.ts';
import { Product } from './product.ts';
import { cpuOfAll } from './proc.ts';
import { Receiver } from './receiver.ts';

/** Options that every workload takes. */
export const COMMON = { env: '', profile: false, save: true, out: '', fresh: false } as const;

export interface ArenaOptions {
  readonly env: string;
  readonly profile: boolean;
}

/** CPU time so far, in ms, by who used it. */
export interface Cpu {
  readonly server: number;
  readonly database: number;
  readonly receiver: number;
}

/** Where a workload runs: one PostgreSQL and one receiver for all that are measured in a run. */
export class Arena {
  readonly cluster: Cluster;
  readonly receiver: Receiver;
  readonly folder: string;
  readonly options: ArenaOptions;
  readonly #ends: (() => Promise<unknown> | void)[] = [];

  constructor(cluster: Cluster, receiver: Receiver, folder: string, options: ArenaOptions) {
    this.cluster = cluster;
    this.receiver = receiver;
    this.folder = folder;
    this.options = options;
  }

  /** The product on a database of its own. */
  async product(servers = 1, env: Record<string, string> = {}): Promise<{ product: Product; database: TestDatabase }> {
    const database = await this.cluster.create('product');
    const product = await this.serve(database, servers, env);
    return { product, database };
  }

  /** Server processes on a database that is there already. */
  async serve(database: TestDatabase, servers = 1, env: Record<string, string> = {}): Promise<Product> {
    const product = await Product.start({
      database,
      servers,
      env: { ...env, ...variables(this.options.env) },
      profiled: this.options.profile,
    });
    this.defer(() => product.stop());
    return product;
  }

  /** What has been used so far by these server processes, by the database (PostgreSQL where nothing is given) and the receiver. */
  async cpu(servers: readonly number[], databases: readonly number[] = [this.cluster.pid]): Promise<Cpu> {
    const [server, database, receiver] = await Promise.all([
      cpuOfAll(servers),
      cpuOfAll(databases),
      cpuOfAll([this.receiver.pid]),
    ]);
    return { server, database, receiver };
  }

  /** Does this at the end, whatever happens; the last that was asked for is done first. */
  defer(end: () => Promise<unknown> | void): void {
    this.#ends.push(end);
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }
}

/** Makes an arena, works in it, and leaves nothing of it behind. */
export async function withArena<T>(options: ArenaOptions, work: (arena: Arena) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder();
  // Ctrl-C and a time limit of whoever called end it in order too: nothing is left running.
  const stopped = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
    }
  });
  stopped.catch(() => undefined);
  const undo: (() => Promise<unknown> | void)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const cluster = await Cluster.start(folder, { profiled: options.profile });
    undo.push(() => cluster.stop());
    const receiver = await Receiver.start();
    undo.push(() => receiver.stop());
    const arena = new Arena(cluster, receiver, folder, options);
    undo.push(() => arena.close());
    return await Promise.race([work(arena), stopped]);
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

/** What was used between two readings. */
export function used(before: Cpu, after: Cpu): Cpu {
  return {
    server: after.server - before.server,
    database: after.database - before.database,
    receiver: after.receiver - before.receiver,
  };
}

/** Tells how far it is, beside the result. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
