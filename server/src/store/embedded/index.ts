/**
 * The embedded PostgreSQL: makes, starts, adopts and stops a database of the server's own under its data folder.
 * `startEmbeddedPostgres` is the story; each step is a file.
 */
import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { SERVER_ROLE } from '../roles.ts';
import { chooseAccount } from './account.ts';
import { adoptOrStop } from './adopt.ts';
import { prepareBinaries } from './binaries.ts';
import { checkCluster, createCluster, removeHalfMade, setAside } from './cluster.ts';
import { ensureDatabase } from './database.ts';
import { launch } from './launch.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { type DataDirLock, denied, inUse, lockDataDir, lockFile } from './lock.ts';
import { type ClusterPlace, PORT, type Places, existingCluster, newCluster, socketDir } from './places.ts';
import { type Exit, type Postmaster, stopPostmaster } from './postmaster.ts';
import { ROLE, writeSettings } from './settings.ts';

export { EmbeddedPostgresError } from './errors.ts';
export { type DataDirLock, lockDataDir } from './lock.ts';

export interface EmbeddedOptions {
  /** HYDRACORE_DATA_DIR, absolute. */
  readonly dataDir: string;
  /** The folder's lock if the caller has it already; it stays the caller's to release. */
  readonly lock?: DataDirLock;
  /** The bin folder of another PostgreSQL, for tests. */
  readonly binaries?: string;
  /** Root's folder for what the database's user can't reach elsewhere; another for tests. */
  readonly systemDir?: string;
  log(level: 'info' | 'warn' | 'error', message: string, data?: Record<string, unknown>): void;
  /** Further lines of postgresql.conf; they win over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Gives up making a database, the one step that can take long, when aborted. */
  readonly signal?: AbortSignal;
}

export interface EmbeddedPostgres {
  readonly connection: { host: string; port: number; user: 'hydracore'; database: 'hydracore' };
  /** `18.4` */
  readonly version: string;
  readonly pid: number;
  /** The connection as a URL for `pg`: of the superuser, to set the database up. */
  readonly url: string;
  /** The same of the role that the server works as, once that is made (store/roles). */
  readonly serverUrl: string;
  /** Resolves if the postmaster ends without `stop`. */
  readonly exited: Promise<Exit>;
  /** Ends it and waits for that; a second call joins the first, `immediate` hurries it. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

/** Gives the server its database: takes the folder, makes the cluster if there is none, starts or adopts PostgreSQL. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const lock = options.lock ?? (await lockDataDir(options.dataDir));
  const release: (() => Promise<void> | void)[] = options.lock === undefined ? [async () => lock.release()] : [];
  const places: Places = {
    dataDir: lock.dir,
    systemDir: options.systemDir ?? '/var/lib/hydracore',
    log: (level, message, data) => options.log(level, message, data),
  };
  try {
    const existing = await existingCluster(places);
    const account = await chooseAccount(existing?.owner);
    const binaries = await prepareBinaries(options.binaries, account, places);
    const place = existing ?? (await newCluster(places, account));
    if (place.relocated) release.unshift(lockRelocated(place));
    await removeHalfMade(place, places);
    if (existing === undefined) {
      await setAside(place, places);
      await createCluster(place, places, account, binaries, options.signal);
    }
    await checkCluster(place, account, binaries);
    const socket = await socketDir(place, account);
    const changed = await writeSettings(place.cluster, socket, account, options.settings ?? {});
    const postmaster =
      (await adoptOrStop(place.cluster, socket, binaries, changed, places)) ??
      (await launch(place.cluster, socket, account, binaries, places));
    if (path.dirname(socket) !== place.home) release.unshift(() => rmdir(socket).catch(() => undefined));
    try {
      await ensureDatabase(socket);
    } catch (error) {
      await stopPostmaster(postmaster, 'fast');
      throw error;
    }
    return supervise(postmaster, socket, binaries.version, () => releaseAll(release));
  } catch (error) {
    await releaseAll(release);
    throw explained(error, lock.dir);
  }
}

/** What no step foresaw: the system refused a file operation, or PostgreSQL a statement. */
function explained(error: unknown, dir: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  if (error instanceof Error && 'syscall' in error) return denied(dir, error);
  const reason = error instanceof Error ? error.message : String(error);
  const message = `PostgreSQL could not be set up (${reason}); look at ${path.join(dir, 'postgres.log')}`;
  return new EmbeddedPostgresError('start_failed', message, { cause: error });
}

function supervise(
  postmaster: Postmaster,
  host: string,
  version: string,
  release: () => Promise<void>,
): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  let immediate: Promise<void> | undefined;
  const end = async (mode: 'fast' | 'immediate') => stopPostmaster(postmaster, mode);
  return {
    connection: { host, port: PORT, user: ROLE, database: ROLE },
    version,
    pid: postmaster.pid,
    url: urlOf(ROLE, host),
    serverUrl: urlOf(SERVER_ROLE, host),
    exited: new Promise((resolve) => {
      void postmaster.gone.then((exit) => stopping ?? resolve(exit));
    }),
    async stop(mode = 'fast') {
      if (stopping !== undefined && mode === 'immediate') immediate ??= end(mode);
      stopping ??= end(mode).then(release);
      await Promise.all([stopping, immediate]);
    },
  };
}

function urlOf(role: string, host: string): string {
  return `postgresql://${role}@/${ROLE}?host=${encodeURIComponent(host)}&port=${PORT}`;
}

/** The data folder's lock does not cover a cluster elsewhere: a copy of the data folder has a link to it too. */
function lockRelocated(place: ClusterPlace): () => void {
  const handle = lockFile(`${place.home}.lock`, path.dirname(place.home));
  if (handle === undefined) throw inUse(place.cluster);
  return () => handle.close();
}

async function releaseAll(release: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const step of release) await step();
}
