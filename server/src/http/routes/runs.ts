import type { OpenAPIHono } from '@hono/zod-openapi';
import { requireNone } from '../../domain/errors.ts';
import { searchRuns } from '../../store/run-search.ts';
import { getRun } from '../../store/runs.ts';
import { runAnswer } from '../answers.ts';
import { retryRun } from '../manual-runs.ts';
import { runNotFound } from '../not-found.ts';
import { addOperation, type ApiDeps } from '../route.ts';
import { spanProblems } from '../time-span.ts';
import { RunId, RunSearchQuery } from '../wire.ts';
import { RunAnswer, RunList } from '../wire-answers.ts';

/** The runs of all schedules, those of deleted ones too. */
export function runRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'get',
    path: '/v1/runs',
    id: 'listRuns',
    summary: 'List runs',
    description: 'Across your schedules, newest first; the runs of deleted schedules are there too.',
    scope: 'runs:read',
    query: RunSearchQuery,
    checksFurther: true,
    answers: { 200: { description: 'The page.', schema: RunList } },
    async handle({ db, principal, query, problems }) {
      const { limit, offset } = query;
      requireNone([...problems, ...spanProblems(query)]);
      const { runs, total } = await searchRuns(db, principal.tenant_id, query, query);
      return { status: 200, body: { runs: runs.map(runAnswer), total, limit, offset } };
    },
  });

  addOperation(app, deps, {
    method: 'get',
    path: '/v1/runs/{run_id}',
    id: 'getRun',
    summary: 'Get a run',
    description: 'One run with every attempt.',
    scope: 'runs:read',
    params: RunId,
    answers: { 200: { description: 'The run.', schema: RunAnswer } },
    async handle({ db, principal, params }) {
      const run = await getRun(db, principal.tenant_id, params.run_id);
      if (!run) throw runNotFound();
      return { status: 200, body: runAnswer(run) };
    },
  });

  addOperation(app, deps, {
    method: 'post',
    path: '/v1/runs/{run_id}/retry',
    id: 'retryRun',
    audits: 'run',
    summary: 'Retry a run',
    description: 'Tries a FAILED run again: a new MANUAL run, now, of the same occurrence. The old one stays as it is.',
    scope: 'runs:write',
    params: RunId,
    answers: { 202: { description: 'The new run, about to start; retry_of names the old one.', schema: RunAnswer } },
    errors: [409],
    async handle(call) {
      return { status: 202, body: runAnswer(await retryRun(call)) };
    },
  });
}
