import type { Database } from '../store/db.ts';
import { leaseToken } from '../store/ids.ts';
import type { LeasedRun } from '../store/leases.ts';
import { claimRuns, lookAhead } from '../store/queue.ts';
import { POLL_MS } from '../store/wake.ts';
import { laneKey, type Lane, type Lanes, type Slot } from './lanes.ts';
import { LEASE_MS } from './settings.ts';
import { Sharing, type DueLane } from './sharing.ts';
import { Tour } from './tour.ts';

/** While no more runs than this are due, their lanes are known from a look at these runs alone. */
const WINDOW = 100;

/** Lanes that one pass visits where more are due: some for each free slot. The next pass goes on behind them. */
const lanesToVisit = (free: number): number => Math.min(Math.max(4 * free, 32), 1_000);

/** How soon to look again at runs that could not be claimed for another's lock. */
const LOCKED_MS = 50;

/** What the claimer works with. */
export interface ClaimerDeps {
  readonly db: Database;
  readonly node: string;
  readonly lanes: Lanes;
}

/** A run that this node holds, and the place that was taken for it. */
export interface Started {
  readonly run: LeasedRun;
  readonly slot: Slot;
}

/** What one pass claimed, and when there is something to claim again (epoch ms; null: not by the clock). */
export interface ClaimTick {
  readonly started: readonly Started[];
  readonly next: number | null;
}

/** Claims waiting runs for this node, as many as there is room for, and fairly among the lanes that they wait in. */
export class Claimer {
  readonly #deps: ClaimerDeps;
  readonly #sharing: Sharing;
  readonly #tour: Tour;
  /** Lanes in which runs are due that had no room at the last look. */
  #waiting: readonly Lane[] = [];
  /** Whether the last look may have missed some that wait. */
  #unseen = false;

  constructor(deps: ClaimerDeps) {
    this.#deps = deps;
    this.#sharing = new Sharing(deps.lanes);
    this.#tour = new Tour(deps.db);
  }

  /** Whether there is room now for something that had none at the last look. */
  mayGoOn(): boolean {
    const { lanes } = this.#deps;
    return lanes.free() > 0 && (this.#unseen || this.#waiting.some((lane) => lanes.room(lane) > 0));
  }

  /** One pass. */
  async tick(now: number): Promise<ClaimTick> {
    const { lanes } = this.#deps;
    this.#unseen = lanes.free() <= 0;
    if (this.#unseen) return { started: [], next: null };
    const look = await this.#look(now);
    const slots = this.#sharing.share(look.due);
    const asked = countByLane(slots);
    const started = await this.#claim(slots, now);
    const got = countByLane(started.map(({ slot }) => slot));
    if (started.length > 0) this.#tour.fruitful();

    const waiting: Lane[] = [];
    const next = [look.next];
    for (const lane of look.due) {
      const key = laneKey(lane);
      const given = asked.get(key) ?? 0;
      if (given === lane.due) continue;
      if ((got.get(key) ?? 0) < given) {
        // No more is due there, or others hold the locks just now.
        next.push(now + LOCKED_MS);
        continue;
      }
      waiting.push(lane);
      next.push(lanes.room(lane) > 0 ? now : (lanes.opensAt(lane) ?? Infinity));
    }
    if (look.more) next.push(now);
    this.#waiting = waiting;
    this.#unseen = look.more;
    const earliest = Math.min(...next);
    return { started, next: earliest === Infinity ? null : earliest };
  }

  /** The lanes in which runs are due, when more are (Infinity: not soon), and whether there are lanes that were not looked at. */
  async #look(now: number): Promise<{ due: readonly DueLane[]; next: number; more: boolean }> {
    const { db, lanes } = this.#deps;
    const ahead = await lookAhead(db, now, now + POLL_MS, WINDOW);
    const due = ahead.filter((lane) => lane.due > 0);
    if (due.reduce((sum, lane) => sum + lane.due, 0) < WINDOW) {
      return { due, next: Math.min(...ahead.map((lane) => lane.next_at ?? Infinity)), more: false };
    }
    // So much is due that it hides what is behind: visit the lanes one by one.
    const { visited, next, more } = await this.#tour.visit(lanesToVisit(lanes.free()), now);
    const ready = visited.filter((lane) => lane.wake_at <= now);
    return { due: ready.map((lane) => ({ ...lane, due: Infinity })), next, more };
  }

  /** Claims a run for each place; places without one are given back. */
  async #claim(slots: readonly Slot[], now: number): Promise<Started[]> {
    const { db, node, lanes } = this.#deps;
    const places = Map.groupBy(slots, laneKey);
    const wanted = [...places.values()].flatMap((group) =>
      group.slice(0, 1).map((slot) => ({ ...slot, most: group.length })),
    );
    const started: Started[] = [];
    try {
      const lease = { node, token: leaseToken(now), expires_at: now + LEASE_MS };
      const runs = await claimRuns(db, lease, now, wanted);
      for (const run of runs.toSorted((a, b) => a.fire_at - b.fire_at)) {
        const slot = places.get(laneKey(run))?.pop();
        if (!slot) throw new Error(`run ${run.id} was claimed without a slot`);
        started.push({ run, slot });
      }
      return started;
    } finally {
      for (const slot of [...places.values()].flat()) lanes.giveBack(slot);
    }
  }
}

function countByLane(slots: readonly Slot[]): Map<string, number> {
  return new Map([...Map.groupBy(slots, laneKey)].map(([key, group]) => [key, group.length]));
}
