import type { FieldProblem } from './generated/api.ts';

/** What is known of an answer that is an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string | null;
  readonly body: unknown;
}

/** Every failure of a call: an answer that is an error, or no answer (`status` 0: see ConnectionError). */
export class HydraCoreError extends Error {
  override readonly name: string = 'HydraCoreError';
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Stable, for programs: docs/errors.md lists the codes. */
  readonly code: string;
  /** A sentence for people. */
  readonly detail: string;
  /** What the server's log knows the request by; null where it did not say. */
  readonly requestId: string | null;
  /** The answer as it came, for members beyond `code` and `detail`. */
  readonly body: unknown;

  constructor(answer: ErrorAnswer, options?: ErrorOptions) {
    super(answer.detail, options);
    this.status = answer.status;
    this.code = answer.code;
    this.detail = answer.detail;
    this.requestId = answer.requestId;
    this.body = answer.body;
  }
}

/** Something in the request is not valid (422): every problem, with its place. */
export class ValidationError extends HydraCoreError {
  override readonly name = 'ValidationError';
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[], answer: Omit<ErrorAnswer, 'code' | 'detail'>) {
    const told = problems.map(({ loc, msg }) => `${loc.slice(1).join('.') || loc.join('.')}: ${msg}`);
    super({ ...answer, code: 'validation', detail: told.join('; ') });
    this.problems = problems;
  }
}

/** No answer came, however often it was tried; `cause` has the last reason. */
export class ConnectionError extends HydraCoreError {
  override readonly name = 'ConnectionError';

  constructor(url: string, tries: number, cause: unknown) {
    const { origin } = new URL(url);
    const times = tries === 1 ? '' : ` (${tries} tries)`;
    const detail = `${origin} does not answer${times}: ${reasonOf(cause)}`;
    super({ status: 0, code: 'connection_failed', detail, requestId: null, body: null }, { cause });
  }
}

/** fetch says "fetch failed", and its cause why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message || error.name;
  const code = (cause as { code?: unknown }).code;
  return cause.message || (typeof code === 'string' ? code : cause.name);
}

/** The error that an answer is. `body` is its JSON, or its text where it is none. */
export function errorOf(response: Response, body: unknown): HydraCoreError {
  const { status } = response;
  const requestId = response.headers.get('x-request-id');
  const { detail, code } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (status === 422 && Array.isArray(detail)) {
    return new ValidationError(detail as FieldProblem[], { status, requestId, body });
  }
  if (typeof detail === 'string' && typeof code === 'string') {
    return new HydraCoreError({ status, code, detail, requestId, body });
  }
  const isRedirect = response.type === 'opaqueredirect' || (status >= 300 && status < 400);
  const said = isRedirect
    ? `It sends the request on to ${response.headers.get('location') ?? 'another place'}, which is not followed: the credential is for this one. Use that address as baseUrl if it is right.`
    : `It answered ${status} ${response.statusText}`.trim() + ', and not as HydraCore does.';
  return new HydraCoreError({ status, code: 'unexpected_answer', detail: said, requestId, body });
}
