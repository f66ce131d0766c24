import { Breakers, type BreakerCounts, type BreakerTurn } from './breakers.ts';
import type { Contact } from './breaker.ts';
import type { Starts } from './starts.ts';

/** What waits and runs side by side: the runs of a tenant to a destination ('' where that is nowhere, or not known before it is rendered). */
export interface Lane {
  readonly tenant_id: string;
  readonly destination: string;
}

/** The same with its `laneKey`, which is asked for many times in a run's life. */
export interface KeyedLane extends Lane {
  readonly key: string;
}

/** The most runs in flight on a node: in all, of one tenant, to one destination. */
export interface Limits {
  readonly node: number;
  readonly tenant: number;
  readonly host: number;
}

/** How many runs of a tenant may start: see `Starts`. */
type TenantStarts = Pick<Starts, 'room' | 'take' | 'giveBack' | 'opensAt'>;

/** A place for one run in flight, taken before the run is leased, so that two passes at once can't take the same. */
export interface Slot extends KeyedLane {
  /** The one run that goes to see whether the destination answers again. */
  readonly probe: boolean;
  /** When the minute ends of whose starts it took one (epoch ms). */
  readonly startsUntil: number;
}

/** The account of what is in flight on this node, by tenant, destination and both. */
export class Lanes {
  readonly #limits: Limits;
  readonly #now: () => number;
  readonly #breakers: Breakers;
  readonly #starts: TenantStarts | undefined;
  readonly #tenants = new Counter();
  readonly #hosts = new Counter();
  readonly #lanes = new Counter();
  #inFlight = 0;
  /** When a place was last given back, by destination; only where there are others taken. */
  readonly #moved = new Map<string, number>();

  /**
   * @param turned told of each breaker that opens or closes
   * @param starts how many runs of a tenant may start; absent: any number
   */
  constructor(limits: Limits, now: () => number, turned: (turn: BreakerTurn) => void, starts?: TenantStarts) {
    this.#limits = limits;
    this.#starts = starts;
    this.#now = now;
    this.#breakers = new Breakers(turned);
  }

  /** How many more runs may start on this node, wherever they go. */
  free(): number {
    return this.#limits.node - this.#inFlight;
  }

  /** How many more runs of a lane may start now. */
  room(lane: Lane): number {
    return this.#room(lane, null);
  }

  #room(lane: Lane, key: string | null): number {
    const { tenant_id, destination } = lane;
    const places = Math.min(this.free(), this.#limits.tenant - this.#tenants.get(tenant_id));
    if (places <= 0) return 0;
    const open = Math.min(places, this.#starts?.room(tenant_id) ?? Infinity);
    if (destination === '') return open;
    const admitted = this.#breakers.none() ? 'freely' : this.#breakers.admits(key ?? laneKey(lane), this.#now());
    if (admitted === 'no') return 0;
    return Math.min(open, this.#limits.host - this.#hosts.get(destination), admitted === 'probe' ? 1 : Infinity);
  }

  /** Takes a place, if there is one. Whoever takes it gives it back. */
  take(lane: Lane, key = laneKey(lane)): Slot | null {
    if (this.#room(lane, key) <= 0) return null;
    const { tenant_id, destination } = lane;
    this.#count(lane, key, 1);
    const startsUntil = this.#starts?.take(tenant_id) ?? 0;
    const probe = destination !== '' && !this.#breakers.none() && this.#breakers.start(key, this.#now());
    return { tenant_id, destination, key, probe, startsUntil };
  }

  /** When a run to a lane's destination last ended here (epoch ms); -Infinity: none did while others were under way. */
  movedAt({ destination }: Lane): number {
    return this.#moved.get(destination) ?? -Infinity;
  }

  /** Gives a place back, with what its attempt told of the destination; `unknown` where there was none. */
  give(slot: Slot, contact: Contact): void {
    this.#count(slot, slot.key, -1);
    if (this.#hosts.get(slot.destination) > 0) this.#moved.set(slot.destination, this.#now());
    else this.#moved.delete(slot.destination);
    if (slot.destination !== '') this.#breakers.end(slot, contact, this.#now());
  }

  /** Gives a place back in which nothing was started. */
  giveBack(slot: Slot): void {
    this.#starts?.giveBack(slot.tenant_id, slot.startsUntil);
    this.give(slot, 'unknown');
  }

  /**
   * When a lane that has no room for its breaker may send a probe, or one whose tenant has started enough starts more (epoch
   * ms); null: that is not what it waits for.
   */
  opensAt(lane: Lane): number | null {
    const breaker = lane.destination === '' ? null : this.#breakers.opensAt(laneKey(lane));
    const starts = this.#starts?.opensAt(lane.tenant_id) ?? null;
    return breaker === null || starts === null ? (breaker ?? starts) : Math.max(breaker, starts);
  }

  /** Whether a lane's breaker is open, and its probe is not due yet. */
  isShut({ destination, key }: KeyedLane): boolean {
    if (destination === '' || this.#breakers.none()) return false;
    return (this.#breakers.opensAt(key) ?? 0) > this.#now();
  }

  /** What a tenant has in flight. */
  loadOfTenant(tenantId: string): number {
    return this.#tenants.get(tenantId);
  }

  /** What a lane has in flight. */
  load(lane: Lane): number {
    return this.#lanes.get(laneKey(lane));
  }

  /** How many breakers stand how. */
  breakers(): BreakerCounts {
    return this.#breakers.counts();
  }

  #count(lane: Lane, key: string, by: 1 | -1): void {
    this.#inFlight += by;
    this.#tenants.add(lane.tenant_id, by);
    this.#lanes.add(key, by);
    this.#hosts.add(lane.destination, by);
  }
}

/** A lane as one text: a tenant's id has always the same length. */
export function laneKey(lane: Lane): string {
  return `${lane.tenant_id} ${lane.destination}`;
}

/** Counts by name; what is at zero is forgotten. */
class Counter {
  readonly #counts = new Map<string, { count: number }>();

  get(name: string): number {
    return this.#counts.get(name)?.count ?? 0;
  }

  add(name: string, by: number): void {
    const known = this.#counts.get(name);
    if (known === undefined) this.#counts.set(name, { count: by });
    else {
      known.count += by;
      if (known.count === 0) this.#counts.delete(name);
    }
  }
}
