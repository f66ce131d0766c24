import type { EgressPolicy } from '@hydracore/client';
import { Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemsOf } from '../../api/errors.ts';
import { egressOf, SETTINGS } from '../../api/settings.ts';
import { Loading } from '../../app/boundaries.tsx';
import { Act } from '../../show/act.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Instant } from '../../show/instant.tsx';
import { Panel } from '../../show/panel.tsx';
import { tellDone } from '../../show/tell.tsx';
import { Needs } from './needs.tsx';

/** Where webhooks may go. */
export function Egress() {
  return (
    <Needs scope="egress:read">
      <Loaded />
    </Needs>
  );
}

function Loaded() {
  const { data, error } = useQuery({ ...egressOf(), refetchOnWindowFocus: false });
  if (error && !data) return <ErrorNotice title="The policy could not be read" error={error} />;
  // What somebody else has set meanwhile is another form.
  return data ? <Form key={data.updated_at} policy={data} /> : <Loading />;
}

function Form({ policy }: { readonly policy: EgressPolicy }) {
  const queries = useQueryClient();
  const [texts, setTexts] = useState({ allow: policy.allow.join('\n'), deny: policy.deny.join('\n') });
  const body = { allow: linesOf(texts.allow), deny: linesOf(texts.deny) };
  const isSame = JSON.stringify(body) === JSON.stringify({ allow: policy.allow, deny: policy.deny });
  const saving = useMutation({
    mutationFn: () => api.egressPolicy.update(body),
    onSuccess: async () => {
      tellDone('The egress policy holds for every attempt from now on.');
      await queries.invalidateQueries({ queryKey: SETTINGS });
    },
  });
  const { fields, rest } = problemsOf(saving.error, ['allow', 'deny']);
  return (
    <Panel title="Where webhooks may go">
      <Stack gap="md" maw={760}>
        <Text fz="md" c="dimmed">
          One a line: a host name, <code>*.example.com</code> for all below it, either with a port or without, an
          address or a CIDR. It only narrows what this server lets go at all. A blocked attempt fails with{' '}
          <code>egress_blocked</code>.
        </Text>
        {rest.length > 0 && <ErrorNotice title="It is not saved" error={saving.error} words={rest} />}
        <Textarea
          label="Allowed"
          description="Empty: wherever this server lets any go. Otherwise nowhere else."
          placeholder={'api.example.com\n*.hooks.example.com:8443'}
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          value={texts.allow}
          error={fields['allow']}
          onChange={(event) => setTexts({ ...texts, allow: event.currentTarget.value })}
        />
        <Textarea
          label="Denied"
          description="Goes before what is allowed."
          placeholder="203.0.113.0/24"
          autosize
          minRows={3}
          maxRows={16}
          spellCheck={false}
          value={texts.deny}
          error={fields['deny']}
          onChange={(event) => setTexts({ ...texts, deny: event.currentTarget.value })}
        />
        <Group justify="space-between">
          <Act
            scope="egress:write"
            hindrance={isSame ? 'Nothing is changed.' : null}
            loading={saving.isPending}
            onClick={() => saving.mutate()}
          >
            Save the policy
          </Act>
          <Text fz="sm" c="dimmed">
            {policy.updated_at === null ? (
              'It was never set.'
            ) : (
              <>
                set <Instant at={policy.updated_at} focusable />
              </>
            )}
          </Text>
        </Group>
      </Stack>
    </Panel>
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
