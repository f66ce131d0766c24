import type { Queryable } from './db.ts';

/** Which PostgreSQL it is, such as `18.4`. */
export async function postgresVersion(db: Queryable): Promise<string> {
  const [row] = await db.query<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
    [],
    'version',
  );
  // Packages add their own words.
  return row?.version.split(' ')[0] ?? '';
}
