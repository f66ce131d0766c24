import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** Everything of the settings: a change of one makes it all stale. */
export const SETTINGS = ['settings'] as const;

/** A page of the API keys, the newest first. */
export function keyListOf(page: { readonly limit: number; readonly offset: number }) {
  return queryOptions({
    queryKey: [...SETTINGS, 'keys', page],
    queryFn: ({ signal }) => api.keys.list(page, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** The names of the secrets. */
export function secretsOf() {
  return queryOptions({
    queryKey: [...SETTINGS, 'secrets'],
    queryFn: ({ signal }) => api.secrets.list({ signal }),
  });
}

/** What signs webhooks now. */
export function signingOf() {
  return queryOptions({
    queryKey: [...SETTINGS, 'signing'],
    queryFn: ({ signal }) => api.webhookSecrets.list({ signal }),
  });
}

/** Where actions may go. */
export function egressOf() {
  return queryOptions({
    queryKey: [...SETTINGS, 'egress'],
    queryFn: ({ signal }) => api.egressPolicy.get({ signal }),
  });
}

/** What there may be, and what there is. */
export function quotasOf() {
  return queryOptions({
    queryKey: [...SETTINGS, 'quotas'],
    queryFn: ({ signal }) => api.quotas.get({ signal }),
    refetchInterval: 10_000,
  });
}

/** Who one is, and what the server is. */
export function whoamiOf() {
  return queryOptions({
    queryKey: [...SETTINGS, 'whoami'],
    queryFn: ({ signal }) => api.whoami.get({ signal }),
  });
}

/** A page of the audit log, the newest first. */
export function auditOf(query: Parameters<typeof api.auditEvents.list>[0]) {
  return queryOptions({
    queryKey: [...SETTINGS, 'audit', query],
    queryFn: ({ signal }) => api.auditEvents.list(query, { signal }),
    placeholderData: keepPreviousData,
  });
}
