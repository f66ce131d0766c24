import type { Schedule } from '@hydracore/client';
import { Group, Text } from '@mantine/core';
import type { DataTableColumn } from 'mantine-datatable';
import { Instant } from '../../show/instant.tsx';
import { ScheduleLines } from '../../show/schedule-lines.tsx';
import { TYPE_NAMES, whenWords } from '../../show/schedule-words.ts';
import { StatusBadge } from '../../show/status-badge.tsx';
import styles from './schedules.module.css';

const WIDE = '(min-width: 80em)';
const MIDDLE = '(min-width: 48em)';

/** The columns of the list. On a telephone: the name, when next, and the status. */
export const columns: DataTableColumn<Schedule>[] = [
  {
    accessor: 'name',
    title: 'Name',
    render: (schedule) => (
      <div className={styles.name}>
        <ScheduleLines schedule={schedule} />
      </div>
    ),
  },
  {
    accessor: 'schedule_expression',
    title: 'When',
    visibleMediaQuery: MIDDLE,
    render: (schedule) => (
      <div className={styles.when}>
        {schedule.schedule_type === 'RELATIVE' ? (
          <Text fz="md" truncate>
            {whenWords(schedule)}
          </Text>
        ) : (
          <Text fz="sm" className="hc-code" truncate title={whenWords(schedule)}>
            {whenWords(schedule)}
          </Text>
        )}
        <Text fz="sm" c="dimmed" truncate>
          {TYPE_NAMES[schedule.schedule_type]} · {schedule.timezone}
        </Text>
      </div>
    ),
  },
  {
    accessor: 'status',
    title: 'Status',
    width: 120,
    render: ({ status, status_reason, status_detail }) => (
      <StatusBadge status={status} reason={status_reason} detail={status_detail} />
    ),
  },
  {
    accessor: 'next_run_at',
    title: 'Next run',
    width: 124,
    visibleMediaQuery: MIDDLE,
    render: ({ next_run_at, timezone, status }) =>
      status === 'ACTIVE' ? (
        <Instant at={next_run_at} timezone={timezone} as="relative" />
      ) : (
        <Text span c="dimmed" aria-label="none">
          –
        </Text>
      ),
  },
  {
    accessor: 'last_run_at',
    title: 'Last run',
    width: 212,
    visibleMediaQuery: WIDE,
    render: ({ last_run_at, last_run_status, timezone, consecutive_failures }) =>
      last_run_status === null ? (
        <Text span c="dimmed" fz="md">
          not yet
        </Text>
      ) : (
        <Group gap={8} wrap="nowrap">
          <StatusBadge status={last_run_status} />
          <Text span fz="sm" c="dimmed" className={styles.whole ?? ''}>
            {consecutive_failures > 1 ? (
              `${consecutive_failures} in a row`
            ) : (
              <Instant at={last_run_at} timezone={timezone} as="relative" />
            )}
          </Text>
        </Group>
      ),
  },
];
