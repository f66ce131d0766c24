/** What addresses hold, read with care: whoever typed it. Pure. */

type Search = Readonly<Record<string, unknown>>;

/** A text; absent where there is none. The router reads `?text=42` as a number. */
export function textIn<N extends string>(search: Search, name: N): { readonly [K in N]?: string } {
  const value = search[name];
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim().slice(0, 200) : '';
  return (text === '' ? {} : { [name]: text }) as { readonly [K in N]?: string };
}

/** One of a few; absent where it is none of them. */
export function oneOfIn<N extends string, V extends string>(
  search: Search,
  name: N,
  values: readonly V[],
): { readonly [K in N]?: V } {
  const found = values.find((value) => value === search[name]);
  return (found === undefined ? {} : { [name]: found }) as { readonly [K in N]?: V };
}

/** The page, from 2 on: the first is the one without a word. */
export function pageIn(search: Search): { readonly page?: number } {
  const page = Number(search['page']);
  return Number.isInteger(page) && page > 1 && page < 1e7 ? { page } : {};
}

/** An instant as `datetime-local` has it, in the viewer's zone, or any that the API takes; absent where it is none. */
export function instantIn<N extends string>(search: Search, name: N): { readonly [K in N]?: string } {
  const value = search[name];
  const isOne =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value));
  return (isOne ? { [name]: value } : {}) as { readonly [K in N]?: string };
}

/** An instant of the API as an address and a field have it: local, to the second. */
export function localOf(instant: string): string {
  const at = new Date(instant);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = [String(at.getFullYear()).padStart(4, '0'), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day}T${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/** The instant for the API: a local time is the viewer's. */
export function instantOf(local: string): string {
  return new Date(local).toISOString();
}
