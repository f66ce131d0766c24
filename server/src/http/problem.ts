import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, ValidationError, type ErrorCode, type FieldProblem } from '../domain/errors.ts';
import { isAway } from '../store/db-errors.ts';

/** Which HTTP status a code becomes. The only place that knows. */
export const STATUS: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  unauthorized: 401,
  key_expired: 401,
  key_revoked: 401,
  token_invalid: 401,
  token_expired: 401,
  token_claims: 401,
  jwks_unavailable: 401,
  session_ended: 401,
  forbidden: 403,
  origin_refused: 403,
  not_found: 404,
  conflict: 409,
  deduplication_conflict: 409,
  schedule_completed: 409,
  run_final: 409,
  completion_refused: 409,
  schedule_deleted: 409,
  run_not_failed: 409,
  backfill_finished: 409,
  backfill_not_available: 409,
  slug_taken: 409,
  external_id_taken: 409,
  definition_conflict: 409,
  definition_in_use: 409,
  key_inactive: 409,
  last_managing_key: 409,
  tenant_name_taken: 409,
  default_tenant: 409,
  too_many_secrets: 409,
  signing_fixed: 409,
  too_many_rotations: 409,
  idempotency_key_reused: 409,
  quota_exceeded: 409,
  malformed_request: 400,
  method_not_allowed: 405,
  request_timeout: 408,
  stale_version: 412,
  payload_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  rate_limited: 429,
  too_many_streams: 429,
  headers_too_large: 431,
  streams_exhausted: 503,
  unavailable: 503,
  internal: 500,
};

/** An answer that says what went wrong. `log` is set when an operator should know of it. */
export interface ProblemAnswer {
  readonly status: ContentfulStatusCode;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly log: boolean;
}

/** Turns anything thrown into an answer: coded errors speak for themselves, the rest is not told to callers. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof ValidationError) {
    return { status: 422, body: { detail: toldOf(error.problems) }, headers: {}, log: false };
  }
  const known = error instanceof AppError ? error : unexpected(error);
  const headers: Record<string, string> = { ...known.headers };
  if (STATUS[known.code] === 401) {
    // What OAuth clients look for to get a new token (RFC 6750).
    const fault = known.code.startsWith('token_') ? ', error="invalid_token"' : '';
    headers['WWW-Authenticate'] = `Bearer realm="HydraCore"${fault}`;
  }
  if (known.code === 'unavailable') headers['Retry-After'] = '1';
  return {
    status: STATUS[known.code],
    body: { detail: known.message, code: known.code, ...known.extra },
    headers,
    log: known.code === 'internal' || known.code === 'unavailable',
  };
}

/** Problems that one answer tells: as many bad fields as a body has room for would make an answer many times its size. */
const MOST_PROBLEMS = 100;

/** The problems of a request or an item as an answer tells them: all, or the first of many and how many there are. */
export function toldOf(problems: readonly FieldProblem[]): { loc: (string | number)[]; msg: string; type: string }[] {
  const told = problems.slice(0, MOST_PROBLEMS).map(({ loc, msg, type }) => ({ loc: [...loc], msg, type }));
  if (told.length === problems.length) return told;
  const msg = `has ${problems.length} problems; the first ${MOST_PROBLEMS} are told`;
  return [...told, { loc: told[0]?.loc.slice(0, 1) ?? [], msg, type: 'too_many_problems' }];
}

function unexpected(error: unknown): AppError {
  return isAway(error)
    ? new AppError('unavailable', 'The database does not answer at the moment; try again shortly.', { cause: error })
    : new AppError('internal', 'Something went wrong on our side; the server log has the cause.', { cause: error });
}
