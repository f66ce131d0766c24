import type { Overview } from '@hydracore/client';
import { Text } from '@mantine/core';
import { useNow } from '../../app/clock.ts';
import { EmptyState } from '../../show/empty-state.tsx';
import { Link, LinkButton } from '../../show/links.tsx';
import { Panel } from '../../show/panel.tsx';
import { localTime, relativeTime, viewerZone } from '../../show/time.ts';
import styles from './overview.module.css';
import { groupsOf } from './upcoming-groups.ts';

/** The next 20 schedules to fire, along the time. */
export function Upcoming({ upcoming }: { readonly upcoming: NonNullable<Overview['upcoming']> }) {
  const now = useNow(1_000);
  return (
    <Panel
      title="Next"
      aside={
        <Text fz="sm" c="dimmed">
          {upcoming.length > 0 && (
            <>
              {`The next ${upcoming.length} schedules · times in ${viewerZone()} · `}
              <Link to="/upcoming" fz="sm" underline="always">
                all that is to come
              </Link>
            </>
          )}
        </Text>
      }
    >
      {upcoming.length === 0 ? (
        <EmptyState title="Nothing is to come" action={<LinkButton to="/schedules">To the schedules</LinkButton>}>
          No schedule is active: all are paused, or have fired for the last time.
        </EmptyState>
      ) : (
        <div className={styles.groups} data-wide>
          {groupsOf(upcoming, now).map(({ name, items }) => (
            <section key={name} aria-label={name}>
              <Text component="h3" fz="sm" c="dimmed" fw={550} m={0} mb={6}>
                {name}
              </Text>
              <ol className={styles.next}>
                {items.map(({ schedule_id, name, next_run_at }) => (
                  <li key={schedule_id}>
                    <span className={styles.rowName}>
                      <Link
                        to="/schedules/$scheduleId"
                        params={{ scheduleId: schedule_id }}
                        c="var(--mantine-color-text)"
                      >
                        {name}
                      </Link>
                    </span>
                    <time
                      className={styles.note}
                      dateTime={next_run_at ?? undefined}
                      title={localTime(Date.parse(next_run_at ?? ''))}
                    >
                      {wordsOf(next_run_at, now)}
                    </time>
                  </li>
                ))}
              </ol>
            </section>
          ))}
        </div>
      )}
    </Panel>
  );
}

/** The time of day, and how far it is. */
function wordsOf(at: string | null, now: number): string {
  if (at === null) return '';
  const instant = Date.parse(at);
  const words = localTime(instant, undefined, instant - now < 60_000);
  const time = words.slice(words.lastIndexOf(',') + 2);
  return `${time} · ${relativeTime(instant, now)}`;
}
