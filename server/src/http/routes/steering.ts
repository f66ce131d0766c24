import type { OpenAPIHono } from '@hono/zod-openapi';
import { searchRuns } from '../../store/run-search.ts';
import { getSchedule } from '../../store/schedules.ts';
import { runAnswer, scheduleAnswer } from '../answers.ts';
import { triggerSchedule } from '../manual-runs.ts';
import { etag, steerSchedule } from '../operations.ts';
import { scheduleNotFound } from '../not-found.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { RunListQuery, ScheduleId, TriggerBody } from '../wire.ts';
import { RunAnswer, RunList, ScheduleAnswer } from '../wire-answers.ts';

const STEERING = {
  pause: 'Stops planning and cancels what has not started; what has started finishes.',
  resume: 'Goes on from now; the occurrences of the pause are recorded as one MISSED row.',
} as const;

/** Pause, resume, trigger, and the runs of a schedule. */
export function steeringRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  for (const verb of ['pause', 'resume'] as const) {
    addOperation(app, deps, {
      method: 'post',
      path: `/v1/schedules/{schedule_id}/${verb}`,
      id: `${verb}Schedule`,
      audits: 'schedule',
      summary: `${verb === 'pause' ? 'Pause' : 'Resume'} a schedule`,
      description: STEERING[verb],
      scope: 'schedules:write',
      params: ScheduleId,
      conditional: true,
      answers: { 200: { description: 'The schedule.', schema: ScheduleAnswer } },
      errors: [409],
      async handle(call) {
        const schedule = await steerSchedule(call, verb);
        return { status: 200, body: scheduleAnswer(schedule), headers: { ETag: etag(schedule) } };
      },
    });
  }

  addOperation(app, deps, {
    method: 'post',
    path: '/v1/schedules/{schedule_id}/trigger',
    id: 'triggerSchedule',
    audits: 'schedule',
    summary: 'Trigger a schedule',
    description: 'A run now, whatever next_run_at, status, bounds and overlap say; it moves none of them.',
    scope: 'schedules:trigger',
    params: ScheduleId,
    body: TriggerBody,
    bodyOptional: true,
    checksFurther: true,
    conditional: true,
    answers: { 202: { description: 'The run, about to start.', schema: RunAnswer } },
    async handle(call) {
      const run = await triggerSchedule(call);
      return { status: 202, body: runAnswer(run), about: { run_id: run.id } };
    },
  });

  addOperation(app, deps, {
    method: 'get',
    path: '/v1/schedules/{schedule_id}/runs',
    id: 'listScheduleRuns',
    summary: 'List the runs of a schedule',
    description: 'Every occurrence and what became of it, newest first.',
    scope: 'runs:read',
    params: ScheduleId,
    query: RunListQuery,
    answers: { 200: { description: 'The page.', schema: RunList } },
    async handle({ db, principal, params, query }) {
      if (!(await getSchedule(db, principal.tenant_id, params.schedule_id))) throw scheduleNotFound();
      const { runs, total } = await searchRuns(db, principal.tenant_id, params, query);
      return { status: 200, body: { runs: runs.map(runAnswer), total, limit: query.limit, offset: query.offset } };
    },
  });
}
