import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** What a schedule can do. Changes with the server's version only. */
export function actionTypesOf() {
  return queryOptions({
    queryKey: ['action-types'],
    queryFn: async ({ signal }) => (await api.actionTypes.list({ signal })).action_types,
    staleTime: Infinity,
  });
}
