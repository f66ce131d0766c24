import { HydraCoreError, ValidationError, type FieldProblem } from './api.ts';

/** What the command ends with; docs/cli.md says the same. */
export const EXIT = {
  done: 0,
  /** What was asked for failed, in whole or in part. */
  failed: 1,
  /** The command line, a setting or a file is not as it must be. */
  usage: 2,
  /** No server answers there, or it is not ready. */
  unreachable: 3,
  /** The server does not know the credential, or it lacks the scope. */
  unauthorised: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The caller's mistake, as a sentence that says what would do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What failed has been told already: only the exit code is left. */
export class Failed extends Error {
  override readonly name = 'Failed';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode = EXIT.failed) {
    super('failed');
    this.exitCode = exitCode;
  }
}

const AWAY = new Set([0, 502, 503, 504]);

/** Which exit code an error becomes. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Failed) return error.exitCode;
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof HydraCoreError)) return EXIT.failed;
  if (error.status === 401 || error.status === 403) return EXIT.unauthorised;
  return AWAY.has(error.status) ? EXIT.unreachable : EXIT.failed;
}

/** An error as lines for people; the API's words, at the field. */
export function linesOf(error: unknown): string[] {
  if (error instanceof ValidationError) {
    const { length } = error.problems;
    const problems = error.problems.map((problem) => `  ${problemLine(problem)}`);
    return [length === 1 ? 'this is not valid:' : `these ${length} are not valid:`, ...problems];
  }
  if (error instanceof HydraCoreError) {
    const id = error.requestId !== null && error.status >= 500 ? [`Request ${error.requestId}`] : [];
    return [error.detail, ...id];
  }
  if (error instanceof UsageError) return error.message.split('\n');
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
}

/** The field of a problem and what is wrong with it. */
export function problemLine({ loc, msg }: FieldProblem): string {
  const field = loc.slice(1).join('.');
  return field === '' ? `${loc.join('.')}: ${msg}` : `${field}: ${msg}`;
}

/** The same for programs. */
export function errorForPrograms(error: unknown): unknown {
  if (!(error instanceof HydraCoreError)) return { code: 'failed', detail: linesOf(error).join('\n') };
  const { status, code, detail, requestId } = error;
  const problems = error instanceof ValidationError ? { problems: error.problems } : {};
  return { status, code, detail, ...problems, request_id: requestId };
}
