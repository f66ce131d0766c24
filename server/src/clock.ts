import { AppError } from './domain/errors.ts';

/**
 * The one place that reads a clock. What is due is decided by the database's clock, so that servers whose own clocks
 * differ agree; time is then an argument everywhere, in SQL too.
 */
export interface Clock {
  /** Now, in epoch milliseconds. */
  now(): number;
}

/** This machine's wall clock, or one that is off by so many ms: the fault rig has such machines. */
export function wallClock(skewMs = 0): () => number {
  return () => Date.now() + skewMs;
}

/** One slow answer must not set the clock. */
const SAMPLES = 4;

/** An answer that took longer says less than what is known already. */
const GOOD_MS = 20;

/**
 * Two clocks that differ by more than a day are no matter of a wrong zone or of no NTP: one of them is broken. What is planned a year ahead
 * does not come back when the clock does.
 */
const BELIEVED_MS = 86_400_000;

/** The database's clock and this machine's are so far apart that neither is to be believed. */
export class ClockError extends Error {
  override readonly name = 'ClockError';
}

/**
 * The database's clock: asked every so often, carried forward in between by the monotonic clock, so that a jump of the
 * machine's wall clock changes nothing.
 */
export class DatabaseClock implements Clock {
  readonly #ask: () => Promise<number>;
  readonly #monotonic: () => number;
  readonly #wall: () => number;
  #offset = 0;
  /** The same by the last answer, which is not followed where it is beyond belief. */
  #told = 0;
  #agreed = false;

  /** @param ask the database's time in epoch milliseconds */
  constructor(
    ask: () => Promise<number>,
    monotonic: () => number = () => performance.now(),
    wall: () => number = wallClock(),
  ) {
    this.#ask = ask;
    this.#monotonic = monotonic;
    this.#wall = wall;
    this.#offset = wall() - monotonic();
    this.#told = this.#offset;
  }

  now(): number {
    return Math.floor(this.#monotonic() + this.#offset);
  }

  /**
   * Now, for whoever writes it down. Before the database has been asked this machine's own clock is all there is, and that
   * may be off: a request served then would plan from a time that is not.
   * @throws AppError `unavailable` until then
   */
  agreed(): number {
    if (this.#agreed) return this.now();
    throw new AppError(
      'unavailable',
      'The server is starting: it has not set its clock by the database yet; try again.',
    );
  }

  /** How far this machine's wall clock is ahead of the database's, in ms: only whether that is more than a day matters, see `sync`. */
  drift(): number {
    return this.#wall() - this.#monotonic() - this.#told;
  }

  /** Whether the database's clock is not followed: it has jumped beyond belief. */
  astray(): boolean {
    return this.#offset !== this.#told;
  }

  /**
   * Asks the database a few times and goes by the quickest answer. What it says was true before it arrived, so this
   * clock is never ahead of the database's: nothing fires early. A jump of more than a day that this machine's own clock has not made is not
   * followed. Returns the correction in ms.
   * @throws ClockError at first, where the two differ by more than a day
   */
  async sync(): Promise<number> {
    let quickest = Number.POSITIVE_INFINITY;
    let offset = this.#offset;
    let latest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < SAMPLES; i += 1) {
      const sent = this.#monotonic();
      const theirs = await this.#ask();
      const received = this.#monotonic();
      if (received - sent >= quickest) continue;
      quickest = received - sent;
      offset = theirs - received;
      latest = theirs - sent;
    }
    // All answers were slow: they leave a span of time open, and what was known before lies within it. Going by its early
    // end would set the clock back by as much as the network was slow.
    const known = this.#agreed && this.#offset >= offset && this.#offset <= latest;
    if (quickest > GOOD_MS && known) offset = this.#offset;
    const correction = offset - this.#offset;
    this.#told = offset;
    if (this.#isBeyondBelief(correction)) return 0;
    this.#offset = offset;
    this.#agreed = true;
    return correction;
  }

  /** Whether the clock that was just told is not to be believed: this machine's says otherwise, and so does what was known before. */
  #isBeyondBelief(correction: number): boolean {
    const drift = this.drift();
    if (Math.abs(drift) <= BELIEVED_MS) return false;
    if (!this.#agreed) {
      const hours = Math.round(Math.abs(drift) / 3_600_000);
      const which = drift > 0 ? 'ahead of' : 'behind';
      throw new ClockError(
        `This machine's clock is ${hours} hours ${which} the database's. By more than a day one of them is wrong, and nothing is planned until it is set right.`,
      );
    }
    const before = this.#wall() - this.#monotonic() - this.#offset;
    return Math.abs(correction) > BELIEVED_MS && Math.abs(before) <= BELIEVED_MS;
  }
}

/** A clock that stands until it is moved: for tests. */
export class ManualClock implements Clock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** Moves to an instant, in epoch milliseconds. */
  set(instant: number): void {
    this.#now = instant;
  }
}
