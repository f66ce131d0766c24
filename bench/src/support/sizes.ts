import type { TestDatabase } from './cluster.ts';

/** What a table takes, its partitions together. */
export interface Size {
  readonly rows: number;
  readonly tableMb: number;
  readonly indexMb: number;
  readonly dead: number;
}

/** The size of a table, as the statistics have it. */
export async function sizeOf(database: TestDatabase, table: string): Promise<Size> {
  const [row] = await database.query<Record<keyof Size, string>>(
    `WITH parts AS (SELECT relid::oid FROM pg_partition_tree($1) UNION SELECT $1::regclass::oid)
     SELECT coalesce(sum(n_live_tup), 0) AS rows, sum(pg_table_size(p.relid)) / 2 ^ 20 AS "tableMb",
       sum(pg_indexes_size(p.relid)) / 2 ^ 20 AS "indexMb", coalesce(sum(n_dead_tup), 0) AS dead
     FROM parts p LEFT JOIN pg_stat_user_tables s ON s.relid = p.relid`,
    [table],
  );
  return {
    rows: Number(row?.rows),
    tableMb: Number(row?.tableMb),
    indexMb: Number(row?.indexMb),
    dead: Number(row?.dead),
  };
}
