import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';

interface HeadersFieldProps {
  readonly value: Readonly<Record<string, string>>;
  readonly error: string | undefined;
  readonly onChange: (value: Record<string, string>) => void;
}

interface Row {
  readonly key: number;
  readonly name: string;
  readonly text: string;
}

/** Further headers, a row each. Rows without a name are not sent. */
export function HeadersField({ value, error, onChange }: HeadersFieldProps) {
  const [rows, setRows] = useState<readonly Row[]>(() =>
    Object.entries(value).map(([name, text], key) => ({ key, name, text })),
  );
  const change = (to: readonly Row[]) => {
    setRows(to);
    onChange(
      Object.fromEntries(to.filter(({ name }) => name.trim() !== '').map(({ name, text }) => [name.trim(), text])),
    );
  };
  const edit = (key: number, part: Partial<Row>) =>
    change(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <Input.Wrapper label="Headers" labelElement="div" error={error}>
      <Stack gap={6} mt={rows.length > 0 ? 4 : 0}>
        {rows.map(({ key, name, text }) => (
          <Group key={key} gap={6} wrap="nowrap">
            <TextInput
              aria-label="Name of the header"
              placeholder="x-name"
              value={name}
              onChange={(event) => edit(key, { name: event.currentTarget.value })}
              style={{ flex: '0 1 38%' }}
            />
            <TextInput
              aria-label={`Value of ${name || 'the header'}`}
              placeholder="value"
              value={text}
              onChange={(event) => edit(key, { text: event.currentTarget.value })}
              style={{ flex: 1 }}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${name || 'the header'}`}
              onClick={() => change(rows.filter((row) => row.key !== key))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        <div>
          <Button
            size="xs"
            variant="subtle"
            px={6}
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() =>
              change([...rows, { key: Math.max(-1, ...rows.map((row) => row.key)) + 1, name: '', text: '' }])
            }
          >
            Add a header
          </Button>
        </div>
      </Stack>
    </Input.Wrapper>
  );
}
