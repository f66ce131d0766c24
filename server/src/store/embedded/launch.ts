import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { tail } from './cluster.ts';
import { waitUntilReady } from './database.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { disarmStalePid } from './pidfile.ts';
import { PORT, type Places } from './places.ts';
import { type Postmaster, logSince, rotateLog, spawnPostmaster, stopPostmaster } from './postmaster.ts';

const REPORT_EVERY_MS = 10_000;
/** How long backends of a killed postmaster may take to notice. */
const REMAINS_ATTEMPTS = 20;
const REMAINS_PAUSE_MS = 500;

/** Starts PostgreSQL on a cluster that none runs on, and waits until it takes connections. */
export async function launch(
  cluster: string,
  socketDir: string,
  account: Account,
  binaries: Binaries,
  places: Places,
): Promise<Postmaster> {
  const logFile = path.join(places.dataDir, 'postgres.log');
  await disarmStalePid(cluster, account);
  // The socket's own pid file has the same trap, and nothing but the pid in it.
  for (const suffix of ['', '.lock']) await rm(path.join(socketDir, `.s.PGSQL.${PORT}${suffix}`), { force: true });
  for (let attempt = 1; ; attempt++) {
    const offset = await rotateLog(logFile);
    const postmaster = await spawnPostmaster(account, binaries, cluster, logFile);
    if (await becomesReady(postmaster, cluster, socketDir, places)) return postmaster;
    const said = await logSince(logFile, offset);
    // Backends of a postmaster that was killed still have its memory; they end by themselves.
    if (/pre-existing shared memory block/.test(said) && attempt < REMAINS_ATTEMPTS) {
      await sleep(REMAINS_PAUSE_MS);
      continue;
    }
    throw new EmbeddedPostgresError(
      'start_failed',
      `PostgreSQL did not start; mend the cause and start again. It said: ${tail(said)} (all of it is in ${logFile})`,
    );
  }
}

/** Waits as long as PostgreSQL lives: after a crash it may have minutes of its log to replay. */
async function becomesReady(
  postmaster: Postmaster,
  cluster: string,
  socketDir: string,
  places: Places,
): Promise<boolean> {
  let gone = false;
  void postmaster.gone.then(() => (gone = true));
  const report = setInterval(() => {
    places.log('info', 'PostgreSQL is still starting, probably replaying its log after a crash');
  }, REPORT_EVERY_MS);
  try {
    return await waitUntilReady(cluster, postmaster.pid, socketDir, () => gone);
  } catch (cause) {
    await stopPostmaster(postmaster, 'fast');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddedPostgresError(
      'start_failed',
      `PostgreSQL started but refuses the server (${reason}); look at ${path.join(places.dataDir, 'postgres.log')}`,
      { cause },
    );
  } finally {
    clearInterval(report);
  }
}
