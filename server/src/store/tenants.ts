import { newId } from './ids.ts';
import { build, run, timestamp, type Queryable, type Transaction } from './db.ts';

/** Who a credential belongs to, and what it may do. */
export interface Principal {
  readonly tenant_id: string;
  /** Null: it is no key but the completion token of a run. */
  readonly key_id: string | null;
  readonly scopes: readonly string[];
  readonly completion_token?: string;
}

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

/** Stores a key by its hash; a key that exists already stays as it is. */
export async function ensureApiKey(
  db: Queryable,
  key: { readonly tenant_id: string; readonly name: string; readonly hash: Buffer; readonly scopes: readonly string[] },
  now: number,
): Promise<void> {
  await run(
    db,
    build
      .insertInto('api_keys')
      .values({
        tenant_id: key.tenant_id,
        id: newId(now),
        name: key.name,
        key_hash: key.hash,
        scopes: [...key.scopes],
        created_at: timestamp(now),
        revoked_at: null,
      })
      .onConflict((conflict) => conflict.column('key_hash').doNothing()),
  );
}

/** Whether the tenant has any key that works. */
export async function hasApiKey(db: Queryable, tenantId: string): Promise<boolean> {
  const rows = await run(
    db,
    build
      .selectFrom('api_keys')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('revoked_at', 'is', null)
      .limit(1),
  );
  return rows.length > 0;
}

/** The owner of a key, by the key's hash; undefined for an unknown or revoked one. The one query without a tenant: it finds it. */
export async function findPrincipal(db: Queryable, keyHash: Buffer): Promise<Principal | undefined> {
  const [row] = await db.query<Principal>(
    'SELECT tenant_id, id AS key_id, scopes FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL',
    [keyHash],
    'find_principal',
  );
  return row;
}
