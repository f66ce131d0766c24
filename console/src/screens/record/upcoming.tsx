import type { Upcoming } from '@hydracore/client';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { upcomingOf } from '../../api/entities.ts';
import { EmptyState } from '../../show/empty-state.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Instant } from '../../show/instant.tsx';
import { Link } from '../../show/links.tsx';
import { Panel } from '../../show/panel.tsx';
import type { ReactNode } from 'react';
import styles from './record.module.css';

type Item = Upcoming['upcoming'][number];

/** What will fire for a record, and which schedules will not, and why. */
export function UpcomingOf({ definition, record }: { readonly definition: string; readonly record: string }) {
  const { data, error } = useQuery(upcomingOf(definition, record));
  const fires = data?.upcoming.filter(({ scheduled_for }) => scheduled_for !== null) ?? [];
  const rests = data?.upcoming.filter(({ scheduled_for }) => scheduled_for === null) ?? [];
  return (
    <Panel title="What is to come">
      {error && <ErrorNotice title="It could not be worked out" error={error} />}
      {data?.upcoming.length === 0 && (
        <EmptyState title="No schedule goes by these records">
          A schedule of the kind “Before or after a date in records” fires for each record by one of its dates.
        </EmptyState>
      )}
      <ul className={styles.list}>
        {fires.map((item) => (
          <li key={item.schedule_id}>
            <Line item={item}>
              <Instant at={item.fire_at} focusable />
            </Line>
          </li>
        ))}
        {rests.map((item) => (
          <li key={item.schedule_id}>
            <Line item={item}>
              <Text span c="dimmed" fz="sm">
                {item.detail}
              </Text>
            </Line>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Line({ item, children }: { readonly item: Item; readonly children: ReactNode }) {
  return (
    <>
      <div className={styles.line}>
        <Link to="/schedules/$scheduleId" params={{ scheduleId: item.schedule_id }}>
          {item.schedule_name}
        </Link>
        <span>{children}</span>
      </div>
      {item.notes.map((note) => (
        <Text key={note} fz="sm" c="var(--hc-warn)">
          {note}
        </Text>
      ))}
    </>
  );
}
