import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { scheduleNameOf } from '../../api/runs.ts';
import { listOf } from '../../api/schedules.ts';

interface ScheduleSelectProps {
  readonly value: string | undefined;
  readonly onChange: (id: string | null) => void;
}

/** One schedule of many thousands, found by a part of its name. */
export function ScheduleSelect({ value, onChange }: ScheduleSelectProps) {
  const [typed, setTyped] = useState('');
  const { data: name } = useQuery({ ...scheduleNameOf(value ?? ''), enabled: value !== undefined });
  const [text] = useDebouncedValue(typed === name ? '' : typed.trim(), 250);
  const { data } = useQuery({
    ...listOf({ limit: 20, ...(text !== '' && { name_contains: text }) }),
    refetchInterval: false,
  });
  const found = (data?.schedules ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const own = value === undefined || found.some((one) => one.value === value) ? [] : [{ value, label: name ?? value }];
  return (
    <Select
      aria-label="Schedule"
      placeholder="Any schedule"
      data={[...own, ...found]}
      value={value ?? null}
      onChange={onChange}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has looked already.
      filter={({ options }) => options}
      nothingFoundMessage="No schedule is called so"
      clearable
      clearButtonProps={{ 'aria-label': 'Any schedule' }}
    />
  );
}
