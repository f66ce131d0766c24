import type { PoolClient } from 'pg';
import type { Database, Queryable, Statement } from './db.ts';
import { NODES_CHANNEL } from './nodes.ts';

const CHANNEL = 'hydracore_wake';
const STOP_CHANNEL = 'hydracore_stop';

/**
 * How often the loops look without being told. NOTIFY takes a lock that all commits share, so what is due later than
 * this says nothing: the loops will have looked by then.
 */
export const POLL_MS = 2_000;

/** Tells every node that something is due at `at`, if that is before they look anyway. Sent when the transaction commits. */
export async function notifyDue(db: Queryable, at: number | null, now: number): Promise<void> {
  for (const { text, values, name } of tellingDue(at, now)) await db.query(text, values, name);
}

/** What tells it, if it is to be told at all. */
export function tellingDue(at: number | null, now: number): Statement[] {
  if (at === null || at >= now + POLL_MS) return [];
  return [{ text: 'SELECT pg_notify($1, $2)', values: [CHANNEL, String(at)], name: 'notify_due' }];
}

/** Tells every node that this run is to stop: the one that holds it ends the attempt. The heartbeat tells it too, later. */
export async function notifyStop(db: Queryable, runId: string): Promise<void> {
  await db.query('SELECT pg_notify($1, $2)', [STOP_CHANNEL, runId], 'notify_stop');
}

/** What a listener is told. */
export interface ListenerEvents {
  /** Something is due at that instant. */
  readonly wake: (at: number) => void;
  /** The run with this id is to stop. */
  readonly stop: (runId: string) => void;
  /** A node has come or goes. */
  readonly nodes: () => void;
  readonly error: (error: unknown) => void;
}

/**
 * Listens until closed; a lost connection is made again. Notify is a hint, polling makes it right: nothing here throws.
 */
export class WakeListener {
  readonly #db: Database;
  readonly #on: ListenerEvents;
  #client: PoolClient | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(db: Database, on: ListenerEvents) {
    this.#db = db;
    this.#on = on;
  }

  /** Starts listening; returns once the first try is over, whether or not it worked. */
  async start(): Promise<void> {
    try {
      const client = await this.#db.dedicated();
      if (client === null) return;
      if (this.#closed) return client.release(true);
      this.#client = client;
      client.on('notification', (message) => {
        if (message.channel === STOP_CHANNEL) return this.#on.stop(message.payload ?? '');
        if (message.channel === NODES_CHANNEL) return this.#on.nodes();
        const at = Number(message.payload);
        if (Number.isFinite(at)) this.#on.wake(at);
      });
      client.on('error', (error) => this.#again(error));
      await client.query(`LISTEN ${CHANNEL}; LISTEN ${STOP_CHANNEL}; LISTEN ${NODES_CHANNEL}`);
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
    this.#on.error(error);
    this.#client?.release(true);
    this.#client = undefined;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.start(), POLL_MS);
  }
}
