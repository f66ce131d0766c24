import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { EntityDefinition } from '../api.ts';
import { UsageError } from '../exit.ts';

/** A record to import as the API takes it, or why it can't be sent; with the line that it ends on. */
export type ImportLine = { readonly line: number } & ({ readonly json: string } | { readonly problem: string });

export type ImportFormat = 'csv' | 'ndjson';

/** By the name of the file, unless it is said. */
export function formatOf(file: string, said: string | undefined): ImportFormat {
  const name = said?.toLowerCase() ?? /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  if (name === 'csv') return 'csv';
  if (name === 'ndjson' || name === 'jsonl') return 'ndjson';
  if (said !== undefined) throw new UsageError(`--format is ${JSON.stringify(said)}; it must be csv or ndjson`);
  throw new UsageError(`${file}: its name ends in neither .csv nor .ndjson, so say --format csv or --format ndjson`);
}

/** One record a line, each as the API takes it. Empty lines do not count. */
export async function* readNdjson(input: Readable): AsyncGenerator<ImportLine> {
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    const json = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (json.trim() !== '') yield { line, json };
  }
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
  let columns: Column[] | undefined;
  try {
    for await (const { record, info } of rows as AsyncIterable<CsvRow>) {
      if (columns === undefined) columns = columnsOf(record, definition);
      else yield { line: info.lines, ...readRow(record, columns) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UsageError(`${error.message}: from there on it can't be read as CSV.`);
  }
}

interface Column {
  readonly name: string;
  /** Null: it is of the record itself. */
  readonly type: string | null;
}

const OWN = ['external_id', 'customer_id'];

function columnsOf(header: readonly string[], definition: EntityDefinition): Column[] {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`Two columns are called ${JSON.stringify(twice)}.`);
  return names.map((name) => {
    if (OWN.includes(name)) return { name, type: null };
    const field = definition.fields.find((one) => one.name === name);
    if (field) return { name, type: field.type };
    const valid = [...OWN, ...definition.fields.map((one) => one.name)].join(', ');
    throw new UsageError(`The column ${JSON.stringify(name)} is no field of ${definition.slug}; valid are ${valid}`);
  });
}

function readRow(values: readonly string[], columns: readonly Column[]): { json: string } | { problem: string } {
  if (values.length !== columns.length) {
    return { problem: `it has ${values.length} values, and the first line names ${columns.length} columns` };
  }
  const own: Record<string, unknown> = {};
  const data: Record<string, unknown> = {};
  for (const [index, { name, type }] of columns.entries()) {
    const text = values[index] ?? '';
    if (text === '') continue;
    if (type === null) own[name] = text;
    else data[name] = valueOf(text, type);
  }
  return { json: JSON.stringify({ ...own, data }) };
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** What a field's text stands for. Text that does not fit goes as it is: the API says what is wrong with it. */
function valueOf(text: string, type: string): unknown {
  const trimmed = text.trim();
  if (type === 'NUMBER' && NUMBER.test(trimmed)) return Number(trimmed);
  if (type === 'BOOLEAN' && /^(?:true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === 'true';
  if (type === 'DATE' || type === 'DATETIME') return trimmed;
  if (type !== 'JSON') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
