import type { Run } from '@hydracore/client';
import { durationWords } from './time.ts';

type Told = Pick<
  Run,
  'status' | 'reason' | 'error' | 'missed_count' | 'attempt' | 'cancel_requested' | 'trigger' | 'fire_at' | 'created_at'
>;

/** So long after it was due a run is not just about to start. It leaves room for a viewer's clock that is not quite right. */
const OVERDUE_MS = 15_000;

/** Why a run stands as it does, for who asks “why did this not run?”. docs/errors.md says the same. */
const REASONS: Readonly<Record<string, string>> = {
  'SKIPPED OVERLAP':
    'It was skipped because an earlier run of the schedule had not ended, and the overlap policy lets no second one start.',
  'SKIPPED RECORD_GONE': 'It was skipped because the record was deleted before it started.',
  'SKIPPED FILTER':
    'It was skipped because the record no longer met the schedule’s filter, or had another customer, when it was to start.',
  'SKIPPED DATE_CHANGED':
    'It was skipped because the record’s date had changed and gave another instant when it was to start.',
  'SKIPPED BUFFER_FULL': 'It was skipped because a thousand runs of the schedule were waiting already.',
  'PENDING OVERLAP': 'It waits for an earlier run of the schedule to end.',
  'PENDING RATE_LIMIT': 'It waits for its turn under the schedule’s rate limit.',
  'CANCELLED SUPERSEDED': 'It was cancelled because a newer occurrence took its place (overlap policy).',
  'CANCELLED TERMINATED': 'It was cancelled because a newer occurrence ended it at once (overlap policy).',
  'CANCELLED BACKFILL_CANCELLED': 'It was cancelled with its backfill, before it had started.',
  'CANCELLED BY_USER': 'Somebody cancelled it; the audit log says who.',
  'CANCELLED SCHEDULE_PAUSED': 'It was cancelled because the schedule was paused before it had started.',
  'CANCELLED SCHEDULE_DELETED': 'It was cancelled because the schedule was deleted before it had started.',
  'CANCELLED REPLANNED': 'It was cancelled because the schedule’s times were changed before it had started.',
  'FAILED COMPLETED_AS_FAILED': 'It failed: the receiver took the work and reported that it could not be done.',
  'FAILED REJECTED': 'It failed in a way that no retry can mend: the receiver, or the configuration, refused.',
  'FAILED RETRIES_EXHAUSTED': 'It failed, and so did every retry that the schedule allows.',
  'FAILED LEASE_LOST': 'It was given up: twenty servers in a row stopped during its attempts.',
  'MISSED CATCHUP_WINDOW': 'It was missed: no server was there to start it within the catch-up window.',
  'MISSED PAUSED': 'It was missed because the schedule was paused.',
};

const STATUSES: Readonly<Record<string, string>> = {
  PENDING: 'It is about to start.',
  RUNNING: 'It is under way.',
  SUCCEEDED: 'It succeeded.',
  FAILED: 'It failed.',
  SKIPPED: 'It was skipped.',
  MISSED: 'It was missed.',
  CANCELLED: 'It was cancelled.',
};

/** What error codes of attempts mean, and what to do. docs/errors.md says the same. */
const ERRORS: Readonly<Record<string, string>> = {
  aborted: 'The run was cancelled, its lease was lost or the server stopped before the attempt had an outcome.',
  action_unknown: 'This server has no action of that type: a newer version stored it.',
  config_invalid: 'The stored configuration, with what the trigger laid over it, does not fit the action.',
  cancelled: 'The run was cancelled meanwhile; whether the receiver got it is not known.',
  completion_timeout: 'The receiver accepted the work and reported no completion in time.',
  connect_failed: 'No connection could be made: refused, unreachable, or not in time.',
  connection_reset: 'The connection broke before the answer was complete.',
  dns_failed: 'The receiver’s name could not be resolved.',
  egress_blocked: 'The receiver may not be reached from this server, or not by the egress policy.',
  email_invalid: 'An address or the subject of the mail is none once rendered, or it names nobody.',
  mail_login_failed: 'The mail server does not take the login that this server is configured with.',
  mail_not_configured: 'This server is not configured to send mail.',
  recipients_refused: 'The mail server took the mail for some recipients only; the response has the others.',
  smtp_status: 'The mail server answered with a code that is not a success.',
  header_invalid: 'A header holds a line break or a character outside Latin-1 once rendered.',
  http_status: '408, 425, 429 and 5xx are retried; what else is no success is final.',
  internal: 'A bug of the action; the server’s log has the cause.',
  interrupted: 'The attempt was stopped before it ended; it uses up no retry.',
  lease_lost: 'The server that made the attempt stopped answering; it uses up no retry.',
  proxy_failed: 'The server’s egress proxy could not be reached, or did not make the connection.',
  record_missing: 'The run is about no record, and the action names none.',
  record_not_found: 'The record to change is not there, or not of the schedule’s customer.',
  reported_failure: 'The receiver itself reported that it failed.',
  response_invalid: 'The answer is not valid HTTP, or its headers are too large.',
  secret_unreadable: 'A secret can not be decrypted: it was altered, or this server lacks its key.',
  template_error: 'A template could not be rendered, or names a secret that is gone.',
  timeout: 'The exchange was not complete within the time that the schedule allows.',
  tls_failed: 'The TLS handshake failed, for example over an expired or foreign certificate.',
  unstorable: 'The database refused what was to be kept of the attempt; a change of a record was not made.',
  update_invalid: 'What was to be set does not fit the entity definition.',
  url_invalid: 'The URL is not a valid http or https URL once rendered.',
};

/** Whether a run could have started a while ago, waits for nothing that the ledger names, and has not. */
export function isOverdue(
  run: Pick<Told, 'status' | 'reason' | 'attempt' | 'fire_at' | 'created_at'>,
  now: number,
): boolean {
  if (run.status !== 'PENDING' || run.reason !== null || run.attempt > 0) return false;
  // A backfill makes runs of the past.
  return now - Math.max(Date.parse(run.fire_at), Date.parse(run.created_at)) > OVERDUE_MS;
}

/** Why a run stands as it does, in a sentence. */
export function runSentence(run: Told, now: number): string {
  const { status, reason, missed_count, attempt, cancel_requested } = run;
  const known = isOverdue(run, now)
    ? 'It is due and has not started: it waits for room on a server, or its destination does not answer and is tried only now and then.'
    : (REASONS[`${status} ${reason}`] ?? STATUSES[status] ?? status);
  const waits = status === 'PENDING' && reason === null && attempt > 0 ? 'It failed, and waits for its retry.' : known;
  const many =
    missed_count !== null && missed_count > 1
      ? ` This row stands for ${missed_count.toLocaleString('en')} occurrences.`
      : '';
  return `${waits}${many}${cancel_requested ? ' It was asked to stop, and has not ended yet.' : ''}`;
}

/** What an error's code means; '' where this console does not know it: its message says what happened. */
export function errorSentence(code: string): string {
  return ERRORS[code] ?? '';
}

/** What happened, and what it means: each once, and as sentences. */
export function errorWords({ code, message }: { readonly code: string; readonly message: string }): string {
  const meaning = errorSentence(code);
  if (meaning === '' || meaning === message) return message;
  return `${message}${/[.!?…]$/.test(message) ? '' : '.'} ${meaning}`;
}

/** How late a run began, in words. */
export function latenessWords(ms: number | null): string {
  if (ms === null) return '';
  return ms < 1_000 ? `on time (${ms} ms after)` : `${durationWords(ms)} late`;
}
