import { STATUS_CODES } from 'node:http';
import type { Action, ActionTarget, AttemptRecord, ConfigProblem, Outcome } from './action.ts';
import { attemptError } from './attempt-error.ts';
import type { Egress } from './egress.ts';
import { headersRecord } from './ledger.ts';
import { retryAfterMs } from './retry-after.ts';
import type { SecretMask } from './secret-mask.ts';
import { Stop } from './stop.ts';
import { checkTemplates, isTemplate, secretUses } from './template.ts';
import {
  clashes,
  COMPLETION_TIMEOUT,
  hasOwnParts,
  isStoredConfig,
  successWords,
  webhookConfig,
  type WebhookConfig,
} from './webhook-config.ts';
import { exchange, type ExchangeResult, type HttpAnswer } from './webhook-exchange.ts';
import { makeRequest, type WebhookRequest } from './webhook-request.ts';

/** Besides 5xx. */
const RETRYABLE = new Set([408, 425, 429]);

/** What of a URL stands before its path, where no template has a part in that. */
const FIXED_HOST = /^https?:\/\/(?:(?!\{[{%])[^/?#\\])+[/?#]/i;

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

  check({ url, headers, body, auth, ...rest }, egress) {
    return [
      ...checkTemplates({ url }),
      ...checkTemplates({ headers, body, auth }, 'secrets'),
      ...checkUrl(url, egress),
      ...clashes({ headers, body, auth, ...rest }),
    ];
  },

  secretUses({ headers, body, auth }) {
    return hasOwnParts({ headers, body, auth }) ? secretUses({ headers, body, auth }) : [];
  },

  destination({ url }) {
    const [head = url] = FIXED_HOST.exec(url) ?? [];
    return isTemplate(head) ? null : (URL.parse(head)?.host ?? null);
  },

  async perform(target, context) {
    const request = makeRequest(target, context.egress, context.now());
    if ('error' in request) {
      return { kind: 'rejected', error: request.error, request: request.ledger, response: null };
    }
    const { http, about, mask, ledger } = request;
    const stop = context.stop ?? Stop.of(context.signal);
    const { answer, error } = await exchange(context.egress.dispatcher, http, about.timeoutMs, stop);
    const response = answer === null ? null : keep(answer, mask, error !== null);
    const shown = error && { ...error, message: mask.text(error.message) };
    return judge(target, about, { answer, error: shown }, { request: ledger, response }, context.now);
  },
};

function checkUrl(url: string | undefined, egress: Egress): ConfigProblem[] {
  if (url === undefined || isTemplate(url)) return [];
  const verdict = egress.checkUrl(url);
  return verdict.ok ? [] : [{ path: ['url'], msg: verdict.reason, type: verdict.code }];
}

/** What the ledger keeps of an answer: without the secrets that were sent, should the receiver have sent them back. */
function keep({ status, headers, chunks }: HttpAnswer, mask: SecretMask, broken: boolean): Record<string, unknown> {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first ? first : Buffer.concat(chunks);
  const { body, body_truncated } = mask.body(bytes, broken);
  return { status, headers: headersRecord(mask.headers(headers)), body, body_truncated };
}

/** Done, or, with completion ASYNC, in the receiver's hands. */
function delivered({ config }: ActionTarget<WebhookConfig>, record: AttemptRecord): Outcome {
  if (config.completion === 'SYNC') return { kind: 'delivered', request: record.request, response: record.response };
  return {
    ...record,
    kind: 'accepted',
    completesWithinSeconds: config.completion_timeout_seconds ?? COMPLETION_TIMEOUT,
  };
}

/** Decides how the attempt ended. */
function judge(
  target: ActionTarget<WebhookConfig>,
  { isSuccess }: WebhookRequest['about'],
  { answer, error }: ExchangeResult,
  record: AttemptRecord,
  now: () => number,
): Outcome {
  if (error?.code === 'aborted') return { ...record, kind: 'aborted', error };
  if (error?.code === 'egress_blocked') return { ...record, kind: 'rejected', error };
  if (error !== null || answer === null) {
    return { ...record, kind: 'retryable', error: error ?? attemptError('response_invalid', 'There was no answer.') };
  }
  const { status, headers } = answer;
  if (isSuccess(status)) return delivered(target, record);
  const name = STATUS_CODES[status];
  const wanted = successWords(target.config.success_statuses);
  const failure = attemptError(
    'http_status',
    `The receiver answered ${status}${name === undefined ? '' : ` ${name}`}` +
      `${wanted === null ? '' : `; by success_statuses a success would be ${wanted}`}.`,
  );
  if (status >= 500 || RETRYABLE.has(status)) {
    const after = retryAfterMs(headers['retry-after'], now());
    return { ...record, kind: 'retryable', error: failure, ...(after === null ? {} : { retryAfterMs: after }) };
  }
  return { ...record, kind: 'rejected', error: failure, ...(status === 410 ? { park: true } : {}) };
}
