import type { Run } from '@hydracore/client';
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { RUNS } from '../../api/runs.ts';
import { Act } from '../../show/act.tsx';
import { tellDone, tellFailure } from '../../show/tell.tsx';

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

/** What can be done with a run: tried again once it has FAILED, stopped as long as it is open. */
export function Actions({ run }: { readonly run: Run }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const onError = (error: unknown) => tellFailure('That did not work', error);
  const onSettled = () => queries.invalidateQueries({ queryKey: RUNS });
  const retrying = useMutation({
    mutationFn: () => api.runs.retry(run.id),
    onSuccess: async ({ id }) => {
      tellDone('It is tried again: this is the new run.');
      await navigate({ to: '/runs/$runId', params: { runId: id } });
    },
    onError,
    onSettled,
  });
  const cancelling = useMutation({
    mutationFn: () => api.runs.cancel(run.id),
    onSuccess: ({ status }) => tellDone(status === 'CANCELLED' ? 'It is cancelled.' : 'It is told to stop.'),
    onError,
    onSettled,
  });
  const isOpen = run.status === 'PENDING' || run.status === 'RUNNING';
  return (
    <>
      {isOpen && (
        <Act
          scope="runs:write"
          hindrance={run.cancel_requested ? 'It was asked to stop already.' : null}
          variant="default"
          leftSection={<IconPlayerStop {...icon} />}
          loading={cancelling.isPending}
          onClick={() => cancelling.mutate()}
        >
          Cancel the run
        </Act>
      )}
      {!isOpen && (
        <Act
          scope="runs:write"
          hindrance={run.status === 'FAILED' ? null : 'Only a run that has failed is tried again.'}
          leftSection={<IconRefresh {...icon} />}
          loading={retrying.isPending}
          onClick={() => retrying.mutate()}
        >
          Retry
        </Act>
      )}
    </>
  );
}
