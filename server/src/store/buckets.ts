/** How many hash buckets tenants fall into. */
export const BUCKETS = 256;

/**
 * The hash bucket of a tenant, as `bucket_of` in SQL (migration 0018): a stored part of every key beside `tenant_id`. A tenant's id
 * ends in random bits, so its last byte is a hash already.
 */
export function bucketOf(tenantId: string): number {
  return Number.parseInt(tenantId.slice(-2), 16);
}
