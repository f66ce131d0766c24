import { build, run, timestamp, type Queryable, type Transaction } from './db.ts';
import { newId } from './ids.ts';

/** Who a credential belongs to, and what it may do. */
export interface Principal {
  readonly tenant_id: string;
  /** Null: it is no key but a JWT, or the completion token of a run. */
  readonly key_id: string | null;
  /** Who a JWT was issued to, its claim `sub`. Null: a JWT without one, or no JWT. */
  readonly subject: string | null;
  readonly scopes: readonly string[];
  /** Not null: it sees and touches only this customer's rows. */
  readonly customer_id: string | null;
  /** Set: it is the completion token of a run. */
  readonly completion_token?: string;
}

/** An owner of schedules, records and keys. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
}

/** The tenant that the first start makes, and that every start finds by this name. */
export const DEFAULT_TENANT = 'default';

/** Makes the tenant with its webhook signing secrets, or finds it; with `replace` the secrets are set anew. */
export async function ensureTenant(
  tx: Transaction,
  name: string,
  secrets: { readonly webhook: readonly string[]; readonly replace: boolean },
  now: number,
): Promise<{ id: string; created: boolean; webhook_secrets: string[] }> {
  // Two servers at their first start on one database: the second waits here and then finds the row.
  await tx.query('LOCK TABLE tenants IN SHARE ROW EXCLUSIVE MODE');
  const [existing] = await run<{ id: string; webhook_secrets: string[] }>(
    tx,
    build.selectFrom('tenants').select(['id', 'webhook_secrets']).where('name', '=', name),
  );
  if (existing && !secrets.replace) return { ...existing, created: false };
  const webhook_secrets = [...secrets.webhook];
  if (existing) {
    await run(tx, build.updateTable('tenants').set({ webhook_secrets }).where('id', '=', existing.id));
    return { id: existing.id, created: false, webhook_secrets };
  }
  const id = newId(now);
  await run(tx, build.insertInto('tenants').values({ id, name, webhook_secrets, created_at: timestamp(now) }));
  return { id, created: true, webhook_secrets };
}

/** Makes a tenant. Undefined where the name is taken. */
export async function insertTenant(
  tx: Transaction,
  name: string,
  secret: string,
  now: number,
): Promise<Tenant | undefined> {
  const [row] = await tx.query<Tenant>(
    `INSERT INTO tenants (id, name, webhook_secrets, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO NOTHING RETURNING id, name, created_at`,
    [newId(now), name, [secret], timestamp(now)],
  );
  return row;
}

/** A page of all tenants, newest first. */
export async function listTenants(
  db: Queryable,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ tenants: Tenant[]; total: number }> {
  const [tenants, [count]] = await Promise.all([
    db.query<Tenant>('SELECT id, name, created_at FROM tenants ORDER BY id DESC LIMIT $1 OFFSET $2', [
      page.limit,
      page.offset,
    ]),
    db.query<{ total: number }>('SELECT count(*) AS total FROM tenants'),
  ]);
  return { tenants, total: count?.total ?? 0 };
}

/** One tenant. */
export async function getTenant(db: Queryable, id: string): Promise<Tenant | undefined> {
  const [row] = await db.query<Tenant>('SELECT id, name, created_at FROM tenants WHERE id = $1', [id]);
  return row;
}

/** Whether there is a tenant with this id. Asked with each JWT. */
export async function isTenant(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query('SELECT FROM tenants WHERE id = $1', [id], 'is_tenant');
  return rows.length > 0;
}

/** One tenant, locked. */
export async function lockTenant(tx: Transaction, id: string): Promise<Tenant | undefined> {
  const [row] = await tx.query<Tenant>('SELECT id, name, created_at FROM tenants WHERE id = $1 FOR NO KEY UPDATE', [
    id,
  ]);
  return row;
}

/** Renames a locked tenant. False where another one has the name. */
export async function renameTenant(tx: Transaction, id: string, name: string): Promise<boolean> {
  // Names are few and change seldom: this way the one unique index decides, and no statement of the transaction fails.
  await tx.query('LOCK TABLE tenants IN SHARE ROW EXCLUSIVE MODE');
  const rows = await tx.query(
    `UPDATE tenants SET name = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM tenants WHERE name = $2 AND id <> $1)
     RETURNING id`,
    [id, name],
  );
  return rows.length > 0;
}
