import { Stack, Text } from '@mantine/core';
import { Code } from '../../show/code.tsx';
import { EmptyState } from '../../show/empty-state.tsx';
import { NewSchedule } from '../../show/new-schedule.tsx';
import { Panel } from '../../show/panel.tsx';
import styles from './overview.module.css';

/** For who has no schedule yet: what this is, and the first one in a minute. */
export function FirstSteps() {
  return (
    <Stack gap="md">
      <EmptyState title="Nothing is scheduled yet" action={<NewSchedule>Create the first schedule</NewSchedule>}>
        A schedule says when, and what to do then. This page shows what fired, what failed and what comes next, as it
        happens.
      </EmptyState>
      <Panel title="Or from your program">
        <ol className={styles.steps}>
          <li>
            <Text fz="md">
              Send one request. This schedule fires every minute and writes a line to its ledger; with{' '}
              <code>WEBHOOK</code> it calls your URL instead.
            </Text>
            <Code text={firstCurl(location.origin)} label="the command" />
          </li>
          <li>
            <Text fz="md">
              Watch it here: it shows up by itself, and each time that it fires makes a row under Runs, with what was
              sent, what came back, or why nothing was done.
            </Text>
          </li>
          <li>
            <Text fz="md">
              Make a key of its own for each program under Settings, with no more scopes than it needs. The whole API is
              at <a href="/docs">/docs</a>.
            </Text>
          </li>
        </ol>
      </Panel>
    </Stack>
  );
}

function firstCurl(origin: string): string {
  const body = {
    name: 'My first schedule',
    schedule_type: 'CRON',
    schedule_expression: '* * * * *',
    action_type: 'LOG_EVENT',
    action_config: { message: 'Hello at {{ run.scheduled_for }}' },
  };
  return [
    `curl -X POST ${origin}/v1/schedules`,
    `-H "X-Api-Key: $HYDRACORE_API_KEY"`,
    `-H "Content-Type: application/json"`,
    `-d '${JSON.stringify(body, null, 2)}'`,
  ].join(' \\\n  ');
}
