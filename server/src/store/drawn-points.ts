import { isOpen, type Bucket, type SharedPoints } from './rate-points.ts';

/** A window's hundredth part: what a server draws at once, so that it asks the database once for so many requests. */
const PARTS = 100;

/** After a look that failed, how long nothing is asked. */
const PAUSE_MS = 1_000;

/** Buckets kept in memory before those whose window is over are dropped. */
const MOST_BUCKETS = 10_000;

/** What a server has of a bucket. */
interface Held {
  tokens: number;
  /** What was left for all servers at the last look. */
  left: number;
  /** When the window ends (epoch ms). */
  until: number;
  drawing: Promise<void> | null;
}

/** What taking a point came to. `remaining` and `until` are as this server knows them. */
export interface Taken {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly until: number;
}

/**
 * Points of a shared limit, drawn a hundredth at a time. Never more than the limit is given out in a window; what a server has
 * drawn and does not use is lost to the others for that window, at most a hundredth a server.
 */
export class DrawnPoints {
  readonly #shared: SharedPoints;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  readonly #held = new Map<string, Held>();

  /** @param failed told where the points can't be counted: they are given all the same */
  constructor(shared: SharedPoints, now: () => number, failed: (error: unknown) => void) {
    this.#shared = shared;
    this.#now = now;
    this.#failed = failed;
  }

  /** Takes a point of a bucket, if there is one. Mostly without asking anybody. */
  async take(bucket: Bucket): Promise<Taken> {
    const key = `${bucket.tenant_id} ${bucket.bucket}`;
    const held = this.#held.get(key) ?? this.#begin(key);
    for (;;) {
      const now = this.#now();
      const open = isOpen(held.until, now);
      if (open && held.tokens > 0) {
        held.tokens -= 1;
        return { allowed: true, remaining: held.left + held.tokens, until: held.until };
      }
      if (open && held.left === 0) return { allowed: false, remaining: 0, until: held.until };
      // One look at a time: all who wait share what it brings.
      held.drawing ??= this.#draw(bucket, held).finally(() => {
        held.drawing = null;
      });
      await held.drawing;
    }
  }

  #begin(key: string): Held {
    if (this.#held.size >= MOST_BUCKETS) this.#forget();
    const held = { tokens: 0, left: 0, until: -Infinity, drawing: null };
    this.#held.set(key, held);
    return held;
  }

  async #draw(bucket: Bucket, held: Held): Promise<void> {
    const part = Math.max(1, Math.floor(this.#shared.points / PARTS));
    try {
      const { granted, left, until } = await this.#shared.draw(bucket, part);
      Object.assign(held, { tokens: granted, left, until });
    } catch (error) {
      // The request goes on; without a database it fails by itself.
      this.#failed(error);
      Object.assign(held, { tokens: Infinity, left: 0, until: this.#now() + PAUSE_MS });
    }
  }

  #forget(): void {
    const now = this.#now();
    for (const [key, { until, drawing }] of this.#held) if (!isOpen(until, now) && !drawing) this.#held.delete(key);
  }
}
