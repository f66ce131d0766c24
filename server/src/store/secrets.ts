import type { Sealed } from '../domain/sealed.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import type { Place } from './vault/tenant-vault.ts';

/** What is told of a secret. */
export interface SecretInfo {
  readonly name: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Where the value of a secret is sealed for. */
export function secretPlace(name: string): Place {
  return ['secrets.value', name, ''];
}

/** The tenant's secrets, by name. */
export async function listSecrets(db: Queryable, tenantId: string): Promise<SecretInfo[]> {
  return await db.query<SecretInfo>(
    'SELECT name, created_at, updated_at FROM secrets WHERE tenant_id = $1 ORDER BY name COLLATE "C"',
    [tenantId],
  );
}

/** Which of these names the tenant has a secret of. */
export async function findNames(db: Queryable, tenantId: string, names: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>(
    'SELECT name FROM secrets WHERE tenant_id = $1 AND name = ANY ($2::text[])',
    [tenantId, names],
  );
  return new Set(rows.map((row) => row.name));
}

/** The sealed values of these secrets, as far as they are there. */
export async function readSecrets(
  db: Queryable,
  tenantId: string,
  names: readonly string[],
): Promise<{ readonly name: string; readonly value: Sealed }[]> {
  return await db.query(
    'SELECT name, value FROM secrets WHERE tenant_id = $1 AND name = ANY ($2::text[])',
    [tenantId, names],
    'read_secrets',
  );
}

/** Says that secrets of the tenant change: other changes of them wait, and what servers keep in memory is void. */
export async function touchSecrets(tx: Transaction, tenantId: string): Promise<void> {
  await tx.query('UPDATE tenants SET secrets_version = secrets_version + 1 WHERE id = $1', [tenantId]);
}

/** How many secrets the tenant has. */
export async function countSecrets(tx: Transaction, tenantId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>('SELECT count(*) AS count FROM secrets WHERE tenant_id = $1', [
    tenantId,
  ]);
  return row?.count ?? 0;
}

/** Stores a secret, the value sealed. `created` false: it had another value before. */
export async function putSecret(
  tx: Transaction,
  tenantId: string,
  secret: { readonly name: string; readonly value: Sealed },
  now: number,
): Promise<SecretInfo & { readonly created: boolean }> {
  const [row] = await tx.query<SecretInfo & { created: boolean }>(
    `INSERT INTO secrets (tenant_id, name, value, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (tenant_id, name) DO UPDATE SET value = $3, updated_at = $4
     RETURNING name, created_at, updated_at, xmax = 0 AS created`,
    [tenantId, secret.name, JSON.stringify(secret.value), timestamp(now)],
  );
  if (!row) throw new Error('the secret was not stored');
  return row;
}

/** Deletes a secret. False where there is none. */
export async function deleteSecret(tx: Transaction, tenantId: string, name: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM secrets WHERE tenant_id = $1 AND name = $2 RETURNING name', [
    tenantId,
    name,
  ]);
  return rows.length > 0;
}
