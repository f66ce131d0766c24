import { lstat, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { chownTree, closedFor, ifExists, makeOwnedDir, removeLeftovers, syncDir, uniqueName } from './files.ts';
import { findPostmaster } from './pidfile.ts';
import type { ClusterPlace, Places } from './places.ts';
import { stopPostmaster, watchPostmaster } from './postmaster.ts';
import { runAs } from './run.ts';
import { ROLE } from './settings.ts';

const TEMPORARY = 'postgres.init-';

/** Removes what an initdb left that was killed half-way. */
export async function removeHalfMade(place: ClusterPlace, places: Places): Promise<void> {
  const names = await removeLeftovers(place.home, TEMPORARY);
  if (names.length > 0) places.log('info', 'removed an unfinished database folder', { dir: place.home, names });
}

/**
 * Makes room for a new cluster outside the data folder. One that is there although no link leads to it belonged to a
 * data folder of this name that was deleted, in order to start afresh: it must not come back to life, nor be destroyed.
 */
export async function setAside(place: ClusterPlace, places: Places): Promise<void> {
  if (!place.relocated || (await ifExists(lstat(place.cluster))) === undefined) return;
  const running = await findPostmaster(place.cluster);
  if (running !== undefined) await stopPostmaster(watchPostmaster(running.pid), 'fast');
  const aside = uniqueName(`${place.cluster}.old-`);
  await rename(place.cluster, aside);
  places.log('warn', `set the database of an earlier data folder aside; remove ${aside} if nobody misses it`);
}

/**
 * Makes a new cluster: under a temporary name, then renamed, so that a folder with the right name is a whole cluster.
 * Root makes the empty folder and gives it away, since the account may not create anything in the data folder.
 */
export async function createCluster(
  place: ClusterPlace,
  places: Places,
  account: Account,
  binaries: Binaries,
  signal?: AbortSignal,
): Promise<void> {
  places.log('info', 'first start: making the database', { dir: place.cluster });
  const temporary = path.join(place.home, uniqueName(TEMPORARY));
  await makeOwnedDir(temporary, account);
  try {
    const args = [
      `--pgdata=${temporary}`,
      `--username=${ROLE}`,
      '--encoding=UTF8',
      '--locale=C',
      '--auth-local=peer',
      '--auth-host=reject',
      '--no-instructions',
    ];
    const { code, output } = await runAs(account, binaries.initdb, args, signal);
    if (code !== 0) {
      throw new EmbeddedPostgresError(
        'initdb_failed',
        `PostgreSQL could not make its database folder in ${place.home}; free what it lacks and start again. It said: ${tail(output)}`,
      );
    }
    await rename(temporary, place.cluster);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  await syncDir(place.home);
  if (place.relocated) {
    await symlink(place.cluster, path.join(places.dataDir, 'postgres'));
    await syncDir(places.dataDir);
  }
}

/** Checks that a cluster from an earlier start can be used as it is; gives it to the account if root left it. */
export async function checkCluster(place: ClusterPlace, account: Account, binaries: Binaries): Promise<void> {
  const { cluster } = place;
  const { uid } = await lstat(cluster);
  if (uid !== account.uid) {
    if (!account.switched) {
      throw new EmbeddedPostgresError(
        'cluster_foreign',
        `the database folder ${cluster} belongs to the user with uid ${uid}; start the server as that user or as root, or run chown -R ${account.name} ${cluster}`,
      );
    }
    await chownTree(cluster, account);
  }
  const closed = await closedFor(cluster, account);
  if (closed !== undefined) {
    throw new EmbeddedPostgresError(
      'cluster_unreachable',
      `PostgreSQL runs as user ${account.name}, who can't enter ${closed} and so not reach the database folder ${cluster}; run chmod o+x ${closed}, or move the data folder`,
    );
  }
  const made = (await ifExists(readFile(path.join(cluster, 'PG_VERSION'), 'utf8')))?.trim();
  if (made === undefined) {
    throw new EmbeddedPostgresError(
      'cluster_damaged',
      `${cluster} is not a PostgreSQL folder (PG_VERSION is missing); bring it back from a backup, or move it away to start with an empty database`,
    );
  }
  if (Number(made) !== binaries.major) {
    throw new EmbeddedPostgresError(
      'version_mismatch',
      `the database folder ${cluster} was made by PostgreSQL ${made}, and this server brings PostgreSQL ${binaries.version}; dump it with the earlier release and restore it here (docs/configuration.md), or go back to that release`,
    );
  }
}

/** The last lines of what a program said, on one. */
export function tail(output: string, lines = 6): string {
  return output.trim().split('\n').slice(-lines).join(' | ') || '(nothing)';
}
