import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { breakdown, type CpuProfile, type Times } from './cpu-profile.ts';
import { postgresCpuByKind } from './proc.ts';
import type { Cluster, TestDatabase } from './cluster.ts';
import type { Product } from './product.ts';
import { round } from './stats.ts';
import { textTable } from './table.ts';

const MOST = 25;

/** Looks where a product's time goes between `begin` and `end`, and says so: the server by its CPU profile, PostgreSQL by statement and process. */
export class Profile {
  readonly #cluster: Cluster;
  readonly #database: TestDatabase;
  readonly #product: Product;
  #before = new Map<string, number>();

  constructor(cluster: Cluster, database: TestDatabase, product: Product) {
    this.#cluster = cluster;
    this.#database = database;
    this.#product = product;
  }

  async begin(): Promise<void> {
    await this.#database.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    await this.#database.query('SELECT pg_stat_statements_reset()');
    this.#before = await postgresCpuByKind(this.#cluster.pid);
    for (const { child } of this.#product.servers) child.kill('SIGUSR2');
    await sleep(100);
  }

  /** @returns the text to print */
  async end(): Promise<string> {
    const kinds = await this.#kinds();
    const statements = await this.#statements();
    for (const { child } of this.#product.servers) child.kill('SIGUSR2');
    const servers: string[] = [];
    for (const file of this.#product.profiles) servers.push(told(await written(file), file));
    return [...servers, kinds, statements].join('\n\n');
  }

  async #kinds(): Promise<string> {
    const now = await postgresCpuByKind(this.#cluster.pid);
    const rows = [...now]
      .map(([kind, ms]) => [kind, Math.max(0, ms - (this.#before.get(kind) ?? 0))] as const)
      .filter(([, ms]) => ms > 0)
      .toSorted((a, b) => b[1] - a[1]);
    return `PostgreSQL, CPU by process, ms\n${textTable(['process', 'ms'], rows)}`;
  }

  async #statements(): Promise<string> {
    const rows = await this.#database.query<Record<string, string | number>>(
      `SELECT total_exec_time AS exec, total_plan_time AS plan, calls, rows, shared_blks_hit AS hit, wal_bytes, wal_records, query
       FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND query NOT LIKE '%pg_stat_statements%'
       ORDER BY total_exec_time + total_plan_time DESC LIMIT ${MOST}`,
    );
    const cells = rows.map((row) => [
      round(Number(row['exec'])),
      round(Number(row['plan'])),
      Number(row['calls']),
      Number(row['rows']),
      round(Number(row['exec']) / Number(row['calls']), 3),
      Number(row['hit']),
      round(Number(row['wal_bytes']) / 1024, 0),
      String(row['query']).replaceAll(/\s+/g, ' ').slice(0, 110),
    ]);
    const head = ['exec ms', 'plan ms', 'calls', 'rows', 'ms a call', 'blocks hit', 'WAL kB', 'statement'];
    return `PostgreSQL, by statement\n${textTable(head, cells)}`;
  }
}

/** The profile once the server has written it. */
async function written(file: string): Promise<CpuProfile> {
  for (let waited = 0; ; waited += 100) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('}')) return JSON.parse(text) as CpuProfile;
    if (waited > 20_000) throw new Error(`the server did not write its profile to ${file}`);
    await sleep(100);
  }
}

function told(profile: CpuProfile, file: string): string {
  const { busyMs, parts, own, withCallees } = breakdown(profile);
  const table = (name: string, times: Times, most: number) =>
    textTable(
      [name, 'ms', '% of busy'],
      times.slice(0, most).map(([what, ms]) => [what, round(ms), round((100 * ms) / busyMs)]),
    );
  return [
    `Server, busy ${round(busyMs)} ms (the whole profile: ${file})`,
    table('part, with what Node does for it', parts, 30),
    table('function, own time', own, 40),
    table('our function, with what it calls', withCallees, 30),
  ].join('\n\n');
}
