import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemsOf } from '../../api/errors.ts';
import { SETTINGS } from '../../api/settings.ts';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { tellDone } from '../../show/tell.tsx';

interface DialogProps {
  /** '': a new one. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Sets the value of a secret. */
export function SetSecret({ name, onClose }: DialogProps) {
  const queries = useQueryClient();
  const [called, setCalled] = useState(name);
  const [value, setValue] = useState('');
  const setting = useMutation({
    mutationFn: () => api.secrets.update(called.trim(), { value }),
    onSuccess: async () => {
      tellDone(`${called.trim()} is set, for every attempt from now on.`);
      onClose();
      await queries.invalidateQueries({ queryKey: SETTINGS });
    },
  });
  const { fields, rest } = problemsOf(setting.error, ['name', 'value']);
  return (
    <ConfirmDialog
      opened
      title={name === '' ? 'New secret' : `Change ${name}`}
      action="Set the secret"
      ready={called.trim() !== '' && value !== ''}
      pending={setting.isPending}
      error={rest.length > 0 ? setting.error : null}
      onConfirm={() => setting.mutate()}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        placeholder="CRM_TOKEN"
        description="How webhooks name it."
        required
        disabled={name !== ''}
        value={called}
        error={fields['name']}
        onChange={(event) => setCalled(event.currentTarget.value)}
      />
      <PasswordInput
        label="Value"
        description="It is not shown again."
        required
        autoComplete="new-password"
        value={value}
        error={fields['value']}
        onChange={(event) => setValue(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the value' }}
      />
    </ConfirmDialog>
  );
}

/** Asks before a secret goes. */
export function DeleteSecret({ name, onClose }: DialogProps) {
  const queries = useQueryClient();
  const deleting = useMutation({
    mutationFn: () => api.secrets.delete(name),
    onSuccess: async () => {
      tellDone(`${name} is deleted.`);
      onClose();
      await queries.invalidateQueries({ queryKey: SETTINGS });
    },
  });
  return (
    <ConfirmDialog
      opened
      danger
      title={`Delete ${name}?`}
      action="Delete the secret"
      pending={deleting.isPending}
      error={deleting.error}
      onConfirm={() => deleting.mutate()}
      onClose={onClose}
    >
      <Text fz="md">It can’t be taken back. Runs of schedules that name it fail from then on.</Text>
    </ConfirmDialog>
  );
}
