import type { OpenAPIHono } from '@hono/zod-openapi';
import { addOperation, type ApiDeps } from '../route.ts';
import { hasScope, requireScope } from '../scopes.ts';
import { EVENT_TYPES, EventData, EventQuery } from '../wire-events.ts';

/** What happens, as it happens. */
export function eventRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'get',
    path: '/v1/events',
    id: 'streamEvents',
    summary: 'What happens, as it happens',
    description:
      'Server-sent events: `run` for each run that is planned, starts, waits for a retry or ends, `schedule` for each that is made, changed or deleted (with the scope `schedules:read`). Sent at least once. With the `Last-Event-ID` of the last one nothing is lost for an hour; after that, an event `reset` says to load anew.',
    scope: 'runs:read',
    query: EventQuery,
    answers: { 200: { description: 'The stream.', schema: EventData, type: 'text/event-stream' } },
    async handle({ streams, principal, query, headers, stillAdmitted, drop }) {
      const { types, schedule_id, customer_id } = query;
      if (types?.includes('schedule')) requireScope(principal, 'schedules:read');
      const shown = types ?? EVENT_TYPES.filter((type) => type === 'run' || hasScope(principal, 'schedules:read'));
      const events = streams.open({
        tenantId: principal.tenant_id,
        filter: { types: shown, schedule_id, customer_id },
        lastEventId: headers.get('last-event-id')?.trim(),
        check: stillAdmitted,
        drop,
      });
      return { status: 200, events };
    },
  });
}
