import type { Stop } from '../actions/stop.ts';
import { Lanes, type KeyedLane, type Limits, type Slot } from './lanes.ts';

/** Who waits for its turn. */
interface Waiting {
  readonly lane: KeyedLane;
  readonly go: (place: Slot | null) => void;
}

/**
 * Where the runs that a node holds wait until one more may be under way: in all, of one tenant, to one destination. The node
 * takes more runs than that, so that the next is at hand when one ends, and so that what it writes comes in batches.
 * Each lane is served in order, the lanes in turn.
 */
export class Turnstile {
  readonly #under: Lanes;
  /** The lane that was served longest ago is first. */
  readonly #queues = new Map<string, Waiting[]>();
  #waiting = 0;
  #closed = false;

  constructor(limits: Limits, now: () => number) {
    // It counts alone: whether a destination answers was asked when the run was taken.
    this.#under = new Lanes(limits, now, () => undefined);
  }

  /**
   * Waits for a place, which the caller gives back by `leave`.
   * @param go told of the place, at once where there is one; null when it is stopped first, or the turnstile is closed
   */
  enter(lane: KeyedLane, stop: Stop, go: (place: Slot | null) => void): void {
    if (stop.stopped || this.#closed) return go(null);
    const place = this.#queues.has(lane.key) ? null : this.#under.take(lane, lane.key);
    if (place) return go(place);
    const waiting: Waiting = {
      lane,
      go: (given) => {
        stop.off(giveUp);
        go(given);
      },
    };
    const giveUp = (): void => {
      this.#forget(waiting);
      go(null);
    };
    stop.on(giveUp);
    this.#queueOf(lane).push(waiting);
    this.#waiting += 1;
  }

  /** Gives a place back: whoever may go now goes. */
  leave(place: Slot): void {
    this.#under.giveBack(place);
    for (const [key, queue] of this.#queues) {
      if (this.#under.free() <= 0) return;
      const next = queue[0];
      const given = next && this.#under.take(next.lane, next.lane.key);
      if (!next || !given) continue;
      queue.shift();
      this.#waiting -= 1;
      // One lane alone is first and last at once.
      if (queue.length === 0) this.#queues.delete(key);
      else if (this.#queues.size > 1) {
        this.#queues.delete(key);
        this.#queues.set(key, queue);
      }
      next.go(given);
      // One left, so one goes; the lanes that were passed over had no room.
      return;
    }
  }

  /** How many wait. */
  waiting(): number {
    return this.#waiting;
  }

  /** Lets nobody of a lane through who waits now: they give up. */
  turnAway({ key }: KeyedLane): void {
    const waiting = this.#queues.get(key) ?? [];
    this.#queues.delete(key);
    this.#waiting -= waiting.length;
    for (const { go } of waiting) go(null);
  }

  /** Lets nobody through any more: whoever waits gives up. */
  close(): void {
    this.#closed = true;
    const waiting = [...this.#queues.values()].flat();
    this.#queues.clear();
    this.#waiting = 0;
    for (const { go } of waiting) go(null);
  }

  #queueOf({ key }: KeyedLane): Waiting[] {
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    return queue;
  }

  #forget(waiting: Waiting): void {
    const queue = this.#queueOf(waiting.lane);
    queue.splice(queue.indexOf(waiting), 1);
    this.#waiting -= 1;
    if (queue.length === 0) this.#queues.delete(waiting.lane.key);
  }
}
