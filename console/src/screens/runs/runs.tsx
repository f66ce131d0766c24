import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { runListOf } from '../../api/runs.ts';
import { EmptyState } from '../../show/empty-state.tsx';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { LinkButton } from '../../show/links.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { Paged } from '../../show/paged.tsx';
import { columns } from './columns.tsx';
import { isNarrow, PAGE, queryOf, type RunFilter } from './filter.ts';
import { Filters } from './filters.tsx';

const route = getRouteApi('/shell/runs');

/** What became of every occurrence, across schedules. */
export function Runs() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, isPending, isPlaceholderData } = useQuery(runListOf(queryOf(filter)));
  const change = (search: RunFilter) => void navigate({ search, replace: search.page === filter.page });
  const isNarrowed = isNarrow(filter);
  return (
    <>
      <PageHeader title="Runs">
        {data ? countWords(data.total, isNarrowed) : 'What became of every occurrence, and why.'}
      </PageHeader>
      {(isNarrowed || data?.total !== 0) && <Filters filter={filter} onChange={change} />}
      {error && <ErrorNotice title="The runs could not be read" error={error} />}
      {data?.total === 0 && !isNarrowed && (
        <EmptyState title="No run yet" action={<LinkButton to="/schedules">To the schedules</LinkButton>}>
          Each time that a schedule is due a row appears here: with the request, the answer and how late it was, or with
          the reason why nothing was done. “Trigger now” on a schedule’s page makes one at once.
        </EmptyState>
      )}
      {data?.total === 0 && isNarrowed && (
        <EmptyState
          title="Nothing matches"
          action={
            <LinkButton to="/runs" variant="default">
              Show all runs
            </LinkButton>
          }
        >
          No run meets all of these conditions. Runs older than the server keeps them are gone.
        </EmptyState>
      )}
      {!error && data?.total !== 0 && (
        <Paged
          columns={columns}
          rows={data?.runs ?? []}
          total={data?.total ?? 0}
          page={filter.page ?? 1}
          size={PAGE}
          fetching={isPending || isPlaceholderData}
          onPage={(page) => change({ ...filter, page })}
        />
      )}
    </>
  );
}

function countWords(total: number, isNarrowed: boolean): string {
  const count = total.toLocaleString('en');
  if (isNarrowed) return `${count} ${total === 1 ? 'matches' : 'match'}.`;
  return `${count} ${total === 1 ? 'run' : 'runs'}, the newest first.`;
}
