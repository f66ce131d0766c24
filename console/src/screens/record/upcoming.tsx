import type { Upcoming } from '@hydracore/client';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { upcomingOf } from '../../api/entities.ts';
import { scheduleOf } from '../../api/schedules.ts';
import { EmptyState } from '../../show/empty-state.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Instant } from '../../show/instant.tsx';
import { Link } from '../../show/links.tsx';
import { useMay } from '../../show/may.ts';
import { Panel } from '../../show/panel.tsx';
import { withWords } from '../../show/statuses.ts';
import { withLocalInstants } from '../../show/time.ts';
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
      {fires.length > 0 && (
        <ul className={styles.list}>
          {fires.map((item) => (
            <li key={item.schedule_id}>
              <Line item={item}>
                <Instant at={item.fire_at} focusable />
              </Line>
            </li>
          ))}
        </ul>
      )}
      {rests.length > 0 && (
        <>
          <Text component="h3" fz="sm" c="dimmed" fw={550} m={0} mt={fires.length > 0 ? 'md' : 0}>
            Nothing comes by these
          </Text>
          <ul className={styles.list}>
            {rests.map((item) => (
              <li key={item.schedule_id}>
                <Line item={item}>
                  <Text span c="dimmed" fz="sm">
                    {withLocalInstants(withWords(item.detail ?? ''))}
                    {item.reason === 'FILTER' && <Wanted schedule={item.schedule_id} />}
                  </Text>
                </Line>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

/** Which records a schedule is for: beside its values one sees what does not match. */
function Wanted({ schedule }: { readonly schedule: string }) {
  const may = useMay();
  const { data } = useQuery({ ...scheduleOf(schedule), enabled: may('schedules:read') });
  if (!data?.relative_filter) return null;
  return (
    <>
      {' '}
      It is for records with <code>{JSON.stringify(data.relative_filter)}</code>.
    </>
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
