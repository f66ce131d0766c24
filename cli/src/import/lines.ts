import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import {
  csvColumns,
  csvRecord,
  type CsvColumn,
  type EntityDefinition,
  ImportFileError,
  type ImportLine,
} from '../api.ts';
import { UsageError } from '../exit.ts';

export type ImportFormat = 'csv' | 'ndjson';

/** By the name of the file, unless it is said. */
export function formatOf(file: string, said: string | undefined): ImportFormat {
  const name = said?.toLowerCase() ?? /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  if (name === 'csv') return 'csv';
  if (name === 'ndjson' || name === 'jsonl') return 'ndjson';
  if (said !== undefined) throw new UsageError(`--format is ${JSON.stringify(said)}; it must be csv or ndjson`);
  throw new UsageError(`${file}: its name ends in neither .csv nor .ndjson, so say --format csv or --format ndjson`);
}

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * CSV whose first line names the columns: `external_id`, `customer_id` and fields of the definition.
 * @throws UsageError when the header does not fit the definition, or from some line on it is not CSV
 */
export async function* readCsv(input: Readable, definition: EntityDefinition): AsyncGenerator<ImportLine> {
  const rows = input.pipe(parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true }));
  input.once('error', (error) => rows.destroy(error));
  let columns: CsvColumn[] | undefined;
  try {
    for await (const { record, info } of rows as AsyncIterable<CsvRow>) {
      if (columns === undefined) columns = csvColumns(record, definition);
      else yield { line: info.lines, ...csvRecord(record, columns) };
    }
  } catch (error) {
    if (error instanceof ImportFileError) throw new UsageError(error.message);
    if (!(error instanceof CsvError)) throw error;
    throw new UsageError(`${error.message}: from there on it can't be read as CSV.`);
  }
}
