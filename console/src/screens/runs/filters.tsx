import { RUN_STATUSES } from '@hydracore/client';
import { Button, Group, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMay } from '../../show/may.ts';
import { statusName } from '../../show/statuses.ts';
import { TypedInput } from '../../show/typed-input.tsx';
import { readRunFilter, type RunFilter, TRIGGERS } from './filter.ts';
import styles from './runs.module.css';
import { ScheduleSelect } from './schedule-select.tsx';

interface FiltersProps {
  readonly filter: RunFilter;
  readonly onChange: (filter: RunFilter) => void;
}

/** What narrows the list. It stands in the address, so that it can be sent to somebody. */
export function Filters({ filter, onChange }: FiltersProps) {
  const may = useMay();
  // A change of a condition begins at the first page again.
  const set = (changed: Record<string, unknown>) => onChange(readRunFilter({ ...filter, page: 1, ...changed }));
  return (
    <search className={styles.filters} aria-label="Filter">
      <Choice label="status" values={RUN_STATUSES} value={filter.status} onChange={(status) => set({ status })} />
      {may('schedules:read') && <ScheduleSelect value={filter.schedule} onChange={(schedule) => set({ schedule })} />}
      <Choice label="trigger" values={TRIGGERS} value={filter.trigger} onChange={(trigger) => set({ trigger })} />
      <TypedInput label="Customer id" value={filter.customer ?? ''} onChange={(customer) => set({ customer })} />
      <TypedInput
        type="datetime-local"
        className={styles.instant}
        lead="From"
        label="Scheduled from"
        value={filter.from ?? ''}
        onChange={(from) => set({ from })}
      />
      <TypedInput
        type="datetime-local"
        className={styles.instant}
        lead="Before"
        label="Scheduled before"
        value={filter.to ?? ''}
        onChange={(to) => set({ to })}
      />
      <Group gap="xs" className={styles.chips ?? ''}>
        {(['record', 'backfill'] as const).map((name) =>
          filter[name] === undefined ? null : (
            <Button
              key={name}
              size="xs"
              variant="light"
              rightSection={<IconX size={13} aria-hidden />}
              aria-label={`Of one ${name} only: take that away`}
              onClick={() => set({ [name]: undefined })}
            >
              {`${name} ${filter[name].slice(0, 8)}…`}
            </Button>
          ),
        )}
      </Group>
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly values: readonly string[];
  readonly value: string | undefined;
  readonly onChange: (value: string | null) => void;
}

function Choice({ label, values, value, onChange }: ChoiceProps) {
  return (
    <Select
      aria-label={statusName(label.toUpperCase())}
      placeholder={`Any ${label}`}
      data={values.map((one) => ({ value: one, label: statusName(one) }))}
      value={value ?? null}
      onChange={onChange}
      clearable
      clearButtonProps={{ 'aria-label': `Any ${label}` }}
    />
  );
}
