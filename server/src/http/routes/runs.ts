import type { OpenAPIHono } from '@hono/zod-openapi';
import { ValidationError } from '../../domain/errors.ts';
import { searchRuns } from '../../store/run-search.ts';
import { getRun } from '../../store/runs.ts';
import { runAnswer } from '../answers.ts';
import { retryRun } from '../manual-runs.ts';
import { runNotFound } from '../not-found.ts';
import { addOperation, type ApiDeps } from '../route.ts';
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
    answers: { 200: { description: 'The page.', schema: RunList } },
    async handle({ db, principal, query }) {
      const { from, to, limit, offset } = query;
      if (from !== undefined && to !== undefined && to < from) {
        const [a, b] = [new Date(from).toISOString(), new Date(to).toISOString()];
        const msg = `${b} is before from (${a}); it must not be earlier`;
        throw new ValidationError([{ loc: ['query', 'to'], msg, type: 'to_before_from' }]);
      }
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
