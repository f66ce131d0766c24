import type { Queryable, Transaction } from './db.ts';

/** How long plans that are made for all values are kept: by then a table that was empty may be full. */
const KEPT_MS = 10_000;

/**
 * Planned once for all values, and by one process: to start another for a statement takes some 4 ms. What is believed of a
 * range that nobody knows yet is a part of the table, so a large one would have them started for a handful of rows.
 */
const ONCE = ['plan_cache_mode = force_generic_plan', 'max_parallel_workers_per_gather = 0'];

/** Whatever is believed of sizes: row by row, along indexes. */
const BY_INDEX = [
  ...ONCE,
  'enable_seqscan = off',
  'enable_hashjoin = off',
  'enable_mergejoin = off',
  'enable_material = off',
];

/** How a database plans once: `lists` are several ranges of one index at a time, which only a bitmap finds. */
export type PlannedFor = 'keys' | 'lists';

/** When the plans of a connection were last made anew. */
const made = new WeakMap<object, number>();

/** What begins a transaction whose statements are planned once for all values. */
export function plannedOnce(begin: string, planned: PlannedFor): string {
  const settings = planned === 'keys' ? [...BY_INDEX, 'enable_bitmapscan = off'] : BY_INDEX;
  return [begin, ...settings.map((setting) => `SET LOCAL ${setting}`)].join('; ');
}

/** The same on a connection: now and then it forgets its plans first. */
export function replanning(connection: object, begin: string): string {
  const now = performance.now();
  if (now - (made.get(connection) ?? -Infinity) < KEPT_MS) return begin;
  made.set(connection, now);
  return `DISCARD PLANS; ${begin}`;
}

/**
 * Has prepared statements of the rest of this transaction planned once for all values. To plan one of several joins takes 1–3 ms,
 * to run it along an index 0.2 ms; PostgreSQL by itself plans again each time where it believes that the values matter.
 * @returns the same transaction for those it is done for: prepared under names of their own, since a plan stays as it was made
 */
export async function planOnce(tx: Transaction): Promise<Queryable> {
  const settings = ONCE.map((setting) => setting.split(' = ')).map(
    ([name, value]) => `set_config('${name}', '${value}', true)`,
  );
  await tx.query(`SELECT ${settings.join(', ')}`, [], 'plan_once');
  return { ...tx, query: (text, values, name) => tx.query(text, values, name === undefined ? name : `${name}_once`) };
}
