import type { World } from './world.ts';

/** The tables that hold rows of tenants, found in the catalogue: those of later versions, too. */
export async function tenantTables(world: World): Promise<string[]> {
  const rows = await world.db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class AS c
     JOIN pg_namespace AS n ON n.oid = c.relnamespace
     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Every row of a tenant in every table, and the tenant's own. */
export async function everythingOf(world: World, tenantId: string): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const table of await tenantTables(world)) {
    found[table] = await world.db.query(
      `SELECT to_jsonb(t) AS row FROM ${table} AS t WHERE tenant_id = $1 ORDER BY to_jsonb(t)::text`,
      [tenantId],
    );
  }
  found['tenants'] = await world.db.query('SELECT to_jsonb(t) AS row FROM tenants AS t WHERE id = $1', [tenantId]);
  return found;
}
