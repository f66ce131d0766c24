import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { SCHEDULES } from './schedules.ts';

/** A page of what fires next. It is stale with the lists of schedules: what fires makes an event. */
export function upcomingPageOf(query: Parameters<typeof api.upcoming.list>[0]) {
  return queryOptions({
    queryKey: [...SCHEDULES, 'list', 'upcoming', query],
    queryFn: ({ signal }) => api.upcoming.list(query, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}
