import type { ApiKeyCreate } from '@hydracore/client';

type KeyScope = ApiKeyCreate['scopes'][number];

/** What a key may be given. A scope of the API that is missing here is a mistake of types. */
const ALL: Readonly<Record<KeyScope, true>> = {
  'schedules:read': true,
  'schedules:write': true,
  'schedules:trigger': true,
  'runs:read': true,
  'runs:write': true,
  'entities:read': true,
  'entities:write': true,
  'egress:read': true,
  'egress:write': true,
  'secrets:read': true,
  'secrets:write': true,
  'keys:manage': true,
  'audit:read': true,
  'tenants:manage': true,
  '*': true,
};

/** Those that a credential may give: its own. `*` is every one but the operator's. */
export function scopesOf(own: readonly string[]): string[] {
  const isMine = (scope: string) => own.includes(scope) || (own.includes('*') && scope !== 'tenants:manage');
  return Object.keys(ALL).filter(isMine);
}
