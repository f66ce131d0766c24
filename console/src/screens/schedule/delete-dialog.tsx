import type { Schedule } from '@hydracore/client';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { SCHEDULES } from '../../api/schedules.ts';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { tellDone } from '../../show/tell.tsx';

/** Asks before a schedule goes. */
export function DeleteDialog({ schedule, onClose }: { readonly schedule: Schedule; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const deleting = useMutation({
    mutationFn: () => api.schedules.delete(schedule.id),
    onSuccess: async () => {
      tellDone(`${schedule.name} is deleted.`);
      // First away from its page: there nobody is to ask for it again.
      await navigate({ to: '/schedules' });
      queries.removeQueries({ queryKey: [...SCHEDULES, schedule.id] });
      await queries.invalidateQueries({ queryKey: SCHEDULES });
    },
  });
  return (
    <ConfirmDialog
      opened
      danger
      title={`Delete ${schedule.name}?`}
      action="Delete the schedule"
      pending={deleting.isPending}
      error={deleting.error}
      onConfirm={() => deleting.mutate()}
      onClose={onClose}
    >
      <Text fz="md">
        It can’t be taken back. What has not started is cancelled, what has started finishes, and its runs are kept.
      </Text>
    </ConfirmDialog>
  );
}
