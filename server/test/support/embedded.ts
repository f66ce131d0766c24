/** What the supervisor's tests share: folders that go away, servers in processes of their own, bounded waits. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach } from 'vitest';
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { findPostmaster } from '../../src/store/embedded/pidfile.ts';
import { stopPostmaster, watchPostmaster } from '../../src/store/embedded/postmaster.ts';

/** The other PostgreSQL that the same tests run on. */
export const otherBinaries = process.env['HYDRACORE_TEST_POSTGRES_BIN'] || undefined;

/** Undone after each test, last first. */
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A folder that PostgreSQL's user can pass through. Whatever still runs on a cluster in it is stopped at the end. */
export async function scratch(prefix = 'hydracore-test-'): Promise<string> {
  const dir = await realpath(await mkdtemp(path.join(tmpdir(), prefix)));
  await chmod(dir, 0o711);
  cleanups.push(async () => {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((entry) => entry.name === 'postmaster.pid')) {
      const running = await findPostmaster(await realpath(entry.parentPath));
      if (running !== undefined) await stopPostmaster(watchPostmaster(running.pid), 'immediate');
    }
    await rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  return dir;
}

let made: Promise<string> | undefined;
afterAll(async () => {
  if (made !== undefined) await rm(path.dirname(await made), { recursive: true, force: true });
});

/** A data folder with a cluster in it, stopped: a copy of one per test file, which is faster than initdb. */
export async function dataDirWithCluster(name = 'data'): Promise<string> {
  made ??= makeCluster();
  const dataDir = path.join(await scratch(), name);
  await run('cp', '-a', await made, dataDir);
  return dataDir;
}

async function makeCluster(): Promise<string> {
  const dir = await realpath(await mkdtemp(path.join(tmpdir(), 'hydracore-made-')));
  await chmod(dir, 0o711);
  const dataDir = path.join(dir, 'data');
  await (await start(dataDir)).stop();
  return dataDir;
}

/** Runs a program that must succeed. */
export async function run(program: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(program, args);
}

export interface Started extends EmbeddedPostgres {
  /** What was logged. */
  readonly logged: string[];
}

/** Starts the supervisor in this process. */
export async function start(dataDir: string, options: Partial<EmbeddedOptions> = {}): Promise<Started> {
  const logged: string[] = [];
  const postgres = await startEmbeddedPostgres({
    dataDir,
    systemDir: path.join(path.dirname(dataDir), 'system'),
    log: (level, message) => logged.push(`${level}: ${message}`),
    ...(otherBinaries === undefined ? {} : { binaries: otherBinaries }),
    ...options,
  });
  cleanups.push(async () => postgres.stop('immediate'));
  return Object.assign(postgres, { logged });
}

export interface Server {
  readonly process: ChildProcess;
  /** The next line it prints, as JSON. */
  next(): Promise<Record<string, unknown>>;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
  readonly exited: Promise<unknown>;
}

/** Starts the supervisor in a process of its own (embedded-server.ts). */
export function runServer(
  mode: 'lock' | 'start' | 'write' | 'query',
  dataDir: string,
  options: { uid?: number; gid?: number; binaries?: string } = {},
): Server {
  const binaries = options.binaries ?? otherBinaries ?? '';
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'embedded-server.ts'), mode, dataDir, binaries],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      // A process group of its own: a test can be its terminal.
      detached: true,
      cwd: '/',
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.gid ?? options.uid }),
    },
  );
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exit;
  };
  cleanups.push(kill);
  return {
    process: child,
    kill,
    exited: exit,
    async next() {
      const line = await lines.next();
      if (line.done === true) throw new Error('the server process ended');
      return JSON.parse(line.value) as Record<string, unknown>;
    },
  };
}

/** The rows of one statement. */
export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits for a condition, at most 20 s. */
export async function until<T>(what: string, condition: () => Promise<T | undefined | false> | T | undefined | false) {
  for (let attempt = 0; attempt < 2000; attempt++) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    await sleep(10);
  }
  throw new Error(`waited 20 s in vain: ${what}`);
}

/** Runs something after the test, before its folders go. */
export function afterwards(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup);
}
