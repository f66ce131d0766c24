import type { BackfillCreate, Schedule } from '@hydracore/client';
import { Select, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemsOf } from '../../api/errors.ts';
import { SCHEDULES } from '../../api/schedules.ts';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { tellDone } from '../../show/tell.tsx';

const POLICIES: { readonly value: NonNullable<BackfillCreate['overlap_policy']>; readonly label: string }[] = [
  { value: 'ALLOW_ALL', label: 'Run side by side' },
  { value: 'BUFFER_ALL', label: 'One after the other' },
  { value: 'BUFFER_ONE', label: 'Let one wait, skip the rest' },
  { value: 'SKIP', label: 'Skip while one is open' },
];

/** Runs for occurrences of the past. */
export function BackfillDialog({ schedule, onClose }: { readonly schedule: Schedule; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [body, setBody] = useState<BackfillCreate>({ start_at: '', end_at: '', overlap_policy: 'ALLOW_ALL' });
  const filling = useMutation({
    mutationFn: () => api.schedules.backfill(schedule.id, body),
    onSuccess: async ({ total }) => {
      tellDone(`A backfill of ${total.toLocaleString('en')} ${total === 1 ? 'occurrence' : 'occurrences'} has begun.`);
      onClose();
      await queries.invalidateQueries({ queryKey: SCHEDULES });
    },
  });
  const { fields, rest } = problemsOf(filling.error, ['start_at', 'end_at', 'overlap_policy']);
  const set = (changed: Partial<BackfillCreate>) => setBody({ ...body, ...changed });
  return (
    <ConfirmDialog
      opened
      title={`Backfill ${schedule.name}`}
      action="Begin the backfill"
      ready={body.start_at !== '' && body.end_at !== ''}
      pending={filling.isPending}
      error={rest.length > 0 ? filling.error : null}
      onConfirm={() => filling.mutate()}
      onClose={onClose}
    >
      <Text fz="md" c="dimmed">
        Makes runs for the occurrences between two instants of the past, at most ten a second and 10,000 in all. Times
        are those of {schedule.timezone}.
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          type="datetime-local"
          label="From"
          required
          value={body.start_at}
          error={fields['start_at']}
          onChange={(event) => set({ start_at: event.currentTarget.value })}
        />
        <TextInput
          type="datetime-local"
          label="Through"
          required
          value={body.end_at}
          error={fields['end_at']}
          onChange={(event) => set({ end_at: event.currentTarget.value })}
        />
      </SimpleGrid>
      <Select
        label="While a run is open"
        data={POLICIES}
        value={body.overlap_policy ?? 'ALLOW_ALL'}
        allowDeselect={false}
        error={fields['overlap_policy']}
        onChange={(value) =>
          set({ overlap_policy: POLICIES.find((policy) => policy.value === value)?.value ?? 'ALLOW_ALL' })
        }
      />
    </ConfirmDialog>
  );
}
