import { Group, Pagination, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { upcomingPageOf } from '../../api/upcoming.ts';
import { Loading } from '../../app/boundaries.tsx';
import { useNow } from '../../app/clock.ts';
import { ErrorNotice } from '../../show/error-notice.tsx';
import { PageHeader } from '../../show/page-header.tsx';
import { localTime, viewerZone } from '../../show/time.ts';
import { endOf, PAGE, queryOf, type UpcomingFilter } from './filter.ts';
import { Filters } from './filters.tsx';
import { Fires } from './fires.tsx';
import { groupsOf } from './groups.ts';
import { Nothing } from './nothing.tsx';
import { NotHere } from './not-here.tsx';
import styles from './upcoming.module.css';

const route = getRouteApi('/shell/upcoming');

/** What fires next, across schedules: each once, with its next occurrence. */
export function Upcoming() {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(1_000);
  const { data, error, isPlaceholderData } = useQuery(upcomingPageOf(queryOf(filter, now)));
  const change = (search: UpcomingFilter) => void navigate({ search, replace: search.page === filter.page });
  const pages = Math.ceil((data?.total ?? 0) / PAGE);
  return (
    <>
      <PageHeader title="Upcoming">
        {data ? (
          <>
            <span aria-live="polite">{countWords(data.total)}</span>
            {`${filter.until ? ` before ${localTime(endOf(filter.until, now), undefined, false)}` : ''}. `}
            {data.total > 0 && `Each stands here once, with its next run; times in ${viewerZone()}.`}
          </>
        ) : (
          'What fires next, across schedules.'
        )}
      </PageHeader>
      <Filters filter={filter} onChange={change} />
      {error && <ErrorNotice title="What is to come could not be read" error={error} />}
      {!data && !error && <Loading />}
      {data && !error && (
        <Stack gap="md" aria-busy={isPlaceholderData} className={isPlaceholderData ? styles.stale : undefined}>
          {data.upcoming.length === 0 && <Nothing filter={filter} />}
          {groupsOf(data.upcoming, now).map(({ key, name, items }) => (
            <Fires key={key} name={name} items={items} now={now} onCustomer={(customer) => change({ customer })} />
          ))}
          {pages > 1 && (
            <Group justify="space-between">
              <Text fz="sm" c="dimmed">
                {`Page ${filter.page ?? 1} of ${pages.toLocaleString('en')}`}
              </Text>
              <Pagination
                size="sm"
                total={pages}
                value={filter.page ?? 1}
                onChange={(page) => change({ ...filter, page })}
                getControlProps={(control) => ({ 'aria-label': `${control} page` })}
                getItemProps={(page) => ({ 'aria-label': `page ${page}` })}
              />
            </Group>
          )}
          <NotHere filter={filter} />
        </Stack>
      )}
    </>
  );
}

function countWords(total: number): string {
  const count = total >= 10_000 ? '10,000 or more' : total.toLocaleString('en');
  return `${count} ${total === 1 ? 'schedule fires' : 'schedules fire'}`;
}
