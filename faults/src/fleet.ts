import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess, temporaryFolder } from '../../server/test/process/server.ts';
import { freePort } from '../../server/test/process/database.ts';
import type { FaultFact } from './evidence.ts';
import { Proxy } from './proxy.ts';

/** What a server is started with besides the usual. */
export interface Handicap {
  readonly crashPoint?: string;
  readonly clockSkewMs?: number;
}

interface Slot {
  readonly index: number;
  readonly port: number;
  readonly folder: string;
  readonly proxy: Proxy;
  process: ServerProcess | undefined;
  frozen: boolean;
  /** Ended on purpose, or about to be. */
  expected: boolean;
  handicap: Handicap;
}

const RESTART_MS = 1_500;

/** The servers, each a real process with its own way to the database. One that dies is started again. */
export class Fleet {
  readonly #slots: Slot[] = [];
  readonly #key: string;
  readonly #masterKey: string;
  readonly #starts = new Set<Promise<unknown>>();
  readonly faults: FaultFact[] = [];
  /** Servers that ended by themselves. */
  readonly deaths: string[] = [];
  /** Messages of the level error, and how often. */
  readonly errors = new Map<string, number>();
  #closing = false;

  constructor(key: string, masterKey: string) {
    this.#key = key;
    this.#masterKey = masterKey;
  }

  /** Opens so many places for servers; none is started. */
  async open(count: number, socket: () => string): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      this.#slots.push({
        index,
        port: await freePort(),
        folder: await temporaryFolder(),
        proxy: await new Proxy(socket).start(),
        process: undefined,
        frozen: false,
        expected: false,
        handicap: {},
      });
    }
  }

  get urls(): string[] {
    return this.#slots.map((slot) => `http://127.0.0.1:${slot.port}`);
  }

  /** The servers that can answer now. */
  get live(): number[] {
    return this.#slots.filter((slot) => slot.process && !slot.process.ended && !slot.frozen).map((slot) => slot.index);
  }

  /** Process ids of the servers that run, by place. */
  get pids(): ReadonlyMap<number, number> {
    return new Map(
      this.#slots.flatMap((slot) => (slot.process && !slot.process.ended ? [[slot.index, slot.process.pid]] : [])),
    );
  }

  /** Those whose crash point has not been reached yet. */
  get armed(): number[] {
    return this.#slots.filter((slot) => slot.handicap.crashPoint !== undefined).map((slot) => slot.index);
  }

  proxy(index: number): Proxy {
    return this.#slot(index).proxy;
  }

  /** Starts the server of a place and waits until it is ready: however long its database is away. */
  async start(index: number, handicap: Handicap = {}): Promise<void> {
    const slot = this.#slot(index);
    slot.handicap = handicap;
    slot.expected = false;
    const server = new ServerProcess({
      cwd: slot.folder,
      env: {
        HYDRACORE_PORT: String(slot.port),
        ...slot.proxy.environment,
        HYDRACORE_LOG_LEVEL: 'warn',
        HYDRACORE_BOOTSTRAP_API_KEY: this.#key,
        HYDRACORE_MASTER_KEY: this.#masterKey,
        ...(handicap.crashPoint === undefined ? {} : { HYDRACORE_TEST_CRASH_POINT: handicap.crashPoint }),
        ...(handicap.clockSkewMs === undefined ? {} : { HYDRACORE_TEST_CLOCK_SKEW_MS: String(handicap.clockSkewMs) }),
      },
    });
    slot.process = server;
    server.child.once('exit', (code, signal) => this.#onExit(slot, server, code, signal));
    const ready = server.ready(120_000).catch(() => undefined);
    this.#starts.add(ready);
    await ready;
    this.#starts.delete(ready);
  }

  /** SIGKILL; `downMs` later another one takes its place. Returns when that one is ready. */
  async kill(index: number, downMs: number, handicap: Handicap = {}): Promise<void> {
    await this.#replace(index, 'SIGKILL', 'kill', downMs, handicap);
  }

  /** SIGTERM, and another one. */
  async restart(index: number, handicap: Handicap = {}): Promise<void> {
    await this.#replace(index, 'SIGTERM', 'restart', 0, handicap);
  }

  /** SIGSTOP, and SIGCONT so many ms later: it then goes on as if no time had passed. */
  async freeze(index: number, ms: number): Promise<void> {
    const slot = this.#slot(index);
    const server = slot.process;
    if (!server || server.ended) return;
    const from = Date.now();
    slot.frozen = true;
    server.child.kill('SIGSTOP');
    await sleep(ms);
    server.child.kill('SIGCONT');
    slot.frozen = false;
    this.faults.push({ kind: 'stop', server: index, from, to: Date.now() });
  }

  /** Waits until every start that is under way is over. */
  async settled(): Promise<void> {
    while (this.#starts.size > 0) await Promise.all(this.#starts);
  }

  async stop(): Promise<void> {
    this.#closing = true;
    for (const slot of this.#slots) {
      slot.expected = true;
      const server = slot.process;
      if (server && !server.ended) {
        server.child.kill('SIGCONT');
        server.child.kill('SIGTERM');
        await server.exit(15_000).catch(() => undefined);
        this.#collectErrors(server);
      }
      await slot.proxy.stop();
      await rm(slot.folder, { recursive: true, force: true });
    }
  }

  async #replace(
    index: number,
    signal: 'SIGKILL' | 'SIGTERM',
    kind: string,
    downMs: number,
    handicap: Handicap,
  ): Promise<void> {
    const slot = this.#slot(index);
    const server = slot.process;
    if (!server || server.ended || slot.expected) return;
    const from = Date.now();
    slot.expected = true;
    server.child.kill(signal);
    if (!server.ended) await once(server.child, 'exit');
    await sleep(downMs);
    if (this.#closing) return;
    await this.start(index, handicap);
    this.faults.push({ kind, server: index, from, to: Date.now() });
  }

  #onExit(slot: Slot, server: ServerProcess, code: number | null, signal: NodeJS.Signals | null): void {
    this.#collectErrors(server);
    if (slot.expected || this.#closing) return;
    const { crashPoint } = slot.handicap;
    const from = Date.now();
    const crashed = crashPoint !== undefined && signal === 'SIGKILL';
    if (!crashed) {
      this.deaths.push(`server ${slot.index} ended by itself (code ${code}, signal ${signal}): ${tail(server)}`);
    }
    const kind = crashed ? `crash ${crashPoint.split(':')[0]}` : 'death';
    const again = sleep(RESTART_MS)
      .then(() => (this.#closing ? undefined : this.start(slot.index)))
      .then(() => this.faults.push({ kind, server: slot.index, from, to: Date.now() }));
    this.#starts.add(again);
    void again.finally(() => this.#starts.delete(again));
  }

  #collectErrors(server: ServerProcess): void {
    for (const line of server.stdout.split('\n')) {
      if (!line.includes('"level":"error"')) continue;
      const entry = JSON.parse(line) as { msg?: string; error?: { message?: string } };
      const text = `${entry.msg ?? ''}: ${entry.error?.message ?? ''}`;
      this.errors.set(text, (this.errors.get(text) ?? 0) + 1);
    }
  }

  #slot(index: number): Slot {
    const slot = this.#slots[index];
    if (!slot) throw new Error(`there is no server ${index}`);
    return slot;
  }
}

function tail(server: ServerProcess): string {
  return `${server.stdout}${server.stderr}`.trim().split('\n').slice(-5).join(' | ').slice(-1_500);
}
