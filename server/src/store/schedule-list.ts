import type { Schedule } from '../domain/schedule.ts';
import { build, run, type Queryable } from './db.ts';
import { usageOf } from './quotas.ts';
import { live, matching, type ScheduleFilter } from './schedules.ts';

/**
 * A page of the tenant's schedules, newest first, and how many match in all. A filter is gone through once, for the page and
 * the number. Without one the number is known, and the last pages are found from the end.
 */
export async function listSchedules(
  db: Queryable,
  tenantId: string,
  filter: ScheduleFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ schedules: Schedule[]; total: number }> {
  if (Object.values(conditionsOf(filter)).every((value) => value === undefined)) {
    const { schedules: total } = await usageOf(db, tenantId);
    return { schedules: await pageOfAll(db, tenantId, total, page), total };
  }
  const rows = await run<Schedule & { total: number; id: string | null }>(
    db,
    build
      .with(
        (cte) => cte('found').materialized(),
        (with_) => with_.selectFrom('schedules').select('id').where(matching(tenantId, filter)).orderBy('id', 'desc'),
      )
      .with(
        (cte) => cte('page').materialized(),
        // In the order in which they were found: to sort 100,000 ids again takes longer than the rest.
        (with_) => with_.selectFrom('found').select('id').limit(page.limit).offset(page.offset),
      )
      .selectFrom((from) =>
        from
          .selectFrom('found')
          .select((eb) => eb.fn.countAll().as('total'))
          .as('t'),
      )
      .leftJoin(
        (from) =>
          from
            .selectFrom('schedules')
            .selectAll()
            .where('tenant_id', '=', tenantId)
            .where('id', 'in', (inPage) => inPage.selectFrom('page').select('id'))
            .as('s'),
        (join) => join.onTrue(),
      )
      .selectAll('s')
      .select('t.total')
      .orderBy('s.id', 'desc'),
  );
  const schedules = rows.filter(({ id }) => id !== null).map(({ total: _, ...schedule }) => schedule);
  return { schedules, total: rows[0]?.total ?? 0 };
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
