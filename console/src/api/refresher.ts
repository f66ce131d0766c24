import { hashKey, type QueryKey } from '@tanstack/react-query';

/** What a burst of events is gathered for, in ms. */
const GATHER_MS = 150;
/** The least between two rounds. */
const BETWEEN_MS = 1_500;

/** Loads anew what is stale, but not for each of a thousand events: in rounds, of which the next waits for the one before. */
export class Refresher {
  readonly #refresh: (key: QueryKey) => Promise<unknown>;
  #stale = new Map<string, QueryKey>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #stopped = false;

  constructor(refresh: (key: QueryKey) => Promise<unknown>) {
    this.#refresh = refresh;
  }

  add(key: QueryKey): this {
    this.#stale.set(hashKey(key), key);
    this.#plan(GATHER_MS);
    return this;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #plan(ms: number): void {
    if (this.#stopped || this.#busy || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#round(), ms);
  }

  async #round(): Promise<void> {
    const keys = [...this.#stale.values()];
    this.#stale = new Map();
    this.#busy = true;
    // One that fails says so on its screen.
    await Promise.allSettled(keys.map((key) => this.#refresh(key)));
    this.#busy = false;
    this.#timer = undefined;
    if (this.#stale.size > 0) this.#plan(BETWEEN_MS);
    else this.#rest();
  }

  /** Also what comes right after a round waits its while. */
  #rest(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#stale.size > 0) this.#plan(0);
    }, BETWEEN_MS);
  }
}
