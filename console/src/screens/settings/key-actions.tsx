import type { ApiKey } from '@hydracore/client';
import { ActionIcon, Menu, NumberInput, Text } from '@mantine/core';
import { IconDots, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { SETTINGS } from '../../api/settings.ts';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { tellDone } from '../../show/tell.tsx';
import { ShownOnce } from './shown-once.tsx';

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

/** What can be done with a key that works: a new one in its place, or no more of it. */
export function KeyActions({ apiKey }: { readonly apiKey: ApiKey }) {
  const [dialog, setDialog] = useState<'rotate' | 'revoke' | null>(null);
  if (apiKey.status !== 'ACTIVE') return null;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`What to do with ${apiKey.name}`}>
            <IconDots {...icon} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRefresh {...icon} />} onClick={() => setDialog('rotate')}>
            Rotate…
          </Menu.Item>
          <Menu.Item c="var(--hc-bad)" leftSection={<IconTrash {...icon} />} onClick={() => setDialog('revoke')}>
            Revoke…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'rotate' && <Rotate apiKey={apiKey} onClose={() => setDialog(null)} />}
      {dialog === 'revoke' && <Revoke apiKey={apiKey} onClose={() => setDialog(null)} />}
    </>
  );
}

interface DialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}

function Rotate({ apiKey, onClose }: DialogProps) {
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState<number | string>(60);
  const rotating = useMutation({
    mutationFn: () => api.keys.rotate(apiKey.id, { overlap_minutes: Number(minutes) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: SETTINGS }),
  });
  if (rotating.data) {
    return (
      <ShownOnce title="The new key" label="the key" secret={rotating.data.key ?? ''} onClose={onClose}>
        {`It is shown this once. The old one works on for ${Number(minutes)} minutes: change it over until then.`}
      </ShownOnce>
    );
  }
  return (
    <ConfirmDialog
      opened
      title={`Rotate ${apiKey.name}?`}
      action="Rotate the key"
      pending={rotating.isPending}
      error={rotating.error}
      onConfirm={() => rotating.mutate()}
      onClose={onClose}
    >
      <Text fz="md">A new key with the same name and scopes is made. The old one works beside it for a while.</Text>
      <NumberInput
        label="The old one works on for"
        suffix=" minutes"
        min={0}
        max={10_080}
        allowDecimal={false}
        value={minutes}
        onChange={setMinutes}
      />
    </ConfirmDialog>
  );
}

function Revoke({ apiKey, onClose }: DialogProps) {
  const queries = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => api.keys.revoke(apiKey.id),
    onSuccess: async () => {
      tellDone(`${apiKey.name} is revoked.`);
      onClose();
      await queries.invalidateQueries({ queryKey: SETTINGS });
    },
  });
  return (
    <ConfirmDialog
      opened
      danger
      title={`Revoke ${apiKey.name}?`}
      action="Revoke the key"
      pending={revoking.isPending}
      error={revoking.error}
      onConfirm={() => revoking.mutate()}
      onClose={onClose}
    >
      <Text fz="md">
        At once, on every server: what uses it is refused from then on, and sessions that were opened with it end. It
        can’t be taken back.
      </Text>
    </ConfirmDialog>
  );
}
