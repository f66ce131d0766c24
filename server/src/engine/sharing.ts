import { laneKey, type Lane, type Lanes, type Slot } from './lanes.ts';

/** A lane in which runs are due, and how many (Infinity: not counted). */
export interface DueLane extends Lane {
  readonly due: number;
}

/** Names of tenants and lanes that are remembered as served. */
const REMEMBERED = 10_000;

/**
 * Shares out the free places among the lanes in which runs are due: each goes to the tenant that has the least in flight,
 * and there to the lane that has the least. Among equals it is the turn of whoever was served longest ago, so that none
 * starves where there are more lanes than places.
 */
export class Sharing {
  readonly #lanes: Lanes;
  /** When each was last served, by a counter; the latest last. */
  readonly #served = new Map<string, number>();
  #turn = 0;

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  /** Takes places. Whoever asked gives back those that it does not need. */
  share(due: readonly DueLane[]): Slot[] {
    const taken: Slot[] = [];
    let tenants = [...Map.groupBy(due, (lane) => lane.tenant_id)].map(([id, lanes]) => this.#tenant(id, lanes));
    tenants.sort((a, b) => a.served - b.served);
    while (tenants.length > 0 && this.#lanes.free() > 0) {
      const least = Math.min(...tenants.map((tenant) => tenant.load));
      for (const tenant of tenants) {
        if (tenant.load > least) continue;
        const slot = this.#takeOne(tenant.lanes);
        tenant.load = slot ? tenant.load + 1 : Infinity;
        if (slot) taken.push(slot);
      }
      tenants = tenants.filter((tenant) => tenant.load < Infinity);
    }
    this.#forget();
    return taken;
  }

  #tenant(id: string, lanes: readonly DueLane[]) {
    return {
      load: this.#lanes.loadOfTenant(id),
      served: this.#served.get(id) ?? 0,
      lanes: lanes
        .map((lane) => ({ lane, left: lane.due, served: this.#served.get(laneKey(lane)) ?? 0 }))
        .toSorted((a, b) => a.served - b.served),
    };
  }

  /** A place in the least loaded of a tenant's lanes that has room; those that have none are struck off. */
  #takeOne(lanes: { readonly lane: Lane; left: number }[]): Slot | null {
    while (lanes.length > 0) {
      let best = 0;
      let least = Infinity;
      for (const [i, { lane }] of lanes.entries()) {
        const load = this.#lanes.load(lane);
        if (load < least) [best, least] = [i, load];
      }
      const chosen = lanes[best];
      const slot = chosen && chosen.left > 0 ? this.#lanes.take(chosen.lane) : null;
      if (!chosen || !slot) {
        lanes.splice(best, 1);
        continue;
      }
      chosen.left -= 1;
      this.#note(slot.tenant_id);
      this.#note(slot.key);
      return slot;
    }
    return null;
  }

  #note(name: string): void {
    this.#turn += 1;
    this.#served.delete(name);
    this.#served.set(name, this.#turn);
  }

  #forget(): void {
    for (const name of this.#served.keys()) {
      if (this.#served.size <= REMEMBERED) return;
      this.#served.delete(name);
    }
  }
}
