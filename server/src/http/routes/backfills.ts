import type { OpenAPIHono } from '@hono/zod-openapi';
import { getBackfill, listBackfills } from '../../store/backfills.ts';
import { getSchedule } from '../../store/schedules.ts';
import { backfillAnswer } from '../answers.ts';
import { createBackfill, steerBackfill } from '../backfills.ts';
import { backfillNotFound, scheduleNotFound } from '../not-found.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { RunListQuery, ScheduleId } from '../wire.ts';
import { BackfillAnswer, BackfillCreate, BackfillId, BackfillList } from '../wire-backfills.ts';

const one = { description: 'The backfill.', schema: BackfillAnswer };

const VERBS = {
  pause: { summary: 'Pause a backfill', description: 'Plans no more of it; what is planned goes on.' },
  resume: { summary: 'Resume a backfill', description: 'Goes on where it stood.' },
  cancel: {
    summary: 'Cancel a backfill',
    description: 'What has not started is CANCELLED (`BACKFILL_CANCELLED`), the rest finishes.',
  },
} as const;

/** Runs of past occurrences: ask for them, look at them, steer them. */
export function backfillRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'post',
    path: '/v1/schedules/{schedule_id}/backfill',
    id: 'createBackfill',
    audits: 'backfill',
    summary: 'Run past occurrences',
    description: 'Runs for the occurrences from start_at through end_at, at most ten a second.',
    scope: 'schedules:trigger',
    params: ScheduleId,
    body: BackfillCreate,
    conditional: true,
    checksFurther: true,
    answers: { 202: { ...one, description: 'The backfill, about to begin.' } },
    async handle(call) {
      return { status: 202, body: backfillAnswer(await createBackfill(call)) };
    },
  });

  addOperation(app, deps, {
    method: 'get',
    path: '/v1/schedules/{schedule_id}/backfills',
    id: 'listBackfills',
    summary: 'List the backfills of a schedule',
    description: 'Newest first.',
    scope: 'runs:read',
    params: ScheduleId,
    query: RunListQuery,
    answers: { 200: { description: 'The page.', schema: BackfillList } },
    async handle({ db, principal, params, query }) {
      if (!(await getSchedule(db, principal.tenant_id, params.schedule_id))) throw scheduleNotFound();
      const { backfills, total } = await listBackfills(db, principal.tenant_id, params.schedule_id, query);
      const { limit, offset } = query;
      return { status: 200, body: { backfills: backfills.map(backfillAnswer), total, limit, offset } };
    },
  });

  addOperation(app, deps, {
    method: 'get',
    path: '/v1/backfills/{backfill_id}',
    id: 'getBackfill',
    summary: 'Get a backfill',
    description: 'How far it has come.',
    scope: 'runs:read',
    params: BackfillId,
    answers: { 200: one },
    async handle({ db, principal, params }) {
      const backfill = await getBackfill(db, principal.tenant_id, params.backfill_id);
      if (!backfill) throw backfillNotFound();
      return { status: 200, body: backfillAnswer(backfill) };
    },
  });

  for (const verb of ['pause', 'resume', 'cancel'] as const) {
    addOperation(app, deps, {
      method: 'post',
      path: `/v1/backfills/{backfill_id}/${verb}`,
      id: `${verb}Backfill`,
      audits: 'backfill',
      ...VERBS[verb],
      scope: 'schedules:trigger',
      params: BackfillId,
      answers: { 200: one },
      errors: [409],
      async handle(call) {
        return { status: 200, body: backfillAnswer(await steerBackfill(call, verb)) };
      },
    });
  }
}
