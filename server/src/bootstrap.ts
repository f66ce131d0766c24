import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSecret } from './actions/signature.ts';
import type { Config } from './config.ts';
import { hashKey } from './http/auth.ts';
import { newApiKey } from './store/api-key.ts';
import type { Database } from './store/db.ts';
import { ensureApiKey, ensureTenant, hasApiKey } from './store/tenants.ts';

/** Where a person finds what the first start made. */
export interface Bootstrapped {
  /** The file that holds the API key, or null: it came from the environment, or was made at another server's start. */
  readonly keyFile: string | null;
  readonly secretFile: string | null;
}

/** Makes the tenant `default`, its API key and its webhook signing secret, unless they are there. */
export async function bootstrap(db: Database, config: Config, now: number): Promise<Bootstrapped> {
  const keyFile = join(config.dataDir, 'api-key');
  const secretFile = join(config.dataDir, 'webhook-secret');
  await mkdir(config.dataDir, { recursive: true });
  return await db.transaction(async (tx) => {
    const webhook = config.webhookSecrets ?? [generateSecret()];
    const tenant = await ensureTenant(tx, 'default', { webhook, replace: config.webhookSecrets !== null }, now);
    if (tenant.created && !config.webhookSecrets) await writePrivately(secretFile, `${webhook[0]}\n`);
    const given = config.bootstrapApiKey;
    if (given !== null) {
      await ensureApiKey(
        tx,
        { tenant_id: tenant.id, name: 'bootstrap', hash: hashKey(given), scopes: FIRST_SCOPES },
        now,
      );
    } else if (!(await hasApiKey(tx, tenant.id))) {
      const key = newApiKey();
      // The file first: a key that is stored and that nobody has would lock everyone out.
      await writePrivately(keyFile, `${key}\n`);
      await ensureApiKey(tx, { tenant_id: tenant.id, name: 'first', hash: hashKey(key), scopes: FIRST_SCOPES }, now);
    }
    return {
      keyFile: given === null && (await exists(keyFile)) ? keyFile : null,
      secretFile: !config.webhookSecrets && (await exists(secretFile)) ? secretFile : null,
    };
  });
}

/** The first key is the operator's. */
const FIRST_SCOPES = ['*', 'tenants:manage'];

async function exists(file: string): Promise<boolean> {
  return await readFile(file).then(
    () => true,
    () => false,
  );
}

/** Written whole or not at all, readable by the owner alone from its first byte. */
async function writePrivately(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(draft, 0o600);
  await rename(draft, file);
}
