import type { EntityDefinition } from '@hydracore/client';
import { Select } from '@mantine/core';
import { TypedInput } from '../../show/typed-input.tsx';
import { OPERATORS, operatorsOf, readRecordFilter, type RecordFilter } from './filter.ts';
import styles from './records.module.css';

interface FiltersProps {
  readonly filter: RecordFilter;
  readonly fields: EntityDefinition['fields'];
  readonly onChange: (filter: RecordFilter) => void;
}

/** Finds records: by your own id, a customer, or a field. */
export function Filters({ filter, fields, onChange }: FiltersProps) {
  const set = (changed: Record<string, unknown>) => onChange(readRecordFilter({ ...filter, page: 1, ...changed }));
  const field = fields.find(({ name }) => name === filter.field);
  const operators = operatorsOf(field?.type);
  const operator = operators.find((one) => one === filter.op) ?? operators[0];
  return (
    <search className={styles.filters} aria-label="Filter">
      <TypedInput
        type="search"
        label="External id"
        value={filter.external ?? ''}
        onChange={(external) => set({ external })}
      />
      <TypedInput label="Customer id" value={filter.customer ?? ''} onChange={(customer) => set({ customer })} />
      <Select
        aria-label="Field"
        placeholder="Any field"
        data={fields.map(({ name }) => name)}
        value={field?.name ?? null}
        onChange={(name) => set({ field: name, op: undefined, value: undefined })}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Any field' }}
      />
      {field && (
        <Select
          aria-label={`How ${field.name} is looked at`}
          data={operators.map((value) => ({ value, label: OPERATORS[value] }))}
          value={operator ?? null}
          allowDeselect={false}
          onChange={(op) => set({ op })}
        />
      )}
      {field && operator !== 'none' && (
        <TypedInput
          label={`Value of ${field.name}`}
          placeholder={PLACEHOLDERS[field.type]}
          value={filter.value ?? ''}
          onChange={(value) => set({ value })}
        />
      )}
    </search>
  );
}

const PLACEHOLDERS: Readonly<Record<EntityDefinition['fields'][number]['type'], string>> = {
  STRING: 'text',
  NUMBER: '120.5',
  BOOLEAN: 'true or false',
  DATE: '2027-04-30',
  DATETIME: '2027-04-30T09:00:00Z',
  JSON: '{"key": "value"}',
};
