import type { Context } from 'hono';
import { AppError } from '../domain/errors.ts';
import type { Database } from '../store/db.ts';
import type { Principal } from '../store/tenants.ts';
import { Trail, type Audited } from './audit.ts';
import { credential, type Credentials } from './auth.ts';
import { requireOpenTo } from './customer.ts';
import type { Gate } from './gate.ts';
import { requireScope, type Scope } from './scopes.ts';
import { requireOwnOrigin, type Sessions } from './session.ts';

/** What callers are admitted with. */
interface AdmissionDeps {
  readonly db: Database;
  readonly now: () => number;
  readonly gate: Gate;
  readonly sessions: Sessions;
}

/** The part of an operation that is looked at. */
type Guarded = Parameters<typeof requireOpenTo>[1] & {
  readonly id: string;
  readonly scope: Scope;
  readonly audits?: Audited | false;
};

/**
 * Who asks, once it is clear that they may, and what they leave in the audit log.
 * @throws AppError as authenticating does, `origin_refused`, `forbidden`; the trail of the latter two is noted on the request
 */
export async function admitted(
  deps: AdmissionDeps,
  c: Context,
  operation: Guarded,
): Promise<{ readonly principal: Principal; readonly trail: Trail }> {
  const request = c.req.raw;
  const principal = await whoAsks(deps, c, operation.scope);
  const trail = new Trail(deps, c, principal, operation);
  // What is refused from here on, in the operation itself, too, is a known caller's doing.
  c.get('request').trail = trail;
  if (principal.session_id !== undefined && request.method !== 'GET' && request.method !== 'HEAD') {
    requireOwnOrigin(deps.sessions.isOwnOrigin(request));
  }
  requireScope(principal, operation.scope);
  requireOpenTo(principal, operation);
  return { principal, trail };
}

/**
 * Looks again whether who was admitted still would be, as long as its answer goes on. It counts as no request.
 * @throws AppError as authenticating does, and `forbidden`
 */
export async function stillAdmitted(
  { sessions, credentials }: Pick<AdmissionDeps, 'sessions'> & { readonly credentials: Credentials },
  headers: Headers,
  operation: Guarded,
): Promise<void> {
  const token = sessionTokenOf(sessions, headers, operation.scope);
  const principal =
    token === undefined ? await credentials.authenticate(headers, operation.scope) : await sessions.owner(token, false);
  requireScope(principal, operation.scope);
  requireOpenTo(principal, operation);
}

/** A key or token in the headers says it; else the cookie of a session: its token. */
function sessionTokenOf(sessions: Sessions, headers: Headers, scope: Scope): string | undefined {
  if (scope === 'completion token' || (scope !== 'session' && credential(headers) !== undefined)) return undefined;
  return sessions.tokenOf(headers);
}

async function whoAsks({ gate, sessions }: AdmissionDeps, c: Context, scope: Scope): Promise<Principal> {
  const token = sessionTokenOf(sessions, c.req.raw.headers, scope);
  if (token === undefined && scope !== 'session') return await gate.enter(c, scope);
  if (token === undefined) {
    throw new AppError('unauthorized', 'There is no session: open one by POST /v1/session with an API key.');
  }
  return await gate.enterBy(c, token, () => sessions.owner(token));
}
