import type { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from '@hono/zod-openapi';
import { ValidationError } from '../../domain/errors.ts';
import { listAuditEvents, type AuditEvent } from '../../store/audit.ts';
import { rfc3339 } from '../answers.ts';
import { addOperation, type ApiDeps } from '../route.ts';
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
    answers: { 200: { description: 'The page.', schema: AuditList } },
    async handle({ db, principal, query }) {
      const { from, to, limit, offset } = query;
      if (from !== undefined && to !== undefined && to < from) {
        const msg = `${rfc3339(to)} is before from (${rfc3339(from)}); it must not be earlier`;
        throw new ValidationError([{ loc: ['query', 'to'], msg, type: 'to_before_from' }]);
      }
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
