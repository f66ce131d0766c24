import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError, errorCode } from './errors.ts';
import { ifExists } from './files.ts';
import { processStamp } from './process.ts';
import { spawnAs, switchDenied } from './run.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A running postmaster: our child, or one adopted from a server that was killed. */
export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process is gone, for whatever reason. */
  readonly gone: Promise<Exit>;
  /** Keeps this process alive until the postmaster is gone; otherwise waiting for it does not. */
  hold(): void;
}

const LOG_LIMIT = 10 * 1024 * 1024;
const ADOPTED_POLL_MS = 100;

/**
 * Starts PostgreSQL in a session of its own: Ctrl-C at the terminal reaches every process of the server's group, and
 * the server must finish its work before the database goes. Its output goes to a file, since a pipe would break with
 * the server and take down a PostgreSQL that outlives it.
 */
export async function spawnPostmaster(
  account: Account,
  binaries: Binaries,
  cluster: string,
  logFile: string,
): Promise<Postmaster> {
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(binaries.postgres, ['-D', cluster], {
      ...spawnAs(account),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const gone = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(switchDenied(error, account)));
    });
    child.unref();
    return { pid: child.pid ?? 0, gone, hold: () => child.ref() };
  } finally {
    await log.close();
  }
}

/** Watches a postmaster that is not our child: the system tells its parent alone, so its pid is polled. */
export function watchPostmaster(pid: number): Postmaster {
  const stamp = processStamp(pid);
  let poll: NodeJS.Timeout | undefined;
  const gone = new Promise<Exit>((resolve) => {
    poll = setInterval(() => {
      if (stamp !== undefined && processStamp(pid) === stamp) return;
      clearInterval(poll);
      resolve({ code: null, signal: null });
    }, ADOPTED_POLL_MS).unref();
  });
  return { pid, gone, hold: () => poll?.ref() };
}

/** Signals to end a postmaster with, each after the one before had its time. */
const ESCALATION: readonly (readonly [signal: NodeJS.Signals, waitMs: number])[] = [
  // Fast: ends the connections, writes everything out.
  ['SIGINT', 10_000],
  // Immediate: nothing is lost, the next start replays the log.
  ['SIGQUIT', 10_000],
  ['SIGKILL', 5_000],
];

/** Stops a postmaster and waits until it is gone. */
export async function stopPostmaster(
  postmaster: Postmaster,
  mode: 'fast' | 'immediate',
  escalation = ESCALATION,
): Promise<void> {
  let gone = false;
  const whenGone = postmaster.gone.then(() => (gone = true));
  postmaster.hold();
  for (const [signal, waitMs] of mode === 'fast' ? escalation : escalation.slice(1)) {
    if (!gone) send(postmaster.pid, signal);
    const waiting = new AbortController();
    await Promise.race([whenGone, sleep(waitMs, undefined, { signal: waiting.signal }).catch(() => undefined)]);
    waiting.abort();
    if (gone) return;
  }
  throw new EmbeddedPostgresError(
    'stop_failed',
    `PostgreSQL (pid ${postmaster.pid}) does not stop; look at its log and end it by hand`,
  );
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone between the look and the signal.
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** Starts a new log when the last one grew long; one earlier log is kept. Answers where the new entries begin. */
export async function rotateLog(logFile: string): Promise<number> {
  const size = (await ifExists(stat(logFile)))?.size ?? 0;
  if (size <= LOG_LIMIT) return size;
  await rm(`${logFile}.1`, { force: true });
  await rename(logFile, `${logFile}.1`);
  return 0;
}

/** What the log says since an offset, its last 8 kB. */
export async function logSince(logFile: string, offset: number): Promise<string> {
  return (await readFile(logFile)).subarray(offset).toString().slice(-8192);
}
