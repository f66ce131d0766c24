/** Where a page is among all. */
interface Page {
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

/** Where to begin, and how many at a time. */
interface Window {
  readonly limit?: number;
  readonly offset?: number;
}

/**
 * The items of a list, page after page, each once. What comes while one reads shifts the rest back: what was seen is
 * passed over. What goes (the reader may delete what it gets) shifts it forward: the next page begins so much earlier.
 * @param itemsOf its items in the answer
 * @param most the largest page that there is
 */
export async function* pages<P extends Page, T>(
  list: (window: Required<Window>) => Promise<P>,
  itemsOf: (page: P) => readonly T[],
  most: number,
  query: Window | undefined,
): AsyncGenerator<T, void, undefined> {
  const first = query?.offset ?? 0;
  const limit = query?.limit ?? most;
  const seen = new Set<string>();
  let offset = first;
  let total = 0;
  for (;;) {
    const page = await list({ limit, offset });
    const gone = total - page.total;
    total = page.total;
    if (gone > 0 && offset > first) {
      offset = Math.max(first, offset - gone);
      continue;
    }
    const items = itemsOf(page);
    for (const item of items) {
      const id = idOf(item);
      if (seen.has(id)) continue;
      seen.add(id);
      yield item;
    }
    if (items.length < page.limit) return;
    offset += items.length;
  }
}

function idOf(item: unknown): string {
  const { id } = item as { id?: unknown };
  return typeof id === 'string' ? id : JSON.stringify(item);
}
