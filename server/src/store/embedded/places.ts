import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readlink, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Account } from './account.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { closedFor, ifExists, isEmptyDir, makeOwnedDir } from './files.ts';

/** What a start knows before it has decided anything. */
export interface Places {
  /** Absolute, with symbolic links resolved. */
  readonly dataDir: string;
  /** The folder of root for what the account can't reach in the data folder or the project. */
  readonly systemDir: string;
  log(level: 'info' | 'warn' | 'error', message: string, data?: Record<string, unknown>): void;
}

/** Where the cluster is, or will be. */
export interface ClusterPlace {
  /** The folder around it, on the same file system, that temporary siblings go to. */
  readonly home: string;
  readonly cluster: string;
  /** True if it is in root's folder, and the data folder holds a symbolic link to it. */
  readonly relocated: boolean;
}

/** The name of the cluster's folder, or of the link to it. */
const NAME = 'postgres';
/** PostgreSQL's socket is `.s.PGSQL.5432` in its folder; the kernel's limit for the whole is 103 bytes on macOS. */
export const PORT = 5432;
const SOCKET_PATH_LIMIT = 100;

/** The cluster that an earlier start left, by the folder or the link in the data folder. */
export async function existingCluster(places: Places): Promise<(ClusterPlace & { owner: number }) | undefined> {
  const entry = path.join(places.dataDir, NAME);
  const found = await ifExists(lstat(entry));
  if (found === undefined) return undefined;
  if (!found.isSymbolicLink()) {
    // An empty folder is what a volume or a careful hand puts there: the new cluster replaces it.
    if (await isEmptyDir(entry)) return undefined;
    return { home: places.dataDir, cluster: entry, relocated: false, owner: found.uid };
  }
  const cluster = await ifExists(realpath(entry));
  if (cluster === undefined) {
    // Starting an empty database here would look like the loss of everything.
    throw new EmbeddedPostgresError(
      'cluster_missing',
      `the database folder ${await readlink(entry)}, which ${entry} points to, is gone; bring it back, or remove the link to start with an empty database`,
    );
  }
  const { uid } = await lstat(cluster);
  // A link that someone made by hand leads to a folder whose surroundings are not ours.
  const ours = path.dirname(path.dirname(cluster)) === places.systemDir;
  return { home: ours ? path.dirname(cluster) : places.dataDir, cluster, relocated: ours, owner: uid };
}

/** The place for a new cluster: the data folder or, where the account can't reach that, a folder of its own. */
export async function newCluster(places: Places, account: Account): Promise<ClusterPlace> {
  const closed = await closedFor(places.dataDir, account);
  if (closed === undefined) {
    return { home: places.dataDir, cluster: path.join(places.dataDir, NAME), relocated: false };
  }
  const home = path.join(await systemDir(places), shortHash(places.dataDir));
  if ((await ifExists(lstat(home))) === undefined) await makeOwnedDir(home, account);
  places.log('info', `PostgreSQL runs as user ${account.name}, who can't enter ${closed}: its files are in ${home}`);
  return { home, cluster: path.join(home, NAME), relocated: true };
}

/** Root's own folder, made if need be. Anything that others can write would let them swap what root runs. */
export async function systemDir(places: Places): Promise<string> {
  const dir = places.systemDir;
  if ((await mkdir(dir, { recursive: true })) !== undefined) await chmod(dir, 0o755);
  const { uid, mode } = await lstat(dir);
  if (uid === 0 && (mode & 0o022) === 0) return dir;
  throw new EmbeddedPostgresError(
    'system_dir_unsafe',
    `${dir} must belong to root and be writable by no one else; run chown root ${dir} && chmod 755 ${dir}`,
  );
}

/**
 * The folder of the Unix socket: beside the cluster, or under the temporary folder where that path is too long for a
 * socket. Its own folder, so that its mode decides who can connect at all.
 */
export async function socketDir(place: ClusterPlace, account: Account): Promise<string> {
  const beside = path.join(place.home, 'run');
  if (fits(beside)) {
    const found = await ifExists(lstat(beside));
    // The cluster may have been another account's before; the folder holds nothing but sockets.
    if (account.switched && found?.uid !== account.uid) await rm(beside, { recursive: true, force: true });
    return ownSocketDir(beside, account);
  }
  const name = `hydracore-${shortHash(place.cluster)}`;
  for (const parent of [await realpath(tmpdir()), await realpath('/tmp')]) {
    const dir = path.join(parent, name);
    if (fits(dir) && (await closedFor(parent, account)) === undefined) return ownSocketDir(dir, account);
  }
  return ownSocketDir(path.join('/tmp', name), account);
}

function fits(dir: string): boolean {
  return Buffer.byteLength(path.join(dir, `.s.PGSQL.${PORT}`)) <= SOCKET_PATH_LIMIT;
}

async function ownSocketDir(dir: string, account: Account): Promise<string> {
  const found = await ifExists(lstat(dir));
  if (found === undefined) await makeOwnedDir(dir, account);
  else if (!found.isDirectory() || found.uid !== account.uid || (found.mode & 0o077) !== 0) {
    throw new EmbeddedPostgresError(
      'socket_dir_unsafe',
      `${dir}, the folder for PostgreSQL's socket, exists but is not a private folder of user ${account.name}; remove it`,
    );
  }
  return dir;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
