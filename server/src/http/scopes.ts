import { AppError } from '../domain/errors.ts';
import type { Principal } from '../store/tenants.ts';

/** What concerns all tenants: only a key that names it. */
export const OPERATOR = 'tenants:manage';

/** What a key may be given, one by one. */
export const KEY_SCOPES = [
  'schedules:read',
  'schedules:write',
  'schedules:trigger',
  'runs:read',
  'runs:write',
  'entities:read',
  'entities:write',
  'egress:read',
  'egress:write',
  'secrets:read',
  'secrets:write',
  'keys:manage',
  'audit:read',
  OPERATOR,
] as const;

/** Every scope but the operator's, those of later versions too. */
export const EVERY_SCOPE = '*';

/** What is about a whole tenant, or all: not for a key of one customer. */
export const UNBOUND_SCOPES: readonly string[] = [
  'egress:read',
  'egress:write',
  'secrets:read',
  'secrets:write',
  'keys:manage',
  'audit:read',
  OPERATOR,
];

/**
 * What an operation asks of a credential. `completion token` is none of a key's: the receiver of an action shows what it
 * was sent. `session` is the cookie of one, whatever its key may do; `any` is every credential that is good, whatever it may do.
 */
export type Scope = (typeof KEY_SCOPES)[number] | 'completion token' | 'session' | 'any';

/** How the API page tells what an operation asks for. */
export function toldScope(scope: Scope): { readonly words: string; readonly security: Record<string, string[]>[] } {
  if (scope === 'session') return { words: '', security: [] };
  if (scope === 'completion token') {
    const words = ' Credential: the completion token that came with the delivery, as a bearer token.';
    return { words, security: [{ bearer: [] }] };
  }
  const words = scope === 'any' ? ' Any credential will do.' : ` Scope: \`${scope}\`.`;
  return { words, security: [{ apiKey: [] }, { bearer: [] }] };
}

/** Whether a credential has a scope. */
export function hasScope(principal: Pick<Principal, 'scopes'>, scope: string): boolean {
  return principal.scopes.includes(scope) || (scope !== OPERATOR && principal.scopes.includes(EVERY_SCOPE));
}

/** What a caller's credential is called in a sentence. */
export function credentialOf({ key_id }: Pick<Principal, 'key_id'>): 'API key' | 'JWT' {
  return key_id === null ? 'JWT' : 'API key';
}

/** @throws AppError `forbidden` without the scope */
export function requireScope(principal: Pick<Principal, 'scopes' | 'key_id'>, scope: Scope): void {
  if (scope === 'completion token' || scope === 'session' || scope === 'any' || hasScope(principal, scope)) return;
  throw new AppError('forbidden', `This ${credentialOf(principal)} lacks the scope ${scope}.`);
}
