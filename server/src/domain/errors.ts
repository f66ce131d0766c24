/**
 * The errors that callers may see. Each has a stable code, a public sentence and, where there is one, a private cause
 * for the log. Which HTTP status a code becomes is decided in one place, http/problem.ts.
 */

/** One problem of one input field, in the shape of the 422 answer: where it is, what is wrong, a stable type. */
export interface FieldProblem {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** The codes of errors that are not about the shape of the input. One entry each in docs/errors.md. */
export type ErrorCode =
  | 'unauthorized'
  | 'key_expired'
  | 'key_revoked'
  | 'token_invalid'
  | 'token_expired'
  | 'token_claims'
  | 'jwks_unavailable'
  | 'session_ended'
  | 'forbidden'
  | 'origin_refused'
  | 'not_found'
  | 'conflict'
  | 'deduplication_conflict'
  | 'schedule_completed'
  | 'run_final'
  | 'completion_refused'
  | 'schedule_deleted'
  | 'run_not_failed'
  | 'backfill_finished'
  | 'backfill_not_available'
  | 'slug_taken'
  | 'external_id_taken'
  | 'definition_conflict'
  | 'definition_in_use'
  | 'key_inactive'
  | 'last_managing_key'
  | 'tenant_name_taken'
  | 'default_tenant'
  | 'too_many_secrets'
  | 'signing_fixed'
  | 'too_many_rotations'
  | 'idempotency_key_reused'
  | 'stale_version'
  | 'malformed_request'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'quota_exceeded'
  | 'payload_too_large'
  | 'uri_too_long'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'too_many_streams'
  | 'headers_too_large'
  | 'streams_exhausted'
  | 'unavailable'
  | 'internal';

/** An expected failure of an operation. `message` is public; `cause` goes to the log only. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** Further public members of the answer, such as the id of the row in the way. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Headers that go with the answer, such as Retry-After. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      extra?: Readonly<Record<string, unknown>>;
      headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
  }
}

/** @throws ValidationError with these problems, if there are any */
export function requireNone(problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw new ValidationError(problems);
}

/** Input that can't be accepted: every problem found, not the first. Becomes a 422. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[]) {
    super(problems.map((p) => `${p.loc.join('.')}: ${p.msg}`).join('; '));
    this.problems = problems;
  }
}
