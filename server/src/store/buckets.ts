import type { Queryable } from './db.ts';

/** How many hash buckets tenants fall into. */
export const BUCKETS = 256;

/**
 * The hash bucket of a tenant, as `bucket_of` in SQL (migration 0018): a stored part of every key beside `tenant_id`. A tenant's id
 * ends in random bits, so its last byte is a hash already.
 */
export function bucketOf(tenantId: string): number {
  return Number.parseInt(tenantId.slice(-2), 16);
}

/** Some buckets, from `first` to `last`; none where `last` is less. */
export interface Slice {
  readonly first: number;
  readonly last: number;
}

/** All buckets. */
export const WHOLE: Slice = { first: 0, last: BUCKETS - 1 };

/** Whether a bucket is one of a slice. */
export function isIn({ first, last }: Slice, bucket: number): boolean {
  return first <= bucket && bucket <= last;
}

/** A condition more of a statement, its parameters, and what its name gets: another text needs another name. */
export interface Bound {
  readonly sql: string;
  readonly values: readonly number[];
  readonly mark: string;
}

const ANYWHERE: Bound = { sql: '', values: [], mark: '' };

/**
 * Binds a statement to a slice: to nothing where that is the whole, to one bucket where it is one. The latter is what a sharded
 * PostgreSQL needs, which locks rows within one shard only.
 * @param alias of the table whose `bucket` it is about
 * @param next the number of the first parameter that is free
 */
export function withinSlice(alias: string, { first, last }: Slice, next: number): Bound {
  if (first === WHOLE.first && last === WHOLE.last) return ANYWHERE;
  if (first === last) return { sql: ` AND ${alias}.bucket = $${next}::smallint`, values: [first], mark: '_of_bucket' };
  // Cast, so that no index is gone along by it: what is due is found by its instant, and few of those are another slice's.
  const sql = ` AND ${alias}.bucket::int BETWEEN $${next} AND $${next + 1}`;
  return { sql, values: [first, last], mark: '_of_slice' };
}

/** What is of none of a slice's buckets. */
export function besideSlice(alias: string, { first, last }: Slice, next: number): Bound {
  const sql = ` AND (${alias}.bucket < $${next} OR ${alias}.bucket > $${next + 1})`;
  return { sql, values: [first, last], mark: '_beside' };
}

/** The same for rows of these tenants, named one by one: to their bucket, where it is the same for all and statements are to be bound. */
export function withinBucketOf(
  { bound = false }: Pick<Queryable, 'bound'>,
  alias: string,
  rows: readonly { readonly tenant_id: string }[],
  next: number,
): Bound {
  const one = bound ? oneBucket(rows) : null;
  return one === null ? ANYWHERE : withinSlice(alias, { first: one, last: one }, next);
}

/** The bucket that all of these are of; null: they are of several. */
export function oneBucket(rows: readonly { readonly tenant_id: string }[]): number | null {
  const first = rows[0]?.tenant_id ?? '';
  const bucket = bucketOf(first);
  for (const { tenant_id } of rows) if (tenant_id !== first && bucketOf(tenant_id) !== bucket) return null;
  return Number.isNaN(bucket) ? null : bucket;
}
