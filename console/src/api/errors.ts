import { HydraCoreError, ValidationError } from '@hydracore/client';

/** What went wrong, in the API's own words. */
export function wordsOf(error: unknown): string {
  if (error instanceof HydraCoreError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}

/** A failure in parts: what belongs to a field, by its path (`action_config.url`), and what belongs to none that is shown. */
export interface Problems {
  readonly fields: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
}

export const NO_PROBLEMS: Problems = { fields: {}, rest: [] };

/**
 * Where each problem of a failure is to be shown. One below a field that is shown (`action_config.headers.x`) is shown there.
 * @param shown the paths of the fields on the screen
 */
export function problemsOf(error: unknown, shown: readonly string[]): Problems {
  if (error === null || error === undefined) return NO_PROBLEMS;
  if (!(error instanceof ValidationError)) return { fields: {}, rest: [wordsOf(error)] };
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const { loc, msg } of error.problems) {
    const path = loc.slice(1).join('.');
    const at = shown
      .filter((name) => path === name || path.startsWith(`${name}.`))
      .sort((a, b) => b.length - a.length)[0];
    if (at === undefined) rest.push(path === '' ? msg : `${path}: ${msg}`);
    else
      fields[at] = [fields[at], path === at ? msg : `${path.slice(at.length + 1)}: ${msg}`].filter(Boolean).join('; ');
  }
  return { fields, rest };
}

/** Whether a failure says that nobody is signed in any more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof HydraCoreError && error.status === 401;
}
