import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import type { Arena } from '../support/arena.ts';
import { readMeter, type Meter } from '../support/costs.ts';
import { list } from '../support/flags.ts';
import { Profile } from '../support/profile.ts';
import { webhook } from '../support/product.ts';
import { redisVersion, startRedis } from '../support/redis.ts';
import { PeerClient } from './peer-client.ts';
import type { BurstLoad, RecurringLoad } from './peer.ts';
import { fill, recurring } from './product-load.ts';

/** What is measured in turn: the product, or a peer. Each has its database to itself. */
export interface Contestant {
  readonly name: string;
  /** Server processes, and the processes of its database. */
  readonly pids: readonly number[];
  readonly databasePids: readonly number[];
  /** Where its time goes, if that was asked for. */
  readonly profile: Profile | null;
  burst(load: BurstLoad): Promise<void>;
  recurring(load: RecurringLoad): Promise<void>;
  /** Stores so many that are not due. */
  fill(count: number, url: string): Promise<void>;
  /** How many results it has written. */
  written(): Promise<number>;
  /** What the product's database has counted; null of a peer, whose tables are not compared. */
  meter(): Promise<Meter | null>;
  /** Occurrences that have more than one run; always 0 of a peer, which has no such thing. */
  plannedTwice(): Promise<number>;
  stop(): Promise<void>;
}

export const PRODUCT = 'HydraCore';
/** Loops of our own, which say what is possible at most. */
export const LIMITS: readonly string[] = ['limit', 'ledger-limit', 'journal-limit'];
const PEERS: readonly string[] = ['pg-boss', 'graphile-worker', 'bullmq', ...LIMITS];

/** The names in `--against`, the product first. Without Redis there is no BullMQ, which is said. */
export async function contestants(against: string, say: (text: string) => void): Promise<string[]> {
  const names = list(against);
  const unknown = names.find((name) => !PEERS.includes(name));
  if (unknown !== undefined) throw new Error(`--against has ${JSON.stringify(unknown)}; there is ${PEERS.join(', ')}`);
  if (!names.includes('bullmq') || (await redisVersion()) !== null) return [PRODUCT, ...names];
  say('BullMQ is left out: there is no redis-server here (Debian: apt install redis-server).');
  return [PRODUCT, ...names.filter((name) => name !== 'bullmq')];
}

/** The version of what is measured beside the product; null of what has none. */
export async function versionOf(name: string): Promise<string | null> {
  if (name === PRODUCT || LIMITS.includes(name)) return null;
  const manifest = await readFile(findPackageJSON(name, import.meta.url) ?? '', 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return name === 'bullmq' ? `${version} on Redis ${(await redisVersion()) ?? ''}` : version;
}

/** The versions that rows name. */
export function versionsIn(rows: readonly { name: string; version: string | null }[]): Record<string, string> {
  return Object.fromEntries(rows.flatMap(({ name, version }) => (version === null ? [] : [[name, version]])));
}

/** Starts one on a database of its own. */
export async function start(arena: Arena, name: string, servers = 1): Promise<Contestant> {
  if (name === PRODUCT) return await startProduct(arena, servers);
  if (name === 'bullmq') return await startOnRedis(arena, name);
  const database = await arena.cluster.create(name);
  const client = await PeerClient.start(name, database.url);
  arena.defer(() => client.stop());
  return {
    ...peerOf(name, client),
    databasePids: [arena.cluster.pid],
    async burst(load) {
      await client.call({ method: 'burst', load });
      await database.settle();
    },
    async recurring(load) {
      await client.call({ method: 'recurring', load });
      await database.settle();
    },
    async stop() {
      await client.stop();
      await database.drop();
    },
  };
}

async function startOnRedis(arena: Arena, name: string): Promise<Contestant> {
  const redis = await startRedis(join(arena.folder, `redis-${Date.now()}`));
  const client = await PeerClient.start(name, redis.socket);
  arena.defer(() => client.stop());
  return {
    ...peerOf(name, client),
    databasePids: [redis.pid],
    async stop() {
      await client.stop();
      await redis.stop();
    },
  };
}

function peerOf(name: string, client: PeerClient) {
  return {
    name,
    pids: [client.pid],
    profile: null,
    burst: async (load: BurstLoad) => void (await client.call({ method: 'burst', load })),
    recurring: async (load: RecurringLoad) => void (await client.call({ method: 'recurring', load })),
    fill: async () => {
      throw new Error(`${name} is measured without anything stored beside`);
    },
    written: async () => Number(await client.call({ method: 'written' })),
    meter: async () => null,
    plannedTwice: async () => 0,
  };
}

async function startProduct(arena: Arena, servers: number): Promise<Contestant> {
  const { product, database } = await arena.product(servers);
  return {
    name: PRODUCT,
    pids: product.pids,
    databasePids: [arena.cluster.pid],
    profile: arena.options.profile ? new Profile(arena.cluster, database, product) : null,
    async burst({ jobs, at, url }) {
      const when = { schedule_type: 'ONE_TIME', schedule_expression: new Date(at).toISOString() };
      await product.create(Array.from({ length: jobs }, (_, i) => webhook(`burst ${i}`, `${url}${i}`, when)));
      await database.settle();
    },
    async recurring(load) {
      await recurring(product, database, load);
      await database.settle();
    },
    fill: (count, url) => fill(product, database, count, url),
    written: () => database.number(`SELECT count(*) FROM runs WHERE status = 'SUCCEEDED'`),
    meter: () => readMeter(database),
    plannedTwice: () =>
      database.number(`SELECT count(*) FROM (SELECT FROM runs WHERE trigger = 'SCHEDULE'
        GROUP BY schedule_id, scheduled_for HAVING count(*) > 1) twice`),
    async stop() {
      try {
        await product.stop();
      } finally {
        await database.drop();
      }
    },
  };
}
