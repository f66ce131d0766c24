import {
  csvColumns,
  csvRecord,
  type CsvColumn,
  type EntityDefinition,
  ImportFileError,
  type ImportLine,
  ndjsonLines,
} from '@hydracore/client';

/** The format of a file, by its name; null: it is none that we read. */
export function formatOf(name: string): 'csv' | 'ndjson' | null {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase();
  if (ending === 'csv') return 'csv';
  return ending === 'ndjson' || ending === 'jsonl' ? 'ndjson' : null;
}

/**
 * The records of a file, a piece of it at a time: it may be larger than the memory.
 * @param onRead told with each record how many bytes of the file are behind it
 * @throws ImportFileError when it is not what it must be
 */
export function readFile(
  file: File,
  definition: EntityDefinition,
  onRead: (bytes: number) => void,
): AsyncGenerator<ImportLine> {
  const format = formatOf(file.name);
  if (format === null) {
    throw new ImportFileError(
      `${file.name}: its name ends in neither .csv nor .ndjson, so what is in it is not known.`,
    );
  }
  return format === 'csv' ? readCsv(file.stream(), definition, onRead) : readNdjson(file.stream(), onRead);
}

async function* readNdjson(
  bytes: ReadableStream<Uint8Array>,
  onRead: (bytes: number) => void,
): AsyncGenerator<ImportLine> {
  const encoder = new TextEncoder();
  let read = 0;
  for await (const line of ndjsonLines(each(bytes))) {
    // Empty lines are not counted: it is for a bar.
    if ('json' in line) onRead((read += encoder.encode(line.json).length + 1));
    yield line;
  }
}

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number; readonly bytes: number };
}

/** By the parser of the command line, so that both read a file alike. It comes only where a file is read. */
async function* readCsv(
  bytes: ReadableStream<Uint8Array>,
  definition: EntityDefinition,
  onRead: (bytes: number) => void,
): AsyncGenerator<ImportLine> {
  const { CsvError, parse } = await import('./csv-parser.ts');
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true };
  const rows: ReadableStream<CsvRow> = bytes.pipeThrough(parse(options));
  let columns: CsvColumn[] | undefined;
  try {
    for await (const { record, info } of each(rows)) {
      onRead(info.bytes);
      if (columns === undefined) columns = csvColumns(record, definition);
      else yield { line: info.lines, ...csvRecord(record, columns) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new ImportFileError(`${error.message}: from there on it can’t be read as CSV.`);
  }
}

/** Not every browser iterates over streams. */
async function* each<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
