import type { Schedule } from '@hydracore/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { listOf } from '../../api/schedules.ts';
import { EmptyState } from '../../show/empty-state.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { LinkButton } from '../../show/links.tsx';
import { NewSchedule } from '../../show/new-schedule.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { Table } from '../../show/table.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { columns } from './columns.tsx';
import { conditionsOf, PAGE, queryOf, type ScheduleFilter } from './filter.ts';
import { Filters } from './filters.tsx';

const route = getRouteApi('/shell/schedules');

/** The list of schedules: find them, and pause, resume or delete many. */
export function Schedules() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, isPending, isPlaceholderData } = useQuery(listOf(queryOf(filter)));
  const [selected, setSelected] = useState<Schedule[]>([]);
  const change = (search: ScheduleFilter) => {
    setSelected([]);
    void navigate({ search, replace: search.page === filter.page });
  };
  const isNarrowed = Object.keys(conditionsOf(filter)).length > 0;
  return (
    <>
      <PageHeader title="Schedules" actions={<NewSchedule />}>
        {data ? countWords(data.total, isNarrowed) : 'Everything that is to happen, and when.'}
      </PageHeader>
      {(isNarrowed || data?.total !== 0) && <Filters filter={filter} onChange={change} />}
      {error && <ErrorNotice title="The schedules could not be read" error={error} />}
      {data?.total === 0 && !isNarrowed && (
        <EmptyState title="No schedules yet" action={<NewSchedule />}>
          A schedule says when, and what to do then: call a webhook every night, at the end of each month, or thirty
          days before a contract ends. Every run is kept, with what became of it.
        </EmptyState>
      )}
      {data?.total === 0 && isNarrowed && (
        <EmptyState
          title="Nothing matches"
          action={
            <LinkButton to="/schedules" variant="default">
              Show all schedules
            </LinkButton>
          }
        >
          No schedule meets all of these conditions.
        </EmptyState>
      )}
      {data && <BulkBar selected={selected} total={data.total} filter={filter} onDone={() => setSelected([])} />}
      {!error && data?.total !== 0 && (
        <Table<Schedule>
          columns={columns}
          records={data?.schedules ?? []}
          fetching={isPending || isPlaceholderData}
          loadingText="Loading"
          page={filter.page ?? 1}
          onPageChange={(page) => change({ ...filter, page })}
          totalRecords={data?.total ?? 0}
          recordsPerPage={PAGE}
          paginationText={({ from, to, totalRecords }) => `${from}–${to} of ${totalRecords.toLocaleString('en')}`}
          getPaginationControlProps={(control) => ({ 'aria-label': `${control} page` })}
          noRecordsText=""
          selectedRecords={selected}
          onSelectedRecordsChange={setSelected}
          allRecordsSelectionCheckboxProps={{ 'aria-label': 'Select all on this page' }}
          getRecordSelectionCheckboxProps={({ name }) => ({ 'aria-label': `Select ${name}` })}
        />
      )}
    </>
  );
}

function countWords(total: number, isNarrowed: boolean): string {
  const count = total.toLocaleString('en');
  if (isNarrowed) return `${count} ${total === 1 ? 'matches' : 'match'}.`;
  return `${count} ${total === 1 ? 'schedule' : 'schedules'}.`;
}
