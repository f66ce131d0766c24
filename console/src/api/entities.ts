import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** Every kind of record, by name. There are few. */
export function definitionsOf() {
  return queryOptions({
    queryKey: ['entities', 'definitions'],
    queryFn: async ({ signal }) => {
      const found = await Array.fromAsync(api.entities.iterate({}, { signal }));
      return found.sort((a, b) => a.name.localeCompare(b.name));
    },
  });
}
