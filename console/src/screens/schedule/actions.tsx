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
import { Act, Refused } from '../../show/act.tsx';
import { LinkButton } from '../../show/links.tsx';
import { useLack } from '../../show/may.ts';
import { tellDone, tellFailure } from '../../show/tell.tsx';
import { BackfillDialog } from './backfill-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

/** What can be done with a schedule of this status. What the key may not do says so. */
export function Actions({ schedule }: { readonly schedule: Schedule }) {
  const { id, name, status } = schedule;
  const lack = useLack();
  const [noWrite, noTrigger] = [lack('schedules:write'), lack('schedules:trigger')];
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
      <Act
        scope="schedules:trigger"
        variant="default"
        leftSection={<IconBolt {...icon} />}
        loading={pending === 'trigger'}
        onClick={() => steering.mutate('trigger')}
      >
        Trigger now
      </Act>
      {status === 'ACTIVE' && (
        <Act
          scope="schedules:write"
          variant="default"
          leftSection={<IconPlayerPause {...icon} />}
          loading={pending === 'pause'}
          onClick={() => steering.mutate('pause')}
        >
          Pause
        </Act>
      )}
      {status === 'PAUSED' && (
        <Act
          scope="schedules:write"
          leftSection={<IconPlayerPlay {...icon} />}
          loading={pending === 'resume'}
          onClick={() => steering.mutate('resume')}
        >
          Resume
        </Act>
      )}
      {noWrite === null ? (
        <LinkButton
          to="/schedules/$scheduleId/edit"
          params={{ scheduleId: id }}
          variant="default"
          leftSection={<IconPencil {...icon} />}
        >
          Edit
        </LinkButton>
      ) : (
        <Refused why={noWrite} variant="default" leftSection={<IconPencil {...icon} />}>
          Edit
        </Refused>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown {...icon} />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {noTrigger !== null && <Menu.Label>{noTrigger}</Menu.Label>}
          <Menu.Item
            disabled={noTrigger !== null}
            leftSection={<IconHistory {...icon} />}
            onClick={() => setDialog('backfill')}
          >
            Backfill…
          </Menu.Item>
          {noWrite !== null && <Menu.Label>{noWrite}</Menu.Label>}
          <Menu.Item
            disabled={noWrite !== null}
            leftSection={<IconCopyPlus {...icon} />}
            onClick={() => void navigate({ to: '/schedules/new', search: { like: id } })}
          >
            Duplicate…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            disabled={noWrite !== null}
            c="var(--hc-bad)"
            leftSection={<IconTrash {...icon} />}
            onClick={() => setDialog('delete')}
          >
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'backfill' && <BackfillDialog schedule={schedule} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteDialog schedule={schedule} onClose={() => setDialog(null)} />}
    </>
  );
}
