import { setTimeout as sleep } from 'node:timers/promises';
import { bootstrap, type Bootstrapped } from './bootstrap.ts';
import { openVault } from './open-vault.ts';
import { ClockError, type DatabaseClock } from './clock.ts';
import { ConfigError, type Config } from './config.ts';
import { followTzdb } from './engine/tzdb.ts';
import type { EngineLog } from './engine/settings.ts';
import { isAway, isDenied } from './store/db-errors.ts';
import { Database } from './store/db.ts';
import { isMigrated, migrate, SchemaError } from './store/migrate.ts';
import { makePartitions } from './store/partitions.ts';
import { checkLogin, ensureLogin, ensureRoles, type Login, RoleError } from './store/roles.ts';
import type { Vault } from './store/vault/vault.ts';

const RETRY_MS = [250, 500, 1_000, 2_000, 5_000];

/** What has to be there before a server can work. */
interface Preparation {
  readonly config: Config;
  /** What API keys are hashed with; null: nothing. */
  readonly pepper: Buffer | null;
  readonly vault: Vault;
  readonly db: Database;
  /** The database by a login that may set it up; null: `db` may. */
  readonly adminUrl: string | null;
  /** Whom the server works as, where `adminUrl` makes it. */
  readonly login: Login;
  readonly clock: DatabaseClock;
  /** Begins to work, once all is there. Should the database go away just then, all of it is tried again. */
  readonly begin: () => Promise<void>;
  readonly stop: AbortSignal;
  readonly log: EngineLog;
}

/**
 * Reaches the database, again and again with back-off while it is away; sets it up, makes what the first start makes,
 * re-plans what another time-zone database moves, and begins to work. Null when told to stop.
 * @param onAway told of each try that failed
 * @throws ConfigError where its roles, or its schema, are not as they have to be
 */
export async function prepareDatabase(
  preparation: Preparation,
  onAway: (error: unknown) => void,
): Promise<Bootstrapped | null> {
  const { config, pepper, vault, db, clock, begin, stop, log } = preparation;
  for (let attempt = 0; !stop.aborted; attempt += 1) {
    let reached = false;
    try {
      await setUp(preparation, () => (reached = true));
      await checkLogin(db);
      await clock.sync();
      const engine = db.as('hydracore_engine');
      await makePartitions(engine, clock.now());
      const made = await bootstrap(db.as('hydracore_operator'), config, { pepper, vault }, clock.now(), log);
      await followTzdb(engine, clock.now(), log);
      await begin();
      return made;
    } catch (error) {
      if (error instanceof RoleError || error instanceof SchemaError)
        throw new ConfigError(error.message, { cause: error });
      // Once it has answered, only its going away again, or a clock that is set, is worth another try: a wrong schema stays wrong.
      if (reached && !isAway(error) && !(error instanceof ClockError)) throw error;
      onAway(error);
      await sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)], undefined, { signal: stop }).catch(() => undefined);
    }
  }
  return null;
}

/** Schema, roles, the login of the server, and the encryption of what is secret. */
async function setUp({ config, db, adminUrl, login, vault, log }: Preparation, reached: () => void): Promise<void> {
  const admin = adminUrl === null ? null : new Database({ url: adminUrl, poolSize: 1, onError: () => undefined });
  try {
    const owner = admin ?? db;
    const migrated = await mayRead(owner, () => isMigrated(owner));
    reached();
    // Not without need: a connection that waits for ever, made while the network is down one way, would do so.
    if (!migrated) await migrateWithoutHaste(owner);
    if (admin) {
      await admin.transaction(async (tx) => {
        await ensureRoles(tx);
        await ensureLogin(tx, login);
      });
    }
    await openVault(owner, vault, config, log);
  } finally {
    await admin?.close();
  }
}

/** @throws RoleError where the login is not the owner's, and none that is was given: that does not change by waiting */
async function mayRead<T>(db: Database, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isDenied(error)) throw error;
    const [self] = await db.query<{ name: string }>('SELECT session_user::text AS name');
    throw new RoleError(
      `the login ${self?.name} may not read the schema of the database, which another one made: set HYDRACORE_DATABASE_ADMIN_URL to the owner's, or a superuser's; each server needs it at its start`,
      { cause: error },
    );
  }
}

/** Migrations may take longer than any other statement: they get a connection that waits for them. */
export async function migrateWithoutHaste(db: Database): Promise<string[]> {
  const patient = db.withoutTimeout();
  try {
    return await migrate(patient);
  } finally {
    await patient.close();
  }
}
