import type { components } from '../generated/api.ts';

type Definition = Pick<components['schemas']['EntityDefinition'], 'slug' | 'fields'>;

/** A record to import as the API takes it, or why it can't be sent; with the line that it ends on. */
export type ImportLine = { readonly line: number } & ({ readonly json: string } | { readonly problem: string });

/** The file is not what it must be, as a sentence that says what would do. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError';
}

/** A column of a CSV file. */
export interface CsvColumn {
  readonly name: string;
  /** Null: it is of the record itself. */
  readonly type: string | null;
}

const OWN = ['external_id', 'customer_id'];

/**
 * What the first line of a CSV file names: `external_id`, `customer_id` and fields of the definition.
 * @throws ImportFileError when it does not fit the definition
 */
export function csvColumns(header: readonly string[], definition: Definition): CsvColumn[] {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ImportFileError(`Two columns are called ${JSON.stringify(twice)}.`);
  return names.map((name) => {
    if (OWN.includes(name)) return { name, type: null };
    const field = definition.fields.find((one) => one.name === name);
    if (field) return { name, type: field.type };
    const valid = [...OWN, ...definition.fields.map((one) => one.name)].join(', ');
    throw new ImportFileError(
      `The column ${JSON.stringify(name)} is no field of ${definition.slug}; valid are ${valid}`,
    );
  });
}

/** A further line of a CSV file as a record. An empty value is none. */
export function csvRecord(
  values: readonly string[],
  columns: readonly CsvColumn[],
): { readonly json: string } | { readonly problem: string } {
  if (values.length !== columns.length) {
    return { problem: `it has ${values.length} values, and the first line names ${columns.length} columns` };
  }
  const own: Record<string, unknown> = {};
  const data: Record<string, unknown> = {};
  for (const [index, { name, type }] of columns.entries()) {
    const text = values[index] ?? '';
    if (text === '') continue;
    if (type === null) own[name] = text;
    else data[name] = csvValue(text, type);
  }
  return { json: JSON.stringify({ ...own, data }) };
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** What a field's text stands for, by the field's type. Text that does not fit goes as it is: the API says what is wrong with it. */
export function csvValue(text: string, type: string): unknown {
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

/** The records of an NDJSON file, one a line, each as the API takes it. Empty lines do not count. */
export async function* ndjsonLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ImportLine> {
  const decoder = new TextDecoder();
  let line = 0;
  let rest = '';
  const lineOf = (text: string): ImportLine[] => {
    line += 1;
    return text.trim() === '' ? [] : [{ line, json: text.endsWith('\r') ? text.slice(0, -1) : text }];
  };
  for await (const chunk of bytes) {
    const texts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) yield* lineOf(text);
  }
  yield* lineOf(rest + decoder.decode());
}
