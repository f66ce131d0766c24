import type { DatabaseClock } from '../clock.ts';

/** Beyond this a difference of clocks is worth a warning: log lines of two machines no longer fit together. */
const WORTH_TELLING_MS = 5_000;

/**
 * Keeps the database's clock in step and warns, once per change, when this machine's own differs from it, or when the
 * database's jumps. Neither stops the work: what is due is decided by the database's clock alone.
 */
export class ClockWatch {
  readonly #clock: DatabaseClock;
  readonly #log: (level: 'info' | 'warn' | 'error', message: string, data: Record<string, unknown>) => void;
  #off = false;
  #astray = false;

  constructor(
    clock: DatabaseClock,
    log: (level: 'info' | 'warn' | 'error', message: string, data: Record<string, unknown>) => void,
  ) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Compares with the wall clock, as of the last sync. */
  compare(): void {
    const drift_ms = Math.round(this.#clock.drift());
    const off = Math.abs(drift_ms) > WORTH_TELLING_MS;
    if (off === this.#off) return;
    this.#off = off;
    if (off)
      this.#log('warn', "this machine's clock differs from the database's; schedules go by the database's", {
        drift_ms,
      });
    else this.#log('info', "this machine's clock agrees with the database's again", { drift_ms });
  }

  /** Asks the database, and tells of what has changed. An answer that does not come is the next one's to give. */
  async sync(): Promise<void> {
    let jump_ms: number;
    try {
      jump_ms = Math.round(await this.#clock.sync());
    } catch {
      return;
    }
    if (Math.abs(jump_ms) > WORTH_TELLING_MS) {
      this.#log('warn', "the database's clock has jumped; what was planned stays planned", { jump_ms });
    }
    if (this.#clock.astray() !== this.#astray) this.#tellAstray();
    this.compare();
  }

  #tellAstray(): void {
    this.#astray = this.#clock.astray();
    if (!this.#astray) return;
    const message =
      "the database's clock has jumped by more than a day, and this machine's has not: it is not followed; if the database is right, start the server again";
    this.#log('error', message, { drift_ms: Math.round(this.#clock.drift()) });
  }
}
