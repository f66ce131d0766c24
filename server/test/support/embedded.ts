/** What the supervisor's tests share: folders that go away, servers in processes of their own, bounded waits. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach } from 'vitest';
import { packagedBin } from '../../src/store/embedded/binaries.ts';
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { findPostmaster } from '../../src/store/embedded/pidfile.ts';
import { stopPostmaster, watchPostmaster } from '../../src/store/embedded/postmaster.ts';

/** The other PostgreSQL that the same tests run on. */
export const otherBinaries = process.env['HYDRACORE_TEST_POSTGRES_BIN'] || undefined;

/** Undone after each test, last first. */
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  const failures: unknown[] = [];
  for (const cleanup of cleanups.splice(0).toReversed()) {
    await cleanup().catch((error: unknown) => failures.push(error));
  }
  // One that fails must not leave a PostgreSQL of the others running.
  if (failures.length > 0) throw new AggregateError(failures, 'cleaning up failed');
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

/** A copy of the npm package as npm unpacks it: without symbolic links. Answers its native folder. */
export async function unpackedPackage(mode = 0o755): Promise<string> {
  const root = path.join(await scratch(), 'package');
  await mkdir(root, { mode });
  const original = path.resolve(packagedBin(), '../..');
  // Hard links are enough, and fast, on the same file system.
  for (const name of ['package.json', 'native']) {
    const args = [path.join(original, name), root];
    await run('cp', '-al', ...args).catch(async () => run('cp', '-a', ...args));
  }
  await run('find', path.join(root, 'native/lib'), '-type', 'l', '-delete');
  return path.join(root, 'native');
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

/** Starts the supervisor in a process of its own (embedded-server.ts), as another user if root says so. */
export function runServer(
  mode: 'lock' | 'start' | 'write' | 'query',
  dataDir: string,
  options: { uid?: number; gid?: number; binaries?: string } = {},
): Server {
  const script = fileURLToPath(new URL('./embedded-server.ts', import.meta.url));
  const user = options.uid === undefined ? '' : `${options.uid}:${options.gid ?? options.uid}`;
  const child = spawn(process.execPath, [script, mode, dataDir, options.binaries ?? otherBinaries ?? '', user], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process group of its own: a test can be its terminal.
    detached: true,
    cwd: '/',
  });
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
