import type { TestDatabase } from './cluster.ts';

/** What a database has counted so far. */
export interface Meter {
  readonly runs: number;
  readonly walBytes: number;
  readonly inserted: number;
  readonly updated: number;
  /** Of the updated, those that touched no index. */
  readonly hot: number;
  readonly deleted: number;
  /** The ledger's table and its indexes, their partitions together. */
  readonly tableBytes: number;
  readonly indexBytes: number;
}

/** What was counted between two readings. */
export type Cost = Meter;

/** Reads what a product's database has counted. WAL is counted for all databases: none other works meanwhile. */
export async function readMeter(database: TestDatabase): Promise<Meter> {
  const [row] = await database.query<Record<keyof Meter, string>>(
    `SELECT (SELECT count(*) FROM runs) AS runs, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS "walBytes",
       w.inserted, w.updated, w.hot, w.deleted, s."tableBytes", s."indexBytes"
     FROM (SELECT sum(n_tup_ins) AS inserted, sum(n_tup_upd) AS updated, sum(n_tup_hot_upd) AS hot, sum(n_tup_del) AS deleted
           FROM pg_stat_user_tables) w,
       (SELECT sum(pg_table_size(relid)) AS "tableBytes", sum(pg_indexes_size(relid)) AS "indexBytes"
        FROM pg_partition_tree('runs')) s`,
  );
  const of = (name: keyof Meter) => Number(row?.[name] ?? NaN);
  return {
    runs: of('runs'),
    walBytes: of('walBytes'),
    inserted: of('inserted'),
    updated: of('updated'),
    hot: of('hot'),
    deleted: of('deleted'),
    tableBytes: of('tableBytes'),
    indexBytes: of('indexBytes'),
  };
}

/** The difference of two readings. */
export function costBetween(before: Meter, after: Meter): Cost {
  const entries = Object.entries(before) as [keyof Meter, number][];
  return Object.fromEntries(entries.map(([name, value]) => [name, after[name] - value])) as unknown as Cost;
}
