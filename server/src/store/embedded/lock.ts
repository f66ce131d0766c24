import { chmod, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError, errorCode } from './errors.ts';
import { isRoot } from './account.ts';

/** One server's hold on a folder. The kernel drops it when the process dies, however it dies. */
export interface DataDirLock {
  /** The folder with every symbolic link resolved. */
  readonly dir: string;
  release(): Promise<void>;
}

/**
 * Makes the data folder if need be and takes it for this process; refuses with `data_dir_in_use` if another live
 * process (or another caller in this one) has it.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const dir = await prepareDataDir(dataDir);
  const pidFile = path.join(dir, 'server.pid');
  const handle = lockFile(path.join(dir, 'server.lock'), dir);
  if (handle === undefined) throw inUse(dir, await holder(pidFile));
  try {
    await writeFile(pidFile, `${process.pid}\n`);
  } catch (cause) {
    handle.close();
    throw denied(dir, cause);
  }
  return { dir, release: async () => handle.close() };
}

export interface HeldFile {
  close(): void;
}

/** An open lock: it must stay referenced, since a collected database closes its file and with it drops the lock. */
const held = new Set<DatabaseSync>();

/**
 * Takes an exclusive lock on a file, or returns undefined if someone has it.
 *
 * Node has no flock; SQLite, which Node brings, locks its file with fcntl. That lock is the kernel's: nothing stale
 * can stay behind a SIGKILL, two takers can't both win, it holds between containers that share the folder, and child
 * processes do not inherit it. (A pid file needs a race-free guess about dead pids; a listening socket in the folder
 * needs an unlink that can hit a live one, and hits the 100-byte limit.) Nothing else may open the file: closing any
 * other descriptor of it in this process would drop the lock.
 */
export function lockFile(file: string, dir: string): HeldFile | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    const SQLITE_BUSY = 5;
    if (typeof cause === 'object' && cause !== null && 'errcode' in cause && cause.errcode === SQLITE_BUSY) {
      return undefined;
    }
    throw denied(dir, new Error(`${file}: ${String(cause)}`, { cause }));
  }
  const taken = database;
  held.add(taken);
  return {
    close() {
      if (held.delete(taken)) taken.close();
    },
  };
}

async function prepareDataDir(dataDir: string): Promise<string> {
  if (!path.isAbsolute(dataDir)) {
    throw new EmbeddedPostgresError('data_dir_invalid', `HYDRACORE_DATA_DIR must be an absolute path, not ${dataDir}`);
  }
  try {
    const made = await mkdir(dataDir, { recursive: true });
    // For root, PostgreSQL runs as another account, which must be able to pass through; nobody else may list it.
    if (made !== undefined) await chmod(dataDir, isRoot() ? 0o711 : 0o700);
    return await realpath(dataDir);
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST' || errorCode(cause) === 'ENOTDIR') {
      const message = `${dataDir} is not a folder; set HYDRACORE_DATA_DIR to one`;
      throw new EmbeddedPostgresError('data_dir_invalid', message, { cause });
    }
    throw denied(dataDir, cause);
  }
}

/** The refusal of a folder, with the system's reason: no right, no room, a read-only file system. */
export function denied(dir: string, cause: unknown): EmbeddedPostgresError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EmbeddedPostgresError(
    'data_dir_denied',
    `the data folder ${dir} can't be used (${reason}); mend that, or set HYDRACORE_DATA_DIR to a folder that this user may write to`,
    { cause },
  );
}

/** The pid of the server that has the folder, if it can be known. */
async function holder(pidFile: string): Promise<string | undefined> {
  // The other server has the lock for an instant before it has written its pid.
  for (let attempt = 0; attempt < 10; attempt++) {
    if (attempt > 0) await sleep(20);
    const pid = (await readFile(pidFile, 'utf8').catch(() => '')).trim();
    if (pid !== '') return pid;
  }
  return undefined;
}

/** The refusal of a second server. */
export function inUse(dir: string, pid?: string): EmbeddedPostgresError {
  const who = pid === undefined ? 'another HydraCore server' : `another HydraCore server (pid ${pid})`;
  return new EmbeddedPostgresError(
    'data_dir_in_use',
    `${who} is using ${dir}; stop it, or give this one its own HYDRACORE_DATA_DIR`,
  );
}
