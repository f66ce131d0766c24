import { STATUS_CODES } from 'node:http';
import type { Action, ActionTarget, AttemptRecord, ConfigProblem, Outcome } from './action.ts';
import { attemptError } from './attempt-error.ts';
import type { Egress } from './egress.ts';
import { headersRecord } from './ledger.ts';
import { retryAfterMs } from './retry-after.ts';
import type { SecretMask } from './secret-mask.ts';
import { Stop } from './stop.ts';
import { checkTemplates, isTemplate, secretUses } from './template.ts';
import { COMPLETION_TIMEOUT, isStoredConfig, webhookConfig, type WebhookConfig } from './webhook-config.ts';
import { exchange, type ExchangeResult, type HttpAnswer } from './webhook-exchange.ts';
import { makeRequest, prepare, templatedParts } from './webhook-request.ts';

/** Besides 5xx. */
const RETRYABLE = new Set([408, 425, 429]);

/** Calls a URL. Signed by the Standard Webhooks specification; redirects are not followed. */
export const webhook: Action<typeof webhookConfig> = {
  type: 'WEBHOOK',
  aliases: ['SEND_WEBHOOK', 'HTTP'],
  description: 'Sends a signed HTTP request to a URL.',
  config: webhookConfig,
  isStored: isStoredConfig,
  secretPaths: [
    ['auth', 'token'],
    ['auth', 'password'],
  ],

  check(config, egress) {
    const { url, ...rest } = templatedParts(config);
    return [...checkTemplates({ url }), ...checkTemplates(rest, 'secrets'), ...checkUrl(url, egress)];
  },

  secretUses(config) {
    const { url: _none, ...rest } = templatedParts(config);
    return secretUses(rest);
  },

  destination({ url }) {
    return isTemplate(url) ? null : (URL.parse(url)?.host ?? null);
  },

  async perform(target, context) {
    const request = makeRequest(target, context.egress, context.now());
    if ('error' in request) {
      return { kind: 'rejected', error: request.error, request: request.ledger, response: null };
    }
    const { timeoutMs } = prepare(target.config);
    const result = await exchange(
      context.egress.dispatcher,
      request.http,
      timeoutMs,
      context.stop ?? Stop.of(context.signal),
    );
    const { answer, error } = result;
    const response = answer === null ? null : keep(answer, request.mask, error !== null);
    const shown = error && { ...error, message: request.mask.text(error.message) };
    return judge(target, { answer, error: shown }, { request: request.ledger, response }, context.now());
  },
};

function checkUrl(url: string, egress: Egress): ConfigProblem[] {
  if (isTemplate(url)) return [];
  const verdict = egress.checkUrl(url);
  return verdict.ok ? [] : [{ path: ['url'], msg: verdict.reason, type: verdict.code }];
}

/** What the ledger keeps of an answer: without the secrets that were sent, should the receiver have sent them back. */
function keep({ status, headers, chunks }: HttpAnswer, mask: SecretMask, broken: boolean): Record<string, unknown> {
  return { status, headers: headersRecord(mask.headers(headers)), ...mask.body(Buffer.concat(chunks), broken) };
}

/** Done, or, with completion ASYNC, in the receiver's hands. */
function delivered({ config }: ActionTarget<WebhookConfig>, record: AttemptRecord): Outcome {
  if (config.completion === 'SYNC') return { ...record, kind: 'delivered' };
  return {
    ...record,
    kind: 'accepted',
    completesWithinSeconds: config.completion_timeout_seconds ?? COMPLETION_TIMEOUT,
  };
}

/** Decides how the attempt ended. */
function judge(
  target: ActionTarget<WebhookConfig>,
  { answer, error }: ExchangeResult,
  record: AttemptRecord,
  nowMs: number,
): Outcome {
  if (error?.code === 'aborted') return { ...record, kind: 'aborted', error };
  if (error?.code === 'egress_blocked') return { ...record, kind: 'rejected', error };
  if (error !== null || answer === null) {
    return { ...record, kind: 'retryable', error: error ?? attemptError('response_invalid', 'There was no answer.') };
  }
  const { status, headers } = answer;
  if (prepare(target.config).isSuccess(status)) return delivered(target, record);
  const name = STATUS_CODES[status];
  const failure = attemptError(
    'http_status',
    `The receiver answered ${status}${name === undefined ? '' : ` ${name}`}.`,
  );
  if (status >= 500 || RETRYABLE.has(status)) {
    const after = retryAfterMs(headers['retry-after'], nowMs);
    return { ...record, kind: 'retryable', error: failure, ...(after === null ? {} : { retryAfterMs: after }) };
  }
  return { ...record, kind: 'rejected', error: failure, ...(status === 410 ? { park: true } : {}) };
}
