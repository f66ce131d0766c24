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

/** What parts JSON texts: a control character, and those are escaped in JSON. */
const SEPARATOR = '\u001e';

/** JSON texts, one after the other; in SQL they are `jsons('$1')`. */
export function jsonList(texts: readonly string[]): string {
  return texts.join(SEPARATOR);
}

/** A parameter made by `jsonList`, of at least one element, as `jsonb[]`. */
export function jsons(parameter: string): string {
  return `string_to_array(${parameter}::text, chr(30))::jsonb[]`;
}
