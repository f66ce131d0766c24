/** What a loop runs. `next`: when there is something to do again, in epoch ms; null if that is not known. */
export type Tick = (now: number) => Promise<{ readonly next: number | null }>;

/** A pass: how much later than asked it began, how long it took, whether it threw. */
export interface LoopPass {
  readonly lagMs: number;
  readonly tookMs: number;
  readonly failed: boolean;
}

/** How a loop waits. */
export interface LoopOptions {
  readonly now: () => number;
  /** It looks at least this often, whatever it is told. */
  readonly pollMs: number;
  /** The least pause between two passes that found nothing to do but were told something is due. */
  readonly floorMs?: number;
  readonly onError: (error: unknown) => void;
  readonly onPass?: (pass: LoopPass) => void;
}

const BACKOFF_MS = [50, 100, 250, 500, 1_000];

/** Runs a tick, sleeps until the earliest instant it named, and is woken earlier by `wake`. Errors are told and backed off; the loop goes on. */
export class Loop {
  readonly #tick: Tick;
  readonly #options: LoopOptions;
  #timer: NodeJS.Timeout | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #asked = Number.POSITIVE_INFINITY;
  #failures = 0;
  #stopped = false;

  constructor(tick: Tick, options: LoopOptions) {
    this.#tick = tick;
    this.#options = options;
  }

  /** Makes the next pass at `at` (epoch ms), if none is set for earlier. */
  wake(at: number = this.#options.now()): void {
    // What is overdue already is asked for now: what a pass is later than that is this loop's own doing.
    const asked = Math.max(at, this.#options.now());
    if (this.#running) this.#asked = Math.min(this.#asked, asked);
    else this.#sleepUntil(asked);
  }

  #sleepUntil(at: number): void {
    if (this.#stopped || at >= this.#wakeAt) return;
    this.#wakeAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pass(), Math.max(0, at - this.#options.now()));
  }

  /** No pass starts after this; returns when the one under way, if any, is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #pass(): void {
    const lagMs = Math.max(0, this.#options.now() - this.#wakeAt);
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#running = this.#passAndGoOn(lagMs);
  }

  async #passAndGoOn(lagMs: number): Promise<void> {
    const began = performance.now();
    const failures = this.#failures;
    const next = await this.#once();
    this.#options.onPass?.({ lagMs, tookMs: performance.now() - began, failed: this.#failures > failures });
    this.#running = undefined;
    const asked = Math.min(next, this.#asked);
    this.#asked = Number.POSITIVE_INFINITY;
    this.#sleepUntil(asked);
  }

  async #once(): Promise<number> {
    const { now, pollMs, floorMs = 0, onError } = this.#options;
    try {
      const { next } = await this.#tick(now());
      this.#failures = 0;
      return Math.min(Math.max(next ?? Number.POSITIVE_INFINITY, now() + floorMs), now() + pollMs);
    } catch (error) {
      onError(error);
      const wait = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)] ?? pollMs;
      this.#failures += 1;
      // What was asked meanwhile waits for the back-off too: the database is what failed.
      this.#asked = Number.POSITIVE_INFINITY;
      return now() + wait;
    }
  }
}
