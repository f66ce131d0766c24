import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSecret } from './actions/signature.ts';
import { ConfigError, type Config } from './config.ts';
import type { EngineLog } from './engine/settings.ts';
import { hashesOf, newApiKey } from './store/api-key.ts';
import { countUncheckable, ensureApiKey, hasApiKey } from './store/api-keys.ts';
import type { Database, Transaction } from './store/db.ts';
import { inTenant } from './store/roles.ts';
import { DEFAULT_TENANT, ensureTenant } from './store/tenants.ts';
import type { Vault } from './store/vault/vault.ts';
import { writePrivately } from './write-privately.ts';

/** Where a person finds what the first start made. */
export interface Bootstrapped {
  /** The file that holds the API key, or null: it came from the environment, or was made at another server's start. */
  readonly keyFile: string | null;
  readonly secretFile: string | null;
}

/** Makes the tenant `default`, its API key and its webhook signing secret, unless they are there. */
export async function bootstrap(
  db: Database,
  config: Config,
  { pepper, vault }: { readonly pepper: Buffer | null; readonly vault: Vault },
  now: number,
  log: EngineLog,
): Promise<Bootstrapped> {
  const keyFile = join(config.dataDir, 'api-key');
  const secretFile = join(config.dataDir, 'webhook-secret');
  return await db.transaction(async (tx) => {
    const webhook = config.webhookSecrets ?? [generateSecret()];
    const secrets = { webhook, replace: config.webhookSecrets !== null };
    const tenant = await ensureTenant(tx, vault, DEFAULT_TENANT, secrets, now);
    if (tenant.created && !config.webhookSecrets) await keep(config, secretFile, webhook[0] ?? '');
    // Now that no other server is at its first start, too.
    await agreeOnPepper(tx, config, pepper, now, log);
    const given = config.bootstrapApiKey;
    await inTenant(tx, tenant.id, async () => {
      if (given !== null) {
        const key = { tenant_id: tenant.id, name: 'bootstrap', scopes: FIRST_SCOPES };
        await ensureApiKey(tx, key, hashesOf(given, pepper), now);
      } else if (!(await hasApiKey(tx, tenant.id, now))) {
        const key = newApiKey();
        // The file first: a key that is stored and that nobody has would lock everyone out.
        await keep(config, keyFile, key);
        const first = { tenant_id: tenant.id, name: 'first', scopes: FIRST_SCOPES };
        await ensureApiKey(tx, first, hashesOf(key, pepper), now);
      }
    });
    return {
      keyFile: given === null && (await exists(keyFile)) ? keyFile : null,
      secretFile: !config.webhookSecrets && (await exists(secretFile)) ? secretFile : null,
    };
  });
}

/** Only the server that is first at a database needs a folder to write to. */
async function keep({ dataDir }: Config, file: string, secret: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await writePrivately(file, `${secret}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `the data folder ${dataDir}, where the first start leaves its API key and webhook secret, can't be written to (${reason}); mend that, or set HYDRACORE_DATA_DIR to a folder that this user may write to`,
      { cause: error },
    );
  }
}

/** The first key is the operator's. */
const FIRST_SCOPES = ['*', 'tenants:manage'];

/**
 * Sees to it that keys can be checked with this server's pepper.
 * @throws ConfigError where they were stored with another one, and other servers may have that
 */
async function agreeOnPepper(
  tx: Transaction,
  config: Config,
  pepper: Buffer | null,
  now: number,
  log: EngineLog,
): Promise<void> {
  const ways = hashesOf('', pepper).map((way) => way.hashed_with);
  const lost = await countUncheckable(tx, ways, now);
  if (lost > 0) {
    const keys = lost === 1 ? '1 API key was' : `${lost} API keys were`;
    if (config.databaseUrl !== null) {
      const found = pepper === null ? 'not set' : 'another one';
      throw new ConfigError(
        `HYDRACORE_KEY_PEPPER is ${found}, and ${keys} stored with the one that other servers have: set it to that (docs/security.md says what to do where it is lost)`,
      );
    }
    log('error', `${keys} stored with another pepper and will not work: restore key-pepper in the data folder`, {});
  }
  if (pepper === null) {
    log(
      'warn',
      'HYDRACORE_KEY_PEPPER is not set: new API keys are stored as plain SHA-256. Set it to the same on every server (32 characters or more, such as from: openssl rand -hex 32)',
      {},
    );
  }
}

async function exists(file: string): Promise<boolean> {
  return await readFile(file).then(
    () => true,
    () => false,
  );
}
