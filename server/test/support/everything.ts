import type { Database } from '../../src/store/db.ts';

/** Every row of every table as text, by table: where something is looked for that must not be stored. */
export async function everythingStored(db: Database): Promise<Map<string, string>> {
  const tables = await db.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const stored = new Map<string, string>();
  for (const { name } of tables) {
    const rows = await db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    stored.set(name, rows.map(({ row }) => row).join('\n'));
  }
  return stored;
}

/** A secret in the forms in which it could stand anywhere. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [secret, base64, bytes.toString('hex'), encodeURIComponent(secret)];
}
