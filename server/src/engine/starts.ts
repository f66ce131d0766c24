import type { Database } from '../store/db.ts';
import { runQuotas } from '../store/quotas.ts';
import { isOpen, RUN_STARTS, SharedPoints } from '../store/rate-points.ts';

/** What a node draws at once of a tenant's minute: few enough that other nodes have theirs. */
const PARTS = 50;

/** After a look that failed, how long nothing starts that needs one. */
const PAUSE_MS = 1_000;

/** What starts of runs are counted with. */
export interface StartsDeps {
  readonly db: Database;
  readonly now: () => number;
  /** The most a minute of a tenant that has no number of its own; null: any. */
  readonly runsPerMinute: number | null;
  /** Told when runs may start that had to wait. */
  readonly wake: () => void;
  readonly onError: (error: unknown) => void;
}

/** What a node has of a tenant's minute. */
interface Held {
  tokens: number;
  /** What was left for all nodes at the last look. */
  left: number;
  /** When the minute ends (epoch ms). */
  until: number;
  drawing: Promise<void> | null;
}

/**
 * How many runs of a tenant may start in a minute, on all nodes together. Whatever starts a run takes its start here, in the
 * moment that it takes a slot; what finds none waits as for a slot, and nothing of it is lost. Tenants without a quota cost
 * nothing.
 */
export class Starts {
  readonly #deps: StartsDeps;
  readonly #held = new Map<string, Held>();
  readonly #shared = new Map<number, SharedPoints>();
  #answers = 0;
  /** Of tenants that have a number of their own. */
  #own: ReadonlyMap<string, number> = new Map();

  constructor(deps: StartsDeps) {
    this.#deps = deps;
  }

  /** Reads which tenants have a number of their own. Whose number is another now need not wait for the minute to end. */
  async refresh(): Promise<void> {
    const before = this.#own;
    this.#own = await runQuotas(this.#deps.db);
    const changed = [...this.#held.keys()].filter((tenant) => before.get(tenant) !== this.#own.get(tenant));
    for (const tenant of changed) this.#held.delete(tenant);
    if (changed.length > 0) this.#deps.wake();
  }

  /** How many runs of a tenant may start now, as far as this node knows. Asks for more where it has none left. */
  room(tenantId: string): number {
    const limit = this.#limitOf(tenantId);
    if (limit === null) return Infinity;
    const held = this.#heldOf(tenantId);
    const current = isOpen(held.until, this.#deps.now());
    if (current && held.tokens > 0) return held.tokens;
    if (!current || held.left > 0) this.#draw(tenantId, limit, held);
    return 0;
  }

  /** Takes a start: there has to be room. Returns when the minute that it is of ends. */
  take(tenantId: string): number {
    const held = this.#held.get(tenantId);
    if (!held || this.#limitOf(tenantId) === null) return 0;
    held.tokens -= 1;
    return held.until;
  }

  /** Gives back a start that came to nothing, where its minute goes on. */
  giveBack(tenantId: string, until: number): void {
    const held = this.#held.get(tenantId);
    if (held && isOpen(until, this.#deps.now())) held.tokens += 1;
  }

  /** When runs of a tenant may start again that find no start now (epoch ms); null: that is not what they wait for. */
  opensAt(tenantId: string): number | null {
    const held = this.#held.get(tenantId);
    if (!held || this.#limitOf(tenantId) === null || held.tokens > 0 || held.left > 0) return null;
    return isOpen(held.until, this.#deps.now()) ? held.until : null;
  }

  /** Waits for what was asked. Returns how many answers came since the last time. */
  async settled(): Promise<number> {
    await Promise.all([...this.#held.values()].flatMap((held) => held.drawing ?? []));
    const answers = this.#answers;
    this.#answers = 0;
    return answers;
  }

  #limitOf(tenantId: string): number | null {
    return this.#own.get(tenantId) ?? this.#deps.runsPerMinute;
  }

  #heldOf(tenantId: string): Held {
    const known = this.#held.get(tenantId);
    if (known) return known;
    const held = { tokens: 0, left: 0, until: -Infinity, drawing: null };
    this.#held.set(tenantId, held);
    return held;
  }

  #draw(tenantId: string, limit: number, held: Held): void {
    held.drawing ??= this.#drawn(tenantId, limit, held).finally(() => {
      held.drawing = null;
      this.#answers += 1;
      // Also where it brought nothing: whoever waits has to learn until when.
      this.#deps.wake();
    });
  }

  async #drawn(tenant_id: string, limit: number, held: Held): Promise<void> {
    const { db, now } = this.#deps;
    const shared = this.#shared.get(limit) ?? new SharedPoints(() => db, now, limit);
    this.#shared.set(limit, shared);
    try {
      const { granted, left, until } = await shared.draw(
        { tenant_id, bucket: RUN_STARTS },
        Math.max(1, Math.floor(limit / PARTS)),
      );
      Object.assign(held, { tokens: granted, left, until });
    } catch (error) {
      this.#deps.onError(error);
      Object.assign(held, { tokens: 0, left: 0, until: now() + PAUSE_MS });
    }
  }
}
