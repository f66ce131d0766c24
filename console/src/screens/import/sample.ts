import type { EntityDefinition } from '@hydracore/client';

const VALUES: Readonly<Record<EntityDefinition['fields'][number]['type'], unknown>> = {
  STRING: 'open',
  NUMBER: 120.5,
  BOOLEAN: true,
  DATE: '2027-04-30',
  DATETIME: '2027-04-30T09:00:00Z',
  JSON: { plan: 'pro' },
};

/** The first lines of a file that fits a definition. */
export function sampleOf({ fields }: Pick<EntityDefinition, 'fields'>, format: 'csv' | 'ndjson'): string {
  const shown = fields.slice(0, 6);
  if (format === 'ndjson') {
    const data = Object.fromEntries(shown.map(({ name, type }) => [name, VALUES[type]]));
    return JSON.stringify({ external_id: 'a-1', data });
  }
  const values = shown.map(({ type }) => {
    const value = VALUES[type];
    if (typeof value === 'string') return value;
    return typeof value === 'object' ? `"${JSON.stringify(value).replaceAll('"', '""')}"` : JSON.stringify(value);
  });
  return [['external_id', ...shown.map(({ name }) => name)].join(','), ['a-1', ...values].join(',')].join('\n');
}
