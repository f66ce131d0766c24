import { getRouteApi } from '@tanstack/react-router';

const shell = getRouteApi('/shell');

/** What one needs a scope for. */
export type Scope =
  | 'schedules:read'
  | 'schedules:write'
  | 'schedules:trigger'
  | 'runs:read'
  | 'runs:write'
  | 'entities:read'
  | 'entities:write'
  | 'egress:read'
  | 'egress:write'
  | 'secrets:read'
  | 'secrets:write'
  | 'keys:manage'
  | 'audit:read';

/** Whether the key of the session may do something: what it may not see is not asked for. The API decides, whatever is shown. */
export function useMay(): (scope: Scope) => boolean {
  const { session } = shell.useRouteContext();
  return (scope) => session.scopes.includes('*') || session.scopes.includes(scope);
}

/** Why the key of the session may not do something; null: it may. */
export function useLack(): (scope: Scope) => string | null {
  const may = useMay();
  return (scope) => (may(scope) ? null : `Your key lacks the scope ${scope}.`);
}
