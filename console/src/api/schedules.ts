import type { BulkAction, ScheduleCreate } from '@hydracore/client';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** Everything that is known of schedules: a change of one makes it all stale. */
export const SCHEDULES = ['schedules'] as const;

/** How often a screen looks again, in ms, while it is seen. */
const LOOK_MS = 10_000;

/** A page of the list. */
export function listOf(query: Parameters<typeof api.schedules.list>[0]) {
  return queryOptions({
    queryKey: [...SCHEDULES, 'list', query],
    queryFn: ({ signal }) => api.schedules.list(query, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
  });
}

/** One schedule. */
export function scheduleOf(id: string) {
  return queryOptions({
    queryKey: [...SCHEDULES, id],
    queryFn: ({ signal }) => api.schedules.get(id, { signal }),
    refetchInterval: LOOK_MS,
  });
}

/** When a schedule fires next. */
export function nextOf(id: string, version: number) {
  return queryOptions({
    queryKey: [...SCHEDULES, id, 'next', version],
    queryFn: ({ signal }) => api.schedules.preview(id, { count: 10 }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
  });
}

/** A page of the runs of a schedule, the newest first. */
export function runsOf(id: string, page: { readonly limit: number; readonly offset: number }) {
  return queryOptions({
    queryKey: [...SCHEDULES, id, 'runs', page],
    queryFn: ({ signal }) => api.schedules.runs(id, page, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS / 2,
  });
}

/** A page of the backfills of a schedule, the newest first. */
export function backfillsOf(id: string, page: { readonly limit: number; readonly offset: number }) {
  return queryOptions({
    queryKey: [...SCHEDULES, id, 'backfills', page],
    queryFn: ({ signal }) => api.schedules.backfills(id, page, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS / 2,
  });
}

/** What a bulk action would do. Asked anew each time. */
export function dryRunOf(request: Pick<BulkAction, 'filter' | 'action'>) {
  return queryOptions({
    queryKey: [...SCHEDULES, 'dry-run', request],
    queryFn: ({ signal }) => api.schedules.bulkActions({ ...request, dry_run: true }, { signal }),
    gcTime: 0,
    staleTime: 0,
  });
}

/** What a schedule that is being written would do. Only what says when is sent: an action that is half written says nothing of that. */
export function previewOf(when: Readonly<Record<string, unknown>>) {
  const action = { name: 'Preview', action_type: 'LOG_EVENT', action_config: { message: '-' } };
  // Half written as it is, it goes to the API, which says what is wrong with it.
  const body = { ...action, ...when } as unknown as ScheduleCreate;
  return queryOptions({
    queryKey: [...SCHEDULES, 'preview', when],
    queryFn: ({ signal }) => api.schedules.previewNew(body, { count: 10 }, { signal }),
    gcTime: 60_000,
  });
}
