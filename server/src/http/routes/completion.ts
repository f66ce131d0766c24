import type { OpenAPIHono } from '@hono/zod-openapi';
import { isTokenOf } from '../../actions/completion-token.ts';
import { AppError } from '../../domain/errors.ts';
import { completeRun, extendCompletion, lockClaim, type OpenClaim } from '../../store/completion.ts';
import type { Transaction } from '../../store/db.ts';
import { askRelease } from '../../store/release.ts';
import { getRun } from '../../store/runs.ts';
import { cancelRun } from '../../store/stopping.ts';
import { notifyDue } from '../../store/wake.ts';
import { runAnswer } from '../answers.ts';
import { runNotFound } from '../not-found.ts';
import { addOperation, type ApiDeps, type Call } from '../route.ts';
import { CompletionBody, RunId } from '../wire.ts';
import { HeartbeatAnswer, RunAnswer } from '../wire-answers.ts';

type Target = { readonly run_id: string };
const one = { description: 'The run.', schema: RunAnswer };

/** What ends a run from outside: its receiver's report and heartbeat, and cancelling it. */
export function completionRoutes(app: OpenAPIHono, deps: ApiDeps): void {
  addOperation(app, deps, {
    method: 'post',
    path: '/v1/runs/{run_id}/complete',
    id: 'completeRun',
    audits: false,
    summary: 'Complete a run',
    description: 'Reports how the work of an ASYNC action ended; until then, or its time-out, the run is RUNNING.',
    scope: 'completion token',
    params: RunId,
    body: CompletionBody,
    answers: { 200: one },
    errors: [409],
    async handle(call) {
      const now = call.now();
      const { status = 'SUCCEEDED', result = null, error = null } = call.body;
      const run = await call.transact(async (tx) => {
        const claim = await openClaim(tx, call);
        await completeRun(tx, claim, { status, result, error, at: new Date(now).toISOString() }, now);
        await lookBehind(tx, claim, now);
        return await read(tx, call);
      });
      return { status: 200, body: run };
    },
  });

  addOperation(app, deps, {
    method: 'post',
    path: '/v1/runs/{run_id}/heartbeat',
    id: 'heartbeatRun',
    audits: false,
    summary: 'Extend the completion of a run',
    description: 'Says that the work goes on: completion_timeout_seconds count anew from now.',
    scope: 'completion token',
    params: RunId,
    answers: { 200: { description: 'By when it has to be completed now.', schema: HeartbeatAnswer } },
    errors: [409],
    async handle(call) {
      return await call.transact(async (tx) => {
        const claim = await openClaim(tx, call);
        const within = claim.completes_within_seconds;
        const due =
          within === null
            ? null
            : await extendCompletion(tx, { ...claim, completes_within_seconds: within }, call.now());
        const body = {
          run_id: claim.id,
          completion_due_at: due === null ? null : new Date(due).toISOString(),
          cancel_requested: claim.cancel_reason !== null,
        };
        return { status: 200, body };
      });
    },
  });

  addOperation(app, deps, {
    method: 'post',
    path: '/v1/runs/{run_id}/cancel',
    id: 'cancelRun',
    audits: 'run',
    summary: 'Cancel a run',
    description:
      'CANCELLED at once, unless an attempt is under way: that one is told to stop, on whichever server it is.',
    scope: 'runs:write',
    params: RunId,
    answers: { 200: one, 202: { ...one, description: 'The attempt under way is told to stop.' } },
    errors: [409],
    async handle(call) {
      const now = call.now();
      return await call.transact(async (tx) => {
        const { tenant_id } = call.principal;
        const before = await read(tx, call);
        const verdict = await cancelRun(tx, tenant_id, call.params.run_id, 'BY_USER', now);
        if (verdict === 'unknown') throw runNotFound();
        const body = await read(tx, call);
        if (verdict === 'final') {
          throw new AppError('run_final', `This run is ${body.status} already: there is nothing to cancel.`);
        }
        if (verdict === 'cancelled') await lookBehind(tx, { tenant_id, schedule_id: body.schedule_id }, now);
        await call.audit(tx, { id: body.id, before: fateOf(before), after: fateOf(body) });
        return { status: verdict === 'cancelled' ? 200 : 202, body };
      });
    },
  });
}

/** What cancelling a run changes of it. */
function fateOf({ status, reason, cancel_requested }: Awaited<ReturnType<typeof read>>) {
  return { status, reason, cancel_requested };
}

/** The run's open attempt, if the token that the caller shows is that attempt's. @throws AppError `completion_refused` */
async function openClaim(
  tx: Transaction,
  call: Call<Target, Record<string, unknown>, unknown>,
): Promise<OpenClaim & { readonly lease_token: string }> {
  const { tenant_id, completion_token = '' } = call.principal;
  const claim = await lockClaim(tx, tenant_id, call.params.run_id);
  const lease_token = claim?.lease_token ?? null;
  // Anybody can write a token that names a tenant: that the run is not there is told to nobody who can't show more.
  if (!claim || lease_token === null || !isTokenOf(completion_token, { ...claim, lease_token })) {
    throw new AppError(
      'completion_refused',
      'This token is not that of an open attempt of this run: it has ended, or another attempt has begun.',
    );
  }
  return { ...claim, lease_token };
}

/** What was held behind the run that ended has its turn. */
async function lookBehind(
  tx: Transaction,
  run: { readonly tenant_id: string; readonly schedule_id: string },
  now: number,
): Promise<void> {
  if (await askRelease(tx, [{ tenant_id: run.tenant_id, id: run.schedule_id }], now)) await notifyDue(tx, now, now);
}

async function read(tx: Transaction, call: Call<Target, Record<string, unknown>, unknown>) {
  const run = await getRun(tx, call.principal.tenant_id, call.params.run_id);
  if (!run) throw runNotFound();
  return runAnswer(run);
}
