import { timingSafeEqual } from 'node:crypto';
import type { KeyHash } from './api-key.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { newId } from './ids.ts';

/** A key as far as it is known after it was made. */
export interface ApiKey {
  readonly tenant_id: string;
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null: a key for the whole tenant. */
  readonly customer_id: string | null;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  /** To the hour. */
  readonly last_used_at: number | null;
  readonly created_at: number;
}

/** A key to be stored. */
export type NewKey = Pick<ApiKey, 'tenant_id' | 'name' | 'scopes'> &
  Partial<Pick<ApiKey, 'customer_id' | 'expires_at'>>;

const COLUMNS = 'tenant_id, id, name, scopes, customer_id, expires_at, revoked_at, last_used_at, created_at';

/** Keys that work at $2. */
const WORKING = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)';

/** Stores a key by its hash. */
export async function insertKey(tx: Transaction, key: NewKey, stored: KeyHash, now: number): Promise<ApiKey> {
  const [row] = await tx.query<ApiKey>(
    `INSERT INTO api_keys (tenant_id, id, name, key_hash, hashed_with, scopes, customer_id, expires_at, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
    [
      key.tenant_id,
      newId(now),
      key.name,
      stored.hash,
      stored.hashed_with,
      key.scopes,
      key.customer_id ?? null,
      timestamp(key.expires_at ?? null),
      timestamp(now),
    ],
  );
  if (!row) throw new Error('a key was inserted and is not there');
  return row;
}

/** Stores a key, unless it is there by any of its hashes: then it stays as it is, revoked too. */
export async function ensureApiKey(
  tx: Transaction,
  key: NewKey,
  hashes: readonly [KeyHash, ...KeyHash[]],
  now: number,
): Promise<void> {
  if ((await findKey(tx, hashes)) === undefined) await insertKey(tx, key, hashes[0], now);
}

/** Whether the tenant has any key that works. */
export async function hasApiKey(db: Queryable, tenantId: string, now: number): Promise<boolean> {
  const rows = await db.query(`SELECT 1 FROM api_keys WHERE tenant_id = $1 AND ${WORKING} LIMIT 1`, [
    tenantId,
    timestamp(now),
  ]);
  return rows.length > 0;
}

/** How many working keys can be checked with neither of these. */
export async function countUncheckable(tx: Transaction, hashedWith: readonly string[], now: number): Promise<number> {
  const [count] = await tx.query<{ keys: number }>('SELECT count_keys_hashed_otherwise($1, $2) AS keys', [
    hashedWith,
    timestamp(now),
  ]);
  return count?.keys ?? 0;
}

/** The key with one of these hashes, whatever became of it. The one query without a tenant: it finds it. */
export async function findKey(db: Queryable, hashes: readonly KeyHash[]): Promise<ApiKey | undefined> {
  const [row] = await db.query<ApiKey & { key_hash: Buffer; hashed_with: string }>(
    `SELECT ${COLUMNS}, key_hash, hashed_with FROM find_api_key($1, $2)`,
    [hashes[0]?.hash, (hashes[1] ?? hashes[0])?.hash],
    'find_key',
  );
  if (!row) return undefined;
  const { key_hash, hashed_with, ...key } = row;
  // The index has found it by its bytes; what decides takes the same time whatever they are.
  const same = hashes.some((h) => h.hashed_with === hashed_with && timingSafeEqual(h.hash, key_hash));
  return same ? key : undefined;
}

/** Notes that a key was used, unless that is noted since `before`. */
export async function noteUse(
  db: Queryable,
  key: Pick<ApiKey, 'tenant_id' | 'id'>,
  now: number,
  before: number,
): Promise<void> {
  await db.query(
    `UPDATE api_keys SET last_used_at = $3
     WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)`,
    [key.tenant_id, key.id, timestamp(now), timestamp(before)],
    'note_key_use',
  );
}

/** A page of the tenant's keys, newest first, with those that work no more. */
export async function listKeys(
  db: Queryable,
  tenantId: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ keys: ApiKey[]; total: number }> {
  const [keys, [count]] = await Promise.all([
    db.query<ApiKey>(`SELECT ${COLUMNS} FROM api_keys WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3`, [
      tenantId,
      page.limit,
      page.offset,
    ]),
    db.query<{ total: number }>('SELECT count(*) AS total FROM api_keys WHERE tenant_id = $1', [tenantId]),
  ]);
  return { keys, total: count?.total ?? 0 };
}

/** One key of the tenant. */
export async function getKey(db: Queryable, tenantId: string, id: string): Promise<ApiKey | undefined> {
  const [row] = await db.query<ApiKey>(`SELECT ${COLUMNS} FROM api_keys WHERE tenant_id = $1 AND id = $2`, [
    tenantId,
    id,
  ]);
  return row;
}

/** One key, to be changed: the tenant's keys change one at a time, so that none is the last twice. */
export async function lockKey(tx: Transaction, tenantId: string, id: string): Promise<ApiKey | undefined> {
  await tx.query('SELECT 1 FROM tenants WHERE id = $1 FOR NO KEY UPDATE', [tenantId]);
  return await getKey(tx, tenantId, id);
}

/** Whether another key of the tenant can make keys. */
export async function hasOtherManager(
  db: Queryable,
  key: Pick<ApiKey, 'tenant_id' | 'id'>,
  now: number,
): Promise<boolean> {
  const rows = await db.query(
    `SELECT 1 FROM api_keys WHERE tenant_id = $1 AND ${WORKING} AND id <> $3 AND customer_id IS NULL
       AND scopes && ARRAY['*', 'keys:manage'] LIMIT 1`,
    [key.tenant_id, timestamp(now), key.id],
  );
  return rows.length > 0;
}

/** Ends a locked key at once. */
export async function revokeKey(tx: Transaction, key: Pick<ApiKey, 'tenant_id' | 'id'>, now: number): Promise<void> {
  await tx.query('UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL', [
    key.tenant_id,
    key.id,
    timestamp(now),
  ]);
}

/** Lets a locked key work until then, or as long as it would have anyway, if that is shorter. */
export async function expireKey(tx: Transaction, key: Pick<ApiKey, 'tenant_id' | 'id'>, at: number): Promise<void> {
  await tx.query('UPDATE api_keys SET expires_at = least(expires_at, $3) WHERE tenant_id = $1 AND id = $2', [
    key.tenant_id,
    key.id,
    timestamp(at),
  ]);
}
