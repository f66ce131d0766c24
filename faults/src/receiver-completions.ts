import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from './receiver-replies.ts';

const TRIES = 60;
const PAUSE_MS = 1_000;

/** Tells the servers later that the work of a run is done, and keeps trying while they are away. */
export class Completions {
  servers: readonly string[] = [];

  /** Completes a run that was accepted, with the token that came with it. */
  later(run: string, token: string, reply: Reply): void {
    if (reply.kind !== 'accept' || token === '') return;
    void this.#complete(run, token, reply.completeAfterMs);
  }

  async #complete(run: string, token: string, afterMs: number): Promise<void> {
    await sleep(afterMs);
    for (let tried = 0; tried < TRIES; tried += 1) {
      const server = this.servers[tried % this.servers.length] ?? '';
      const status = await fetch(`${server}/v1/runs/${run}/complete`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ status: 'SUCCEEDED' }),
        signal: AbortSignal.timeout(5_000),
      }).then(
        async (response) => {
          await response.body?.cancel();
          return response.status;
        },
        () => 0,
      );
      // Whatever the server has decided is decided: only silence and 5xx are worth another try.
      if (status > 0 && status < 500) return;
      await sleep(PAUSE_MS);
    }
  }
}
