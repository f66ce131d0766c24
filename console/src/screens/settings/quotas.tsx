import type { QuotaStanding } from '@hydracore/client';
import { Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { quotasOf } from '../../api/settings.ts';
import { Loading } from '../../app/boundaries.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Panel } from '../../show/panel.tsx';
import { Needs } from './needs.tsx';
import styles from './settings.module.css';

const NAMES = [
  ['schedules', 'Schedules', 'More are refused with 409 quota_exceeded.'],
  ['records', 'Records', 'More are refused; those that are there can be changed.'],
  ['runs_per_minute', 'Starts of runs in this minute', 'What is more waits for the next minute.'],
  ['api_keys', 'API keys', 'Those that work.'],
  ['entity_definitions', 'Entity definitions', 'Kinds of records.'],
] as const;

/** What there may be, and what there is. */
export function Quotas() {
  return (
    <Needs scope="schedules:read">
      <List />
    </Needs>
  );
}

function List() {
  const { data, error } = useQuery(quotasOf());
  if (error) return <ErrorNotice title="The quotas could not be read" error={error} />;
  if (!data) return <Loading />;
  return (
    <Panel title="What you have, of what you may have">
      {NAMES.map(([key, name, explained]) => (
        <Standing key={key} name={name} explained={explained} standing={data[key]} />
      ))}
      <Text fz="sm" c="dimmed" mt="md">
        They are set by who operates the server: for everybody, or for your tenant.
      </Text>
    </Panel>
  );
}

interface StandingProps {
  readonly name: string;
  readonly explained: string;
  readonly standing: QuotaStanding;
}

function Standing({ name, explained, standing: { used, limit, source } }: StandingProps) {
  const share = limit === null || limit === 0 ? 0 : Math.min(100, (used / limit) * 100);
  const count = used.toLocaleString('en');
  const words = limit === null ? `${count}, no limit` : `${count} of ${limit.toLocaleString('en')}`;
  return (
    <div className={styles.quota}>
      <Group justify="space-between" mb={6}>
        <Text fz="md" fw={550}>
          {name}
        </Text>
        <Text fz="md" className="hc-numbers">
          {words}
        </Text>
      </Group>
      {limit !== null && (
        <Progress.Root size="sm">
          <Progress.Section
            value={share}
            color={share >= 95 ? 'red.8' : share >= 80 ? 'yellow.8' : 'hydra'}
            aria-label={name}
            aria-valuetext={words}
          />
        </Progress.Root>
      )}
      <Text fz="sm" c="dimmed" mt={4}>
        {explained}
        {source === 'TENANT' && ' Set for your tenant.'}
      </Text>
    </div>
  );
}
