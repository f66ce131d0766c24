import { getRouteApi } from '@tanstack/react-router';

const shell = getRouteApi('/shell');

/** What one needs a scope for. */
export type Scope =
  | 'schedules:write'
  | 'schedules:trigger'
  | 'runs:write'
  | 'entities:write'
  | 'entities:read'
  | 'runs:read';

/** Whether the key of the session may do something: what it may not is not offered. The API decides, whatever is shown. */
export function useMay(): (scope: Scope) => boolean {
  const { session } = shell.useRouteContext();
  return (scope) => session.scopes.includes('*') || session.scopes.includes(scope);
}
