import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** Everything that is known of runs across schedules. */
export const RUNS = ['runs'] as const;

/** How often a screen looks again, in ms, also where no event comes. */
const LOOK_MS = 15_000;

/** A page of the runs, the newest first. */
export function runListOf(query: Parameters<typeof api.runs.list>[0]) {
  return queryOptions({
    queryKey: [...RUNS, 'list', query],
    queryFn: ({ signal }) => api.runs.list(query, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
  });
}

/** One run, with its attempts. */
export function runOf(id: string) {
  return queryOptions({
    queryKey: [...RUNS, id],
    queryFn: ({ signal }) => api.runs.get(id, { signal }),
    refetchInterval: LOOK_MS,
  });
}

/** What a schedule is called; null: it is deleted. */
export function scheduleNameOf(id: string) {
  return queryOptions({
    queryKey: ['schedule-names', id],
    queryFn: async ({ signal }) => {
      try {
        return (await api.schedules.get(id, { signal })).name;
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
    staleTime: 300_000,
  });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 404;
}
