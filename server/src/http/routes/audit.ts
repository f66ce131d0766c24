import type { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from '@hono/zod-openapi';
import { requireNone } from '../../domain/errors.ts';
import { listAuditEvents, type AuditEvent } from '../../store/audit.ts';
import { rfc3339 } from '../answers.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { spanProblems } from '../time-span.ts';
import { AuditList, AuditQuery, type AuditEventAnswer } from '../wire-audit.ts';

/** Who changed what, and when. */
export function auditRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'get',
    path: '/v1/audit-events',
    id: 'listAuditEvents',
    tag: 'Audit log',
    summary: 'List audit events',
    description: 'Every change that was made through the API, and attempts at what the caller may not, newest first.',
    scope: 'audit:read',
    customers: 'refused',
    query: AuditQuery,
    checksFurther: true,
    answers: { 200: { description: 'The page.', schema: AuditList } },
    async handle({ db, principal, query, problems }) {
      const { limit, offset } = query;
      requireNone([...problems, ...spanProblems(query)]);
      const { events, total } = await listAuditEvents(db, principal.tenant_id, query, query);
      return { status: 200, body: { audit_events: events.map(eventAnswer), total, limit, offset } };
    },
  });
}

function eventAnswer(event: AuditEvent): z.output<typeof AuditEventAnswer> {
  const { id, at, outcome, operation, before, after, detail, request_id, remote_address } = event;
  return {
    id,
    at: rfc3339(at),
    outcome,
    actor: { kind: event.actor_kind, id: event.actor_id, name: event.actor_name, session_id: event.session_id },
    operation,
    target: { type: event.target_type, id: event.target_id },
    before,
    after,
    detail,
    request_id,
    remote_address,
  };
}
