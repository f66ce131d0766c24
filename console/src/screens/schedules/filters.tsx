import { Kbd, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { statusName } from '../../show/statuses.ts';
import { TYPE_NAMES } from '../../show/schedule-words.ts';
import { readScheduleFilter, type ScheduleFilter } from './filter.ts';
import styles from './schedules.module.css';

interface FiltersProps {
  readonly filter: ScheduleFilter;
  readonly onChange: (filter: ScheduleFilter) => void;
}

/** What narrows the list. It stands in the address, so that it can be sent to somebody. */
export function Filters({ filter, onChange }: FiltersProps) {
  // A change of a condition begins at the first page again.
  const set = (changed: Record<string, unknown>) => onChange(readScheduleFilter({ ...filter, page: 1, ...changed }));
  return (
    <search className={styles.filters}>
      <TypedInput
        label="Search by name"
        placeholder="Search by name"
        value={filter.text ?? ''}
        onChange={(text) => set({ text })}
        isSearch
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={['ACTIVE', 'PAUSED', 'COMPLETED'].map((value) => ({ value, label: statusName(value) }))}
        value={filter.status ?? null}
        onChange={(status) => set({ status })}
        clearable
        clearButtonProps={{ 'aria-label': 'Any status' }}
      />
      <Select
        aria-label="Type"
        placeholder="Any type"
        data={Object.entries(TYPE_NAMES).map(([value, label]) => ({ value, label }))}
        value={filter.type ?? null}
        onChange={(type) => set({ type })}
        clearable
        clearButtonProps={{ 'aria-label': 'Any type' }}
      />
      <TypedInput
        label="Customer id"
        placeholder="Customer id"
        value={filter.customer ?? ''}
        onChange={(customer) => set({ customer })}
      />
    </search>
  );
}

interface TypedInputProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isSearch?: boolean;
}

/** Takes effect a moment after the last key. */
function TypedInput({ label, placeholder, value, onChange, isSearch = false }: TypedInputProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  const tell = useDebouncedCallback((text: string) => {
    setKnown(text.trim());
    onChange(text);
  }, 250);
  // The address may change by itself: the way back, a link. What was told from here is not written over what is typed since.
  if (value !== known) {
    setKnown(value);
    setTyped(value);
  }
  return (
    <TextInput
      type={isSearch ? 'search' : 'text'}
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      {...(isSearch && {
        'data-search': true,
        leftSection: <IconSearch size={16} stroke={1.7} aria-hidden />,
        rightSection: typed === '' ? <Kbd size="xs">/</Kbd> : null,
      })}
    />
  );
}
