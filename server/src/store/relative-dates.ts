import { sql } from 'kysely';
import type { EntityRecord } from '../domain/entity.ts';
import { nextOfDate, within, type RelativeCursor, type RelativePlan } from '../domain/relative.ts';
import type { Queryable } from './db.ts';
import { AT_FIRST, MOST_LOOKED_AT } from './look-ahead.ts';
import { isInstant, nextDue, UNKNOWN, type NextDue } from './relative-next.ts';
import { bareDates, behindPlace, datesIn, fromDates, inRanges, nearDates, roomFor, select } from './relative-sql.ts';

/** Which records of a definition are due: found by the index of their dates, whatever else is stored. */

const DAY = 86_400_000;
/** Rows that a count reads at a time, where it has to compute each: with one more it is as many as are asked for (`roomFor`). */
const AT_ONCE = 4_095;

/** A record with an occurrence. */
export interface DueRecord {
  /** The date that it is due by. */
  readonly at: number;
  readonly due: number;
  readonly record: EntityRecord;
}

/** Some of what is due in a window, and where to go on; `rest` null: that was all. */
export interface DuePage {
  readonly due: readonly DueRecord[];
  readonly rest: { readonly at: number; readonly record_id: string } | null;
}

/**
 * Records that have an occurrence in (after, until], in the order of their dates, up to `limit` of them.
 * @param until for a rule that comes round at most a day after `after`
 * @param from where the page before ended
 */
export async function dueRecords(
  db: Queryable,
  plan: RelativePlan,
  window: { readonly after: number; readonly until: number },
  from: RelativeCursor['window'],
  limit: number,
): Promise<DuePage> {
  const { after, until } = within(plan, window.after, window.until);
  if (after >= until) return { due: [], rest: null };
  const rows = await select<EntityRecord & { date_at: number }>(
    db,
    sql`SELECT d.at AS date_at, r.* ${fromDates(plan, true)} AND ${datesIn(plan, after, until)} AND ${behindPlace(from)}
      ORDER BY d.at, d.record_id LIMIT ${roomFor(limit)}`,
  );
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    due: page.flatMap(({ date_at: at, ...record }) =>
      plan.timing.between(at, after, until, plan.recurs ? 31 : 1).map((due) => ({ at, due, record })),
    ),
    rest: last ? { at: last.date_at, record_id: last.id } : null,
  };
}

/**
 * The same, and where that was all, the first occurrence after `until`. Mostly one statement.
 */
export async function dueAndNext(
  db: Queryable,
  plan: RelativePlan,
  window: { readonly after: number; readonly until: number },
  from: RelativeCursor['window'],
  limit: number,
): Promise<DuePage & { readonly next: NextDue }> {
  if (plan.recurs) {
    const page = await dueRecords(db, plan, window, from, limit);
    return { ...page, next: page.rest ? UNKNOWN : await nextDue(db, plan, window.until, null) };
  }
  const now = within(plan, window.after, window.until);
  const later = within(plan, window.until, Number.POSITIVE_INFINITY);
  const ahead = plan.timing.ranges(later.after, later.until);
  const rows = await select<EntityRecord & { date_at: number; is_due: boolean }>(
    db,
    sql`(SELECT TRUE AS is_due, d.at AS date_at, r.* ${fromDates(plan, true)}
        AND ${inRanges(plan.timing.ranges(now.after, now.until))} AND ${behindPlace(from)}
        ORDER BY d.at, d.record_id LIMIT ${roomFor(limit)})
      UNION ALL
      (SELECT FALSE, d.at, r.* ${nearDates(plan, inRanges(ahead), AT_FIRST)} ORDER BY d.at, d.record_id LIMIT 1)`,
  );
  const found = rows.filter((row) => row.is_due);
  const page = found.slice(0, limit).map((row) => {
    const { date_at: at, is_due: _due, ...record } = row;
    return { at, record, due: nextOfDate(plan, at, now.after) ?? window.until };
  });
  const last = page.at(-1);
  if (found.length > limit && last) {
    return { due: page, rest: { at: last.at, record_id: last.record.id }, next: UNKNOWN };
  }
  const first = rows.find((row) => !row.is_due);
  const due = first ? nextOfDate(plan, first.date_at, later.after) : null;
  // Where a clock is set back a later date may be due earlier; and few of many may meet a filter.
  const sure = first
    ? due !== null && plan.timing.ranges(later.after, due - 1).every(({ to }) => to <= first.date_at)
    : plan.filter === null;
  return { due: page, rest: null, next: sure ? { due, search: null } : await nextDue(db, plan, window.until, null) };
}

/**
 * The next occurrences after `after`, in their order, up to `count`; with `searched_until` there may be more behind that
 * instant: a filter that few records meet is not looked for to the end of all dates.
 */
export async function upcoming(
  db: Queryable,
  plan: RelativePlan,
  after: number,
  count: number,
): Promise<{ readonly due: readonly DueRecord[]; readonly searched_until: number | null }> {
  const found: DueRecord[] = [];
  for (let from = after; found.length < count;) {
    const { due, search } = await nextDue(db, plan, from, null);
    if (search)
      return { due: found, searched_until: isInstant(search) ? search.at : nextOfDate(plan, search.at, from) };
    if (due === null) break;
    // Without a recurrence a page of dates is a page of occurrences; else those of one instant after the other.
    const until = plan.recurs ? due : Number.POSITIVE_INFINITY;
    const page = plan.filter && !plan.recurs ? await nearPage(db, plan, due - 1, count) : null;
    const { due: more } = page ?? (await dueRecords(db, plan, { after: due - 1, until }, null, count - found.length));
    found.push(...more);
    if (page?.searched_until !== undefined) return { due: found, searched_until: page.searched_until };
    if (!plan.recurs) break;
    from = due;
  }
  return { due: found.toSorted((a, b) => a.due - b.due).slice(0, count), searched_until: null };
}

/** A page of dates that meet a filter, as far as one look goes. */
async function nearPage(db: Queryable, plan: RelativePlan, after: number, count: number) {
  const bounds = within(plan, after, Number.POSITIVE_INFINITY);
  const where = inRanges(plan.timing.ranges(bounds.after, bounds.until));
  const rows = await select<EntityRecord & { date_at: number }>(
    db,
    sql`SELECT d.at AS date_at, r.* ${nearDates(plan, where, MOST_LOOKED_AT)} ORDER BY d.at, d.record_id LIMIT ${count}`,
  );
  const due = rows.flatMap(({ date_at: at, ...record }) => {
    const instant = nextOfDate(plan, at, bounds.after);
    return instant === null ? [] : [{ at, due: instant, record }];
  });
  const sorted = due.toSorted((a, b) => a.due - b.due);
  if (rows.length === count) return { due: sorted };
  const [last] = await select<{ at: number }>(
    db,
    sql`SELECT d.at FROM (${bareDates(plan, where, MOST_LOOKED_AT)}) d OFFSET ${MOST_LOOKED_AT - 1}`,
  );
  return last ? { due: sorted, searched_until: nextOfDate(plan, last.at, bounds.after) } : { due: sorted };
}

/** How many occurrences there are in (after, until], the first and the last; null: none. */
export async function countDue(
  db: Queryable,
  plan: RelativePlan,
  window: { readonly after: number; readonly until: number },
  from: RelativeCursor['window'] = null,
): Promise<{ readonly count: number; readonly first: number; readonly last: number } | null> {
  const { after, until } = within(plan, window.after, window.until);
  if (after >= until) return null;
  if (plan.recurs) return await countRounds(db, plan, { after, until }, from);
  const [row] = await select<{ count: number; first: number | null; last: number | null }>(
    db,
    // In their order: of a new database PostgreSQL believes that another index than that of the dates is as good.
    sql`SELECT count(*) AS count, min(at) AS first, max(at) AS last FROM (SELECT d.at ${fromDates(plan, false)}
      AND ${datesIn(plan, after, until)} AND ${behindPlace(from)} ORDER BY d.at, d.record_id) d`,
  );
  if (!row || row.first === null || row.last === null) return null;
  const [first, last] = [row.first, row.last].map((at) => nextOfDate(plan, at, after) ?? after);
  return { count: row.count, first: first ?? after, last: Math.max(first ?? after, last ?? after) };
}

async function countRounds(
  db: Queryable,
  plan: RelativePlan,
  window: { readonly after: number; readonly until: number },
  from: RelativeCursor['window'],
) {
  let [count, first, last] = [0, Infinity, -Infinity];
  for (let after = window.after; after < window.until; after += DAY) {
    let position = after === window.after ? from : null;
    const until = Math.min(window.until, after + DAY);
    for (;;) {
      const page = await dueRecords(db, plan, { after, until }, position, AT_ONCE);
      for (const { due } of page.due) {
        count += 1;
        first = Math.min(first, due);
        last = Math.max(last, due);
      }
      if (!page.rest) break;
      position = { end: until, ...page.rest };
    }
  }
  return count === 0 ? null : { count, first, last };
}
