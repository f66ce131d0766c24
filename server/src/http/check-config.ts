import type { Action } from '../actions/action.ts';
import type { Egress } from '../actions/egress.ts';
import { quotable } from '../actions/secrets.ts';
import type { FieldProblem } from '../domain/errors.ts';
import { problemsOf } from './invalid.ts';
import { safeParse } from './safe-parse.ts';
import { maskProblems, secretProblems, unreadableProblems, type SecretContext } from './secret-rules.ts';
import { isWithin, placesOf, validFields } from './valid-fields.ts';

const AT = ['body', 'action_config'];

/** What checking the config of an action needs. */
export interface ConfigContext extends SecretContext {
  /** The way out that the tenant's egress policy leaves. */
  readonly egress: () => Promise<Egress>;
}

/**
 * Checks the config of an action. Of one that its schema refuses, the fields that are valid are looked at all the same: a
 * forbidden address or an unclosed template does not wait for a header's name to be put right.
 * @param before the config that it takes the place of, or that it overlays
 * @param problems gets what is wrong with it
 * @returns the config as the action reads it; undefined where its schema refuses it
 */
export async function checkConfig(
  action: Action,
  config: Record<string, unknown>,
  before: Record<string, unknown> | null,
  context: ConfigContext,
  problems: FieldProblem[],
): Promise<Record<string, unknown> | undefined> {
  const unreadable = unreadableProblems(action, config);
  const unread = unreadable.map(({ loc }) => loc.slice(AT.length));
  const result = safeParse(action.config, config);
  // What is sealed is no text either: that goes without saying.
  const issues = (result.error?.issues ?? []).filter(({ path }) => !isWithin(path, unread));
  const refused = [...unread, ...placesOf(issues)];
  const told = issues.map((issue) =>
    issue.input === undefined ? issue : { ...issue, input: quotable(action, issue.path, issue.input) as never },
  );
  problems.push(
    ...unreadable,
    ...problemsOf(told, 'body', action.config).map(({ loc, ...problem }) => ({
      loc: [...AT, ...loc.slice(1)],
      ...problem,
    })),
  );
  const fields = result.success
    ? (result.data as Record<string, unknown>)
    : validFields(action.config, config, refused);
  const isWhole = result.success;
  const further = [
    ...action.check(fields, await context.egress()).map(({ path, ...rest }) => ({ loc: [...AT, ...path], ...rest })),
    ...maskProblems(action, fields),
    ...(await secretProblems(action, { fields, isWhole }, before, context)),
  ];
  problems.push(...further.filter(({ loc }) => !isWithin(loc.slice(AT.length), refused)));
  return isWhole ? fields : undefined;
}
