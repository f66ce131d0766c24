import type { EntityDefinition } from '@hydracore/client';

type Field = EntityDefinition['fields'][number];

/** A value as a table shows it; '' where there is none. */
export function valueWords(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** A value as its field in the form has it. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * The data of a form by the fields' types. Empty: no value, which is null. What does not fit goes as it is: the API says what is
 * wrong with it.
 */
export function dataOf(texts: Readonly<Record<string, string>>, fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, type }) => [name, valueOf(texts[name] ?? '', type)]));
}

function valueOf(text: string, type: Field['type']): unknown {
  if (text === '') return null;
  const trimmed = text.trim();
  if (type === 'NUMBER') return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : text;
  if (type === 'BOOLEAN') return trimmed === 'true' ? true : trimmed === 'false' ? false : text;
  if (type === 'DATE' || type === 'DATETIME') return trimmed;
  if (type !== 'JSON') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
