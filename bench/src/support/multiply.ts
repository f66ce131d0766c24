import type { TestDatabase } from './cluster.ts';

/** So many are made in one transaction. */
const AT_ONCE = 100_000;

export interface MultiplyOptions {
  readonly from?: number;
  /** Columns that differ from the template, each by an SQL expression of `i`, which counts from `from`. */
  readonly set?: Readonly<Record<string, string>>;
}

/**
 * Makes `count` schedules like those that the API has made: every column as it is there, but for those given. Of several
 * templates the `i`th is like the one at `i` modulo their number, so that they lie in the table as requests in that order
 * would have put them. For sets that take too long to make by requests.
 */
export async function multiply(
  database: TestDatabase,
  templates: readonly string[],
  count: number,
  options: MultiplyOptions = {},
): Promise<void> {
  const set: Record<string, string> = { id: 'uuidv7()', name: `s.name || ' ' || i`, ...options.set };
  const columns = await database.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = 'schedules'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
  );
  const values = columns.map(({ name }) => set[name] ?? `s.${name}`);
  const text = `WITH s AS MATERIALIZED (SELECT * FROM schedules WHERE id = ANY($1::uuid[])),
      made AS (INSERT INTO schedules (${columns.map(({ name }) => name).join(', ')})
        SELECT ${values.join(', ')} FROM generate_series($2::int, $3::int) AS i
        JOIN s ON s.id = ($1::uuid[])[1 + i % cardinality($1::uuid[])] ORDER BY i RETURNING tenant_id, bucket)
    INSERT INTO tenant_usage (tenant_id, bucket, kind, delta) SELECT tenant_id, bucket, 'schedules', count(*) FROM made GROUP BY 1, 2`;
  const from = options.from ?? 0;
  for (let first = from; first < from + count; first += AT_ONCE) {
    const last = Math.min(from + count, first + AT_ONCE) - 1;
    await database.transaction(async (client) => {
      // What they point to is there as for their template, and they are counted together: no trigger, no look-up for each.
      await client.query('SET LOCAL session_replication_role = replica');
      await client.query(text, [templates, first, last]);
    });
  }
}

/** The action of a template whose URL ends in a slash and a number, with the number `i` (an SQL expression) in its place. */
export function numbered(i: string): string {
  return `jsonb_set(s.action_config, '{url}', to_jsonb(regexp_replace(s.action_config->>'url', '[0-9]+$', '') || (${i})))`;
}
