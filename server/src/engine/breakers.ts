import { admits, CLOSED, ended, probing, type Breaker, type Contact } from './breaker.ts';

/** How many breakers stand how. Destinations that have not failed lately have none. */
export interface BreakerCounts {
  readonly open: number;
  readonly half_open: number;
  readonly closed: number;
}

/** A breaker that has opened (again, after a probe that failed) or closed. */
export interface BreakerTurn {
  readonly tenant_id: string;
  readonly destination: string;
  readonly state: 'open' | 'closed';
  /** Open: until when nothing is sent (epoch ms). */
  readonly until: number | null;
}

/** A destination that nobody sent to for so long is forgotten, once there are many. */
const FORGET_MS = 600_000;
const MANY = 10_000;

/** A breaker for each lane whose last attempts have failed. */
export class Breakers {
  readonly #turned: (turn: BreakerTurn) => void;
  /** The latest touched last. */
  readonly #known = new Map<string, { readonly breaker: Breaker; readonly at: number }>();

  constructor(turned: (turn: BreakerTurn) => void) {
    this.#turned = turned;
  }

  /** Whether there is none: then everything goes freely. */
  none(): boolean {
    return this.#known.size === 0;
  }

  admits(key: string, now: number): 'freely' | 'probe' | 'no' {
    return admits(this.#get(key), now);
  }

  /** A run starts. Returns whether it is the probe. */
  start(key: string, now: number): boolean {
    const breaker = this.#get(key);
    if (admits(breaker, now) !== 'probe') return false;
    this.#set(key, probing(breaker), now);
    return true;
  }

  /** A run has ended, or did not start after all (`unknown`). */
  end(
    slot: { readonly tenant_id: string; readonly destination: string; readonly key: string; readonly probe: boolean },
    contact: Contact,
    now: number,
  ): void {
    const { key } = slot;
    if (contact !== 'unreachable' && this.none()) return;
    const before = this.#get(key);
    const after = ended(before, contact, slot.probe, now);
    if (after === before) return;
    this.#set(key, after, now);
    const { tenant_id, destination } = slot;
    if (after.state === 'open' && contact === 'unreachable') {
      this.#turned({ tenant_id, destination, state: 'open', until: after.until });
    } else if (after.state === 'closed' && before.state !== 'closed') {
      this.#turned({ tenant_id, destination, state: 'closed', until: null });
    }
  }

  /** When the next probe may go (epoch ms); null: it is not open. */
  opensAt(key: string): number | null {
    const breaker = this.#get(key);
    return breaker.state === 'open' ? breaker.until : null;
  }

  counts(): BreakerCounts {
    const counts = { open: 0, half_open: 0, closed: 0 };
    for (const { breaker } of this.#known.values()) counts[breaker.state] += 1;
    return counts;
  }

  #get(key: string): Breaker {
    return this.#known.get(key)?.breaker ?? CLOSED;
  }

  #set(key: string, breaker: Breaker, now: number): void {
    this.#known.delete(key);
    if (breaker !== CLOSED) this.#known.set(key, { breaker, at: now });
    if (this.#known.size <= MANY) return;
    for (const [old, { breaker: idle, at }] of this.#known) {
      if (at > now - FORGET_MS) return;
      // A probe under way comes back to its breaker.
      if (idle.state !== 'half_open') this.#known.delete(old);
    }
  }
}
