import type { Client } from '../client.ts';
import { inBatches, problemsOfOne, type GoodLine } from './batches.ts';
import type { ImportLine } from './lines.ts';

/** A line that is not stored, and why. */
export interface ImportLineError {
  readonly line: number;
  readonly external_id: string | null;
  readonly problems: readonly string[];
}

/** What has become of the lines so far. */
export interface ImportTally {
  created: number;
  updated: number;
  readonly errors: ImportLineError[];
  /** Everything up to this line has been answered. */
  throughLine: number;
  /** The first and the last line of the batch that is under way. */
  underWay: readonly [number, number] | null;
}

/** A large batch is one transaction. */
const TIMEOUT_MS = 300_000;

/** Where the lines go, and how. */
export interface Importing {
  readonly records: Client['entities']['records'];
  /** The id of the definition. */
  readonly definition: string;
  /** So many records a request; at most 10,000. */
  readonly batch: number;
  readonly signal: AbortSignal;
  /** Told after each batch. */
  readonly onBatch: () => void;
}

/** Writes the lines in batches, each stored whole or not at all, and keeps the tally. */
export async function importLines(
  lines: AsyncIterable<ImportLine>,
  tally: ImportTally,
  importing: Importing,
): Promise<void> {
  const tell = (line: number, problem: string) =>
    void tally.errors.push({ line, external_id: null, problems: [problem] });
  for await (const batch of inBatches(lines, importing.batch, tell)) await write(batch, tally, importing);
}

async function write(batch: readonly GoodLine[], tally: ImportTally, importing: Importing): Promise<void> {
  const { records, definition, signal } = importing;
  const [first, last] = [batch[0]?.line ?? 0, batch.at(-1)?.line ?? 0];
  tally.underWay = [first, last];
  const body = batch.map(({ json }) => json).join('\n');
  const answer = await records.bulk(definition, body, { signal, timeoutMs: TIMEOUT_MS });
  tally.created += answer.created;
  tally.updated += answer.updated;
  for (const { index, external_id, error } of answer.results) {
    if (error) tally.errors.push({ line: batch[index]?.line ?? 0, external_id, problems: problemsOfOne(error) });
  }
  tally.throughLine = last;
  tally.underWay = null;
  importing.onBatch();
}
