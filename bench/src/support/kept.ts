import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RESULTS, stamp, type Result, type Stamp } from './results.ts';
import type { Cell } from './table.ts';

/** A row of a result that knows which run it is of. */
export type Kept<T> = T & Stamp;

export interface KeepOptions {
  readonly save: boolean;
  readonly out: string;
  /** Forgets what earlier runs found. */
  readonly fresh: boolean;
}

/**
 * The rows of this run and of earlier ones: a row takes the place of an older one of the same key, the others stay. So
 * sizes that take long need not be measured in one go.
 * @param key what a row is about; null: it was written by another version of the bench and can't be told any more
 * @param part where the rows are in the result's `raw`
 */
export async function addedUp<T extends object>(
  workload: string,
  options: KeepOptions,
  rows: readonly T[],
  key: (row: T) => string | null,
  part: (raw: unknown) => unknown = (raw) => raw,
): Promise<Kept<T>[]> {
  const own = rows.map((row): Kept<T> => ({ ...row, ...stamp() }));
  if (!options.save || options.fresh) return own;
  const taken = new Set(own.map(key));
  const before = rowsOf<T>(await earlier(workload, options.out || RESULTS), part);
  return [...before.filter((row) => key(row) !== null && !taken.has(key(row))), ...own];
}

/** Rows that a result holds, each with the run that it is of. */
export function rowsOf<T extends object>(
  result: Result | null,
  part: (raw: unknown) => unknown = (raw) => raw,
): Kept<T>[] {
  const rows = result === null ? null : part(result.raw);
  if (result === null || !Array.isArray(rows)) return [];
  const of: Stamp = { measured_at: result.measured_at, commit: result.machine.commit };
  return (rows as T[]).map((row) => ({ ...of, ...row }));
}

async function earlier(workload: string, folder: string): Promise<Result | null> {
  const text = await readFile(join(folder, `${workload}.json`), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Result);
}

/** Says of each row when it was measured, where that was not in one run. */
export function measuredColumn(rows: readonly Stamp[]): {
  readonly head: readonly string[];
  readonly notes: readonly string[];
  cells(row: Stamp): Cell[];
} {
  if (new Set(rows.map((row) => row.measured_at)).size < 2) return { head: [], notes: [], cells: () => [] };
  return {
    head: ['measured'],
    notes: ['Rows were measured in several runs, as the column says. Ratios are always of one run.'],
    cells: ({ measured_at, commit }) => [`${measured_at.slice(0, 16).replace('T', ' ')}, ${commit}`],
  };
}
