import { ConfigError, readConfig, type Config } from './config.ts';
import { createLog } from './log.ts';
import { forgetPrevious, renewFile } from './master-keys.ts';
import { rewrapDataKeys } from './store/data-keys.ts';
import { Database } from './store/db.ts';
import { startEmbeddedPostgres } from './store/embedded/index.ts';
import { isMigrated } from './store/migrate.ts';
import { VaultError } from './store/vault/cipher.ts';
import type { MasterKeys } from './store/vault/master-key.ts';

/**
 * `npm run rotate-master-key`: encrypts every data key by the new master key, in one transaction (docs/security.md).
 * With HYDRACORE_DATABASE_URL the new one is HYDRACORE_MASTER_KEY and the old one HYDRACORE_MASTER_KEY_PREVIOUS, and servers
 * that have both go on working. With the embedded database, whose server has to be stopped, it makes the new one itself.
 */

async function rotate(config: Config): Promise<void> {
  if (config.databaseUrl !== null) {
    const { masterKey: current, previousMasterKey: previous } = config;
    if (!current || !previous) {
      throw new ConfigError(
        'HYDRACORE_MASTER_KEY_PREVIOUS is not set: give the new master key as HYDRACORE_MASTER_KEY and the one of now as HYDRACORE_MASTER_KEY_PREVIOUS',
      );
    }
    return tell(await rewrap(config.databaseAdminUrl ?? config.databaseUrl, { current, previous }));
  }
  const log = createLog('warn');
  const embedded = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: (level, message, data) => log[level](data, message),
  });
  try {
    if (config.masterKey) {
      return tell(
        await rewrap(embedded.url, { current: config.masterKey, previous: config.previousMasterKey ?? null }),
      );
    }
    const wrapped = await rewrap(embedded.url, await renewFile(config.dataDir));
    await forgetPrevious(config.dataDir);
    tell(wrapped);
  } finally {
    await embedded.stop();
  }
}

async function rewrap(url: string, keys: MasterKeys): Promise<number> {
  const db = new Database({ url, poolSize: 1, onError: () => undefined, queryTimeoutMs: 0 });
  try {
    if (!(await isMigrated(db)))
      throw new ConfigError('the database has the schema of another version: start a server first');
    return await db.transaction((tx) => rewrapDataKeys(tx, keys));
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new ConfigError(`nothing was changed, a data key does not open: ${error.message}`, { cause: error });
  } finally {
    await db.close();
  }
}

function tell(wrapped: number): void {
  process.stdout.write(
    `${wrapped} data ${wrapped === 1 ? 'key is' : 'keys are'} encrypted by the new master key now. Back it up; the old one is needed only for older backups of the database.\n`,
  );
}

try {
  await rotate(readConfig());
  process.exit(0);
} catch (error) {
  const known = error instanceof ConfigError || (error instanceof Error && error.name === 'EmbeddedPostgresError');
  process.stderr.write(
    `The master key was not rotated.\n${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}
