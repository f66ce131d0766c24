import type { BulkAction, BulkActionResult } from '@hydracore/client';
import { Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { dryRunOf, SCHEDULES } from '../../api/schedules.ts';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { tellDone } from '../../show/tell.tsx';

interface BulkDialogProps {
  readonly request: { readonly filter: BulkAction['filter']; readonly action: 'PAUSE' | 'RESUME' | 'DELETE' };
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const WORDS = {
  PAUSE: {
    verb: 'Pause',
    done: 'paused',
    what: 'Nothing of theirs starts until they are resumed; what has started finishes. What falls into the pause is recorded as missed.',
  },
  RESUME: { verb: 'Resume', done: 'resumed', what: 'They go on from now; nothing is caught up.' },
  DELETE: {
    verb: 'Delete',
    done: 'deleted',
    what: 'This can’t be taken back. What has not started is cancelled; the runs so far are kept.',
  },
} as const;

/** Says how many it would be, before it is done. */
export function BulkDialog({ request, onDone, onClose }: BulkDialogProps) {
  const { verb, done, what } = WORDS[request.action];
  const queries = useQueryClient();
  const counted = useQuery(dryRunOf(request));
  const doing = useMutation({
    mutationFn: () => api.schedules.bulkActions({ ...request, dry_run: false }),
    onSuccess: async ({ changed }) => {
      tellDone(`${counts(changed)} ${done}.`);
      onDone();
      await queries.invalidateQueries({ queryKey: SCHEDULES });
    },
  });
  const count = counted.data ? counted.data.matched - counted.data.skipped : 0;
  return (
    <ConfirmDialog
      opened
      title={`${verb} schedules`}
      action={counted.data ? `${verb} ${counts(count)}` : verb}
      danger={request.action === 'DELETE'}
      ready={count > 0}
      pending={doing.isPending}
      error={doing.error ?? counted.error}
      onConfirm={() => doing.mutate()}
      onClose={onClose}
    >
      <Stack gap="xs" aria-live="polite">
        {counted.isPending && <Loader size="sm" aria-label="Counting" />}
        {counted.data && (
          <Text fz="md">
            <strong>
              {counts(count)} will be {done}.
            </strong>
            {skippedWords(counted.data)}
          </Text>
        )}
        <Text fz="md" c="dimmed">
          {what}
        </Text>
      </Stack>
    </ConfirmDialog>
  );
}

function counts(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'schedule' : 'schedules'}`;
}

function skippedWords({ skip_reasons }: BulkActionResult): string {
  const words: Readonly<Record<string, string>> = { unchanged: 'so already', schedule_completed: 'completed' };
  const parts = Object.entries(skip_reasons).map(
    ([why, count]) => `${count.toLocaleString('en')} ${words[why] ?? why}`,
  );
  return parts.length === 0 ? '' : ` Left as they are: ${parts.join(', ')}.`;
}
