import type { Queryable, Transaction } from '../store/db.ts';
import { bucketOf, isIn, WHOLE, type Slice } from '../store/buckets.ts';
import { earliestDue, lockDue, lockDueOf, lockOverdueBeside, scanTenants, type DueRow } from '../store/planning.ts';
import { laneKey, type Lane } from './lanes.ts';
import { BESIDE_MS, nextTurn } from './slices.ts';

/** Schedules in one transaction: enough to spread its cost, few enough that other nodes get theirs. */
const BATCH = 500;

/** In a pass that finds more than it takes for the first time: the first runs start before the last are planned. */
const FIRST = 100;

/** So many of where there is no room are locked all the same: enough to see who else is due. */
const LEAST = 25;

/** Tenants that one pass looks at beside it. The next pass goes on behind them. */
const TENANTS = 500;

/**
 * Locks the schedules that are planned next: the earliest; and where so many are due that they fill a batch, as many again,
 * shared out among the tenants, so that none waits until another's thousands are through.
 */
export class DueSchedules {
  readonly #slice: () => Slice;
  /** The tenant at which the last look ended, if there are others behind it. */
  #after: string | null = null;
  #batch = FIRST;
  /** Where a pass left most for want of room, and which part of what is due goes there; null: there is room for all. */
  #crowded: { readonly lane: Lane; readonly share: number } | null = null;
  readonly #room: (lane: Lane) => number;

  /**
   * @param slice the buckets that this node plans first
   * @param room how many more runs of a lane may start on this node
   */
  constructor(slice: () => Slice, room: (lane: Lane) => number) {
    this.#slice = slice;
    this.#room = room;
  }

  async lock(tx: Transaction, now: number): Promise<{ due: DueRow[]; more: boolean }> {
    const batch = this.#nextBatch();
    const slice = this.#slice();
    const due = await lockDue(tx, now, batch, slice);
    if (due.length < batch && slice !== WHOLE) {
      due.push(...(await lockOverdueBeside(tx, now - BESIDE_MS, batch - due.length, slice)));
    }
    if (due.length < batch) {
      this.#batch = FIRST;
      this.#crowded = null;
      return { due, more: false };
    }
    const tenants = await this.#visit(tx);
    const counts = Map.groupBy(due, (schedule) => schedule.tenant_id);
    const waiting = tenants.filter((tenant) => tenant.due_at <= now).map((tenant) => tenant.tenant_id);
    const share = Math.max(1, Math.floor(batch / Math.max(1, waiting.length)));
    const short = waiting.filter((id) => (counts.get(id)?.length ?? 0) < share);
    const locked = due.map((schedule) => schedule.id);
    return { due: [...due, ...(await lockDueOf(tx, short, now, share, locked))], more: true };
  }

  /** When there is something to plan for this node (epoch ms), or to look again; null: nothing is ever due. */
  async next(db: Queryable, now: number): Promise<number | null> {
    return await nextTurn(this.#slice(), now, (limit) => earliestDue(db, limit));
  }

  /**
   * Told what was locked, and what of it was left for want of room. That is locked again, so the next batch has about as much for where
   * there is none as there is room for; what goes elsewhere is not held up by it.
   */
  took(due: readonly Lane[], left: readonly Lane[]): void {
    if (due.length >= this.#batch && left.length <= due.length / 2) this.#batch = Math.min(BATCH, this.#batch * 2);
    const lane = mostOf(left) ?? this.#crowded?.lane;
    if (lane === undefined) return;
    const key = laneKey(lane);
    const there = due.filter((other) => laneKey(other) === key).length;
    this.#crowded = there === 0 ? null : { lane, share: there / due.length };
  }

  #nextBatch(): number {
    if (this.#crowded === null) return this.#batch;
    const { lane, share } = this.#crowded;
    return Math.min(this.#batch, Math.ceil((LEAST + this.#room(lane)) / share));
  }

  async #visit(tx: Transaction) {
    const slice = this.#slice();
    // The nodes may have changed since: it goes on within the slice.
    if (this.#after !== null && !isIn(slice, bucketOf(this.#after))) this.#after = null;
    const tenants = await scanTenants(tx, this.#after, TENANTS, slice);
    if (tenants.length < TENANTS && this.#after !== null) {
      const seen = new Set(tenants.map((tenant) => tenant.tenant_id));
      const first = await scanTenants(tx, null, TENANTS - tenants.length, slice);
      tenants.push(...first.filter((tenant) => !seen.has(tenant.tenant_id)));
    }
    this.#after = tenants.length < TENANTS ? null : (tenants.at(-1)?.tenant_id ?? null);
    return tenants;
  }
}

/** One of the lane that most are of. */
function mostOf(lanes: readonly Lane[]): Lane | undefined {
  const groups = [...Map.groupBy(lanes, laneKey).values()];
  return groups.reduce<readonly Lane[]>((most, group) => (group.length > most.length ? group : most), [])[0];
}
