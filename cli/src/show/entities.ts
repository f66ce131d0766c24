import type { EntityDefinition, EntityField, EntityRecord } from '../api.ts';
import { instant, shorten } from './format.ts';
import type { Column, Output } from './output.ts';

export const DEFINITION_COLUMNS: Column<EntityDefinition>[] = [
  { head: 'Slug', text: ({ slug }) => slug },
  { head: 'Name', text: ({ name }) => shorten(name, 40), least: 12, spare: 2 },
  { head: 'Fields', text: ({ fields }) => shorten(fields.map(({ name }) => name).join(', '), 60), least: 14 },
  { head: 'Version', text: ({ version }) => String(version), spare: 0 },
  { head: 'Changed', text: ({ updated_at }) => instant(updated_at), spare: 1 },
  { head: 'ID', text: ({ id }) => id, spare: 3 },
];

/** One definition with its fields. */
export function showDefinition(
  output: Output,
  { id, slug, name, fields, version, updated_at }: EntityDefinition,
): void {
  output.details([
    ['ID', id],
    ['Slug', slug],
    ['Name', name],
    ['Version', `${version}, of ${instant(updated_at)}`],
  ]);
  output.line();
  if (fields.length === 0) output.line('It has no fields.');
  else output.table(fields, FIELD_COLUMNS);
}

const FIELD_COLUMNS: Column<EntityDefinition['fields'][number]>[] = [
  { head: 'Field', text: ({ name }) => name },
  { head: 'Type', text: ({ type }) => type },
  { head: 'Required', text: ({ required }) => (required ? 'yes' : 'no') },
];

/** A value as people read it: text as it is, anything else as JSON. A field may be called like what every object has. */
function valueOf(data: EntityRecord['data'], name: string): string | null {
  const value = Object.hasOwn(data, name) ? data[name] : null;
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A table of records: a column for each field, of which the last are left out first. */
export function recordColumns(fields: readonly Pick<EntityField, 'name'>[]): Column<EntityRecord>[] {
  return [
    { head: 'ID', text: ({ id }) => id },
    { head: 'External id', text: ({ external_id }) => external_id && shorten(external_id, 40), least: 12 },
    ...fields.map(({ name }, index) => ({
      head: name,
      text: ({ data }: EntityRecord) => shorten(valueOf(data, name) ?? '', 40) || null,
      least: Math.max(name.length, 8),
      spare: 2 + fields.length - index,
    })),
    { head: 'Customer', text: ({ customer_id }) => customer_id, spare: 1 },
    { head: 'Changed', text: ({ updated_at }) => instant(updated_at), spare: 2 },
  ];
}

/** One record, with the values that it has. */
export function showRecord(output: Output, { slug, fields }: EntityDefinition, record: EntityRecord): void {
  output.details([
    ['ID', record.id],
    ['Definition', slug],
    ['External id', record.external_id],
    ['Customer', record.customer_id],
    ['Made', instant(record.created_at)],
    ['Changed', record.updated_at === record.created_at ? null : instant(record.updated_at)],
  ]);
  output.line();
  if (Object.keys(record.data).length === 0) output.line('None of its fields has a value.');
  else output.details(fields.map(({ name }) => [name, valueOf(record.data, name)]));
}
