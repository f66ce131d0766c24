import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './waiting.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** How a server is started. Whatever is not given is as a user finds it, but for the port: a free one. */
export interface ServerOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The server of another folder. */
  readonly main?: string;
}

/** The end of a process. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the start of the wait for it, in ms. */
  readonly after: number;
}

/** An answer of the API: the body as it was parsed. */
export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what they expect to be there
  readonly body: any;
}

/** A real server process, as `npm start` starts it. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly #env: Readonly<Record<string, string>>;
  readonly #cwd: string;
  #stdout = '';
  #stderr = '';
  #url: string | undefined;
  #key: string | undefined;

  constructor(options: ServerOptions = {}) {
    this.#cwd = options.cwd ?? process.cwd();
    this.#env = { HYDRACORE_PORT: '0', ...options.env };
    // Nothing of this machine's own configuration reaches the server under test.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HYDRACORE_'));
    this.child = spawn(process.execPath, [options.main ?? MAIN], {
      cwd: this.#cwd,
      env: { ...Object.fromEntries(inherited), ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get dataDir(): string {
    return this.#env['HYDRACORE_DATA_DIR'] ?? join(this.#cwd, '.hydracore');
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Where it listens, as its welcome says. */
  get url(): string {
    if (this.#url === undefined) throw new Error('the server is not ready yet');
    return this.#url;
  }

  /** Waits for the welcome; fails at once, with what it printed, when the process ends instead. */
  async ready(withinMs = 60_000): Promise<this> {
    const text = await eventually(
      'the server becomes ready',
      () => {
        if (this.ended) throw new Error(`the server ended instead of becoming ready:\n${this.#stdout}${this.#stderr}`);
        return /(http:\/\/\S+)\/docs[\s\S]*Ctrl-C/.exec(this.#stdout)?.[1];
      },
      withinMs,
    );
    this.#url = text;
    this.#key = (
      this.#env['HYDRACORE_BOOTSTRAP_API_KEY'] ?? (await readFile(join(this.dataDir, 'api-key'), 'utf8'))
    ).trim();
    return this;
  }

  /** One call of the API with the server's own key. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    further: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        'x-api-key': this.#key ?? '',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...further,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }

  /** Makes a webhook schedule and returns it; anything but 201 fails. */
  async schedule(target: string, fields: Record<string, unknown>): Promise<{ id: string }> {
    const { status, body } = await this.call('POST', '/v1/schedules', {
      name: 'test',
      action_type: 'WEBHOOK',
      ...fields,
      action_config: { url: target, ...(fields['action_config'] as object) },
    });
    if (status !== 201) throw new Error(`the schedule was not made: ${status} ${JSON.stringify(body)}`);
    return body as { id: string };
  }

  /** Makes many webhook schedules in one request, well before they are due however slow the machine is; any that fails, fails. */
  async burst(target: string, count: number, fields: Record<string, unknown>): Promise<{ id: string }[]> {
    const one = { name: 'burst', action_type: 'WEBHOOK', action_config: { url: target }, ...fields };
    const { status, body } = await this.call('POST', '/v1/schedules/bulk', {
      schedules: Array.from({ length: count }, () => one),
    });
    if (status !== 200 || body.created !== count) throw new Error(`not all were made: ${JSON.stringify(body)}`);
    return body.results.map((result: { schedule: { id: string } }) => result.schedule);
  }

  /** The process id of the embedded PostgreSQL, from its own pid file. */
  async postgresPid(): Promise<number> {
    const text = await readFile(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8');
    return Number(text.split('\n')[0]);
  }

  /** Waits for the end; kills it and fails when it takes too long. */
  async exit(withinMs = 12_000): Promise<Exit> {
    const started = performance.now();
    if (!this.ended) {
      const timer = setTimeout(() => this.child.kill('SIGKILL'), withinMs);
      await once(this.child, 'close');
      clearTimeout(timer);
    }
    const after = performance.now() - started;
    if (after >= withinMs)
      throw new Error(`the server did not end within ${withinMs} ms:\n${this.#stdout}${this.#stderr}`);
    return { code: this.child.exitCode, signal: this.child.signalCode, after };
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    if (!this.ended) this.child.kill(signal);
    return await this.exit();
  }
}

/** A temporary folder that the account of the embedded PostgreSQL can enter too. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hydracore-'));
  await chmod(folder, 0o755);
  return folder;
}

/** Ends what a test started and has not ended itself, the newest first, and removes its folders. */
export class Cleanup {
  readonly #tasks: (() => Promise<unknown>)[] = [];

  /** Does this at the end. */
  add(task: () => Promise<unknown>): void {
    this.#tasks.push(task);
  }

  /** A temporary folder that is removed at the end. */
  async folder(): Promise<string> {
    const folder = await temporaryFolder();
    this.add(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** A server that is stopped at the end, and its embedded PostgreSQL with it. */
  start(options: ServerOptions): ServerProcess {
    const server = new ServerProcess(options);
    this.add(async () => {
      if (!server.ended) await server.stop();
      const left = await server.postgresPid().catch(() => null);
      if (left === null) return;
      // Left by a server that was killed.
      process.kill(left, 'SIGQUIT');
      await eventually('the embedded PostgreSQL ends', () => !isAlive(left));
    });
    return server;
  }

  async run(): Promise<void> {
    for (const task of this.#tasks.splice(0).toReversed()) await task();
  }
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
