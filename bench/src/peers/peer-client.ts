import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BurstLoad, RecurringLoad } from './peer.ts';

/** What a peer's process is asked. */
export type Call =
  | { readonly method: 'burst'; readonly load: BurstLoad }
  | { readonly method: 'recurring'; readonly load: RecurringLoad }
  | { readonly method: 'written' }
  | { readonly method: 'stop' };

/** A peer in a process of its own, seen from the bench. */
export class PeerClient {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  /** Questions that are not answered yet. */
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit').then(() => undefined);
  }

  static async start(name: string, database: string): Promise<PeerClient> {
    const file = fileURLToPath(new URL('peer-process.ts', import.meta.url));
    const client = new PeerClient(fork(file, [name, database]));
    await client.#answer();
    return client;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Asks, and waits for the answer; one question at a time. */
  async call(call: Call): Promise<unknown> {
    this.#asked += 1;
    this.#child.send(call);
    try {
      return await this.#answer();
    } finally {
      this.#asked -= 1;
    }
  }

  /** Ends it in order; at once where it is still at work on what it was asked before: it has been given up. */
  async stop(): Promise<void> {
    if (!this.#child.connected) return;
    if (this.#asked === 0) {
      await Promise.race([this.call({ method: 'stop' }).catch(() => undefined), sleep(5_000)]);
      if (this.#child.connected) this.#child.disconnect();
      await Promise.race([this.#exited, sleep(5_000)]);
    }
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #answer(): Promise<unknown> {
    const failed = this.#exited.then(() => {
      throw new Error('the process of the peer ended');
    });
    const [message] = (await Promise.race([once(this.#child, 'message'), failed])) as [
      { result?: unknown; error?: string },
    ];
    if (message.error !== undefined) throw new Error(message.error);
    return message.result;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
