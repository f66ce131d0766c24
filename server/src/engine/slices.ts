import { BUCKETS, isIn, WHOLE, type Slice } from '../store/buckets.ts';
import type { Database } from '../store/db.ts';
import { announceNode, forgetNode } from '../store/nodes.ts';
import { LEASE_MS } from './settings.ts';

/**
 * How long after it is due a schedule of another node's slice is anybody's. So long waits what is of a node that has just died or
 * come, and no longer does a tenant wait whose thousands keep the one node busy that plans it.
 */
export const BESIDE_MS = 250;

/** The buckets that the node of this id plans first, of `ids` in their order: as many as any other's, give or take one. */
export function sliceOf(id: string, ids: readonly string[]): Slice {
  const place = ids.indexOf(id);
  if (place === -1 || ids.length === 1) return WHOLE;
  const from = (n: number): number => Math.floor((n * BUCKETS) / ids.length);
  return { first: from(place), last: from(place + 1) - 1 };
}

/**
 * Which buckets this node plans first. Each node says that it is there and takes the slice of its place among those that are, so
 * they come to the same end without talking. While they differ about who is there two plan a bucket, and pass over what the other
 * has locked; or none does, and after a moment all do: nothing depends on slices but who gets in whose way.
 */
export class Slices {
  readonly #db: Database;
  readonly #node: string;
  #mine: Slice = WHOLE;
  #refreshing: Promise<void> = Promise.resolve();
  #left = false;

  constructor(db: Database, node: string) {
    this.#db = db;
    this.#node = node;
  }

  /** The slice of this node; the whole while it is alone. */
  mine(): Slice {
    return this.#mine;
  }

  /** Says that this node is there, and looks who else is. */
  async refresh(now: number): Promise<void> {
    this.#refreshing = this.#refreshing.then(
      () => this.#announce(now),
      () => this.#announce(now),
    );
    await this.#refreshing;
  }

  /** Leaves its slice to the others: it says no more that it is there. */
  async leave(): Promise<void> {
    this.#left = true;
    await this.#refreshing.catch(() => undefined);
    await forgetNode(this.#db, this.#node);
  }

  async #announce(now: number): Promise<void> {
    if (this.#left) return;
    this.#mine = sliceOf(this.#node, await announceNode(this.#db, this.#node, now, now - LEASE_MS));
  }
}

/** Of how many instants to come a node looks at whose turn they are, where it is not alone. */
const AHEAD = 64;

/** How soon to look behind them, where all are the others' and due. */
const BEHIND_MS = 50;

/**
 * When there is something to plan for the node of a slice (epoch ms), or to look again; null: nothing is ever due.
 * @param ahead reads the first instants of all buckets, up to a number
 */
export async function nextTurn(
  slice: Slice,
  now: number,
  ahead: (limit: number) => Promise<readonly { readonly at: number; readonly bucket: number }[]>,
): Promise<number | null> {
  const limit = slice === WHOLE ? 1 : AHEAD;
  const first = await ahead(limit);
  if (first.length === 0) return null;
  const turns = first.map(({ at, bucket }) => (isIn(slice, bucket) ? at : at + BESIDE_MS));
  if (slice !== WHOLE && first.length === limit) turns.push(Math.max(first.at(-1)?.at ?? 0, now + BEHIND_MS));
  return Math.min(...turns);
}
