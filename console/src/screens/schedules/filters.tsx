import { Select } from '@mantine/core';
import { statusName } from '../../show/statuses.ts';
import { TYPE_NAMES } from '../../show/schedule-words.ts';
import { TypedInput } from '../../show/typed-input.tsx';
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
        type="search"
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
