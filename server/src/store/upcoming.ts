import type { Schedule } from '../domain/schedule.ts';
import { bucketOf } from './buckets.ts';
import { timestamp, type Queryable } from './db.ts';

/** Where counting stops: beyond it the number says little to people, and costs more than the page. */
const COUNT_LIMIT = 10_000;

/** Which schedules are asked for. All given conditions hold. */
export interface UpcomingFilter {
  readonly customer_id?: string | undefined;
  readonly name_contains?: string | undefined;
  /** When they fire: exclusive, in epoch milliseconds. */
  readonly before?: number | undefined;
}

/** A schedule that has a next occurrence, and when that fires. */
export type UpcomingSchedule = Schedule & { readonly fires_at: number };

/**
 * A page of the tenant's schedules that will fire, the next one first, and how many there are (counted up to 10,000). The index by
 * tenant and `due_at` has them in this order; RELATIVE ones have no `due_at` and are sorted. Only the rows of the page are read whole.
 */
export async function listUpcoming(
  db: Queryable,
  tenantId: string,
  { customer_id, name_contains, before }: UpcomingFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ schedules: UpcomingSchedule[]; total: number }> {
  const most = Math.max(COUNT_LIMIT, page.offset + page.limit);
  const values: unknown[] = [tenantId, bucketOf(tenantId), most, page.limit, page.offset];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = [`s.tenant_id = $1 AND s.bucket = $2::smallint AND s.status = 'ACTIVE' AND s.deleted_at IS NULL`];
  if (customer_id !== undefined) conditions.push(`s.customer_id = ${parameter(customer_id)}`);
  if (name_contains !== undefined) {
    conditions.push(`s.name ILIKE ${parameter(`%${name_contains.replaceAll(/[\\%_]/g, '\\$&')}%`)}`);
  }
  const end = before === undefined ? null : parameter(timestamp(before));
  const part = (which: string, fires: string) =>
    `(SELECT s.id, ${fires} AS fires_at FROM schedules s WHERE ${conditions.join(' AND ')} AND ${which} AND ${fires} IS NOT NULL
      ${end === null ? '' : `AND ${fires} < ${end}`} ORDER BY ${fires}, s.id LIMIT $3)`;
  const rows = await db.query<UpcomingSchedule & { total: number; id: string | null }>(
    `WITH found AS MATERIALIZED (SELECT id, fires_at FROM (
         ${part('true', 's.due_at')} UNION ALL ${part('s.relative_entity_definition_id IS NOT NULL', 's.next_run_at')}) f
       ORDER BY fires_at, id LIMIT $3),
       page AS MATERIALIZED (SELECT id, fires_at FROM found ORDER BY fires_at, id LIMIT $4 OFFSET $5)
     SELECT s.*, t.total FROM (SELECT count(*) AS total FROM found) t LEFT JOIN (SELECT s.*, p.fires_at FROM page p
       JOIN schedules s ON s.tenant_id = $1 AND s.bucket = $2::smallint AND s.id = p.id) s ON true ORDER BY s.fires_at, s.id`,
    values,
  );
  const total = Math.min(COUNT_LIMIT, rows[0]?.total ?? 0);
  return { schedules: rows.filter(({ id }) => id !== null), total };
}
