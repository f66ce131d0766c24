import { spawn } from 'node:child_process';
import type { Account } from './account.ts';
import { EmbeddedPostgresError, errorCode } from './errors.ts';

/**
 * What every process of PostgreSQL gets, and nothing of ours: no secret of the server's environment reaches it, no
 * PG* variable or locale of the machine changes it.
 */
const PROCESS_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

/** The options of a spawn as the account, from a folder that every account can be in. */
export function spawnAs(account: Account) {
  const identity = account.switched ? { uid: account.uid, gid: account.gid } : {};
  return { cwd: '/', env: PROCESS_ENV, ...identity };
}

/**
 * Runs a program to its end as the account; answers its exit code and the last 8 kB of what it said. An aborted signal
 * ends it first, and then rejects: what it was writing is at rest.
 */
export async function runAs(
  account: Account,
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-8192);
    };
    const child = spawn(program, args, { ...spawnAs(account), stdio: ['ignore', 'pipe', 'pipe'] });
    const end = () => child.kill();
    signal?.addEventListener('abort', end, { once: true });
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => reject(switchDenied(error, account)));
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve({ code, output });
    });
  });
}

/** Says what EPERM at a spawn means: root without the right to become someone else, as in a hardened container. */
export function switchDenied(error: Error, account: Account): Error {
  if (errorCode(error) !== 'EPERM' || !account.switched) return error;
  return new EmbeddedPostgresError(
    'account_denied',
    `PostgreSQL does not run as root, and this root may not become the user ${account.name} (CAP_SETUID is missing); start the server as a normal user, or set HYDRACORE_DATABASE_URL`,
    { cause: error },
  );
}
