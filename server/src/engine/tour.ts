import type { Database } from '../store/db.ts';
import { scanLanes } from '../store/queue.ts';
import { laneKey, type Lane } from './lanes.ts';

/** A lane in which runs wait, and when the first of them may start. */
interface WaitingLane extends Lane {
  readonly wake_at: number;
}

/** Goes round all lanes in which runs wait, some in each visit: what one visit costs does not grow with their number. */
export class Tour {
  readonly #db: Database;
  #after: Lane | null = null;
  /** Whether runs were claimed since it was last at the end. */
  #fruitful = false;
  /** The earliest instant still to come that was seen since then. */
  #next = Infinity;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Runs were claimed in what was visited: there may be more. */
  fruitful(): void {
    this.#fruitful = true;
  }

  /**
   * The next `most` lanes. `more`: there are others, to be visited at once; not so after a whole round in which nothing could be
   * claimed (destinations that are down, say): then at `next`, when the first of the others may start, or at the next poll.
   */
  async visit(most: number, now: number): Promise<{ visited: WaitingLane[]; next: number; more: boolean }> {
    const visited = await scanLanes(this.#db, this.#after, most);
    let barren = false;
    if (visited.length < most) {
      barren = !this.#fruitful;
      this.#fruitful = false;
      this.#next = Infinity;
      if (this.#after !== null) visited.push(...(await scanLanes(this.#db, null, most - visited.length)));
    }
    const last = visited.length === most ? visited.at(-1) : undefined;
    this.#after = last ? { tenant_id: last.tenant_id, destination: last.destination } : null;
    for (const { wake_at } of visited) if (wake_at > now) this.#next = Math.min(this.#next, wake_at);
    const lanes = new Map(visited.map((lane) => [laneKey(lane), lane]));
    return { visited: [...lanes.values()], next: this.#next, more: last !== undefined && !barren };
  }
}
