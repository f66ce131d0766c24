import type { Overview } from '@hydracore/client';
import { Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Instant } from '../../show/instant.tsx';
import { Link } from '../../show/links.tsx';
import { Panel } from '../../show/panel.tsx';
import { ScheduleName } from '../../show/schedule-name.tsx';
import styles from './overview.module.css';

type AttentionOf = Overview['attention'];
type Brief = NonNullable<AttentionOf['failing']>['first'][number];

const MOST = 5;

/** What a person should look at: what it means, and what to do. */
export function Attention({
  attention: { failing, paused_by_failures, parked, overdue },
}: {
  readonly attention: AttentionOf;
}) {
  const groups = [failing, paused_by_failures, parked, overdue];
  if (groups.every((group) => group === null || group.total === 0)) return <AllWell />;
  return (
    <Panel title="Needs a look">
      <div className={styles.groups}>
        <Group
          name="Failing"
          tone="bad"
          group={failing}
          explained="Their last runs failed. Open one to see what the receiver answered; they go on until they are paused."
          rowOf={scheduleRow}
        />
        <Group
          name="Paused by failures"
          tone="bad"
          group={paused_by_failures}
          explained="Too many failures in a row: they stand still. Mend the receiver, then resume them."
          rowOf={scheduleRow}
        />
        <Group
          name="Parked"
          tone="warn"
          group={parked}
          explained="The receiver answered 410 Gone: it wants no more. Delete them, or change the URL and resume."
          rowOf={scheduleRow}
        />
        <Group
          name="Overdue"
          tone="warn"
          group={overdue}
          explained="They could start for over a minute and have not: too few servers, a limit, or a destination that does not answer."
          rowOf={runRow}
        />
      </div>
    </Panel>
  );
}

function AllWell() {
  return (
    <div className={styles.well}>
      <IconCircleCheck size={18} aria-hidden />
      <span>
        <strong>All is well.</strong> No schedule is failing, paused by failures or parked, and nothing is overdue.
      </span>
    </div>
  );
}

interface Row {
  readonly key: string;
  readonly link: ReactNode;
  readonly note: ReactNode;
}

function scheduleRow({ schedule_id, name, consecutive_failures, last_run_at }: Brief): Row {
  return {
    key: schedule_id,
    link: (
      <Link to="/schedules/$scheduleId" params={{ scheduleId: schedule_id }}>
        {name}
      </Link>
    ),
    note: (
      <>
        {consecutive_failures > 0 && `${consecutive_failures} in a row, `}
        <Instant at={last_run_at} as="relative" />
      </>
    ),
  };
}

function runRow({ run_id, schedule_id, due_at }: AttentionOf['overdue']['first'][number]): Row {
  return {
    key: run_id,
    link: (
      <Link to="/runs/$runId" params={{ runId: run_id }}>
        <ScheduleName id={schedule_id} />
      </Link>
    ),
    note: (
      <>
        due <Instant at={due_at} as="relative" />
      </>
    ),
  };
}

interface GroupProps<T> {
  readonly name: string;
  readonly tone: 'bad' | 'warn';
  /** What it means, and what to do. */
  readonly explained: string;
  readonly group: { readonly total: number; readonly first: readonly T[] } | null;
  readonly rowOf: (item: T) => Row;
}

function Group<T>({ name, tone, explained, group, rowOf }: GroupProps<T>) {
  if (group === null || group.total === 0) return null;
  return (
    <section className={styles.group} data-tone={tone} aria-label={name}>
      <Text fw={600} component="h3" fz="md" m={0}>
        <span className={styles.count}>{group.total >= 10_000 ? '10,000+' : group.total.toLocaleString('en')}</span>{' '}
        {name}
      </Text>
      <Text fz="sm" c="dimmed" mb={6}>
        {explained}
      </Text>
      <ul className={styles.rows}>
        {group.first.slice(0, MOST).map((item) => {
          const { key, link, note } = rowOf(item);
          return (
            <li key={key}>
              <span className={styles.rowName}>{link}</span>
              <span className={styles.note}>{note}</span>
            </li>
          );
        })}
      </ul>
      {group.total > MOST && (
        <Text
          fz="sm"
          c="dimmed"
        >{`and ${(group.total - Math.min(MOST, group.first.length)).toLocaleString('en')} more`}</Text>
      )}
    </section>
  );
}
