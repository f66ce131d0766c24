import { type RawBuilder, sql } from 'kysely';
import type { Comparison, Filter } from '../domain/filter.ts';

const SYMBOLS: Readonly<Record<Comparison, RawBuilder<unknown>>> = {
  $gt: sql`>`,
  $gte: sql`>=`,
  $lt: sql`<`,
  $lte: sql`<=`,
};

/**
 * A filter as a condition on a column of records' data. What a caller wrote becomes parameters, field names too. Each
 * part is true or false and never null, so that NOT is the opposite, as in memory; and none can fail on what another
 * definition's records hold, since PostgreSQL may look at those first: there is no cast of stored values.
 * @param data the column, such as sql.ref('entity_records.data')
 */
export function filterSql(filter: Filter, data: RawBuilder<unknown>): RawBuilder<boolean> {
  switch (filter.kind) {
    case 'all':
      return combine(filter.of, data, sql` AND `, sql`TRUE`);
    case 'any':
      return combine(filter.of, data, sql` OR `, sql`FALSE`);
    case 'not':
      return sql`NOT ${filterSql(filter.of, data)}`;
    case 'missing':
      return sql`(${text(data, filter.field)} IS NULL)`;
    case 'one_of':
      return sql`((${json(data, filter.field)} = ANY (${filter.values.map((value) => JSON.stringify(value))}::jsonb[])) IS TRUE)`;
    case 'compare':
      return typeof filter.value === 'number'
        ? sql`((jsonb_typeof(${json(data, filter.field)}) = 'number' AND ${json(data, filter.field)} ${SYMBOLS[filter.operator]} ${JSON.stringify(filter.value)}::jsonb) IS TRUE)`
        : sql`((${text(data, filter.field)} COLLATE "C" ${SYMBOLS[filter.operator]} ${filter.value}::text) IS TRUE)`;
    case 'has_text':
      return sql`((strpos(${text(data, filter.field)}, ${filter.text}::text) > 0) IS TRUE)`;
    default:
      return sql`(CASE WHEN jsonb_typeof(${json(data, filter.field)}) = 'array' THEN EXISTS (SELECT FROM jsonb_array_elements(${json(data, filter.field)}) AS item WHERE item.value = ${JSON.stringify(filter.item)}::jsonb) ELSE FALSE END)`;
  }
}

function combine(
  of: readonly Filter[],
  data: RawBuilder<unknown>,
  by: RawBuilder<unknown>,
  none: RawBuilder<boolean>,
): RawBuilder<boolean> {
  if (of.length === 0) return none;
  return sql`(${sql.join(
    of.map((part) => filterSql(part, data)),
    by,
  )})`;
}

/** The value as JSON: NULL when the field is absent. */
function json(data: RawBuilder<unknown>, field: string): RawBuilder<unknown> {
  return sql`(${data} -> ${field}::text)`;
}

/** The value as text: NULL when the field is absent or null. */
function text(data: RawBuilder<unknown>, field: string): RawBuilder<unknown> {
  return sql`(${data} ->> ${field}::text)`;
}
