import { NumberInput, Stack, Tabs, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { SETTINGS, signingOf } from '../../api/settings.ts';
import { Act } from '../../show/act.tsx';
import { Code } from '../../show/code.tsx';
import { ConfirmDialog } from '../../show/confirm-dialog.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Instant } from '../../show/instant.tsx';
import { Panel } from '../../show/panel.tsx';
import { Needs } from './needs.tsx';
import styles from './settings.module.css';
import { ShownOnce } from './shown-once.tsx';
import { VERIFY_PYTHON, VERIFY_TYPESCRIPT } from './verify-samples.ts';

/** What signs webhooks, and how receivers look at that. */
export function Signing() {
  return (
    <Stack gap="md" maw={860}>
      <Needs scope="secrets:read">
        <List />
      </Needs>
      <Panel title="How a receiver verifies">
        <Text fz="md" mb="sm">
          Webhooks are signed by the Standard Webhooks specification: check the signature over the body as it arrived,
          and that the timestamp is recent. The same <code>webhook-id</code> is the same run: do it once.
        </Text>
        <Tabs defaultValue="typescript" variant="default">
          <Tabs.List mb="sm">
            <Tabs.Tab value="typescript">TypeScript</Tabs.Tab>
            <Tabs.Tab value="python">Python</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="typescript">
            <Code text={VERIFY_TYPESCRIPT} label="the program" />
          </Tabs.Panel>
          <Tabs.Panel value="python">
            <Code text={VERIFY_PYTHON} label="the program in Python" />
          </Tabs.Panel>
        </Tabs>
      </Panel>
    </Stack>
  );
}

function List() {
  const { data, error } = useQuery(signingOf());
  const [isRotating, setRotating] = useState(false);
  return (
    <Panel
      title="Signing secrets"
      aside={
        <Act
          scope="secrets:write"
          variant="default"
          hindrance={
            data?.from_environment === true
              ? 'They are set by HYDRACORE_WEBHOOK_SECRETS: rotate them where the server is started.'
              : null
          }
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={() => setRotating(true)}
        >
          Rotate
        </Act>
      }
    >
      {error && <ErrorNotice title="They could not be read" error={error} />}
      <ul className={styles.list}>
        {data?.webhook_secrets.map(({ id, created_at, expires_at }) => (
          <li key={id}>
            <div>
              <Text fz="md" fw={550}>
                {expires_at === null ? 'Signs now' : 'Signs beside it'}
              </Text>
              <Text fz="sm" c="dimmed">
                made <Instant at={created_at} focusable />
              </Text>
            </div>
            <Text fz="sm" c="dimmed">
              {expires_at === null ? (
                'until the next rotation'
              ) : (
                <>
                  until <Instant at={expires_at} focusable />
                </>
              )}
            </Text>
          </li>
        ))}
      </ul>
      {data?.from_environment === true && (
        <Text fz="sm" c="dimmed">
          They are set by <code>HYDRACORE_WEBHOOK_SECRETS</code>, and so not rotated here.
        </Text>
      )}
      {isRotating && <Rotate onClose={() => setRotating(false)} />}
    </Panel>
  );
}

function Rotate({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [minutes, setMinutes] = useState<number | string>(1_440);
  const rotating = useMutation({
    mutationFn: () => api.webhookSecrets.rotate({ overlap_minutes: Number(minutes) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: SETTINGS }),
  });
  if (rotating.data) {
    return (
      <ShownOnce
        title="The new signing secret"
        label="the secret"
        secret={rotating.data.webhook_secret ?? ''}
        onClose={onClose}
      >
        {`It is shown this once: give it to your receivers. Webhooks carry both signatures for ${Number(minutes).toLocaleString('en')} minutes.`}
      </ShownOnce>
    );
  }
  return (
    <ConfirmDialog
      opened
      title="Rotate the signing secret?"
      action="Rotate it"
      pending={rotating.isPending}
      error={rotating.error}
      onConfirm={() => rotating.mutate()}
      onClose={onClose}
    >
      <Text fz="md">A new one is made. Those of before sign beside it, so that receivers can change over.</Text>
      <NumberInput
        label="Both sign for"
        description="0: the old ones end at once."
        suffix=" minutes"
        min={0}
        max={43_200}
        allowDecimal={false}
        value={minutes}
        onChange={setMinutes}
      />
    </ConfirmDialog>
  );
}
