import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What the receiver is asked: how many came, or all that came, which it then forgets. */
export type Asked = 'count' | 'take';

/** What came, in the order of arrival: about which schedule or job, when, and for which instant (NaN: it did not say). Epoch ms. */
export interface Arrivals {
  readonly ids: Float64Array;
  readonly at: Float64Array;
  readonly due: Float64Array;
  /** How many requests came that are never answered. */
  readonly hanging: number;
}

/** The receiver of webhooks, in a process of its own. */
export class Receiver {
  readonly #child: ChildProcess;
  /** Where what is answered goes, and what is not. Each ends in a slash: the number follows. */
  readonly url: string;
  readonly silentUrl: string;
  /** Answers come in the order of the questions, and one is asked at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(child: ChildProcess, ports: { port: number; silentPort: number }) {
    this.#child = child;
    this.url = `http://127.0.0.1:${ports.port}/`;
    this.silentUrl = `http://127.0.0.1:${ports.silentPort}/`;
  }

  static async start(): Promise<Receiver> {
    const file = fileURLToPath(new URL('receiver-process.ts', import.meta.url));
    const child = fork(file, { serialization: 'advanced' });
    const [ports] = (await once(child, 'message')) as [{ port: number; silentPort: number }];
    return new Receiver(child, ports);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** How many have come since the last `take`. */
  async count(): Promise<number> {
    return (await this.#ask<{ count: number }>('count')).count;
  }

  async take(): Promise<Arrivals> {
    return await this.#ask<Arrivals>('take');
  }

  /** Waits until so many have come; returns how many did when the time was up. */
  async waitFor(wanted: number, withinMs: number): Promise<number> {
    const enough = performance.now() + withinMs;
    for (;;) {
      const count = await this.count();
      if (count >= wanted || performance.now() > enough) return count;
      await sleep(50);
    }
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  async #ask<T>(asked: Asked): Promise<T> {
    const answer = this.#last.then(async () => {
      this.#child.send(asked);
      return ((await once(this.#child, 'message')) as [T])[0];
    });
    this.#last = answer.catch(() => undefined);
    return await answer;
  }
}
