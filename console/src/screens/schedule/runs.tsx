import type { Run, Schedule } from '@hydracore/client';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DataTableColumn } from 'mantine-datatable';
import { useState } from 'react';
import { useNow } from '../../app/clock.ts';
import { runsOf } from '../../api/schedules.ts';
import { Duration } from '../../show/duration.tsx';
import { EmptyState } from '../../show/empty-state.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { Link } from '../../show/links.tsx';
import { localTime } from '../../show/time.ts';
import { Panel } from '../../show/panel.tsx';
import { reasonWords } from '../../show/statuses.ts';
import { isOverdue } from '../../show/run-words.ts';
import { StatusBadge } from '../../show/status-badge.tsx';
import { Table } from '../../show/table.tsx';

const PAGE = 20;
const MIDDLE = '(min-width: 48em)';

function columnsOf(timezone: string, now: number): DataTableColumn<Run>[] {
  return [
    {
      accessor: 'scheduled_for',
      title: 'Scheduled for',
      render: ({ id, scheduled_for }) => (
        <Link to="/runs/$runId" params={{ runId: id }} fz="md" c="var(--mantine-color-text)">
          {localTime(Date.parse(scheduled_for), timezone)}
        </Link>
      ),
    },
    { accessor: 'status', title: 'Status', width: 120, render: ({ status }) => <StatusBadge status={status} /> },
    {
      accessor: 'reason',
      title: 'Why',
      visibleMediaQuery: MIDDLE,
      render: ({ reason, error, missed_count, ...run }) => (
        <Text fz="sm" c="dimmed" lineClamp={2}>
          {error?.message ?? (reason === null ? '' : reasonWords(reason))}
          {isOverdue({ ...run, reason }, now) && 'due, not started: no room, or its destination does not answer'}
          {missed_count !== null && missed_count > 1 && `, ${missed_count.toLocaleString('en')} occurrences`}
        </Text>
      ),
    },
    {
      accessor: 'trigger',
      title: 'Trigger',
      width: 100,
      visibleMediaQuery: MIDDLE,
      render: ({ trigger }) => <Text fz="sm">{trigger.toLowerCase()}</Text>,
    },
    { accessor: 'attempt', title: 'Attempts', width: 84, visibleMediaQuery: MIDDLE, textAlign: 'right' },
    {
      accessor: 'lateness_ms',
      title: 'Lateness',
      width: 100,
      visibleMediaQuery: MIDDLE,
      textAlign: 'right',
      render: ({ lateness_ms }) => <Duration ms={lateness_ms} />,
    },
    {
      accessor: 'duration_ms',
      title: 'Took',
      width: 100,
      visibleMediaQuery: MIDDLE,
      textAlign: 'right',
      render: ({ duration_ms }) => <Duration ms={duration_ms} />,
    },
  ];
}

/** Every occurrence and what became of it, the newest first. */
export function Runs({ schedule }: { readonly schedule: Schedule }) {
  const [page, setPage] = useState(1);
  const now = useNow(5_000);
  const { data, error, isPlaceholderData } = useQuery(runsOf(schedule.id, { limit: PAGE, offset: (page - 1) * PAGE }));
  return (
    <Panel title="History" aside={<Text fz="sm" c="dimmed">{`Times in ${schedule.timezone}`}</Text>}>
      {error && <ErrorNotice title="The runs could not be read" error={error} />}
      {data?.total === 0 && (
        <EmptyState title="No run yet">
          Each occurrence leaves a row here, also when nothing was done: then it says why. “Trigger now” makes a run at
          once.
        </EmptyState>
      )}
      {data !== undefined && data.total > 0 && (
        <Table<Run>
          columns={columnsOf(schedule.timezone, now)}
          records={data.runs}
          fetching={isPlaceholderData}
          page={page}
          onPageChange={setPage}
          totalRecords={data.total}
          recordsPerPage={PAGE}
          paginationText={({ from, to, totalRecords }) => `${from}–${to} of ${totalRecords.toLocaleString('en')}`}
          getPaginationControlProps={(control) => ({ 'aria-label': `${control} page` })}
        />
      )}
    </Panel>
  );
}
