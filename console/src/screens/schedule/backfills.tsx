import type { Backfill, Schedule } from '@hydracore/client';
import { Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DataTableColumn } from 'mantine-datatable';
import { useState } from 'react';
import { backfillsOf } from '../../api/schedules.ts';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { useMay } from '../../show/may.ts';
import { Panel } from '../../show/panel.tsx';
import { StatusBadge } from '../../show/status-badge.tsx';
import { Table } from '../../show/table.tsx';
import { localTime } from '../../show/time.ts';
import { BackfillActions } from './backfill-actions.tsx';
import { progressShare, progressWords, whyWords } from './backfill-words.ts';

const PAGE = 5;

function columnsOf(timezone: string): DataTableColumn<Backfill>[] {
  const at = (instant: string) => localTime(Date.parse(instant), timezone);
  return [
    {
      accessor: 'start_at',
      title: 'Between',
      render: ({ start_at, end_at }) => (
        <Text fz="sm">
          {at(start_at)} – {at(end_at)}
        </Text>
      ),
    },
    {
      accessor: 'status',
      title: 'Status',
      width: 120,
      render: (backfill) => <StatusBadge status={backfill.status} detail={whyWords(backfill)} />,
    },
    {
      accessor: 'planned',
      title: 'Progress',
      width: 230,
      render: (backfill) => (
        <>
          <Progress
            value={progressShare(backfill)}
            color={backfill.status === 'CANCELLED' ? 'gray' : 'hydra'}
            aria-label={progressWords(backfill)}
          />
          <Text fz="sm" c="dimmed" mt={4} className="hc-numbers">
            {progressWords(backfill)}
          </Text>
        </>
      ),
    },
    {
      accessor: 'id',
      title: '',
      width: 190,
      textAlign: 'right',
      render: (backfill) => <BackfillActions backfill={backfill} />,
    },
  ];
}

/** The backfills of a schedule that has any, the newest first. */
export function Backfills({ schedule: { id, timezone } }: { readonly schedule: Schedule }) {
  const may = useMay();
  const [page, setPage] = useState(1);
  const { data, error, isPlaceholderData } = useQuery({
    ...backfillsOf(id, { limit: PAGE, offset: (page - 1) * PAGE }),
    // Who may not see runs is told so once, by the history.
    enabled: may('runs:read'),
  });
  if (!error && (data === undefined || data.total === 0)) return null;
  return (
    <Panel title="Backfills" aside={<Text fz="sm" c="dimmed">{`Times in ${timezone}`}</Text>}>
      {error && <ErrorNotice title="The backfills could not be read" error={error} />}
      {data !== undefined && (
        <Table<Backfill>
          columns={columnsOf(timezone)}
          records={data.backfills}
          fetching={isPlaceholderData}
          page={page}
          onPageChange={setPage}
          totalRecords={data.total}
          recordsPerPage={PAGE}
          paginationText={({ from, to, totalRecords }) => `${from}–${to} of ${totalRecords.toLocaleString('en')}`}
          getPaginationControlProps={(control) => ({ 'aria-label': `${control} page of the backfills` })}
        />
      )}
    </Panel>
  );
}
