import { Kbd, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';

interface TypedInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly type?: 'text' | 'search' | 'datetime-local';
  /** What stands before it, where it has no placeholder that says what it is. */
  readonly lead?: string;
  readonly className?: string | undefined;
}

/** What narrows a list: takes effect a moment after the last key. */
export function TypedInput({
  label,
  value,
  onChange,
  placeholder = label,
  type = 'text',
  lead,
  className = '',
}: TypedInputProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  const tell = useDebouncedCallback((text: string) => {
    setKnown(text.trim());
    onChange(text);
  }, 300);
  // The address may change by itself: the way back, a link. What was told from here is not written over what is typed since.
  if (value !== known) {
    setKnown(value);
    setTyped(value);
  }
  return (
    <TextInput
      type={type}
      className={className}
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      {...(lead !== undefined && {
        leftSection: (
          <Text span fz="sm" c="dimmed">
            {lead}
          </Text>
        ),
        leftSectionWidth: 62,
        leftSectionPointerEvents: 'none',
      })}
      {...(type === 'search' && {
        'data-search': true,
        leftSection: <IconSearch size={16} stroke={1.7} aria-hidden />,
        rightSection: typed === '' ? <Kbd size="xs">/</Kbd> : null,
      })}
    />
  );
}
