import type { Json } from './draft.ts';

/** What an EMAIL begins with. */
export const FIRST_EMAIL: Json = { to: [], subject: '' };

/** The addresses of a field as tags: the API takes one by itself, too. */
export function addressesOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * What a field is sent as. None of `to` is told to the API, which says that it needs one; none of the others leaves them out.
 * One that was a text alone stays so: an edit that changes nothing sends nothing.
 */
export function addressesSent(
  tags: readonly string[],
  before: unknown,
  isNeeded: boolean,
): string | string[] | undefined {
  const list = tags.map((tag) => tag.trim()).filter((tag) => tag !== '');
  const [only] = list;
  if (only === undefined) return isNeeded ? [] : undefined;
  return list.length === 1 && typeof before === 'string' ? only : list;
}

/** What is wrong with some of the addresses, by the address where the API has its place in the list: `0: is not …`. */
export function namedProblem(problem: string | undefined, addresses: readonly string[]): string | undefined {
  return problem?.replaceAll(/(^|; )(\d+): /g, (whole, before: string, at: string) => {
    const address = addresses[Number(at)];
    return address === undefined ? whole : `${before}${address} `;
  });
}

/** A text that is not there rather than empty. */
export function textSent(text: string): string | undefined {
  return text === '' ? undefined : text;
}
