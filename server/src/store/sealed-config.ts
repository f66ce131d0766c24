import { valueAt, withValueAt } from '../domain/json-path.ts';
import { isSealed, type SealedConfig } from '../domain/sealed.ts';
import type { Queryable } from './db.ts';
import { VaultError } from './vault/cipher.ts';
import type { TenantVault } from './vault/tenant-vault.ts';
import type { Vault } from './vault/vault.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where a config holds secrets, e.g. `['auth','token']`. */
export type SecretPaths = readonly (readonly string[])[];

/** A config of an action: whose, in which column and row, and where in it secrets are. */
export interface ConfigAt {
  readonly tenant_id: string;
  readonly column: 'schedules.action_config' | 'runs.action_overlay';
  readonly id: string;
  readonly paths: SecretPaths;
  readonly config: Json;
}

/** The config with its secrets sealed; what is sealed already stays. */
export async function sealConfig(vault: Vault, db: Queryable, at: ConfigAt): Promise<SealedConfig> {
  const sealed = await change(vault, db, at, (of, place, value) =>
    typeof value === 'string' ? of.seal(place, value) : value,
  );
  return sealed as SealedConfig;
}

/** The config with its secrets as they were given. @throws VaultError where one does not open */
export async function openConfig(vault: Vault, db: Queryable, at: ConfigAt): Promise<Json> {
  return await change(vault, db, at, (of, place, value) => (isSealed(value) ? of.open(place, value) : value));
}

/** The same, but what does not open stays sealed: to be told, or replaced. */
export async function openWhatOpens(vault: Vault, db: Queryable, at: ConfigAt): Promise<Json> {
  return await change(vault, db, at, (of, place, value) => {
    try {
      return isSealed(value) ? of.open(place, value) : value;
    } catch (error) {
      if (error instanceof VaultError) return value;
      throw error;
    }
  });
}

async function change(
  vault: Vault,
  db: Queryable,
  { tenant_id, column, id, paths, config }: ConfigAt,
  work: (of: TenantVault, place: readonly [string, string, string], value: unknown) => unknown,
): Promise<Json> {
  const there = paths.filter((path) => valueAt(config, path) !== undefined);
  if (there.length === 0) return config;
  const of = await vault.of(db, tenant_id);
  return there.reduce((whole, path) => {
    const value = valueAt(whole, path);
    const anew = work(of, [column, id, path.join('.')], value);
    return anew === value ? whole : withValueAt(whole, path, anew);
  }, config);
}
