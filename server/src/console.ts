import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFolder } from '../../console/build/sources.ts';
import type { ConsoleFile, ConsoleState } from './http/console.ts';

const BUILD = fileURLToPath(new URL('../../console/build/build.ts', import.meta.url));

/** A build takes seconds; one that takes so long hangs. */
const MOST_MS = 180_000;

/** The end of what a build said: enough to see why it failed. */
const SHOWN = 4_000;

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Where the console's build is, and how it is made. Tests have their own. */
export interface ConsoleBuild {
  readonly folder: () => Promise<string>;
  readonly script: string;
}

/**
 * The console, for the page at `/`. Nobody waits for it: where there is no build of the sources as they are, a process of
 * its own makes one (vite stays out of this one's memory), and the page says so until then.
 * @param say a line for who started the server
 */
export function startConsole(
  stop: AbortSignal,
  say: (line: string, problem?: string) => void,
  { folder, script }: ConsoleBuild = { folder: buildFolder, script: BUILD },
): () => ConsoleState {
  let state: ConsoleState = { kind: 'building' };
  const open = async () => {
    const path = await folder();
    const there = await read(path);
    if (there) return there;
    say('the console is being built: a few seconds, once for each version');
    await build(script, stop);
    const built = await read(path);
    if (!built) throw new Error(`there is no ${path} after the build`);
    return built;
  };
  void open().then(
    (opened) => (state = opened),
    (error: unknown) => {
      if (stop.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      state = { kind: 'failed', reason };
      say('the console could not be built; the API works without it', reason);
    },
  );
  return () => state;
}

async function build(script: string, signal: AbortSignal): Promise<void> {
  // Nothing of the server's environment: there are secrets in it.
  const child = spawn(process.execPath, [script], { env: { NODE_ENV: 'production' }, signal, timeout: MOST_MS });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-SHOWN)));
  }
  const [code, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code !== 0) throw new Error(said.trim() || `the build ended with ${code ?? by}`);
}

/** A build in memory, one or two megabytes: whatever becomes of the files, this server sends what it began with. */
async function read(folder: string): Promise<ConsoleState | undefined> {
  const page = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null);
  if (page === null) return undefined;
  const names = await readdir(join(folder, 'console'));
  const bytes = new Map(
    await Promise.all(
      names.map(async (name) => [name, new Uint8Array(await readFile(join(folder, 'console', name)))] as const),
    ),
  );
  const files = names
    .filter((name) => TYPES[extname(name)] !== undefined)
    .map((name) => [`/console/${name}`, fileOf(name, bytes)] as const);
  return { kind: 'ready', page, files: new Map(files) };
}

function fileOf(name: string, bytes: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): ConsoleFile {
  const body = bytes.get(name) ?? new Uint8Array();
  const [br, gzip] = [bytes.get(`${name}.br`), bytes.get(`${name}.gz`)];
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`,
    body,
    encoded: { ...(br && { br }), ...(gzip && { gzip }) },
    isHashed: /-[\w-]{8}\.\w+$/.test(name),
  };
}
