import { build, run, timestamp, type Queryable, type Transaction } from './db.ts';
import { newId } from './ids.ts';
import { inTenant } from './roles.ts';
import { openSigning, sealSigning, setSigning, type StoredSigningSecrets } from './signing.ts';
import { VaultError } from './vault/cipher.ts';
import type { TenantVault } from './vault/tenant-vault.ts';
import type { Vault } from './vault/vault.ts';

/** Who a credential belongs to, and what it may do. */
export interface Principal {
  readonly tenant_id: string;
  /** Null: it is no key but a JWT, or the completion token of a run. */
  readonly key_id: string | null;
  /** The key's name at this moment. */
  readonly key_name?: string;
  /** Who a JWT was issued to, its claim `sub`. Null: a JWT without one, or no JWT. */
  readonly subject: string | null;
  /** It came by the cookie of this session of the console. */
  readonly session_id?: string;
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

/**
 * Makes the tenant with its data key and its webhook signing secrets, or finds it; with `replace` the secrets are set anew
 * where they are others.
 */
export async function ensureTenant(
  tx: Transaction,
  vault: Vault,
  name: string,
  secrets: { readonly webhook: readonly string[]; readonly replace: boolean },
  now: number,
): Promise<{ id: string; created: boolean }> {
  // Two servers at their first start on one database: the second waits here and then finds the row.
  await tx.query('LOCK TABLE tenants IN SHARE ROW EXCLUSIVE MODE');
  const [existing] = await run<{ id: string; webhook_secrets: StoredSigningSecrets }>(
    tx,
    build.selectFrom('tenants').select(['id', 'webhook_secrets']).where('name', '=', name),
  );
  if (!existing) {
    const tenant = await insertTenant(tx, vault, name, secrets.webhook, now);
    if (!tenant) throw new Error(`the tenant ${name} appeared under the lock`);
    return { id: tenant.id, created: true };
  }
  if (secrets.replace) {
    const of = await inTenant(tx, existing.id, () => vault.of(tx, existing.id));
    if (!holds(of, existing.webhook_secrets, secrets.webhook)) {
      await setSigning(tx, existing.id, sealSigning(of, secrets.webhook, now));
    }
  }
  return { id: existing.id, created: false };
}

/** Whether these are the stored secrets. Those that do not open are others. */
function holds(of: TenantVault, stored: StoredSigningSecrets, secrets: readonly string[]): boolean {
  if (stored.some(({ expires_at }) => expires_at !== null)) return false;
  try {
    return openSigning(of, stored).join(' ') === secrets.join(' ');
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

/** Makes a tenant with its data key and signing secrets. Undefined where the name is taken. */
export async function insertTenant(
  tx: Transaction,
  vault: Vault,
  name: string,
  secrets: readonly string[],
  now: number,
): Promise<Tenant | undefined> {
  const [row] = await tx.query<Tenant>(
    `INSERT INTO tenants (id, name, webhook_secrets, created_at) VALUES ($1, $2, '[]', $3)
     ON CONFLICT (name) DO NOTHING RETURNING id, name, created_at`,
    [newId(now), name, timestamp(now)],
  );
  if (!row) return undefined;
  const of = await vault.begin(tx, row.id, now);
  await setSigning(tx, row.id, sealSigning(of, secrets, now));
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
