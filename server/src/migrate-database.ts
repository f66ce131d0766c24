import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig, type Config } from './config.ts';
import { createLog } from './log.ts';
import { migrateWithoutHaste } from './prepare.ts';
import { isAway } from './store/db-errors.ts';
import { Database } from './store/db.ts';
import { startEmbeddedPostgres } from './store/embedded/index.ts';
import { pendingMigrations, SchemaError } from './store/migrate.ts';
import { ensureLogin, ensureRoles, loginOf, RoleError } from './store/roles.ts';

/**
 * `npm run migrate`: brings the database to this version's schema and ends, as the start of a server would (docs/upgrade.md).
 * `--check` (or `--dry-run`) only tells what is pending; `--json` tells it to programs.
 */

const EXIT = { done: 0, failed: 1, usage: 2, unreachable: 3 } as const;

interface Result {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

async function run(config: Config, check: boolean): Promise<Result> {
  if (config.databaseUrl !== null) {
    return await bring(config.databaseAdminUrl ?? config.databaseUrl, config.databaseUrl, check);
  }
  const made = await access(join(config.dataDir, 'postgres')).then(
    () => true,
    () => false,
  );
  // Who only asks makes no database.
  if (check && !made) return { applied: [], pending: await pendingMigrations(null) };
  const log = createLog('warn');
  const embedded = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: (level, message, data) => log[level](data, message),
  });
  try {
    return await bring(embedded.url, embedded.serverUrl, check);
  } finally {
    await embedded.stop();
  }
}

/** @param serverUrl by whose login servers work: it is made, where another one migrates */
async function bring(url: string, serverUrl: string, check: boolean): Promise<Result> {
  const db = new Database({ url, poolSize: 1, onError: () => undefined });
  try {
    const pending = await pendingMigrations(db);
    if (check) return { applied: [], pending };
    const applied = pending.length === 0 ? [] : await migrateWithoutHaste(db);
    if (url !== serverUrl) {
      await db.transaction(async (tx) => {
        await ensureRoles(tx);
        await ensureLogin(tx, loginOf(serverUrl));
      });
    }
    return { applied, pending: [] };
  } finally {
    await db.close();
  }
}

function tell({ applied, pending }: Result, check: boolean): string {
  const names = check ? pending : applied;
  if (names.length === 0) return 'The database has the schema of this version: nothing to do.\n';
  const count = `${names.length} ${names.length === 1 ? 'migration' : 'migrations'}`;
  const lines = names.map((name) => `${check ? 'pending' : 'applied'} ${name}\n`).join('');
  return `${lines}${count} ${check ? 'to apply' : 'applied'}.\n`;
}

function failure(error: unknown): { readonly code: number; readonly text: string } {
  if (!(error instanceof Error)) return { code: EXIT.failed, text: String(error) };
  const { name, message } = error;
  if (error instanceof ConfigError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true) {
    return { code: EXIT.usage, text: message };
  }
  if (error instanceof SchemaError || error instanceof RoleError || name === 'EmbeddedPostgresError') {
    return { code: EXIT.failed, text: message };
  }
  if (isAway(error)) return { code: EXIT.unreachable, text: `The database does not answer: ${message}` };
  return { code: EXIT.failed, text: error.stack ?? message };
}

let code: number = EXIT.done;
try {
  const options = { check: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  const check = values.check === true || values['dry-run'] === true;
  const result = await run(readConfig(), check);
  process.stdout.write(values.json === true ? `${JSON.stringify(result)}\n` : tell(result, check));
  if (result.pending.length > 0) code = EXIT.failed;
} catch (error) {
  const { code: failed, text } = failure(error);
  process.stderr.write(`The database was not migrated.\n${text}\n`);
  code = failed;
}
process.exit(code);
