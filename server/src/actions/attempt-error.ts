import { errors } from 'undici';
import type { AttemptError } from './action.ts';
import { EgressError } from './egress-error.ts';

/** Every code that an attempt can fail with, and what it means. The page of errors is made from this. */
export const ATTEMPT_ERRORS = {
  aborted: 'The run was cancelled, its lease was lost or the server stopped before the attempt had an outcome.',
  cancelled: 'The run was cancelled while the attempt was under way; whether the receiver got it is not known.',
  completion_timeout: 'The receiver accepted the work (completion ASYNC) and reported no completion in time. Retried.',
  connect_failed: 'No connection could be made: refused, unreachable, or not in time.',
  connection_reset: 'The connection broke before the answer was complete.',
  dns_failed: 'The name of the receiver could not be resolved.',
  egress_blocked: 'The receiver may not be reached from this server, or not by the egress policy. Not retried.',
  email_invalid: 'An address or the subject of an EMAIL is none once rendered, or it names nobody. Not retried.',
  header_invalid: 'A header holds a line break or a character outside Latin-1 once rendered. Not retried.',
  http_status:
    'The receiver answered with a status that is not a success, by success_statuses where they are set. 408, 425, 429 and 5xx are retried.',
  mail_login_failed: 'The mail server does not take the login of HYDRACORE_SMTP_URL. Retried.',
  mail_not_configured: 'An EMAIL was due on a server that has no HYDRACORE_SMTP_URL. Retried.',
  proxy_failed: 'The egress proxy of the server could not be reached, or did not make the connection. Retried.',
  recipients_refused:
    'The mail server took the message for some recipients only; the response has the others. Not retried: those would get it twice.',
  record_missing: 'The run is about no record, and the config of UPDATE_ENTITY names none. Not retried.',
  record_not_found: 'The record that UPDATE_ENTITY was to change is not there. Not retried.',
  reported_failure: 'The receiver reported FAILED by the complete operation. Not retried.',
  response_invalid: 'The answer is not valid HTTP, or its headers are too large.',
  secret_unreadable:
    'A secret of the config, or one that signs, can not be decrypted: it was altered, or this server lacks its key. Retried.',
  smtp_status:
    'The mail server answered with a code that is not a success. 5xx to the message or all its recipients is not retried, the rest is.',
  template_error: 'A template of the config could not be rendered. Not retried.',
  timeout: 'The exchange was not complete within timeout_seconds.',
  tls_failed:
    'The TLS handshake failed, for example over an expired or foreign certificate, or as nothing there speaks TLS (wrong version number).',
  unstorable:
    'The database refused what was to be kept of the attempt; the outcome stands, but for a change of a record, which was not made.',
  update_invalid: 'What UPDATE_ENTITY was to set does not fit the entity definition. Not retried.',
  url_invalid: 'The URL is not a valid http or https URL once rendered. Not retried.',
} as const;

export type AttemptErrorCode = keyof typeof ATTEMPT_ERRORS;

/** An attempt's error with a code of the list. */
export function attemptError(code: AttemptErrorCode, message: string): AttemptError {
  return { code, message };
}

/** Codes of errors that arise after the connection was made. */
const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED', 'UND_ERR_INFO']);
const INVALID = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);
/** Certificate errors of OpenSSL carry no common prefix; these are the families. */
const TLS = /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|CRL_|ERROR_IN_C|EPROTO$)/;

/** Puts an error of undici, of a socket or of the guard into the words of the ledger. */
export function transportError(error: unknown): AttemptError {
  if (error instanceof EgressError) return attemptError(error.code, `${error.message}.`);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const text = error instanceof Error ? describe(error) : String(error);
  if (TLS.test(code)) return attemptError('tls_failed', `The TLS handshake failed: ${tlsReason(text)}`);
  if (RESET.has(code)) return attemptError('connection_reset', `The connection broke: ${text}`);
  if (INVALID.has(code) || error instanceof errors.HTTPParserError) {
    return attemptError('response_invalid', `The answer is not valid HTTP: ${text}`);
  }
  return attemptError('connect_failed', `No connection could be made: ${text}`);
}

/** An error as OpenSSL writes it: thread, number, library, function, reason, file and line, data. */
const OPENSSL = /(?:[0-9A-F]{1,16}:)?error:[0-9A-F]{8}:[^:\n]*:[^:\n]*:([^:\n]*)(?::[^\n]*)?\n?/gi;

/** What OpenSSL says without where in its own build that was, which nobody who reads a run can make use of. */
export function tlsReason(text: string): string {
  return text.replaceAll(OPENSSL, '$1\n').trim().replaceAll('\n', '; ');
}

/** Several addresses, several failures: `AggregateError` itself says nothing. */
function describe(error: Error): string {
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return inner.map((e) => (e instanceof Error ? e.message : String(e))).join('; ');
}
