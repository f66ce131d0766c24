import type { Schedule } from '@hydracore/client';
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { nextOf } from '../../api/schedules.ts';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { FireCalendar } from '../../show/fire-calendar.tsx';
import { FireList } from '../../show/fire-list.tsx';
import { Panel } from '../../show/panel.tsx';

/** When it fires next, by its rule. */
export function NextFires({ schedule }: { readonly schedule: Schedule }) {
  const { data, error } = useQuery(nextOf(schedule.id, schedule.version));
  return (
    <Panel title="Next fires">
      {error && <ErrorNotice title="They could not be worked out" error={error} />}
      {data && (
        <Stack gap="sm">
          <Text fz="md" c="dimmed" mt={-8}>
            {`${data.description}, ${data.timezone}`}
          </Text>
          {schedule.status === 'PAUSED' && (
            <Text fz="md" c="var(--hc-warn)">
              It is paused: these are those it would have.
            </Text>
          )}
          {data.occurrences.length === 0 ? (
            <Text fz="md">None is left.</Text>
          ) : (
            <>
              <FireCalendar occurrences={data.occurrences} />
              <FireList occurrences={data.occurrences} timezone={data.timezone} />
            </>
          )}
        </Stack>
      )}
    </Panel>
  );
}
