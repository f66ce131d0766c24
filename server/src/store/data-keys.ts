import { LOCKS } from './advisory-locks.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { unwrap, wrap, type MasterKeys, type WrappedKey } from './vault/master-key.ts';

/** The data keys of a tenant, as they are stored. */
export async function readDataKeys(db: Queryable, tenantId: string): Promise<WrappedKey[]> {
  return await db.query<WrappedKey>(
    'SELECT tenant_id, version, master_key_id, wrapped FROM data_keys WHERE tenant_id = $1',
    [tenantId],
    'read_data_keys',
  );
}

/** Stores a new data key. */
export async function insertDataKey(tx: Transaction, key: WrappedKey, now: number): Promise<void> {
  await tx.query(
    'INSERT INTO data_keys (tenant_id, version, master_key_id, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)',
    [key.tenant_id, key.version, key.master_key_id, key.wrapped, timestamp(now)],
  );
}

/** Which master key wraps data keys, held until the transaction ends; null before the first start. */
export async function masterKeyInUse(tx: Transaction): Promise<string | null> {
  await tx.query('SELECT pg_advisory_xact_lock_shared($1)', [LOCKS.dataKeys]);
  const [row] = await tx.query<{ master_key_id: string }>('SELECT master_key_id FROM vault');
  return row?.master_key_id ?? null;
}

/**
 * Sees to it that this server's master keys are those of the database; at the first start they become it.
 * @returns the id of the one in use where the server has not got it, else null
 * @throws VaultError where a data key can't be unwrapped all the same
 */
export async function agreeOnMasterKey(tx: Transaction, keys: MasterKeys): Promise<string | null> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.dataKeys]);
  await tx.query('INSERT INTO vault (master_key_id) VALUES ($1) ON CONFLICT DO NOTHING', [keys.current.id]);
  const ours = new Set([keys.current.id, keys.previous?.id]);
  const used = await tx.query<{ id: string }>(
    'SELECT master_key_id AS id FROM vault UNION SELECT DISTINCT master_key_id FROM data_keys',
  );
  const foreign = used.find(({ id }) => !ours.has(id));
  if (foreign) return foreign.id;
  const [sample] = await tx.query<WrappedKey>(
    'SELECT tenant_id, version, master_key_id, wrapped FROM data_keys ORDER BY tenant_id LIMIT 1',
  );
  if (sample) unwrap(keys, sample);
  return null;
}

/**
 * Wraps every data key by the current master key, which is the one in use from then on. The data keys themselves stay, so
 * servers that have both master keys notice nothing.
 * @returns how many were wrapped by another one before
 * @throws VaultError where one is wrapped by neither
 */
export async function rewrapDataKeys(tx: Transaction, keys: MasterKeys): Promise<number> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.dataKeys]);
  const stored = await tx.query<WrappedKey>(
    'SELECT tenant_id, version, master_key_id, wrapped FROM data_keys WHERE master_key_id <> $1 ORDER BY 1, 2 FOR UPDATE',
    [keys.current.id],
  );
  const anew = stored.map((row) => wrap(keys.current, row, unwrap(keys, row)));
  await tx.query(
    `UPDATE data_keys k SET master_key_id = $4, wrapped = u.wrapped
     FROM unnest($1::uuid[], $2::int[], $3::bytea[]) AS u (tenant_id, version, wrapped)
     WHERE k.tenant_id = u.tenant_id AND k.version = u.version`,
    [anew.map((k) => k.tenant_id), anew.map((k) => k.version), anew.map((k) => k.wrapped), keys.current.id],
  );
  await tx.query('UPDATE vault SET master_key_id = $1', [keys.current.id]);
  return anew.length;
}
