import type { Transaction } from './db.ts';

/** How long plans that are made for all values are kept: by then a table that was empty may be full. */
const KEPT_MS = 10_000;

/** Whatever is believed of sizes: row by row, along indexes. */
const SETTINGS = [
  'plan_cache_mode = force_generic_plan',
  'enable_seqscan = off',
  'enable_hashjoin = off',
  'enable_mergejoin = off',
  'enable_bitmapscan = off',
  'enable_material = off',
];

/** When the plans of a connection were last made anew. */
const made = new WeakMap<object, number>();

/** What begins a transaction whose statements are planned once for all values. */
export function plannedOnce(begin: string): string {
  return [begin, ...SETTINGS.map((setting) => `SET LOCAL ${setting}`)].join('; ');
}

/** The same on a connection: now and then it forgets its plans first. */
export function replanning(connection: object, begin: string): string {
  const now = performance.now();
  if (now - (made.get(connection) ?? -Infinity) < KEPT_MS) return begin;
  made.set(connection, now);
  return `DISCARD PLANS; ${begin}`;
}

/**
 * Has prepared statements of this transaction planned once for all values. To plan one of several joins takes 1–3 ms, to run it
 * along an index 0.2 ms; PostgreSQL by itself plans again each time where it believes that the values matter.
 */
export async function planOnce(tx: Transaction): Promise<void> {
  await tx.query(`SELECT set_config('plan_cache_mode', 'force_generic_plan', true)`, [], 'plan_once');
}
