import type { Action, ActionContext, ActionTarget, Outcome } from '../actions/action.ts';
import { completionToken } from '../actions/completion-token.ts';
import { afterAttempt, type AttemptEnd } from '../domain/retry.ts';
import type { Attempt, RunReason } from '../domain/run.ts';
import { instantText } from '../time/index.ts';
import { isAway } from '../store/db-errors.ts';
import type { LeasedRun } from '../store/leases.ts';
import type { AttemptResult } from '../store/outcomes.ts';
import { VaultError } from '../store/vault/cipher.ts';
import type { TraceAttempt } from './events.ts';
import type { RunSecrets } from './run-secrets.ts';

/** Finds the action of a type: the registry in production. */
export type FindAction = (type: string) => Action | undefined;

/** Performs one attempt, outside any transaction, and says what is to be written. A throw of an action is a bug: it is a failure with a code, not the end of the node. */
export async function attemptRun(
  run: LeasedRun,
  findAction: FindAction,
  secrets: RunSecrets,
  context: ActionContext,
  node: string,
  trace?: TraceAttempt,
): Promise<AttemptResult> {
  const started = context.now();
  const span = trace?.(run);
  let outcome: Outcome;
  try {
    outcome = await perform(run, findAction, secrets, context, span?.traceparent);
  } catch (error) {
    outcome = threw(run, context, error);
  }
  span?.end(outcome);
  return resultOf(run, outcome, { started, finished: Math.max(started, context.now()), node });
}

/** What is written about an attempt that was cut short: by a lost lease, or by a server that stops. */
export function interruptedResult(
  run: LeasedRun,
  error: { readonly code: string; readonly message: string },
  at: { readonly started: number; readonly finished: number; readonly node: string },
): AttemptResult {
  return resultOf(run, { kind: 'aborted', error, request: null, response: null }, at);
}

/** What is written about an accepted run whose completion did not come in time: a failed attempt like any other. */
export function uncompletedResult(run: LeasedRun, finished: number): AttemptResult {
  const verdict = afterAttempt(run, { kind: 'retryable' }, finished);
  const error = {
    code: 'completion_timeout',
    message: 'The receiver accepted it, and reported no completion in time.',
  };
  return {
    tenant_id: run.tenant_id,
    id: run.id,
    schedule_id: run.schedule_id,
    lease_token: run.lease_token,
    ...verdict,
    entry: { outcome: 'FAILED', finished_at: instantText(finished), error },
    amends: true,
    interrupted: false,
    unstarted: false,
    started_at: null,
    completes_within_seconds: null,
    park: false,
    completion: null,
  };
}

const NO_SECRETS: ReadonlyMap<string, string> = new Map();
const NOTHING = { request: null, response: null };

/** Performs what is at hand in this very turn: a burst has thousands of runs, and each wait costs. */
function perform(
  run: LeasedRun,
  findAction: FindAction,
  secrets: RunSecrets,
  context: ActionContext,
  traceparent: string | undefined,
): Promise<Outcome> | Outcome {
  const action = findAction(run.action_type);
  if (!action) {
    const message = `This server has no action ${run.action_type}: a newer version stored it.`;
    return { kind: 'retryable', error: { code: 'action_unknown', message }, ...NOTHING };
  }
  const performOn = (ready: ActionTarget<unknown> | Outcome): Promise<Outcome> | Outcome =>
    'kind' in ready ? ready : action.perform(traceparent ? { ...ready, traceparent } : ready, context);
  const ready = readyAtOnce(run, action, secrets, context.now());
  return ready ? performOn(ready) : readyTarget(run, action, secrets, context).then(performOn);
}

function threw(run: LeasedRun, context: ActionContext, error: unknown): Outcome {
  const { id: run_id, schedule_id, tenant_id } = run;
  context.log('error', 'an action threw', { run_id, schedule_id, tenant_id, error });
  const message = 'The action failed in a way that it should not; the server log has the cause.';
  return { kind: 'retryable', error: { code: 'internal', message }, ...NOTHING };
}

/** What the action performs on, where nothing has to be read or decrypted for it; else null. */
function readyAtOnce(
  run: LeasedRun,
  action: Action,
  secrets: RunSecrets,
  now: number,
): ActionTarget<unknown> | Outcome | null {
  const opened = secrets.opened(run, action, now);
  if (opened === null) return null;
  const config = configOf(run, action, opened.config);
  if ('kind' in config) return config;
  const uses = action.secretUses?.(config.data) ?? [];
  return uses.length === 0 ? targetOf(run, config.data, opened.signingSecrets, NO_SECRETS) : null;
}

/** What the action performs on, its secrets opened; or how the attempt ends where that can't be had. */
async function readyTarget(
  run: LeasedRun,
  action: Action,
  secrets: RunSecrets,
  context: ActionContext,
): Promise<ActionTarget<unknown> | Outcome> {
  try {
    const now = context.now();
    const { config: stored, signingSecrets } =
      secrets.opened(run, action, now) ?? (await secrets.open(run, action, now));
    const config = configOf(run, action, stored);
    if ('kind' in config) return config;
    const uses = action.secretUses?.(config.data) ?? [];
    if (uses.length === 0) return targetOf(run, config.data, signingSecrets, NO_SECRETS);
    const named = await secrets.named(run, [...new Set(uses.map((use) => use.name))]);
    const gone = uses.find((use) => !named.has(use.name));
    if (gone) {
      const message = `${gone.path.join('.')}: there is no secret ${gone.name} any more`;
      return { kind: 'rejected', error: { code: 'template_error', message }, ...NOTHING };
    }
    return targetOf(run, config.data, signingSecrets, named);
  } catch (error) {
    if (error instanceof VaultError) {
      const { id: run_id, schedule_id, tenant_id } = run;
      context.log('error', 'a secret could not be decrypted', { run_id, schedule_id, tenant_id, error });
      const message = `A secret can't be decrypted: ${error.message}.`;
      return { kind: 'retryable', error: { code: 'secret_unreadable', message }, ...NOTHING };
    }
    if (!isAway(error)) throw error;
    const message = 'The secrets could not be read from the database.';
    return { kind: 'aborted', error: { code: 'interrupted', message }, ...NOTHING };
  }
}

/** The config as the action takes it, or how the attempt ends where it doesn't. */
function configOf(run: LeasedRun, action: Action, stored: unknown): { readonly data: unknown } | Outcome {
  if (action.isStored?.(stored)) return { data: stored };
  const config = action.config.safeParse(stored);
  if (config.success) return { data: config.data };
  const message = `The action_config does not fit ${run.action_type}: ${config.error.message}`;
  return { kind: 'rejected', error: { code: 'config_invalid', message }, ...NOTHING };
}

function targetOf(
  run: LeasedRun,
  config: unknown,
  signingSecrets: readonly string[],
  secrets: ReadonlyMap<string, string>,
): ActionTarget<unknown> {
  return {
    tenantId: run.tenant_id,
    schedule: {
      id: run.schedule_id,
      name: run.name,
      external_id: run.external_id,
      customer_id: run.customer_id,
      schedule_type: run.schedule_type,
      schedule_expression: run.schedule_expression || null,
      timezone: run.timezone,
    },
    run: {
      id: run.id,
      trigger: run.trigger,
      scheduled_for: instantText(run.scheduled_for),
      fire_at: instantText(run.fire_at),
      attempt: run.attempt,
    },
    record: run.record,
    config,
    signingSecrets,
    secrets,
    completionToken: () => completionToken(run),
  };
}

/** What is written about a run that was not needed any more when it was to start: no attempt was made. */
export function skippedResult(run: LeasedRun, reason: RunReason): AttemptResult {
  return { ...unstarted(run), status: 'SKIPPED', reason, wake_at: null };
}

/** What is written about a run that had not started when its schedule was paused or deleted. */
export function cancelledResult(run: LeasedRun, reason: RunReason): AttemptResult {
  return { ...unstarted(run), status: 'CANCELLED', reason, wake_at: null };
}

/** What is written about a run that this node took and did not get to: any node may take it, as if it had not been. */
export function handedBackResult(run: LeasedRun, now: number): AttemptResult {
  return { ...unstarted(run), status: 'PENDING', reason: null, wake_at: now };
}

function unstarted(run: LeasedRun) {
  return {
    tenant_id: run.tenant_id,
    id: run.id,
    schedule_id: run.schedule_id,
    lease_token: run.lease_token,
    entry: {},
    amends: false,
    interrupted: false,
    unstarted: true,
    started_at: null,
    completes_within_seconds: null,
    park: false,
    completion: null,
  };
}

const ENDS = {
  delivered: 'SUCCEEDED',
  accepted: 'ACCEPTED',
  retryable: 'FAILED',
  rejected: 'FAILED',
  aborted: 'INTERRUPTED',
} as const;

function resultOf(
  run: LeasedRun,
  outcome: Outcome,
  at: { readonly started: number; readonly finished: number; readonly node: string },
): AttemptResult {
  const { status, reason, wake_at } = afterAttempt(run, endOf(outcome), at.finished);
  const entry: Attempt = {
    attempt: run.attempt,
    started_at: instantText(at.started),
    finished_at: instantText(at.finished),
    node: at.node,
    outcome: ENDS[outcome.kind],
    error: outcome.kind === 'delivered' || outcome.kind === 'accepted' ? null : outcome.error,
    request: outcome.request,
    response: outcome.response,
  };
  const result: AttemptResult = {
    tenant_id: run.tenant_id,
    id: run.id,
    schedule_id: run.schedule_id,
    lease_token: run.lease_token,
    status,
    reason,
    wake_at,
    entry,
    run,
    amends: false,
    interrupted: outcome.kind === 'aborted',
    unstarted: false,
    started_at: at.started,
    completes_within_seconds: outcome.kind === 'accepted' ? outcome.completesWithinSeconds : null,
    park: outcome.kind === 'rejected' && outcome.park === true,
    completion: null,
  };
  return outcome.kind === 'delivered' && outcome.update ? { ...result, update: outcome.update } : result;
}

function endOf(outcome: Outcome): AttemptEnd {
  if (outcome.kind === 'aborted') return { kind: 'interrupted' };
  if (outcome.kind === 'accepted') return { kind: 'accepted', withinMs: outcome.completesWithinSeconds * 1_000 };
  if (outcome.kind === 'retryable' && outcome.retryAfterMs !== undefined) {
    return { kind: 'retryable', retryAfterMs: outcome.retryAfterMs };
  }
  return { kind: outcome.kind };
}
