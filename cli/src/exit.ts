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

/** It was done, and not the whole of what was asked for: a sentence that says what is missing. */
export class Shortfall extends Error {
  override readonly name = 'Shortfall';
}

/** What was named is not there: a sentence that says what is. */
export class Absent extends Error {
  override readonly name = 'Absent';
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

/** Which options fields of the body have come from. */
export type Flags = Readonly<Record<string, string>>;

/** Queries are made of options alone. */
const QUERY_FLAGS: Flags = {
  schedule_id: '--schedule',
  customer_id: '--customer',
  external_id: '--external-id',
  backfill_id: '--backfill',
  record_id: '--record',
  target_id: '--target',
  schedule_type: '--type',
  name_contains: '--name',
};

/** An error as lines for people; the API's words, at the option or field. */
export function linesOf(error: unknown, flags: Flags = {}): string[] {
  if (error instanceof ValidationError) {
    const { length } = error.problems;
    const problems = error.problems.map((problem) => `  ${problemLine(problem, flags)}`);
    return [length === 1 ? 'this is not valid:' : `these ${length} are not valid:`, ...problems];
  }
  if (error instanceof HydraCoreError) {
    const id = error.requestId !== null && error.status >= 500 ? [`Request ${error.requestId}`] : [];
    return [error.detail.replace('?cascade=true', '--cascade'), ...id];
  }
  if (error instanceof UsageError || error instanceof Shortfall || error instanceof Absent) {
    return error.message.split('\n');
  }
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
}

/** The option or the field of a problem, and what is wrong with it. */
function problemLine({ loc, msg }: FieldProblem, flags: Flags): string {
  const field = loc.slice(1).join('.');
  if (field === '') return `${loc.join('.')}: ${msg}`;
  if (loc[0] === 'path') return `the ${field.endsWith('_id') ? 'id' : field} ${msg}`;
  if (loc[0] === 'query') {
    const [, name = '', ...within] = loc;
    const option = QUERY_FLAGS[name] ?? `--${name}`;
    return `${[option, ...(within.length === 0 ? [] : [within.join('.')])].join(' ')}: ${msg}`;
  }
  const known = Object.keys(flags).find((name) => field === name || field.startsWith(`${name}.`));
  return `${(known !== undefined && flags[known]) || field}: ${msg}`;
}

/** The same for programs. */
export function errorForPrograms(error: unknown): unknown {
  if (!(error instanceof HydraCoreError)) return { code: 'failed', detail: linesOf(error).join('\n') };
  const { status, code, detail, requestId } = error;
  const problems = error instanceof ValidationError ? { problems: error.problems } : {};
  return { status, code, detail, ...problems, request_id: requestId };
}
