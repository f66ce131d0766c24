import type { ApiKey } from '@hydracore/client';
import { NumberInput, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { SETTINGS } from '../../api/settings.ts';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { tellDone } from '../../show/tell.tsx';
import type { KeyAct } from './key-actions.tsx';
import { ShownOnce } from './shown-once.tsx';

interface KeyDialogProps {
  readonly act: KeyAct | null;
  readonly onClose: () => void;
}

/** Does it. Beside the table, not in a row of it: a row goes when the list is loaded anew, and with it what is shown once. */
export function KeyDialog({ act, onClose }: KeyDialogProps) {
  if (act === null) return null;
  const Dialog = act.kind === 'rotate' ? Rotate : Revoke;
  return <Dialog apiKey={act.apiKey} onClose={onClose} />;
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
