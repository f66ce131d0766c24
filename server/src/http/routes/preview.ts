import type { OpenAPIHono } from '@hono/zod-openapi';
import { describeTiming, previewOccurrences } from '../../domain/preview.ts';
import { isRelative } from '../../domain/relative.ts';
import type { Timing } from '../../domain/recurrence.ts';
import { newId } from '../../store/ids.ts';
import { getSchedule } from '../../store/schedules.ts';
import { definitionOf } from '../input.ts';
import { inputContext } from '../operations.ts';
import { scheduleNotFound } from '../not-found.ts';
import { definitionOfSchedule, previewRecords } from '../relative-preview.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { PreviewQuery, ScheduleCreate, ScheduleId } from '../wire.ts';
import { PreviewAnswer } from '../wire-answers.ts';

const answers = { 200: { description: 'The next occurrences.', schema: PreviewAnswer } };

/** What a schedule will do, before it is made and after. Nothing is stored. */
export function previewRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'post',
    path: '/v1/schedules/preview',
    id: 'previewNewSchedule',
    audits: false,
    summary: 'Preview a schedule before it is made',
    description: 'Takes what create takes, checks it the same way and stores nothing.',
    scope: 'schedules:read',
    query: PreviewQuery,
    body: ScheduleCreate,
    checksFurther: true,
    answers,
    async handle(call) {
      const now = call.now();
      const context = { ...inputContext(call, call.db, now), checkPast: true };
      const definition = await definitionOf(call.body, call.problems, context);
      const timing = { ...definition, tenant_id: call.principal.tenant_id, id: newId(now), created_at: now };
      if (timing.schedule_type === 'RELATIVE') {
        const entity = await definitionOfSchedule(call.db, timing);
        return { status: 200, body: await previewRecords(call.db, timing, entity, call.query, now, false) };
      }
      return { status: 200, body: preview(timing, call.query, now, false) };
    },
  });

  addOperation(app, deps, {
    method: 'get',
    path: '/v1/schedules/{schedule_id}/preview',
    id: 'previewSchedule',
    summary: 'Preview a schedule',
    description: 'The next occurrences by its rule, whatever its status.',
    scope: 'schedules:read',
    params: ScheduleId,
    query: PreviewQuery,
    answers,
    async handle({ db, principal, params, query, now }) {
      const schedule = await getSchedule(db, principal.tenant_id, params.schedule_id);
      if (!schedule) throw scheduleNotFound();
      if (isRelative(schedule)) {
        const entity = await definitionOfSchedule(db, schedule);
        return { status: 200, body: await previewRecords(db, schedule, entity, query, now(), true) };
      }
      return { status: 200, body: preview(schedule, query, now(), true) };
    },
  });
}

function preview(timing: Timing, query: { count: number; after?: number | undefined }, now: number, stored: boolean) {
  const rfc3339 = (instant: number) => new Date(instant).toISOString();
  return {
    description: describeTiming(timing),
    timezone: timing.timezone,
    record: null,
    searched_until: null,
    occurrences: previewOccurrences(timing, query.after ?? now, query.count, stored).map((occurrence) => ({
      scheduled_for: rfc3339(occurrence.scheduled_for),
      local_time: occurrence.local_time,
      fire_at: rfc3339(occurrence.fire_at),
      notes: occurrence.notes,
      record_id: null,
    })),
  };
}
