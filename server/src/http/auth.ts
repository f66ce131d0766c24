import { createHash } from 'node:crypto';
import { tenantOfToken } from '../actions/completion-token.ts';
import { AppError } from '../domain/errors.ts';
import type { Queryable } from '../store/db.ts';
import { findPrincipal, type Principal } from '../store/tenants.ts';

/**
 * What an operation asks of a credential. `*` on a key is every scope but the operator's. `completion token` is none of a key's: the receiver
 * of an action shows what it was sent.
 */
export type Scope =
  | 'completion token'
  | 'schedules:read'
  | 'schedules:write'
  | 'schedules:trigger'
  | 'runs:read'
  | 'runs:write'
  | 'entities:read'
  | 'entities:write'
  | 'tenants:manage';

/** What concerns all tenants: only a key that names it. */
const OPERATOR: Scope = 'tenants:manage';

/** The hash under which a key is stored and found. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/**
 * The owner of the request's credential. The tenant comes from here and from nowhere else.
 * @throws AppError `unauthorized` without a valid key, `forbidden` without the scope
 */
export async function authenticate(db: Queryable, headers: Headers, scope: Scope): Promise<Principal> {
  if (scope === 'completion token') return receiver(headers);
  const key = credential(headers);
  if (key === undefined) {
    throw new AppError(
      'unauthorized',
      'No API key: send it as "X-Api-Key: hc_live_…" or "Authorization: Bearer hc_live_…".',
    );
  }
  const principal = key.length > 256 ? undefined : await findPrincipal(db, hashKey(key));
  if (!principal) throw new AppError('unauthorized', 'This API key is not valid: it is unknown or was revoked.');
  requireScope(principal, scope);
  return principal;
}

/** @throws AppError `forbidden` without the scope */
export function requireScope(principal: Principal, scope: Scope): void {
  const covered = principal.scopes.includes(scope) || (scope !== OPERATOR && principal.scopes.includes('*'));
  if (!covered) {
    throw new AppError('forbidden', `This API key lacks the scope ${scope}.`);
  }
}

/** The receiver that a completion token names. Whether the token is the run's, the operation checks. */
function receiver(headers: Headers): Principal {
  const token = credential(headers) ?? '';
  const tenant_id = tenantOfToken(token);
  if (tenant_id === null) {
    throw new AppError(
      'unauthorized',
      'No completion token: send the x-hydracore-completion-token of the delivery as "Authorization: Bearer hc_run_…".',
    );
  }
  return { tenant_id, key_id: null, scopes: [], completion_token: token };
}

function credential(headers: Headers): string | undefined {
  const key = headers.get('x-api-key')?.trim();
  if (key) return key;
  return /^Bearer +(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1];
}
