import type { Command } from 'commander';
import { wholeNumber } from './fields.ts';
import { count } from './show/format.ts';
import type { Column, Output } from './show/output.ts';

/** How much of a list is shown. */
export interface ListOptions {
  readonly limit: number;
  readonly all?: boolean;
}

/** Adds the options that every list has. */
export function listOptions(command: Command): Command {
  return command.option('--limit <number>', 'show so many', wholeNumber(1), 50).option('--all', 'show all of them');
}

/** The first items of a list, and how many there are. */
interface Listing<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** What every page can hold. */
const ONE_PAGE = 100;

/** As many items as asked for, by as many pages as that takes. */
export async function readList<T>(
  { limit, all }: ListOptions,
  list: (limit: number) => Promise<Listing<T>>,
  iterate: () => AsyncIterable<T>,
): Promise<Listing<T>> {
  if (all !== true && limit <= ONE_PAGE) return await list(limit);
  const items: T[] = [];
  for await (const item of iterate()) {
    items.push(item);
    if (all !== true && items.length >= limit) return { items, total: (await list(1)).total };
  }
  return { items, total: items.length };
}

/** A list: `{"<name>":[…],"total":n}` for programs. */
export function showList<T>(output: Output, name: string, { items, total }: Listing<T>, columns: Column<T>[]): void {
  output.answer({ [name]: items, total }, () => {
    if (items.length === 0) output.note('None.');
    else output.table(items, columns);
    if (items.length < total) output.note(`${count(items.length)} of ${count(total)}; --all shows the rest.`);
  });
}
