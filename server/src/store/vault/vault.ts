import { createSecretKey, randomBytes } from 'node:crypto';
import { insertDataKey, masterKeyInUse, readDataKeys } from '../data-keys.ts';
import type { Queryable, Transaction } from '../db.ts';
import { VaultError } from './cipher.ts';
import { unwrap, wrap, type MasterKeys } from './master-key.ts';
import { TenantVault } from './tenant-vault.ts';

/** Tenants whose data keys are kept unwrapped in memory. */
const MOST_TENANTS = 10_000;

/** Hands out what seals and opens the secrets of a tenant. */
export class Vault {
  readonly keys: MasterKeys;
  /** The least recently used first. */
  readonly #known = new Map<string, TenantVault>();
  /** Reads under way: runs of a tenant that start together, each with the same `db`, wait for one. */
  readonly #reading = new Map<string, { readonly db: Queryable; readonly vault: Promise<TenantVault> }>();

  constructor(keys: MasterKeys) {
    this.keys = keys;
  }

  /**
   * The vault of a tenant; one query the first time.
   * @throws VaultError where its data keys can't be unwrapped, or there are none
   */
  async of(db: Queryable, tenantId: string): Promise<TenantVault> {
    const known = this.#known.get(tenantId);
    if (known) {
      this.#known.delete(tenantId);
      this.#known.set(tenantId, known);
      return known;
    }
    const before = this.#reading.get(tenantId);
    if (before?.db === db) return await before.vault;
    const reading = { db, vault: this.#read(db, tenantId) };
    this.#reading.set(tenantId, reading);
    try {
      return await reading.vault;
    } finally {
      if (this.#reading.get(tenantId) === reading) this.#reading.delete(tenantId);
    }
  }

  async #read(db: Queryable, tenantId: string): Promise<TenantVault> {
    const stored = await readDataKeys(db, tenantId);
    if (stored.length === 0) throw new VaultError(`the tenant ${tenantId} has no data key`);
    const keys = stored.map((row) => [row.version, createSecretKey(unwrap(this.keys, row))] as const);
    const vault = new TenantVault(tenantId, new Map(keys));
    const oldest = this.#known.keys().next();
    if (this.#known.size >= MOST_TENANTS && oldest.done !== true) this.#known.delete(oldest.value);
    this.#known.set(tenantId, vault);
    return vault;
  }

  /**
   * Makes the first data key of a new tenant. What it returns is for this transaction: should that come to nothing, nobody
   * may be left with a key that is not stored, so `of` is not to be asked in it.
   */
  async begin(tx: Transaction, tenantId: string, now: number): Promise<TenantVault> {
    const { current, previous } = this.keys;
    // During a rotation other servers may not know the new master key yet: the database says which one is in use.
    const id = await masterKeyInUse(tx);
    const master = [current, previous].find((key) => key?.id === id);
    if (!master) throw new VaultError(`the master key in use is ${String(id)}, not ours`);
    const dataKey = randomBytes(32);
    await insertDataKey(tx, wrap(master, { tenant_id: tenantId, version: 1 }, dataKey), now);
    return new TenantVault(tenantId, new Map([[1, createSecretKey(dataKey)]]));
  }
}
