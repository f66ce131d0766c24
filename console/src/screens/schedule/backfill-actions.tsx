import type { Backfill } from '@hydracore/client';
import { Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { SCHEDULES } from '../../api/schedules.ts';
import { Act } from '../../show/act.tsx';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { tellDone, tellFailure } from '../../show/tell.tsx';
import { endWords, leftOf } from './backfill-words.ts';

const TOLD = {
  pause: 'The backfill is paused.',
  resume: 'The backfill goes on.',
  cancel: 'The backfill is cancelled.',
};
const looks = { size: 'compact-sm', variant: 'default', scope: 'schedules:trigger' } as const;

/** Pauses, resumes or cancels a backfill. */
export function BackfillActions({ backfill }: { readonly backfill: Backfill }) {
  const { id, status } = backfill;
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const steering = useMutation({
    mutationFn: async (to: keyof typeof TOLD) => {
      await api.backfills[to](id);
      return to;
    },
    onSuccess: (to) => {
      tellDone(TOLD[to]);
      setAsking(false);
    },
    // What is asked about first says in its dialog what went wrong.
    onError: (error, to) => to !== 'cancel' && tellFailure('That did not work', error),
    onSettled: () => queries.invalidateQueries({ queryKey: SCHEDULES }),
  });
  const pending = steering.isPending ? steering.variables : null;
  const end = endWords(status);
  const to = status === 'PAUSED' ? 'resume' : 'pause';
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      <Act {...looks} hindrance={end} loading={pending === to} onClick={() => steering.mutate(to)}>
        {to === 'resume' ? 'Resume' : 'Pause'}
      </Act>
      <Act {...looks} hindrance={end} onClick={() => setAsking(true)}>
        Cancel…
      </Act>
      <ConfirmDialog
        opened={isAsking}
        title="Cancel the backfill"
        action="Cancel the backfill"
        danger
        pending={pending === 'cancel'}
        error={steering.variables === 'cancel' ? steering.error : null}
        onConfirm={() => steering.mutate('cancel')}
        onClose={() => setAsking(false)}
      >
        {`${leftOf(backfill).toLocaleString('en')} of its occurrences are not planned yet, and will not be. Of its runs, those that wait are cancelled; one that has begun goes on to its end. This can not be taken back.`}
      </ConfirmDialog>
    </Group>
  );
}
