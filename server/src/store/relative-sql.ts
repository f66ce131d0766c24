import { sql, type RawBuilder } from 'kysely';
import type { RelativePlan } from '../domain/relative.ts';
import type { Probe, Range } from '../time/index.ts';
import { build, timestamp, type Queryable } from './db.ts';
import { filterSql } from './filter-sql.ts';

/** How the dates of a rule are named in SQL: `d` is a date, `r` its record. */

/** The dates of a rule, with their records where asked for, or where the filter looks at them. */
export function fromDates(plan: RelativePlan, records: boolean): RawBuilder<unknown> {
  const join =
    records || plan.filter ? sql`JOIN entity_records r ON r.tenant_id = d.tenant_id AND r.id = d.record_id` : sql``;
  const filter = plan.filter ? sql`AND ${filterSql(plan.filter, sql.ref('r.data'))}` : sql``;
  return sql`${ofRule(plan, join)} ${filter}`;
}

function ofRule(plan: RelativePlan, join: RawBuilder<unknown>): RawBuilder<unknown> {
  const { tenant_id, customer_id } = plan.schedule;
  const customer = customer_id === null ? sql`` : sql`AND d.customer_id = ${customer_id}`;
  return sql`FROM entity_dates d ${join}
    WHERE d.tenant_id = ${tenant_id} AND d.definition_id = ${plan.definition.id} AND d.field = ${plan.field} ${customer}`;
}

/** The dates that have an occurrence in (after, until]; of those that come round perhaps some more. */
export function datesIn(plan: RelativePlan, after: number, until: number): RawBuilder<unknown> {
  if (!plan.recurs) return inRanges(plan.timing.ranges(after, until));
  const probes = plan.timing.probes(after, until);
  // Dates whose first turn is yet to come are not looked at.
  const later = plan.timing.ranges(until, Number.POSITIVE_INFINITY).at(-1)?.from ?? Number.POSITIVE_INFINITY;
  return sql`${anyOf(probes, inProbe)} AND d.at < ${timestamp(later)}`;
}

/** The dates in these ranges. */
export function inRanges(ranges: readonly Range[]): RawBuilder<unknown> {
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

/** Runs a statement about dates. */
export async function select<Row>(db: Queryable, query: RawBuilder<unknown>): Promise<Row[]> {
  const { sql: text, parameters } = query.compile(build);
  const known = prepared.get(text);
  if (known === undefined && prepared.size < MOST_PREPARED) prepared.set(text, `dates_${prepared.size}`);
  return await db.query<Row>(text, parameters, known);
}

/**
 * The same, for statements that only read what nobody writes meanwhile: who asks again what was asked before gets the same rows.
 * Many schedules of a definition have one rule.
 */
export function remembering(db: Queryable): Queryable {
  const asked = new Map<string, Promise<unknown[]>>();
  return {
    ...db,
    query: async <Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> => {
      const key = JSON.stringify([text, values]);
      const rows = asked.get(key) ?? db.query<Row>(text, values, name);
      asked.set(key, rows);
      return (await rows) as Row[];
    },
  };
}

/**
 * How many rows to ask for where up to `limit` and one more are wanted: the next power of two. Who has a little less room asks
 * the same.
 */
export function roomFor(limit: number): number {
  return 2 ** Math.ceil(Math.log2(limit + 1));
}

/**
 * The first `most` dates of a rule that meet a condition, in the order of date and record; with their
 * records, and of those that meet the filter alone.
 */
export function nearDates(plan: RelativePlan, condition: RawBuilder<unknown>, most: number): RawBuilder<unknown> {
  const filter = plan.filter ? sql`WHERE ${filterSql(plan.filter, sql.ref('r.data'))}` : sql``;
  return sql`FROM (${bareDates(plan, condition, most)}) d
    JOIN entity_records r ON r.tenant_id = ${plan.schedule.tenant_id} AND r.id = d.record_id ${filter}`;
}

/** The same dates alone, whatever the filter says. */
export function bareDates(plan: RelativePlan, condition: RawBuilder<unknown>, most: number): RawBuilder<unknown> {
  return sql`SELECT d.at, d.record_id ${ofRule(plan, sql``)} AND ${condition}
    ORDER BY d.at, d.record_id LIMIT ${sql.lit(most)}`;
}

/** Dates behind a place in their order. */
export function behindPlace(place: { readonly at: number; readonly record_id: string } | null): RawBuilder<unknown> {
  if (place === null) return sql`TRUE`;
  return sql`(d.at, d.record_id) > (${timestamp(place.at)}, ${place.record_id}::uuid)`;
}
