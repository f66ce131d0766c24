import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

export const OVERVIEW = ['overview'] as const;

/** What happened, what comes, and what needs a look. */
export function overviewOf() {
  return queryOptions({
    queryKey: OVERVIEW,
    queryFn: ({ signal }) => api.overview.get({ signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}
