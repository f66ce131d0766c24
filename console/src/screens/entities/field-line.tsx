import { ActionIcon, Checkbox, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type FieldRow, TYPES } from './draft.ts';
import styles from './entities.module.css';

interface FieldLineProps {
  readonly row: FieldRow;
  /** From 1. */
  readonly number: number;
  readonly error: string | undefined;
  readonly onChange: (part: Partial<FieldRow>) => void;
  readonly onRemove: () => void;
}

/** A field of a definition. */
export function FieldLine({ row, number, error, onChange, onRemove }: FieldLineProps) {
  const called = row.name.trim() === '' ? `field ${number}` : row.name;
  return (
    <div className={styles.field}>
      <TextInput
        aria-label={`Name of field ${number}`}
        placeholder="ends_on"
        value={row.name}
        error={error}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Select
        aria-label={`Type of ${called}`}
        data={TYPES.map(([value, label]) => ({ value, label }))}
        value={row.type}
        allowDeselect={false}
        onChange={(value) => onChange({ type: TYPES.find(([type]) => type === value)?.[0] ?? 'STRING' })}
      />
      <Checkbox
        className={styles.required ?? ''}
        label="required"
        aria-label={`${called} is required`}
        checked={row.required}
        onChange={(event) => onChange({ required: event.currentTarget.checked })}
      />
      <ActionIcon variant="subtle" color="gray" mt={4} aria-label={`Remove ${called}`} onClick={onRemove}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  );
}
