import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** Everything that is known of definitions and records. */
export const ENTITIES = ['entities'] as const;

/** Every kind of record, by name. There are few. */
export function definitionsOf() {
  return queryOptions({
    queryKey: [...ENTITIES, 'definitions'],
    queryFn: async ({ signal }) => {
      const found = await Array.fromAsync(api.entities.iterate({}, { signal }));
      return found.sort((a, b) => a.name.localeCompare(b.name));
    },
  });
}

/** One kind of record. */
export function definitionOf(id: string) {
  return queryOptions({
    queryKey: [...ENTITIES, 'definition', id],
    queryFn: ({ signal }) => api.entities.get(id, { signal }),
  });
}

type RecordQuery = NonNullable<Parameters<typeof api.entities.records.list>[1]>;

/** A page of the records of a definition, the newest first. */
export function recordListOf(definition: string, query: RecordQuery) {
  return queryOptions({
    queryKey: [...ENTITIES, 'records', definition, query],
    queryFn: ({ signal }) => api.entities.records.list(definition, query, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** One record. */
export function recordOf(definition: string, id: string) {
  return queryOptions({
    queryKey: [...ENTITIES, 'record', definition, id],
    queryFn: ({ signal }) => api.entities.records.get(definition, id, { signal }),
  });
}

/** What fires for a record, and why the rest does not. */
export function upcomingOf(definition: string, id: string) {
  return queryOptions({
    queryKey: [...ENTITIES, 'upcoming', definition, id],
    queryFn: ({ signal }) => api.entities.records.upcoming(definition, id, { limit: 200 }, { signal }),
  });
}
