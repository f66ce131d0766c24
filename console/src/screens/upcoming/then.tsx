import { Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { nextOf } from '../../api/schedules.ts';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { localTime } from '../../show/time.ts';
import type { Fire } from './fire.ts';
import styles from './upcoming.module.css';

/** What a schedule fires after its next occurrence, by its rule. */
export function Then({ fire: { schedule, scheduled_for } }: { readonly fire: Fire }) {
  const { data, error } = useQuery(nextOf(schedule.id, schedule.version));
  if (error) return <ErrorNotice title="They could not be worked out" error={error} />;
  if (!data) return <Loader size="xs" aria-label="Loading" />;
  const after = data.occurrences.filter((one) => one.scheduled_for > scheduled_for);
  if (after.length === 0) return <Text fz="sm">None is left after it.</Text>;
  return (
    <>
      <Text fz="sm" c="dimmed">{`${data.description}. After that it is due:`}</Text>
      <ul className={styles.instants}>
        {after.map(({ fire_at: at, record_id, notes }) => (
          <li key={`${at} ${record_id}`}>
            <time dateTime={at}>{localTime(Date.parse(at))}</time>
            {notes.map((note) => (
              <Text key={note} fz="sm" c="var(--hc-warn)">
                {note}
              </Text>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
