import type { NodemailerError } from 'nodemailer';
import type { AttemptError, AttemptRecord, Outcome } from './action.ts';
import { attemptError, tlsReason } from './attempt-error.ts';
import { cleanText } from './ledger.ts';
import type { MailResult } from './mail-server.ts';
import type { SecretMask } from './secret-mask.ts';

type Response = Readonly<Record<string, unknown>>;

const MOST_LINE = 2_048;

/** How an attempt ended, by what the mail server said. */
export function outcomeOf(
  result: MailResult,
  request: AttemptRecord['request'],
  recipients: number,
  mask: SecretMask,
): Outcome {
  const shown = (text: string): string => cleanText(mask.text(text).slice(0, MOST_LINE));
  if (result.kind === 'aborted') {
    const error = attemptError('aborted', 'The attempt was stopped before the mail server had taken the message.');
    return { kind: 'aborted', error, request, response: null };
  }
  if (result.kind === 'timeout') {
    const error = attemptError('timeout', 'The mail server had not taken the message in time.');
    return { kind: 'retryable', error, request, response: null };
  }
  if (result.kind === 'failed') {
    const { error } = result;
    const said = error.response === undefined ? null : shown(error.response);
    const response = said === null ? null : responseOf(said);
    const failure = { ...failureOf(error), request, response };
    return { ...failure, error: { ...failure.error, message: shown(failure.error.message) } };
  }
  const refused = result.refused.map(({ address, response }) => ({ address, response: shown(response) }));
  const response = { ...responseOf(shown(result.response)), ...(refused.length > 0 && { refused }) };
  if (refused.length === 0) return { kind: 'delivered', request, response };
  // Not again: those who have it would get it twice.
  const whom = refused.map(({ address, response }) => `${address} (${response})`).join(', ');
  const message = `The mail server took the message for ${recipients - refused.length} of ${recipients} recipients, not for ${whom}`;
  return { kind: 'rejected', error: attemptError('recipients_refused', message), request, response };
}

/** The line that the server answered, with its code. */
function responseOf(line: string): Response {
  return { status: Number(/^\d{3}/.exec(line)?.[0] ?? 0), line };
}

const NETWORK: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);
/** In words that name the message, not the session: what is refused here is refused for good by a 5xx. */
const ABOUT_THE_MESSAGE = /^(MAIL FROM|RCPT TO|DATA)/;
/** TLS errors of OpenSSL and Node that arrive as errors of the socket. */
const TLS = /certificate|self-signed|altnames|handshake|SSL|TLS/i;

function failureOf(error: NodemailerError): { kind: 'retryable' | 'rejected'; error: AttemptError } {
  const { code = '', command = '', message, responseCode } = error;
  const retryable = (of: Parameters<typeof attemptError>[0], text: string) =>
    ({ kind: 'retryable', error: attemptError(of, text) }) as const;
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    return retryable('mail_login_failed', `The mail server does not take the login of HYDRACORE_SMTP_URL: ${message}`);
  }
  if (code === 'ETLS' || (responseCode === undefined && TLS.test(message))) {
    return retryable('tls_failed', `There is no safe connection to the mail server: ${tlsReason(message)}`);
  }
  if (responseCode !== undefined) {
    const failure = attemptError('smtp_status', `The mail server answered ${error.response ?? responseCode}`);
    const final = error.permanent === true && ABOUT_THE_MESSAGE.test(command);
    return { kind: final ? 'rejected' : 'retryable', error: failure };
  }
  if (code === 'EENVELOPE' || code === 'EMESSAGE')
    return { kind: 'rejected', error: attemptError('email_invalid', message) };
  if (code === 'EDNS') return retryable('dns_failed', `The name of the mail server could not be resolved: ${message}`);
  if (code === 'ETIMEDOUT' && error.timeoutType !== 'CONNECT_TIMEOUT') {
    return retryable('timeout', `The mail server fell silent: ${message}`);
  }
  if (code === 'ECONNECTION' || NETWORK.has(error.originalCode ?? '')) {
    return retryable('connection_reset', `The connection to the mail server broke: ${message}`);
  }
  return retryable('connect_failed', `The mail server could not be reached: ${message}`);
}
