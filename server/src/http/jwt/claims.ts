import type { JWTPayload } from 'jose';
import { claimPath, type JwtConfig } from '../../config-jwt.ts';
import { AppError } from '../../domain/errors.ts';
import { show } from '../../domain/show.ts';
import type { Principal } from '../../store/tenants.ts';
import { EVERY_SCOPE, KEY_SCOPES, OPERATOR, UNBOUND_SCOPES } from '../scopes.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** As OpenID Connect has it. */
const LONGEST_SUBJECT = 255;

/** What goes by these settings. */
type Meaning = Pick<JwtConfig, 'claims' | 'operators'>;

/**
 * Who a JWT speaks for, by its claims, which have been checked to be the issuer's. Whether there is such a tenant is left
 * to the caller.
 * @throws AppError `token_claims`
 */
export function principalOf(payload: JWTPayload, { claims, operators }: Meaning): Principal {
  const tenant_id = uuid(payload, claims.tenant);
  if (tenant_id === null) {
    throw claimProblem(claims.tenant, undefined, 'it must be the id of a tenant');
  }
  const customer_id = uuid(payload, claims.customer);
  const named = scopesAt(payload, claims.scopes);
  const scopes = [EVERY_SCOPE, ...KEY_SCOPES].filter(
    (scope) =>
      named.has(scope) &&
      (scope !== OPERATOR || operators) &&
      (customer_id === null || !UNBOUND_SCOPES.includes(scope)),
  );
  return { tenant_id, key_id: null, subject: subjectOf(payload), scopes, customer_id };
}

/** What is wrong with a claim of a JWT. */
export function claimProblem(name: string, value: unknown, rule: string): AppError {
  const is = value === undefined ? 'has no claim' : 'has the claim';
  return new AppError(
    'token_claims',
    `This JWT ${is} ${name}${value === undefined ? '' : ` ${show(value)}`}; ${rule}.`,
  );
}

/** Null where the claim is absent. What is there and no id is refused: a binding that isn't understood must not be lost. */
function uuid(payload: JWTPayload, name: string): string | null {
  const value = claimAt(payload, name);
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && UUID.test(value)) return value.toLowerCase();
  throw claimProblem(name, value, 'it must be a UUID');
}

function scopesAt(payload: JWTPayload, name: string): ReadonlySet<string> {
  const value = claimAt(payload, name) ?? [];
  if (typeof value === 'string') return new Set(value.split(' '));
  if (Array.isArray(value) && value.every((scope) => typeof scope === 'string')) return new Set(value);
  throw claimProblem(name, value, 'it must be scopes separated by spaces, or a list of them');
}

function subjectOf({ sub }: { readonly sub?: unknown }): string | null {
  if (sub === undefined || sub === null) return null;
  const storable = typeof sub === 'string' && !/\p{Cc}/u.test(sub) && sub.isWellFormed();
  if (storable && sub.length > 0 && sub.length <= LONGEST_SUBJECT) return sub;
  throw claimProblem('sub', sub, `it must be a text of 1 to ${LONGEST_SUBJECT} characters without control characters`);
}

function claimAt(payload: JWTPayload, name: string): unknown {
  let value: unknown = payload;
  for (const part of claimPath(name)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
