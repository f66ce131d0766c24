import { readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { ifExists, replaceOwnedFile } from './files.ts';
import { processStamp } from './process.ts';

/** What postmaster.pid says, if the process it names really is this cluster's postmaster. */
export interface RunningPostmaster {
  readonly pid: number;
  readonly socketDir: string;
  /** The program it runs, as far as the system tells: undefined also if that file was replaced. */
  readonly program: string | undefined;
}

const FILE = 'postmaster.pid';

/** The live postmaster of a cluster, by its pid file; undefined if the file is missing or stale. */
export async function findPostmaster(cluster: string): Promise<RunningPostmaster | undefined> {
  const lines = (await ifExists(readFile(path.join(cluster, FILE), 'utf8')))?.split('\n');
  // A stand-alone backend writes its pid negated.
  const pid = Math.abs(Number(lines?.[0]));
  if (!(pid > 1) || processStamp(pid) === undefined) return undefined;
  const program = await postmasterProgram(pid, cluster);
  if (program === undefined) return undefined;
  return { pid, socketDir: lines?.[4] ?? '', program: program === '' ? undefined : program };
}

/** Whether the postmaster with this pid has written that it takes connections. */
export async function saysReady(cluster: string, pid: number): Promise<boolean> {
  const lines = (await ifExists(readFile(path.join(cluster, FILE), 'utf8')))?.split('\n');
  return Number(lines?.[0]) === pid && lines?.[7]?.trim() === 'ready';
}

/**
 * Takes the pid out of a stale file whose number now belongs to an unrelated process: PostgreSQL would take that for a
 * postmaster and refuse to start. The file stays, with our pid, which PostgreSQL ignores as its parent's: by its other
 * lines it still finds out whether backends of a killed postmaster are at work, which a deleted file would hide.
 */
export async function disarmStalePid(cluster: string, account: Account): Promise<void> {
  const file = path.join(cluster, FILE);
  const content = await ifExists(readFile(file, 'utf8'));
  if (content === undefined) return;
  const [, ...rest] = content.split('\n');
  await replaceOwnedFile(file, [process.pid, ...rest].join('\n'), account);
}

/** The program of a process that is this cluster's postmaster ('' if the system doesn't say), else undefined. */
async function postmasterProgram(pid: number, cluster: string): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('/bin/ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
      stdout: '',
    }));
    return stdout.includes('postgres') && stdout.includes(cluster) ? '' : undefined;
  }
  // A postmaster's working folder is its cluster; so is its children's, whose command line is a title.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')[0] ?? '';
  if (folder !== cluster || !/(^|\/)(postgres|postmaster)$/.test(command)) return undefined;
  return readlink(`/proc/${pid}/exe`).catch(() => '');
}
