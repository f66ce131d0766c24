import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { Queryable } from '../store/db.ts';
import { findPrincipal, type Principal } from '../store/tenants.ts';

/** What an operation asks of a credential. `*` on a key is every scope. */
export type Scope = 'schedules:read' | 'schedules:write' | 'schedules:trigger' | 'runs:read' | 'tenants:manage';

/** The hash under which a key is stored and found. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/**
 * The owner of the request's credential. The tenant comes from here and from nowhere else.
 * @throws AppError `unauthorized` without a valid key, `forbidden` without the scope
 */
export async function authenticate(db: Queryable, headers: Headers, scope: Scope): Promise<Principal> {
  const key = credential(headers);
  if (key === undefined) {
    throw new AppError(
      'unauthorized',
      'No API key: send it as "X-Api-Key: hc_live_…" or "Authorization: Bearer hc_live_…".',
    );
  }
  const principal = key.length > 256 ? undefined : await findPrincipal(db, hashKey(key));
  if (!principal) throw new AppError('unauthorized', 'This API key is not valid: it is unknown or was revoked.');
  if (!principal.scopes.includes(scope) && !principal.scopes.includes('*')) {
    throw new AppError('forbidden', `This API key lacks the scope ${scope}.`);
  }
  return principal;
}

function credential(headers: Headers): string | undefined {
  const key = headers.get('x-api-key')?.trim();
  if (key) return key;
  return /^Bearer +(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1];
}
