import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { identify, waitUntilReady } from './database.ts';
import { findPostmaster, type RunningPostmaster } from './pidfile.ts';
import type { Places } from './places.ts';
import { type Postmaster, stopPostmaster, watchPostmaster } from './postmaster.ts';

const READY_WITHIN_MS = 10_000;

/**
 * Deals with the PostgreSQL that a killed server left running. It is adopted if it is what a start would bring up:
 * same program, same settings, taking connections. Otherwise it is stopped, which loses nothing either.
 */
export async function adoptOrStop(
  cluster: string,
  socketDir: string,
  binaries: Binaries,
  settingsChanged: boolean,
  places: Places,
): Promise<Postmaster | undefined> {
  const running = await findPostmaster(cluster);
  if (running === undefined) return undefined;
  const postmaster = watchPostmaster(running.pid);
  const reason = settingsChanged ? 'its settings changed' : await unfit(running, cluster, socketDir, binaries);
  if (reason === undefined) {
    places.log('info', 'took over the PostgreSQL that an earlier server left running', { pid: running.pid });
    return postmaster;
  }
  places.log('info', 'stopping the PostgreSQL that an earlier server left running', { pid: running.pid, reason });
  await stopPostmaster(postmaster, 'fast');
  return undefined;
}

/** Why the running PostgreSQL can't be taken as it is; undefined if it can. */
async function unfit(
  running: RunningPostmaster,
  cluster: string,
  socketDir: string,
  binaries: Binaries,
): Promise<string | undefined> {
  if (running.socketDir !== socketDir) return 'its socket is elsewhere';
  if (running.program !== undefined && running.program !== binaries.postgres) return 'its programs were replaced';
  const waiting = new AbortController();
  let late = false;
  void sleep(READY_WITHIN_MS, undefined, { signal: waiting.signal }).then(
    () => (late = true),
    () => undefined,
  );
  try {
    if (!(await waitUntilReady(cluster, running.pid, socketDir, () => late))) return 'it takes no connections';
    const { cluster: serves, version } = await identify(socketDir);
    if (serves !== cluster) return `it serves ${serves}`;
    return version === binaries.version ? undefined : `it is version ${version}`;
  } catch (error) {
    return `it refuses us: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    waiting.abort();
  }
}
