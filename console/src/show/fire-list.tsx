import type { Preview } from '@hydracore/client';
import { Text } from '@mantine/core';
import { useNow } from '../app/clock.ts';
import styles from './fires.module.css';
import { localTime, relativeTime } from './time.ts';

interface FireListProps {
  readonly occurrences: Preview['occurrences'];
  /** The schedule's. */
  readonly timezone: string;
}

/** The next fires one by one, in the schedule's zone, with what daylight saving or a short month does to them. */
export function FireList({ occurrences, timezone }: FireListProps) {
  const now = useNow(10_000);
  return (
    <ol className={styles.list}>
      {occurrences.map(({ scheduled_for, notes, record_id }) => (
        <li key={`${scheduled_for} ${record_id}`}>
          <div className={styles.fire}>
            <time dateTime={scheduled_for}>{localTime(Date.parse(scheduled_for), timezone)}</time>
            <Text span fz="sm" c="dimmed">
              {relativeTime(Date.parse(scheduled_for), now)}
            </Text>
          </div>
          {notes.map((note) => (
            <Text key={note} fz="sm" c="var(--hc-warn)">
              {note}
            </Text>
          ))}
        </li>
      ))}
    </ol>
  );
}
