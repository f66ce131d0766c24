import { Select, Textarea } from '@mantine/core';
import { JsonField } from './fields.tsx';
import { useConfig } from './use-config.ts';

/** LOG_EVENT: a message on the run and in the server's log. */
export function LogEventFields() {
  const { config, change, text, errorOf } = useConfig();
  return (
    <>
      <Textarea
        label="Message"
        description="May be a template: {{ schedule.name }}, {{ run.scheduled_for }}, {{ record.data.… }}"
        required
        autosize
        minRows={2}
        value={text('message')}
        error={errorOf('message')}
        onChange={(event) => change({ message: event.currentTarget.value })}
      />
      <Select
        label="Level"
        data={['DEBUG', 'INFO', 'WARN', 'ERROR']}
        value={text('level') || 'INFO'}
        allowDeselect={false}
        error={errorOf('level')}
        onChange={(level) => change({ level: level ?? undefined })}
        maw={200}
      />
      <JsonField
        path="action_config.data"
        label="Data"
        description="Any JSON, kept beside the message"
        value={config['data']}
        onChange={(data) => change({ data })}
      />
    </>
  );
}
