/**
 * The databases of worlds. To make one, and to warm up connections to it, takes longer than most tests, so one that a test left as
 * it was made, but for its rows, is emptied and given to the next: within a file with its connections, and to later files.
 * Whatever a test did to it beyond rows (tables, triggers, policies, statistics), and one that has grown, is dropped.
 */
import { Client } from 'pg';
import { afterAll, inject } from 'vitest';
import { Database } from '../../src/store/db.ts';
import { makePartitions } from '../../src/store/partitions.ts';
import { createDatabase, databaseUrl, type TestDatabase } from './postgres.ts';

const WEEK = 7 * 86_400_000;
/** More than that in all tables together is not read through again and again. */
const MOST_BYTES = 4_000_000;

/** What is known of a database as it was made, with the partitions of its week. */
interface Made {
  readonly name: string;
  readonly week: number;
  /** Tables without a row. */
  readonly tables: readonly string[];
  /** Of everything else. */
  readonly fingerprint: string;
}

/** A database that a world has until it gives it back. */
export interface WorldDatabase {
  readonly url: string;
  readonly db: Database;
  readonly giveBack: () => Promise<void>;
}

/** Those of this file that no world has, with open connections. */
const idle: { readonly made: Made; readonly db: Database }[] = [];

afterAll(async () => {
  for (const { made, db } of idle.splice(0)) {
    await db.close();
    await onCluster('INSERT INTO world_databases (week, made) VALUES ($1, $2)', [made.week, JSON.stringify(made)]);
  }
});

/** Takes an empty database with the partitions around an instant. */
export async function takeWorldDatabase(
  now: number,
  onStatement?: (name: string, tookMs: number, failed: boolean) => void,
): Promise<WorldDatabase> {
  const week = Math.floor(now / WEEK);
  const place = onStatement ? -1 : idle.findIndex(({ made }) => made.week === week);
  const [warm] = place === -1 ? [] : idle.splice(place, 1);
  const made = warm?.made ?? (await takeMade(week)) ?? (await make(now, week));
  const url = databaseUrl(inject('postgresUrl'), made.name);
  const db = warm?.db ?? open(url, onStatement);
  return {
    url,
    db,
    async giveBack() {
      const { busy, waiting } = db.poolState();
      const isClean = busy + waiting === 0 && (await empty(db, made));
      if (isClean && !onStatement) {
        idle.push({ made, db });
        return;
      }
      await db.close();
      if (isClean)
        await onCluster('INSERT INTO world_databases (week, made) VALUES ($1, $2)', [week, JSON.stringify(made)]);
      else await onCluster(`DROP DATABASE ${made.name} WITH (FORCE)`);
    },
  };
}

/** A database of its own, for tests of how rows lie in it. */
export async function makeWorldDatabase(): Promise<WorldDatabase> {
  const { url, drop }: TestDatabase = await createDatabase();
  const db = open(url);
  const giveBack = async () => {
    await db.close();
    await drop();
  };
  return { url, db, giveBack };
}

function open(url: string, onStatement?: (name: string, tookMs: number, failed: boolean) => void): Database {
  return new Database({ url, poolSize: 12, onError: () => undefined, onStatement });
}

/** One that another file has left. */
async function takeMade(week: number): Promise<Made | undefined> {
  const [row] = await onCluster<{ made: Made }>(
    `DELETE FROM world_databases WHERE id = (SELECT id FROM world_databases WHERE week = $1 LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING made`,
    [week],
  );
  return row?.made;
}

async function make(now: number, week: number): Promise<Made> {
  const { url, name } = await createDatabase();
  const db = new Database({ url, poolSize: 1, onError: () => undefined });
  try {
    await makePartitions(db.as('hydracore_engine'), now);
    const tables: string[] = [];
    const all = await db.query<{ name: string }>(
      `SELECT oid::regclass::text AS name FROM pg_class
       WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace`,
    );
    for (const table of all) {
      const [row] = await db.query(`SELECT FROM ${table.name} LIMIT 1`);
      if (!row) tables.push(table.name);
    }
    return { name, week, tables, fingerprint: await fingerprintOf(db, tables) };
  } finally {
    await db.close();
  }
}

/** Removes all rows that came. False: it is not as it was made all the same. */
async function empty(db: Database, { tables, fingerprint }: Made): Promise<boolean> {
  try {
    if ((await fingerprintOf(db, tables)) !== fingerprint) return false;
    const deletes = tables.map((table) => `DELETE FROM ${table}`).join('; ');
    await db.transaction(async (tx) => {
      // What still holds rows is not waited for. Triggers and foreign keys have nothing to say when all goes.
      await tx.query(`SET LOCAL lock_timeout = '100ms'; SET LOCAL session_replication_role = replica; ${deletes}`);
    });
    return true;
  } catch {
    return false;
  }
}

/** All but the rows of these tables: any statement that changes a catalog changes it, and so does much data. */
async function fingerprintOf(db: Database, tables: readonly string[]): Promise<string> {
  const catalogs = [
    'class',
    'attribute',
    'proc',
    'trigger',
    'policy',
    'constraint',
    'type',
    'namespace',
    'statistic',
    'index',
    'rewrite',
  ];
  const parts = [
    ...catalogs.map((name) => `(SELECT (count(*), max(xmin::text::bigint))::text FROM pg_${name})`),
    `(SELECT coalesce(sum(reltuples), 0)::text FROM pg_class)`,
    `(SELECT (sum(pg_table_size(oid)) > ${MOST_BYTES})::text FROM pg_class
      WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace)`,
    `(SELECT coalesce(string_agg(query_to_xml('SELECT * FROM ' || oid::regclass, true, false, '')::text, '' ORDER BY oid), '')
      FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
      AND NOT oid::regclass::text = ANY($1))`,
  ];
  const [row] = await db.query<{ hash: string }>(`SELECT md5(concat_ws('|', ${parts.join(', ')})) AS hash`, [tables]);
  return row?.hash ?? '';
}

async function onCluster<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
}
