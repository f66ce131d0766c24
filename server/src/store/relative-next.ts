import { sql } from 'kysely';
import { nextOfDate, within, type RelativeCursor, type RelativePlan } from '../domain/relative.ts';
import type { Range } from '../time/index.ts';
import type { Queryable } from './db.ts';
import { AT_FIRST, MOST_LOOKED_AT, MOST_READ } from './look-ahead.ts';
import { bareDates, behindPlace, datesIn, fromDates, inRanges, nearDates, select } from './relative-sql.ts';

const DAY = 86_400_000;
/** Dates that come round have all come round within a leap year. */
const ROUND = 366 * DAY;

/**
 * The next occurrence. With `search` it is not known yet: no date up to that place has one, behind it is still to be looked
 * (a filter that few records meet).
 */
export interface NextDue {
  readonly due: number | null;
  readonly search: NonNullable<RelativeCursor['search']> | null;
}

/** Nobody has looked. */
export const UNKNOWN: NextDue = { due: null, search: null };

/**
 * First dates that were asked for in this transaction. Many rules differ in their offset, zone and time of day alone: the
 * first date from somewhere on is the first for all that begin between there and it.
 */
export class FirstDates {
  readonly #found = new Map<string, { readonly from: number; readonly at: number | null }[]>();

  get(plan: RelativePlan, from: number): { readonly at: number | null } | undefined {
    return this.#found.get(keyOf(plan))?.find((range) => range.from <= from && (range.at === null || from <= range.at));
  }

  add(plan: RelativePlan, from: number, at: number | null): void {
    const key = keyOf(plan);
    this.#found.set(key, [...(this.#found.get(key) ?? []), { from, at }]);
  }
}

function keyOf({ field, schedule }: RelativePlan): string {
  return JSON.stringify([field, schedule.customer_id, schedule.relative_filter]);
}

/**
 * The first occurrence of all records strictly after `after`.
 * @param search where the last look, for the same `after` or an earlier one, has ended
 */
export async function nextDue(
  db: Queryable,
  plan: RelativePlan,
  after: number,
  search: NextDue['search'],
  known = new FirstDates(),
): Promise<NextDue> {
  if (!plan.recurs) return await firstDate(db, plan, after, search, known);
  const first = search === null ? await firstDate(db, plan, after, null, known) : UNKNOWN;
  // Dates whose own turn is yet to come are few steps ahead or far: those that came before decide first.
  const round = await nextRound(db, plan, Math.max(after, search?.at ?? 0), after, first.due ?? Infinity);
  return round.search ? { due: null, search: round.search } : round;
}

/** The first among the dates whose own occurrence is after `after`. */
async function firstDate(
  db: Queryable,
  plan: RelativePlan,
  after: number,
  search: NextDue['search'],
  known: FirstDates,
): Promise<NextDue> {
  const bounds = within(plan, after, Number.POSITIVE_INFINITY);
  const ranges = plan.timing.ranges(bounds.after, bounds.until);
  const [range] = ranges;
  if (range === undefined) return { due: null, search: null };
  const open = search === null && ranges.length === 1 && range.to === Number.POSITIVE_INFINITY;
  const remembered = open ? known.get(plan, range.from) : undefined;
  const found = remembered ? { ...remembered, search: null } : await firstAt(db, plan, ranges, search);
  if (found.search) return { due: null, search: found.search };
  const { at } = found;
  if (open && !remembered) known.add(plan, range.from, at);
  const due = at === null ? null : nextOfDate(plan, at, bounds.after);
  if (at === null || due === null) return { due: null, search: null };
  // Where a clock is set back a later date may be due earlier: ask for what comes before.
  const before = plan.timing.ranges(bounds.after, due - 1).filter(({ to }) => to > at);
  const earlier = before.length === 0 ? null : await firstAt(db, plan, before, null);
  const other = earlier === null || earlier.at === null ? null : nextOfDate(plan, earlier.at, bounds.after);
  return { due: other === null ? due : Math.min(due, other), search: null };
}

/** The first date in these ranges whose record meets the filter; or how far was looked for it. */
async function firstAt(
  db: Queryable,
  plan: RelativePlan,
  ranges: readonly Range[],
  search: NextDue['search'],
): Promise<{ readonly at: number | null; readonly search: NextDue['search'] }> {
  if (!plan.filter) {
    const [row] = await select<{ at: number }>(
      db,
      sql`SELECT d.at ${fromDates(plan, false)} AND ${inRanges(ranges)} ORDER BY d.at LIMIT 1`,
    );
    return { at: row?.at ?? null, search: null };
  }
  const where = sql`${inRanges(ranges)} AND ${behindPlace(search)}`;
  for (const most of [AT_FIRST, MOST_LOOKED_AT]) {
    const [row] = await select<{ at: number }>(
      db,
      sql`SELECT d.at ${nearDates(plan, where, most)} ORDER BY d.at, d.record_id LIMIT 1`,
    );
    if (row) return { at: row.at, search: null };
  }
  const [last] = await select<{ at: number; record_id: string }>(
    db,
    sql`SELECT d.at, d.record_id FROM (${bareDates(plan, where, MOST_LOOKED_AT)}) d OFFSET ${MOST_LOOKED_AT - 1}`,
  );
  return { at: null, search: last ? { at: last.at, record_id: last.record_id } : null };
}

/** The first occurrence in (from, until] of dates that come round: day by day, then in longer stretches. */
async function nextRound(
  db: Queryable,
  plan: RelativePlan,
  from: number,
  after: number,
  until: number,
): Promise<NextDue> {
  const bounds = within(plan, from, until);
  const end = Math.min(bounds.until, within(plan, after, until).after + ROUND);
  let [length, looked] = [DAY, 0];
  for (let start = bounds.after; start < end;) {
    const to = Math.min(end, start + length);
    const found = await firstRound(db, plan, start, to);
    if (found.due !== null) return { due: found.due, search: null };
    looked += found.looked;
    start = to;
    if (looked > MOST_LOOKED_AT && start < end) return { due: null, search: { at: start, record_id: NO_RECORD } };
    length *= 2;
  }
  return { due: until === Number.POSITIVE_INFINITY ? null : until, search: null };
}

/** For rules that come round a search goes by instants. */
const NO_RECORD = '00000000-0000-0000-0000-000000000000';

/** The first occurrence in (after, until], and how many dates were looked at for it. */
async function firstRound(
  db: Queryable,
  plan: RelativePlan,
  after: number,
  until: number,
): Promise<{ readonly due: number | null; readonly looked: number }> {
  const where = datesIn(plan, after, until);
  const from = plan.filter ? nearDates(plan, where, MOST_LOOKED_AT) : sql`${fromDates(plan, false)} AND ${where}`;
  const rows = await select<{ at: number }>(db, sql`SELECT d.at ${from} LIMIT ${MOST_READ}`);
  const dues = rows.flatMap(({ at }) => nextOfDate(plan, at, after) ?? []).filter((due) => due <= until);
  const first = dues.length === 0 ? null : dues.reduce((a, b) => Math.min(a, b));
  const looked = await countNear(db, plan, where);
  if (rows.length < MOST_READ && looked < MOST_LOOKED_AT) return { due: first, looked };
  // There are more: what is found bounds the search; halves find what is earlier.
  const bound = first ?? until;
  if (bound - after <= 1) return { due: first ?? (await dueAt(db, plan, after, bound)), looked };
  const middle = after + Math.floor((bound - after) / 2);
  const left = await firstRound(db, plan, after, middle);
  if (left.due !== null) return left;
  const right = await firstRound(db, plan, middle, bound);
  return { due: right.due ?? first, looked: left.looked + right.looked };
}

/** Whether an instant has an occurrence: halves end here, and more dates may come round at it than one look goes along. */
async function dueAt(db: Queryable, plan: RelativePlan, before: number, instant: number): Promise<number | null> {
  const rows = await select<{ at: number }>(
    db,
    sql`SELECT DISTINCT d.at ${fromDates(plan, false)} AND ${datesIn(plan, before, instant)}`,
  );
  return rows.some(({ at }) => nextOfDate(plan, at, before) === instant) ? instant : null;
}

/** How many dates a condition names, counted up to `MOST_LOOKED_AT`; without a filter nobody needs to know. */
async function countNear(db: Queryable, plan: RelativePlan, where: ReturnType<typeof datesIn>): Promise<number> {
  if (!plan.filter) return 0;
  const [row] = await select<{ dates: number }>(
    db,
    sql`SELECT count(*) AS dates FROM (${bareDates(plan, where, MOST_LOOKED_AT)}) d`,
  );
  return row?.dates ?? 0;
}
