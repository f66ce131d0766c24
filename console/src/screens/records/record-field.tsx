import type { EntityDefinition } from '@hydracore/client';
import { Select, Textarea, TextInput } from '@mantine/core';

interface RecordFieldProps {
  readonly field: EntityDefinition['fields'][number];
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
}

/** A field of a record, by its type. */
export function RecordField({ field: { name, type, required }, value, error, onChange }: RecordFieldProps) {
  const shared = { label: name, required, error };
  const typed = {
    ...shared,
    value,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => onChange(event.currentTarget.value),
  };
  switch (type) {
    case 'BOOLEAN':
      return (
        <Select
          {...shared}
          placeholder="no value"
          data={[
            { value: 'true', label: 'yes' },
            { value: 'false', label: 'no' },
          ]}
          value={value === '' ? null : value}
          onChange={(text) => onChange(text ?? '')}
          clearable={!required}
          clearButtonProps={{ 'aria-label': `No value for ${name}` }}
        />
      );
    case 'DATE':
      return <TextInput {...typed} type="date" />;
    case 'DATETIME':
      return <TextInput {...typed} placeholder="2027-04-30T09:00:00Z" description="RFC 3339, with Z or an offset." />;
    case 'NUMBER':
      return <TextInput {...typed} inputMode="decimal" />;
    case 'JSON':
      return (
        <Textarea
          {...typed}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          description="JSON."
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        />
      );
    default:
      return value.length > 80 || value.includes('\n') ? (
        <Textarea {...typed} autosize minRows={2} maxRows={12} />
      ) : (
        <TextInput {...typed} />
      );
  }
}
