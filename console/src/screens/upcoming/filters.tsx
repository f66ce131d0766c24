import { Select } from '@mantine/core';
import { TypedInput } from '../../show/typed-input.tsx';
import { readUpcomingFilter, SPAN_NAMES, SPANS, type UpcomingFilter } from './filter.ts';
import styles from './upcoming.module.css';

interface FiltersProps {
  readonly filter: UpcomingFilter;
  readonly onChange: (filter: UpcomingFilter) => void;
}

/** What narrows the screen. It stands in the address, so that it can be sent to somebody. */
export function Filters({ filter, onChange }: FiltersProps) {
  // A change of a condition begins at the first page again.
  const set = (changed: Record<string, unknown>) => onChange(readUpcomingFilter({ ...filter, page: 1, ...changed }));
  return (
    <search className={styles.filters} aria-label="Filter">
      <TypedInput label="Search by name" value={filter.text ?? ''} onChange={(text) => set({ text })} type="search" />
      <Select
        aria-label="Until"
        placeholder="Any time"
        data={SPANS.map((value) => ({ value, label: SPAN_NAMES[value] }))}
        value={filter.until ?? null}
        onChange={(until) => set({ until })}
        clearable
        clearButtonProps={{ 'aria-label': 'Any time' }}
      />
      <TypedInput label="Customer id" value={filter.customer ?? ''} onChange={(customer) => set({ customer })} />
    </search>
  );
}
