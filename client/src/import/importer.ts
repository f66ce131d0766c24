import type { components } from '../generated/api.ts';
import type { Client } from '../client.ts';
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

/** Below the most that a request may have. */
const MOST_BYTES = 15 * 1024 * 1024;
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
  const encoder = new TextEncoder();
  let batch: { line: number; json: string }[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length > 0) await write(batch, tally, importing);
    batch = [];
    bytes = 0;
  };
  for await (const line of lines) {
    if ('problem' in line) {
      tally.errors.push({ line: line.line, external_id: null, problems: [line.problem] });
      continue;
    }
    const size = encoder.encode(line.json).length + 1;
    if (batch.length === importing.batch || bytes + size > MOST_BYTES) await flush();
    batch.push(line);
    bytes += size;
  }
  await flush();
}

async function write(batch: { line: number; json: string }[], tally: ImportTally, importing: Importing): Promise<void> {
  const { records, definition, signal } = importing;
  const [first, last] = [batch[0]?.line ?? 0, batch.at(-1)?.line ?? 0];
  tally.underWay = [first, last];
  const body = batch.map(({ json }) => json).join('\n');
  const answer = await records.bulk(definition, body, { signal, timeoutMs: TIMEOUT_MS });
  tally.created += answer.created;
  tally.updated += answer.updated;
  for (const { index, external_id, error } of answer.results) {
    if (error) tally.errors.push({ line: batch[index]?.line ?? 0, external_id, problems: wordsOf(error) });
  }
  tally.throughLine = last;
  tally.underWay = null;
  importing.onBatch();
}

type BulkError = NonNullable<components['schemas']['EntityRecordBulkResult']['results'][number]['error']>;

/** The API's words; `body.records.17` is the line. */
function wordsOf({ detail }: BulkError): string[] {
  if (typeof detail === 'string') return [detail];
  return detail.map(({ loc, msg }) => {
    const field = loc.slice(loc[1] === 'records' ? 3 : 1).join('.');
    return `${field === '' ? loc.join('.') : field}: ${msg}`;
  });
}
