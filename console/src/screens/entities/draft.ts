import type { EntityDefinition } from '@hydracore/client';

/** A definition as its form has it. Pure. */
export type FieldType = EntityDefinition['fields'][number]['type'];

export const TYPES: readonly (readonly [type: FieldType, label: string])[] = [
  ['STRING', 'Text'],
  ['NUMBER', 'Number'],
  ['BOOLEAN', 'Yes or no'],
  ['DATE', 'Date'],
  ['DATETIME', 'Date and time'],
  ['JSON', 'JSON'],
];

export interface FieldRow {
  /** For React alone. */
  readonly key: number;
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
}

export interface DefinitionDraft {
  readonly name: string;
  readonly slug: string;
  readonly fields: readonly FieldRow[];
}

/** The form of a definition that is there; of none: a first field. */
export function draftOf(definition?: EntityDefinition): DefinitionDraft {
  const fields = definition?.fields ?? [{ name: '', type: 'STRING' as const, required: false }];
  return {
    name: definition?.name ?? '',
    slug: definition?.slug ?? '',
    fields: fields.map((field, key) => ({ key, ...field })),
  };
}

/** What the API takes. Rows without a name are not sent. */
export function bodyOf({ name, slug, fields }: DefinitionDraft) {
  const kept = fields.filter((field) => field.name.trim() !== '');
  return {
    name: name.trim(),
    slug: slug.trim(),
    fields: kept.map(({ name, type, required }) => ({ name: name.trim(), type, required })),
  };
}

/** The path of each row's problems: rows without a name are not counted. */
export function placesOf(fields: readonly FieldRow[]): ReadonlyMap<number, number> {
  return new Map(fields.filter(({ name }) => name.trim() !== '').map(({ key }, place) => [key, place]));
}

/** A slug for a name: `Open invoices` → `open-invoices`. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036F]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-$/, '');
}
