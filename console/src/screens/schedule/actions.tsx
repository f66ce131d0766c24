import type { Schedule } from '@hydracore/client';
import { Button, Menu } from '@mantine/core';
import {
  IconBolt,
  IconChevronDown,
  IconCopyPlus,
  IconHistory,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { SCHEDULES } from '../../api/schedules.ts';
import { LinkButton } from '../../show/links.tsx';
import { useMay } from '../../show/may.ts';
import { tellDone, tellFailure } from '../../show/tell.tsx';
import { BackfillDialog } from './backfill-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

/** What can be done with a schedule: what the key may, and what its status allows. */
export function Actions({ schedule }: { readonly schedule: Schedule }) {
  const { id, name, status } = schedule;
  const may = useMay();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'backfill' | 'delete' | null>(null);
  const steering = useMutation({
    mutationFn: async (to: 'pause' | 'resume' | 'trigger') => {
      await api.schedules[to](id);
      return { pause: `${name} is paused.`, resume: `${name} goes on.`, trigger: `${name} is triggered.` }[to];
    },
    onSuccess: tellDone,
    onError: (error) => tellFailure('That did not work', error),
    onSettled: () => queries.invalidateQueries({ queryKey: SCHEDULES }),
  });
  const pending = steering.isPending ? steering.variables : null;
  return (
    <>
      {may('schedules:trigger') && (
        <Button
          variant="default"
          leftSection={<IconBolt {...icon} />}
          loading={pending === 'trigger'}
          onClick={() => steering.mutate('trigger')}
        >
          Trigger now
        </Button>
      )}
      {may('schedules:write') && status === 'ACTIVE' && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause {...icon} />}
          loading={pending === 'pause'}
          onClick={() => steering.mutate('pause')}
        >
          Pause
        </Button>
      )}
      {may('schedules:write') && status === 'PAUSED' && (
        <Button
          leftSection={<IconPlayerPlay {...icon} />}
          loading={pending === 'resume'}
          onClick={() => steering.mutate('resume')}
        >
          Resume
        </Button>
      )}
      {may('schedules:write') && (
        <LinkButton
          to="/schedules/$scheduleId/edit"
          params={{ scheduleId: id }}
          variant="default"
          leftSection={<IconPencil {...icon} />}
        >
          Edit
        </LinkButton>
      )}
      {(may('schedules:write') || may('schedules:trigger')) && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown {...icon} />}>
              More
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {may('schedules:trigger') && (
              <Menu.Item leftSection={<IconHistory {...icon} />} onClick={() => setDialog('backfill')}>
                Backfill…
              </Menu.Item>
            )}
            {may('schedules:write') && (
              <>
                <Menu.Item
                  leftSection={<IconCopyPlus {...icon} />}
                  onClick={() => void navigate({ to: '/schedules/new', search: { like: id } })}
                >
                  Duplicate…
                </Menu.Item>
                <Menu.Divider />
                <Menu.Item c="var(--hc-bad)" leftSection={<IconTrash {...icon} />} onClick={() => setDialog('delete')}>
                  Delete…
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {dialog === 'backfill' && <BackfillDialog schedule={schedule} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteDialog schedule={schedule} onClose={() => setDialog(null)} />}
    </>
  );
}
