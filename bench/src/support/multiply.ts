import type { TestDatabase } from './cluster.ts';

/**
 * Makes `count` schedules like one that the API has made: every column as it is there, but for those given, each by an SQL
 * expression in which `i` counts from `from`. For sets that take too long to make by requests.
 */
export async function multiply(
  database: TestDatabase,
  template: string,
  count: number,
  options: { readonly from?: number; readonly set?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const set: Record<string, string> = { id: 'uuidv7()', name: `s.name || ' ' || i`, ...options.set };
  const columns = await database.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = 'schedules'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
  );
  const values = columns.map(({ name }) => set[name] ?? `s.${name}`);
  const from = options.from ?? 0;
  await database.query(
    `INSERT INTO schedules (${columns.map(({ name }) => name).join(', ')})
     SELECT ${values.join(', ')} FROM schedules s, generate_series($2::int, $3::int) AS i WHERE s.id = $1`,
    [template, from, from + count - 1],
  );
}

/** The action of a template whose URL ends in 0, with the number `i` (an SQL expression) in its place. */
export function numbered(i: string): string {
  return `jsonb_set(s.action_config, '{url}', to_jsonb(regexp_replace(s.action_config->>'url', '0$', '') || (${i})))`;
}
