import { sql, type RawBuilder } from 'kysely';
import type { EntityRecord } from '../domain/entity.ts';
import { nextOfDate, within, type RelativeCursor, type RelativePlan } from '../domain/relative.ts';
import type { Probe, Range } from '../time/index.ts';
import { build, timestamp, type Queryable } from './db.ts';
import { filterSql } from './filter-sql.ts';

/** Which records of a definition are due: found by the index of their dates, whatever else is stored. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Dates that come round have all come round within a leap year. */
const ROUND = 366 * DAY;
/** The most rows that one look for the next occurrence reads, where it has to compute each. */
const LOOK = 500;

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
  const behind =
    from === null ? sql`TRUE` : sql`(d.at, d.record_id) > (${timestamp(from.at)}, ${from.record_id}::uuid)`;
  const rows = await select<EntityRecord & { date_at: number }>(
    db,
    sql`SELECT d.at AS date_at, r.* ${fromDates(plan, true)} AND ${datesIn(plan, after, until)} AND ${behind}
      ORDER BY d.at, d.record_id LIMIT ${limit + 1}`,
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
 * The same, and where that was all, the first occurrence after `until` (null: there is none). Mostly one statement: the
 * row that follows the last one that is due is the next.
 */
export async function dueAndNext(
  db: Queryable,
  plan: RelativePlan,
  window: { readonly after: number; readonly until: number },
  from: RelativeCursor['window'],
  limit: number,
): Promise<DuePage & { readonly next: number | null }> {
  const bounds = within(plan, window.after, Number.POSITIVE_INFINITY);
  const ahead = plan.recurs ? [] : plan.timing.ranges(bounds.after, bounds.until);
  const now = plan.recurs ? [] : plan.timing.ranges(bounds.after, Math.min(window.until, bounds.until));
  if (!plan.recurs && now.length === 0) return { due: [], rest: null, next: await nextDue(db, plan, window.until) };
  // Where a clock is set back, what is due is not all before what is not.
  if (ahead.length !== 1 || now.length !== 1) {
    const page = await dueRecords(db, plan, window, from, limit);
    return { ...page, next: page.rest ? null : await nextDue(db, plan, window.until) };
  }
  const behind =
    from === null ? sql`TRUE` : sql`(d.at, d.record_id) > (${timestamp(from.at)}, ${from.record_id}::uuid)`;
  const rows = await select<EntityRecord & { date_at: number }>(
    db,
    sql`SELECT d.at AS date_at, r.* ${fromDates(plan, true)} AND ${inRanges(ahead)} AND ${behind}
      ORDER BY d.at, d.record_id LIMIT ${limit + 1}`,
  );
  const found = rows.map(({ date_at: at, ...record }) => ({
    at,
    record,
    due: nextOfDate(plan, at, bounds.after) ?? Infinity,
  }));
  const due = found.slice(0, limit).filter((row) => row.due <= window.until);
  const following = found[due.length];
  if (following && following.due <= window.until) {
    const last = due.at(-1);
    return { due, rest: last ? { at: last.at, record_id: last.record.id } : null, next: null };
  }
  // One range is no proof for what follows a change of the clock: where it is near, ask exactly.
  const next = following && plan.timing.ranges(window.until, following.due - 1).every(({ to }) => to <= following.at);
  return { due, rest: null, next: next ? following.due : following ? await nextDue(db, plan, window.until) : null };
}

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

/** The first occurrence of all records strictly after `after`; null: there is none. */
export async function nextDue(
  db: Queryable,
  plan: RelativePlan,
  after: number,
  known = new FirstDates(),
): Promise<number | null> {
  const first = await firstDate(db, plan, after, Number.POSITIVE_INFINITY, known);
  return plan.recurs ? await nextRound(db, plan, after, first ?? Number.POSITIVE_INFINITY) : first;
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
  const behind =
    from === null ? sql`TRUE` : sql`(d.at, d.record_id) > (${timestamp(from.at)}, ${from.record_id}::uuid)`;
  const [row] = await select<{ count: number; first: number | null; last: number | null }>(
    db,
    sql`SELECT count(*) AS count, min(d.at) AS first, max(d.at) AS last ${fromDates(plan, false)}
      AND ${datesIn(plan, after, until)} AND ${behind}`,
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
      const page = await dueRecords(db, plan, { after, until }, position, 5_000);
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

/** The first among the dates whose own occurrence is in (after, until]. */
async function firstDate(
  db: Queryable,
  plan: RelativePlan,
  after: number,
  until: number,
  known: FirstDates,
): Promise<number | null> {
  const bounds = within(plan, after, until);
  const ranges = plan.timing.ranges(bounds.after, bounds.until);
  const [range] = ranges;
  if (range === undefined) return null;
  const open = ranges.length === 1 && range.to === Number.POSITIVE_INFINITY;
  const remembered = open ? known.get(plan, range.from) : undefined;
  const at = remembered ? remembered.at : await firstAt(db, plan, ranges);
  if (open && !remembered) known.add(plan, range.from, at);
  const due = at === null ? null : nextOfDate(plan, at, bounds.after);
  if (at === null || due === null) return null;
  // Where a clock is set back a later date may be due earlier: ask again for what comes before.
  const before = plan.timing.ranges(bounds.after, due - 1);
  if (!before.some((part) => part.to > at)) return due;
  return (await firstDate(db, plan, bounds.after, due - 1, known)) ?? due;
}

async function firstAt(db: Queryable, plan: RelativePlan, ranges: readonly Range[]): Promise<number | null> {
  const [row] = await select<{ at: number }>(
    db,
    sql`SELECT d.at ${fromDates(plan, false)} AND ${inRanges(ranges)} ORDER BY d.at LIMIT 1`,
  );
  return row?.at ?? null;
}

/** The first occurrence in (after, until] of dates that come round: day by day, then in longer stretches. */
async function nextRound(db: Queryable, plan: RelativePlan, after: number, until: number): Promise<number | null> {
  const start = within(plan, after, until);
  const end = Math.min(start.until, start.after + ROUND);
  let length = DAY;
  for (let from = start.after; from < end;) {
    const to = Math.min(end, from + length);
    const found = await firstRound(db, plan, from, to);
    if (found !== null) return found;
    from = to;
    length *= 2;
  }
  return until === Number.POSITIVE_INFINITY ? null : until;
}

async function firstRound(db: Queryable, plan: RelativePlan, after: number, until: number): Promise<number | null> {
  const rows = await select<{ at: number }>(
    db,
    sql`SELECT d.at ${fromDates(plan, false)} AND ${datesIn(plan, after, until)} LIMIT ${LOOK}`,
  );
  const dues = rows.flatMap(({ at }) => nextOfDate(plan, at, after) ?? []).filter((due) => due <= until);
  const first = dues.length === 0 ? null : Math.min(...dues);
  if (rows.length < LOOK) return first;
  // There are more: what is found bounds the search; halves find what is earlier.
  const bound = first ?? until;
  if (bound - after <= 1) return first;
  const middle = after + Math.floor((bound - after) / 2);
  return (await firstRound(db, plan, after, middle)) ?? (await firstRound(db, plan, middle, bound)) ?? first;
}

/** The dates of a rule, with their records where asked for, or where the filter looks at them. */
function fromDates(plan: RelativePlan, records: boolean): RawBuilder<unknown> {
  const { tenant_id, customer_id } = plan.schedule;
  const join =
    records || plan.filter ? sql`JOIN entity_records r ON r.tenant_id = d.tenant_id AND r.id = d.record_id` : sql``;
  const customer = customer_id === null ? sql`` : sql`AND d.customer_id = ${customer_id}`;
  const filter = plan.filter ? sql`AND ${filterSql(plan.filter, sql.ref('r.data'))}` : sql``;
  return sql`FROM entity_dates d ${join}
    WHERE d.tenant_id = ${tenant_id} AND d.definition_id = ${plan.definition.id} AND d.field = ${plan.field} ${customer} ${filter}`;
}

function datesIn(plan: RelativePlan, after: number, until: number): RawBuilder<unknown> {
  if (!plan.recurs) return inRanges(plan.timing.ranges(after, until));
  const probes = plan.timing.probes(after, until);
  // Dates whose first turn is yet to come are not looked at.
  const later = plan.timing.ranges(until, Number.POSITIVE_INFINITY).at(-1)?.from ?? Number.POSITIVE_INFINITY;
  return sql`${anyOf(probes, inProbe)} AND d.at < ${timestamp(later)}`;
}

function inRanges(ranges: readonly Range[]): RawBuilder<unknown> {
  return anyOf(ranges, ({ from, to }) => sql`d.at >= ${timestamp(from)} AND d.at < ${timestamp(to)}`);
}

function inProbe({ days, from, to }: Probe): RawBuilder<unknown> {
  return sql`d.day_key = ANY (${days}::smallint[]) AND d.day_ms >= ${from} AND d.day_ms < ${to}`;
}

function anyOf<Part>(parts: readonly Part[], say: (part: Part) => RawBuilder<unknown>): RawBuilder<unknown> {
  if (parts.length === 0) return sql`FALSE`;
  return sql`(${sql.join(
    parts.map((part) => sql`(${say(part)})`),
    sql` OR `,
  )})`;
}

/** Statements that are prepared: most rules are of few shapes. Beyond so many a connection would hold too much. */
const MOST_PREPARED = 200;
const prepared = new Map<string, string>();

async function select<Row>(db: Queryable, query: RawBuilder<unknown>): Promise<Row[]> {
  const { sql: text, parameters } = query.compile(build);
  const known = prepared.get(text);
  if (known === undefined && prepared.size < MOST_PREPARED) prepared.set(text, `dates_${prepared.size}`);
  return await db.query<Row>(text, parameters, known);
}
