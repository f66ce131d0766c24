import { sql } from 'kysely';
import { nextOfDate, within, type RelativeCursor, type RelativePlan } from '../domain/relative.ts';
import type { Range } from '../time/index.ts';
import type { Queryable } from './db.ts';
import { AT_FIRST, MOST_LOOKED_AT, MOST_READ } from './look-ahead.ts';
import { bareDates, behindPlace, datesIn, fromDates, inRanges, nearDates, select } from './relative-sql.ts';

const DAY = 86_400_000;
/**
 * Within so long every date that comes round has come round: the longest month or year, and a day for clocks that were set back
 * meanwhile (a leap year from summer time to winter time has an hour more).
 */
const ROUND = { MONTHLY: 32 * DAY, YEARLY: 367 * DAY } as const;

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
  // Of dates whose own turn is yet to come only the first counts: all that came before come round until then, or within a round.
  const first = search === null ? await firstDate(db, plan, after, null, known) : UNKNOWN;
  if (search === null || isInstant(search)) {
    const round = await nextRound(db, plan, Math.max(after, search?.at ?? 0), after, first.due ?? Infinity);
    if (round.due !== null || round.search !== null) return round;
  }
  return search === null ? first : await firstDate(db, plan, after, isInstant(search) ? null : search, known);
}

/** Dates that come round are searched by instants. */
const NO_RECORD = '00000000-0000-0000-0000-000000000000';

/** Whether a search has got as far as an instant, not as a date and its record. */
export function isInstant(search: NonNullable<NextDue['search']>): boolean {
  return search.record_id === NO_RECORD;
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
  const round = plan.schedule.relative_recurrence === 'MONTHLY' ? ROUND.MONTHLY : ROUND.YEARLY;
  const end = Math.min(bounds.until, within(plan, after, until).after + round);
  let [length, looked] = [DAY, 0];
  for (let start = bounds.after; start < end;) {
    const to = Math.min(end, start + length);
    const found = await firstRound(db, plan, start, to);
    if (found.due !== null) return { due: found.due, search: null };
    looked += found.looked;
    start = to;
    if (looked >= MOST_LOOKED_AT && start < end) return { due: null, search: { at: start, record_id: NO_RECORD } };
    length *= 2;
  }
  return { due: until === Number.POSITIVE_INFINITY ? null : until, search: null };
}

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
  const first = earliest(plan, rows, after, until);
  const more = rows.length >= MOST_READ;
  const looked = more ? rows.length : await countNear(db, plan, where);
  if (!more && looked < MOST_LOOKED_AT) return { due: first, looked };
  // Of a day the planner has to read all dates anyway, once it comes; many may come round at one instant.
  if (first === null && until - after <= DAY) return { due: await firstOfAll(db, plan, after, until), looked };
  // There are more: what is found bounds the search; halves find what is earlier.
  const bound = first === null ? until : first - 1;
  if (bound <= after) return { due: first, looked };
  const middle = after + Math.ceil((bound - after) / 2);
  const left = await firstRound(db, plan, after, middle);
  if (left.due !== null || middle === bound) return { due: left.due ?? first, looked: left.looked };
  const right = await firstRound(db, plan, middle, bound);
  return { due: right.due ?? first, looked: left.looked + right.looked };
}

/** The same, of every date that there is. */
async function firstOfAll(db: Queryable, plan: RelativePlan, after: number, until: number): Promise<number | null> {
  const where = datesIn(plan, after, until);
  const rows = await select<{ at: number }>(db, sql`SELECT DISTINCT d.at ${fromDates(plan, false)} AND ${where}`);
  return earliest(plan, rows, after, until);
}

function earliest(plan: RelativePlan, rows: readonly { at: number }[], after: number, until: number): number | null {
  const dues = rows.flatMap(({ at }) => nextOfDate(plan, at, after) ?? []);
  const first = dues.reduce((a, b) => Math.min(a, b), Infinity);
  return first <= until ? first : null;
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
