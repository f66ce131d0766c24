import { Group, NumberInput, Select, SimpleGrid, TagsInput, TextInput } from '@mantine/core';
import { JsonField } from './fields.tsx';
import { HeadersField } from './headers-field.tsx';
import { useConfig } from './use-config.ts';
import { WebhookAuth } from './webhook-auth.tsx';

/** WEBHOOK: an HTTP request, signed. */
export function WebhookFields() {
  const { config, change, text, errorOf } = useConfig();
  const method = text('method') || 'POST';
  const isAsync = text('completion') === 'ASYNC';
  return (
    <>
      <Group align="flex-start" gap="xs" wrap="nowrap">
        <Select
          label="Method"
          data={['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']}
          value={method}
          allowDeselect={false}
          error={errorOf('method')}
          onChange={(value) => change({ method: value === 'POST' ? undefined : value })}
          w={110}
          style={{ flex: 'none' }}
        />
        <TextInput
          label="URL"
          placeholder="https://example.com/hook"
          required
          value={text('url')}
          error={errorOf('url')}
          onChange={(event) => change({ url: event.currentTarget.value.trim() })}
          style={{ flex: 1 }}
        />
      </Group>
      {method !== 'GET' && method !== 'HEAD' && (
        <JsonField
          path="action_config.body"
          label="Body"
          description="JSON, or any text; strings may be templates. Empty: the standard envelope, which names schedule and run."
          value={config['body']}
          isText
          onChange={(body) => change({ body })}
        />
      )}
      <HeadersField
        value={(config['headers'] as Record<string, string> | undefined) ?? {}}
        error={errorOf('headers')}
        onChange={(headers) => change({ headers: Object.keys(headers).length === 0 ? undefined : headers })}
      />
      <WebhookAuth />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label="Time-out"
          description="Of the whole exchange, in seconds"
          value={(config['timeout_seconds'] as number | undefined) ?? 30}
          error={errorOf('timeout_seconds')}
          onChange={(value) => change({ timeout_seconds: value === '' ? undefined : value })}
        />
        <TagsInput
          label="Counts as success"
          description="200, 2xx or 200-204"
          value={((config['success_statuses'] as unknown[] | undefined) ?? ['2xx']).map(String)}
          error={errorOf('success_statuses')}
          onChange={(values) =>
            change({ success_statuses: values.map((value) => (/^\d+$/.test(value) ? Number(value) : value)) })
          }
        />
        <Select
          label="Completion"
          data={[
            { value: 'SYNC', label: 'By the answer' },
            { value: 'ASYNC', label: 'Reported later' },
          ]}
          description={
            isAsync
              ? 'The receiver answers at once, and reports the end by POST /v1/runs/{id}/complete'
              : 'The answer says how it ended'
          }
          value={isAsync ? 'ASYNC' : 'SYNC'}
          allowDeselect={false}
          error={errorOf('completion')}
          onChange={(value) =>
            change({ completion: value === 'ASYNC' ? value : undefined, completion_timeout_seconds: undefined })
          }
        />
        {isAsync && (
          <NumberInput
            label="Reported within"
            description="Seconds; a heartbeat begins them anew"
            value={(config['completion_timeout_seconds'] as number | undefined) ?? 3_600}
            error={errorOf('completion_timeout_seconds')}
            onChange={(value) => change({ completion_timeout_seconds: value === '' ? undefined : value })}
          />
        )}
      </SimpleGrid>
    </>
  );
}
