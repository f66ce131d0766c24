import type { PoolClient } from 'pg';
import type { Database, Queryable } from './db.ts';

const CHANNEL = 'hydracore_wake';

/**
 * How often the loops look without being told. NOTIFY takes a lock that all commits share, so what is due later than
 * this says nothing: the loops will have looked by then.
 */
export const POLL_MS = 2_000;

/** Tells every node that something is due at `at`, if that is before they look anyway. Sent when the transaction commits. */
export async function notifyDue(db: Queryable, at: number | null, now: number): Promise<void> {
  if (at !== null && at < now + POLL_MS) await db.query('SELECT pg_notify($1, $2)', [CHANNEL, String(at)]);
}

/**
 * Listens until closed; a lost connection is made again. Notify is a hint, polling makes it right: nothing here throws.
 * @param onWake called with the instant that something is due at
 */
export class WakeListener {
  readonly #db: Database;
  readonly #onWake: (at: number) => void;
  readonly #onError: (error: unknown) => void;
  #client: PoolClient | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(db: Database, onWake: (at: number) => void, onError: (error: unknown) => void) {
    this.#db = db;
    this.#onWake = onWake;
    this.#onError = onError;
  }

  /** Starts listening; returns once the first try is over, whether or not it worked. */
  async start(): Promise<void> {
    try {
      const client = await this.#db.dedicated();
      if (this.#closed) return client.release(true);
      this.#client = client;
      client.on('notification', (message) => {
        const at = Number(message.payload);
        if (Number.isFinite(at)) this.#onWake(at);
      });
      client.on('error', (error) => this.#again(error));
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      this.#again(error);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#client?.release(true);
    this.#client = undefined;
  }

  #again(error: unknown): void {
    if (this.#closed) return;
    this.#onError(error);
    this.#client?.release(true);
    this.#client = undefined;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.start(), POLL_MS);
  }
}
