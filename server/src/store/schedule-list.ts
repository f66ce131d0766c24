import { sql } from 'kysely';
import type { Schedule } from '../domain/schedule.ts';
import { build, run, type Database, type Queryable } from './db.ts';
import { summing, usageIn, usageOf } from './quotas.ts';
import { live, matching, type ScheduleFilter } from './schedules.ts';

/**
 * A page of the tenant's schedules, newest first, and how many match in all. A filter is gone through once, for the page and
 * the number. Without one the number is known, and the last pages are found from the end.
 */
export async function listSchedules(
  db: Database,
  tenantId: string,
  filter: ScheduleFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ schedules: Schedule[]; total: number }> {
  if (Object.values(conditionsOf(filter)).every((value) => value === undefined)) {
    if (page.offset === 0) return await firstPage(db, tenantId, page.limit);
    const { schedules: total } = await usageOf(db, tenantId);
    return { schedules: await pageOfAll(db, tenantId, total, page), total };
  }
  const rows = await run<Schedule & { total: number; id: string | null }>(
    db,
    build
      // As one value: what is gone through to count it is sorted once, and never written to a disk.
      .with(
        (cte) => cte('found').materialized(),
        (with_) =>
          with_
            .selectFrom('schedules')
            .select(sql<string[]>`array_agg(id ORDER BY id DESC)`.as('ids'))
            .where(matching(tenantId, filter)),
      )
      .selectFrom('found')
      .leftJoinLateral(
        (from) =>
          from
            .selectFrom('schedules')
            .selectAll()
            .where('tenant_id', '=', tenantId)
            .where(sql<boolean>`id = ANY (ids[${page.offset + 1}::int : ${page.offset + page.limit}::int])`)
            .as('s'),
        (join) => join.onTrue(),
      )
      .selectAll('s')
      .select(sql<number>`coalesce(cardinality(ids), 0)`.as('total'))
      .orderBy('s.id', 'desc'),
  );
  return { schedules: rows.filter(({ id }) => id !== null), total: rows[0]?.total ?? 0 };
}

/** The newest of the tenant and how many there are, asked in one go. */
async function firstPage(
  db: Database,
  tenantId: string,
  limit: number,
): Promise<{ schedules: Schedule[]; total: number }> {
  // The number stands in the text: PostgreSQL can plan it once then. Few of them have a name, so that few plans are kept.
  const text = `SELECT * FROM schedules WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY id DESC LIMIT ${Math.trunc(limit)}`;
  const name = limit % 10 === 0 ? `first_page_${limit}` : undefined;
  const [used, schedules] = await db.together([summing(tenantId), { text, values: [tenantId], name }]);
  return { schedules: schedules as Schedule[], total: usageIn(used as Parameters<typeof usageIn>[0]).schedules };
}

/** A page of all schedules of the tenant, of which there are `total`, from whichever end is nearer. */
async function pageOfAll(
  db: Queryable,
  tenantId: string,
  total: number,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<Schedule[]> {
  const behind = total - offset - limit;
  if (behind >= offset || offset >= total) {
    return await run<Schedule>(db, live(tenantId).orderBy('id', 'desc').limit(limit).offset(offset));
  }
  const [skip, take] = [Math.max(0, behind), Math.min(limit, total - offset)];
  const found = await run<Schedule>(db, live(tenantId).orderBy('id', 'asc').limit(take).offset(skip));
  return found.toReversed();
}

/** What a filter says; other members of a query are none of it. */
function conditionsOf({ customer_id, external_id, status, schedule_type, name_contains, ids }: ScheduleFilter) {
  return { customer_id, external_id, status, schedule_type, name_contains, ids };
}
