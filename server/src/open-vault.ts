import { rm } from 'node:fs/promises';
import { findAction } from './actions/registry.ts';
import { ConfigError, type Config } from './config.ts';
import type { EngineLog } from './engine/settings.ts';
import { agreeOnMasterKey } from './store/data-keys.ts';
import type { Database } from './store/db.ts';
import { sealPlainRows } from './store/sealing.ts';
import { VaultError } from './store/vault/cipher.ts';
import type { Vault } from './store/vault/vault.ts';

/**
 * Sees to it that this server can read the secrets in the database, and that they are all encrypted.
 * @param db as its owner: all tenants' rows are looked at
 * @throws ConfigError where its master key is not the one that they were encrypted by
 */
export async function openVault(
  db: Database,
  vault: Vault,
  config: Pick<Config, 'masterKey' | 'dataDir'>,
  log: EngineLog,
): Promise<void> {
  const { current, previous, made } = vault.keys;
  const foreign = await db
    .transaction((tx) => agreeOnMasterKey(tx, vault.keys))
    .catch((error: unknown) => {
      if (!(error instanceof VaultError)) throw error;
      throw new ConfigError(`the secrets in the database can't be decrypted: ${error.message}`, { cause: error });
    });
  if (foreign !== null && made !== undefined) {
    // Not the database's first start: the file is missing. A new one in its place would be taken for it, and backed up over it.
    await rm(made);
    throw new ConfigError(
      `${made} is not there, the master key that the secrets in the database are encrypted by (key ${foreign}): restore that file from a backup; docs/security.md says what to do where it is lost`,
    );
  }
  if (foreign !== null) {
    const ours = config.masterKey ? 'HYDRACORE_MASTER_KEY' : `master-key in ${config.dataDir}`;
    const mend = config.masterKey ? 'set it to that one' : 'restore that file from a backup';
    throw new ConfigError(
      `${ours} (key ${current.id}) is not the master key that the secrets in the database are encrypted by (key ${foreign}): ${mend}; docs/security.md says what to do where it is lost, and how to rotate it`,
    );
  }
  const sealed = await sealPlainRows(db, vault, (type) => findAction(type)?.secretPaths ?? []);
  if (sealed > 0) log('info', 'what an earlier version had stored plain is encrypted now', { rows: sealed });
  if (previous && previous.id !== current.id) {
    log('info', 'two master keys are known; see rotate-master-key in docs/security.md', {
      current: current.id,
      previous: previous.id,
    });
  }
}
