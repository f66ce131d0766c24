import type { Stop } from '../actions/stop.ts';
import { spacingOf } from '../domain/overlap.ts';
import type { LeasedRun } from '../store/leases.ts';

/**
 * A start may come so much before its turn, and one that comes so much after it makes none that follows later: what was leased in its
 * turn starts some milliseconds after that, and all would come later and later.
 */
const NEAR_MS = 100;

/** When more schedules than this are known, those whose turn has come are forgotten. */
const MANY = 10_000;

/**
 * Keeps the starts of a schedule with a rate limit apart. Their turns are given as they are leased (`planner`, `releaser`); those that
 * a node had to let wait since would all start together.
 */
export class Pacer {
  readonly #now: () => number;
  /** When the next start of a schedule has its turn (epoch ms). */
  readonly #next = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes a turn. Returns when there is one (epoch ms): by now, it is taken. Manual runs take none; retries are no new starts. */
  take(run: Pick<LeasedRun, 'schedule_id' | 'rate_limit_per_minute' | 'attempt' | 'trigger'>): number {
    const now = this.#now();
    const spacing = spacingOf(run.rate_limit_per_minute);
    if (spacing === 0 || run.attempt > 1 || run.trigger === 'MANUAL') return now;
    const near = Math.min(NEAR_MS, spacing / 10);
    const next = this.#next.get(run.schedule_id) ?? 0;
    // Later than any that is given: the clock was set back.
    const turn = next > now + spacing + near ? now : next;
    if (turn > now + near) return turn;
    if (this.#next.size > MANY) this.#forget(now);
    this.#next.set(run.schedule_id, (now > turn + near ? now : turn) + spacing);
    return now;
  }

  /**
   * Waits for a turn.
   * @param go told false where it is stopped first, or nothing starts any more
   */
  wait(until: number, stop: Stop, go: (inTurn: boolean) => void): void {
    if (stop.stopped || this.#closed) return go(false);
    const end = (inTurn: boolean): void => {
      clearTimeout(timer);
      stop.off(giveUp);
      this.#waiting.delete(giveUp);
      go(inTurn);
    };
    const giveUp = (): void => end(false);
    const timer = setTimeout(() => end(true), until - this.#now());
    stop.on(giveUp);
    this.#waiting.add(giveUp);
  }

  /** Whoever waits gives up. */
  close(): void {
    this.#closed = true;
    for (const giveUp of this.#waiting) giveUp();
  }

  #forget(now: number): void {
    for (const [id, next] of this.#next) if (next <= now) this.#next.delete(id);
  }
}
