import { compareText } from '../domain/text-order.ts';

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
