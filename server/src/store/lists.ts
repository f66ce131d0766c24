import { compareText } from '../domain/text-order.ts';

/*
 * Lists as parameters of the hot statements. pg writes an array by looking at each element for what must be escaped, and PostgreSQL
 * reads it character by character: both stood near the top of the profiles of a burst.
 */

/** Elements that need no escape as they are: UUIDs, instants, numbers, booleans, our own constants. */
export function list(values: readonly (string | number | boolean | null)[]): string {
  let text = '';
  for (const value of values) text += text === '' ? (value ?? 'NULL') : `,${value ?? 'NULL'}`;
  return `{${text}}`;
}

/**
 * The same for one of several that `unnest` takes side by side, the first of which is full: null where all are, since `unnest` fills up
 * with NULL. Of a planned run half the columns are so.
 */
export function column(values: readonly (string | number | boolean | null)[]): string | null {
  return orNull(values) && list(values);
}

/** The same of values that need pg's escapes. */
export function orNull<Value>(values: readonly (Value | null)[]): readonly (Value | null)[] | null {
  return values.every((value) => value === null) ? null : values;
}

/**
 * Rows in the order in which whoever changes several of them at once changes them, by tenant and id: two that took them in other orders
 * would wait for each other.
 */
export function inOrder<Row extends { readonly tenant_id: string; readonly id: string }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => compareText(a.tenant_id, b.tenant_id) || compareText(a.id, b.id));
}

/**
 * The rows of some arrays, to look each up in a table by its key. The planner, which knows neither how many they are nor, soon after, how
 * large the table is, might as well read the table and look for each of its rows here. So it is told that this is one row: the
 * LIMIT is all of them, but unknown as it plans, and then it counts on a tenth. Of a table that it knows to be tiny it may still think
 * otherwise: plans are kept for seconds only (`store/plans`).
 * @param arrays parameters with their types, the first an array of UUIDs
 */
export function rowsOf(arrays: string, columns: string): string {
  return `(SELECT * FROM unnest(${arrays}) AS x (${columns}) LIMIT cardinality(${arrays.split(',', 1)[0]}))`;
}

/** What parts texts: a control character, and those are escaped in JSON. */
const SEPARATOR = '\u001e';

/** Texts without control characters, as JSON is, one after the other; in SQL they are `texts('$1')`. */
export function textList(list: readonly string[]): string {
  return list.join(SEPARATOR);
}

/** A parameter made by `textList`, of at least one element, as `text[]`. */
export function texts(parameter: string): string {
  return `string_to_array(${parameter}::text, chr(30))`;
}
