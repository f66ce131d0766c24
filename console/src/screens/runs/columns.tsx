import type { Run } from '@hydracore/client';
import { Text } from '@mantine/core';
import type { DataTableColumn } from 'mantine-datatable';
import { Duration } from '../../show/duration.tsx';
import { Instant } from '../../show/instant.tsx';
import { Link } from '../../show/links.tsx';
import { RunWhy } from '../../show/run-why.tsx';
import { ScheduleName } from '../../show/schedule-name.tsx';
import { StatusBadge } from '../../show/status-badge.tsx';
import styles from './runs.module.css';

const WIDE = '(min-width: 75em)';
const MIDDLE = '(min-width: 48em)';

/** The columns of the list. On a telephone: what and when, and the status. */
export const columns: DataTableColumn<Run>[] = [
  {
    accessor: 'scheduled_for',
    title: 'Run',
    width: 'clamp(150px, 26vw, 320px)',
    render: ({ id, schedule_id, scheduled_for }) => (
      <div className={styles.name}>
        <Link to="/runs/$runId" params={{ runId: id }} fw={550} c="var(--mantine-color-text)" lineClamp={2}>
          <ScheduleName id={schedule_id} />
        </Link>
        <Text fz="sm" c="dimmed">
          <Instant at={scheduled_for} zone={false} />
        </Text>
      </div>
    ),
  },
  { accessor: 'status', title: 'Status', width: 116, render: ({ status }) => <StatusBadge status={status} /> },
  {
    accessor: 'reason',
    title: 'Why',
    visibleMediaQuery: WIDE,
    render: (run) => (
      <Text fz="sm" c="dimmed" lineClamp={2} className={styles.why ?? ''}>
        <RunWhy run={run} />
      </Text>
    ),
  },
  {
    accessor: 'trigger',
    title: 'Trigger',
    width: 96,
    visibleMediaQuery: MIDDLE,
    render: ({ trigger }) => <Text fz="sm">{trigger.toLowerCase()}</Text>,
  },
  { accessor: 'attempt', title: 'Attempts', width: 84, visibleMediaQuery: MIDDLE, textAlign: 'right' },
  {
    accessor: 'lateness_ms',
    title: 'Lateness',
    width: 96,
    visibleMediaQuery: MIDDLE,
    textAlign: 'right',
    render: ({ lateness_ms }) => <Duration ms={lateness_ms} />,
  },
  {
    accessor: 'duration_ms',
    title: 'Took',
    width: 96,
    visibleMediaQuery: MIDDLE,
    textAlign: 'right',
    render: ({ duration_ms }) => <Duration ms={duration_ms} />,
  },
];
