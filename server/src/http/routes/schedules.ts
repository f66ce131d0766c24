import type { OpenAPIHono } from '@hono/zod-openapi';
import { listSchedules } from '../../store/schedule-list.ts';
import { getSchedules } from '../../store/schedules.ts';
import { scheduleAnswer } from '../answers.ts';
import { Gathered } from '../gathered.ts';
import { changeSchedule, createSchedule, deleteSchedule, etag } from '../operations.ts';
import { scheduleNotFound } from '../not-found.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { ScheduleCreate, ScheduleId, ScheduleListQuery, ScheduleUpdate } from '../wire.ts';
import { ScheduleAnswer, ScheduleList } from '../wire-answers.ts';
import type { Schedule } from '../../domain/schedule.ts';

const one = { description: 'The schedule.', schema: ScheduleAnswer };

/** List, create, get, update, delete. */
export function scheduleRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  // Those who read at the same time read by one statement, as whom each of them would have read alone.
  const found = new Gathered(
    async (tenantId, ids: readonly string[]) =>
      await getSchedules(deps.db.as('hydracore_api', tenantId), tenantId, ids),
  );

  addOperation(app, deps, {
    method: 'get',
    path: '/v1/schedules',
    id: 'listSchedules',
    summary: 'List schedules',
    description: 'A page of your schedules, newest first.',
    scope: 'schedules:read',
    query: ScheduleListQuery,
    answers: { 200: { description: 'The page.', schema: ScheduleList } },
    async handle({ db, principal, query }) {
      const { schedules, total } = await listSchedules(db, principal.tenant_id, query, query);
      const body = { schedules: schedules.map(scheduleAnswer), total, limit: query.limit, offset: query.offset };
      return { status: 200, body };
    },
  });

  addOperation(app, deps, {
    method: 'post',
    path: '/v1/schedules',
    id: 'createSchedule',
    audits: 'schedule',
    summary: 'Create a schedule',
    description: 'Says when, and what to do then.',
    scope: 'schedules:write',
    body: ScheduleCreate,
    checksFurther: true,
    answers: {
      201: one,
      200: { ...one, description: 'A schedule with this deduplication key and content was there.' },
    },
    errors: [409],
    async handle(call) {
      const { schedule, created } = await createSchedule(call);
      return answer(schedule, created ? 201 : 200);
    },
  });

  addOperation(app, deps, {
    method: 'get',
    path: '/v1/schedules/{schedule_id}',
    id: 'getSchedule',
    summary: 'Get a schedule',
    description: 'One schedule, with its next and last run.',
    scope: 'schedules:read',
    params: ScheduleId,
    answers: { 200: one },
    async handle({ principal, params }) {
      const schedule = await found.of(principal.tenant_id, params.schedule_id);
      if (!schedule) throw scheduleNotFound();
      return answer(schedule, 200);
    },
  });

  addOperation(app, deps, {
    method: 'put',
    path: '/v1/schedules/{schedule_id}',
    id: 'updateSchedule',
    audits: 'schedule',
    summary: 'Update a schedule',
    description:
      'Changes what the body names; an explicit null clears a field that may be null. A change of when re-plans from now.',
    scope: 'schedules:write',
    params: ScheduleId,
    body: ScheduleUpdate,
    checksFurther: true,
    conditional: true,
    answers: { 200: one },
    errors: [409],
    async handle(call) {
      return answer(await changeSchedule(call), 200);
    },
  });

  addOperation(app, deps, {
    method: 'delete',
    path: '/v1/schedules/{schedule_id}',
    id: 'deleteSchedule',
    audits: 'schedule',
    summary: 'Delete a schedule',
    description: 'Cancels what has not started; what has started finishes, and its runs are kept.',
    scope: 'schedules:write',
    params: ScheduleId,
    conditional: true,
    answers: { 204: { description: 'It is deleted.' } },
    async handle(call) {
      await deleteSchedule(call);
      return { status: 204 };
    },
  });
}

function answer(schedule: Schedule, status: 200 | 201) {
  const about = { schedule_id: schedule.id };
  return { status, body: scheduleAnswer(schedule), headers: { ETag: etag(schedule) }, about } as const;
}
