import type { OpenAPIHono, z } from '@hono/zod-openapi';
import { AppError, requireNone, ValidationError } from '../../domain/errors.ts';
import { getKey, type ApiKey } from '../../store/api-keys.ts';
import { deleteSession, getSession, insertSession, newSessionToken, type Session } from '../../store/sessions.ts';
import { getTenant, type Tenant } from '../../store/tenants.ts';
import { rfc3339 } from '../answers.ts';
import { Trail } from '../audit.ts';
import { readBody } from '../read-body.ts';
import { readPart } from '../read-part.ts';
import { noteAbout } from '../request-scope.ts';
import { documentOperation } from '../document.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { requireOwnOrigin } from '../session.ts';
import { SessionAnswer, SessionCreate } from '../wire-audit.ts';

const PATH = '/v1/session';
const common = { tag: 'Sessions', scope: 'session', customers: 'served', audits: 'session', path: PATH } as const;
const one = { description: 'The session.', schema: SessionAnswer };

/** Sessions of the console: a cookie in the place of an API key, for browsers. */
export function sessionRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  openSession(app, deps);

  addOperation(app, deps, {
    ...common,
    method: 'get',
    id: 'getSession',
    summary: 'Who one is',
    description: 'The session of the cookie that comes along, and what it may do.',
    answers: { 200: one },
    async handle({ db, principal }) {
      const { tenant_id, key_id, session_id = '' } = principal;
      const [session, tenant, key] = await Promise.all([
        getSession(db, tenant_id, session_id),
        getTenant(db, tenant_id),
        getKey(db, tenant_id, key_id ?? ''),
      ]);
      // Ended by another request a moment ago.
      if (!session || !tenant || !key) throw new AppError('session_ended', 'This session has just ended.');
      return { status: 200, body: sessionAnswer(session, tenant, key) };
    },
  });

  addOperation(app, deps, {
    ...common,
    method: 'delete',
    id: 'endSession',
    summary: 'End the session',
    description: 'At once, on every server; the cookie is taken back. The API key works on.',
    answers: { 204: { description: 'It has ended.' } },
    async handle({ transact, audit, principal }) {
      const { tenant_id, session_id: id = '' } = principal;
      await transact(async (tx) => {
        const ended = await deleteSession(tx, { tenant_id, id });
        await audit(tx, ended ? { id, before: { key_id: principal.key_id } } : null);
      });
      return { status: 204, headers: { 'Set-Cookie': deps.sessions.noCookie() } };
    },
  });
}

/**
 * Opening is no operation like the others: the credential is in the body, and the answer must not be kept for an
 * Idempotency-Key, since the token is in it.
 */
function openSession(app: OpenAPIHono, deps: ApiDeps): void {
  const operation = {
    ...common,
    method: 'post',
    id: 'openSession',
    summary: 'Open a session',
    description:
      'For pages of this server: the answer sets an HttpOnly cookie that has the rights of the API key, for twelve hours at most. Each time a new one.',
    body: SessionCreate,
    answers: { 201: one },
  } as const;
  documentOperation(app, operation);
  app.post(PATH, async (c) => {
    const { now, credentials, gate, sessions } = deps;
    // Another's page could give the browser a session of its own choice. Without a browser there is nobody to deceive.
    requireOwnOrigin(sessions.isOwnOrigin(c.req.raw) ?? true);
    const json = await readBody(c, {});
    if (json.problem) throw new ValidationError([json.problem]);
    const { data, problems } = readPart(SessionCreate, json.value, 'body');
    requireNone(problems);
    const headers = new Headers({ 'X-Api-Key': data.api_key });
    const principal = await gate.enterBy(c, data.api_key, () => credentials.authenticate(headers, 'session'));
    const { tenant_id, key_id } = principal;
    noteAbout(c.get('request'), { tenant_id });
    const db = deps.db.as('hydracore_api', tenant_id);
    const [tenant, key] = await Promise.all([getTenant(db, tenant_id), getKey(db, tenant_id, key_id ?? '')]);
    if (!tenant || !key) throw new AppError('unauthorized', 'A session is opened with an API key, and this is none.');
    const token = newSessionToken();
    const opened = now();
    const session = await db.transaction(async (tx) => {
      const row = { tenant_id, key_id: key.id, expires_at: sessions.endOf(opened) };
      const made = await insertSession(tx, row, token, opened);
      const { audit } = new Trail(deps, c, { ...principal, session_id: made.id }, operation);
      await audit(tx, { id: made.id, after: { key_id: key.id, expires_at: rfc3339(made.expires_at) } });
      return made;
    });
    return c.json(sessionAnswer(session, tenant, key), 201, { 'Set-Cookie': sessions.cookieOf(token, session) });
  });
}

function sessionAnswer(session: Session, tenant: Tenant, key: ApiKey): z.output<typeof SessionAnswer> {
  return {
    id: session.id,
    tenant: { id: tenant.id, name: tenant.name },
    key: { id: key.id, name: key.name, expires_at: rfc3339(key.expires_at) },
    scopes: [...key.scopes],
    customer_id: key.customer_id,
    created_at: rfc3339(session.created_at),
    expires_at: rfc3339(session.expires_at),
  };
}
