import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { run } from '../src/program.ts';

const BIN = fileURLToPath(new URL('../bin/hydracore.js', import.meta.url));

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads; nothing, when absent. */
  readonly input?: string;
  /** Somebody sits at a terminal so wide; only within this process. */
  readonly terminal?: number | undefined;
  /** What is told on the standard error goes elsewhere. */
  readonly blind?: boolean;
  /** Which Node starts it; ours, when absent. */
  readonly node?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line as a process, as its bin does. What it says so far can be read, and it can be ended. */
export function start(args: readonly string[], { cwd, env, input, node = process.execPath }: Surroundings = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HYDRACORE_|FORCE_COLOR|NO_COLOR)/.test(name));
  const child = spawn(node, [BIN, ...args], { cwd, env: { ...Object.fromEntries(inherited), ...env } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  child.stdin.on('error', () => undefined).end(input ?? '');
  const ended = (once(child, 'close') as Promise<[number | null]>).then(([code]): Ended => ({ code, ...said }));
  return { child, said, ended };
}

/** Runs the process to its end. */
export async function hydracore(args: readonly string[], around: Surroundings = {}): Promise<Ended> {
  return await start(args, around).ended;
}

/** The Node that installed us: the one in PATH outside of node_modules. */
export async function installingNode(): Promise<string> {
  for (const place of (process.env['PATH'] ?? '').split(delimiter).filter((one) => !one.includes('node_modules'))) {
    const file = join(place, 'node');
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  throw new Error('there is no Node in PATH but ours');
}

/** The same command line within this process: what it says so far can be read, it can be typed at, and it can be ended. */
export function startWithin(
  args: readonly string[],
  { cwd = '/', env = {}, input = '', terminal, blind }: Surroundings,
  now: () => number,
) {
  const said = { stdout: '', stderr: '' };
  const stopping = new AbortController();
  const keyboard = new PassThrough();
  const tty = terminal === undefined ? {} : { isTTY: true, columns: terminal };
  const piped = Readable.from(Buffer.from(input), { objectMode: false });
  const ended = run(args, {
    out: { ...tty, write: (text) => (said.stdout += text) },
    err: { ...(blind === true ? {} : tty), write: (text) => (said.stderr += text) },
    input: terminal === undefined ? piped : Object.assign(keyboard, { isTTY: true }),
    env,
    cwd,
    now,
    stop: stopping.signal,
  }).then((code): Ended => ({ code, ...said }));
  const type = (keys: string) => void keyboard.write(keys);
  return { said, ended, type, stop: () => stopping.abort(new Error('stopped')) };
}

/** Where nobody answers: each connection is closed at once. A port that is merely free may be another's a moment later. */
export async function nowhere(): Promise<string> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
