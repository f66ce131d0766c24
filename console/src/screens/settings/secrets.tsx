import type { Secret } from '@hydracore/client';
import { Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { secretsOf } from '../../api/settings.ts';
import { Act } from '../../show/act.tsx';
import { EmptyState } from '../../show/empty-state.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Instant } from '../../show/instant.tsx';
import { Panel } from '../../show/panel.tsx';
import { Needs } from './needs.tsx';
import { DeleteSecret, SetSecret } from './secret-dialogs.tsx';
import styles from './settings.module.css';

/** What webhooks name and nobody reads. */
export function Secrets() {
  return (
    <Needs scope="secrets:read">
      <List />
    </Needs>
  );
}

function List() {
  const { data, error } = useQuery(secretsOf());
  const [setting, setSetting] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<string | null>(null);
  const create = (
    <Act scope="secrets:write" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setSetting('')}>
      New secret
    </Act>
  );
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text c="dimmed" fz="md" maw={640}>
          Values that webhooks name as <code>{'{{ secrets.NAME }}'}</code> in headers and bodies. They are encrypted,
          and never shown again, not in runs either.
        </Text>
        {data?.secrets.length !== 0 && create}
      </Group>
      {error && <ErrorNotice title="The secrets could not be read" error={error} />}
      {data?.secrets.length === 0 && (
        <EmptyState title="No secret yet" action={create}>
          Put the token of a receiver here and name it in the schedules that need it: then one change reaches them all.
        </EmptyState>
      )}
      {data !== undefined && data.secrets.length > 0 && (
        <Panel title="Secrets">
          <ul className={styles.list}>
            {data.secrets.map((secret) => (
              <SecretLine
                key={secret.name}
                secret={secret}
                onSet={() => setSetting(secret.name)}
                onDelete={() => setDeleting(secret.name)}
              />
            ))}
          </ul>
        </Panel>
      )}
      {setting !== null && <SetSecret name={setting} onClose={() => setSetting(null)} />}
      {deleting !== null && <DeleteSecret name={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

interface SecretLineProps {
  readonly secret: Secret;
  readonly onSet: () => void;
  readonly onDelete: () => void;
}

function SecretLine({ secret: { name, updated_at }, onSet, onDelete }: SecretLineProps) {
  return (
    <li>
      <div>
        <code>{name}</code>
        <Text fz="sm" c="dimmed">
          set <Instant at={updated_at} as="relative" />
        </Text>
      </div>
      <Group gap="xs">
        <Act scope="secrets:write" size="xs" variant="default" aria-label={`Change ${name}`} onClick={onSet}>
          Change
        </Act>
        <Act scope="secrets:write" size="xs" variant="default" aria-label={`Delete ${name}`} onClick={onDelete}>
          Delete
        </Act>
      </Group>
    </li>
  );
}
