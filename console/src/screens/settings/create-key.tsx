import type { ApiKeyCreate } from '@hydracore/client';
import { Checkbox, Input, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemsOf } from '../../api/errors.ts';
import { SETTINGS } from '../../api/settings.ts';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { instantOf } from '../../show/search-params.ts';
import { scopesOf } from './scopes.ts';
import styles from './settings.module.css';
import { ShownOnce } from './shown-once.tsx';

const shell = getRouteApi('/shell');
type KeyScope = ApiKeyCreate['scopes'][number];

/** A new key, of which the server tells the secret once. */
export function CreateKey({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const { session } = shell.useRouteContext();
  const [draft, setDraft] = useState({ name: '', expires: '', customer: '' });
  const [scopes, setScopes] = useState<readonly string[]>(['schedules:read', 'runs:read']);
  const creating = useMutation({
    mutationFn: () =>
      api.keys.create({
        name: draft.name.trim(),
        scopes: scopes as KeyScope[],
        ...(draft.expires !== '' && { expires_at: instantOf(draft.expires) }),
        ...(draft.customer.trim() !== '' && { customer_id: draft.customer.trim() }),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: SETTINGS }),
  });
  if (creating.data) {
    return (
      <ShownOnce
        title={`The key ${creating.data.name}`}
        label="the key"
        secret={creating.data.key ?? ''}
        onClose={onClose}
      >
        It is shown this once: put it where your program reads its secrets. Nobody can read it here again.
      </ShownOnce>
    );
  }
  const { fields, rest } = problemsOf(creating.error, ['name', 'scopes', 'expires_at', 'customer_id']);
  const set = (changed: Partial<typeof draft>) => setDraft({ ...draft, ...changed });
  return (
    <ConfirmDialog
      opened
      title="New API key"
      action="Create the key"
      ready={draft.name.trim() !== '' && scopes.length > 0}
      pending={creating.isPending}
      error={rest.length > 0 ? creating.error : null}
      onConfirm={() => creating.mutate()}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        placeholder="billing"
        description="What uses it: the audit log shows it."
        required
        value={draft.name}
        error={fields['name']}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Input.Wrapper
        label="What it may do"
        description="Of what your own key may."
        labelElement="div"
        error={fields['scopes']}
      >
        <Checkbox.Group value={[...scopes]} onChange={(value) => setScopes(value)} aria-label="Scopes">
          <div className={styles.scopes}>
            {scopesOf(session.scopes).map((scope) => (
              <Checkbox key={scope} value={scope} label={scope === '*' ? '* (every scope)' : scope} />
            ))}
          </div>
        </Checkbox.Group>
      </Input.Wrapper>
      <TextInput
        type="datetime-local"
        label="Works until"
        description="Empty: until it is revoked. In your time zone."
        value={draft.expires}
        error={fields['expires_at']}
        onChange={(event) => set({ expires: event.currentTarget.value })}
      />
      <TextInput
        label="Only for this customer"
        description="A UUID: it sees and touches no other rows. Empty: the whole tenant."
        value={draft.customer}
        error={fields['customer_id']}
        onChange={(event) => set({ customer: event.currentTarget.value })}
      />
    </ConfirmDialog>
  );
}
