import type { Action, SecretUse } from '../actions/action.ts';
import { MASK } from '../actions/ledger.ts';
import { maskedPaths } from '../actions/secrets.ts';
import { sameValue } from '../domain/definition.ts';
import type { FieldProblem } from '../domain/errors.ts';
import { valueAt } from '../domain/json-path.ts';
import { isSealed } from '../domain/sealed.ts';

type Json = Readonly<Record<string, unknown>>;

/** What of secrets has to be known to check a config. */
export interface SecretContext {
  /** Which of these names the tenant has a secret of. */
  readonly secrets: (names: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Whether the caller's key is bound to a customer: the tenant's secrets are not for it. */
  readonly bound: boolean;
}

/**
 * Problems of the secrets in a checked config.
 * @param fields the config; or, not whole, those of its fields that are valid
 * @param before the config that it takes the place of, or that it overlays
 */
export async function secretProblems(
  action: Action,
  { fields: config, isWhole }: { readonly fields: Json; readonly isWhole: boolean },
  before: Json | null,
  context: SecretContext,
): Promise<FieldProblem[]> {
  const uses = action.secretUses?.(config) ?? [];
  const problem = (path: SecretUse['path'], msg: string, type: string): FieldProblem => ({
    loc: ['body', 'action_config', ...path],
    msg,
    type,
  });
  if (context.bound && before !== null && sameValue(config, before)) return [];
  if (context.bound) {
    // Whoever may change where it goes, or what else is in it, could have the secrets sent to themselves.
    const named = uses.map(({ name, path }) =>
      problem(
        path,
        `uses the secret ${name} of the tenant: not for an API key that is bound to a customer`,
        'customer',
      ),
    );
    // Where it goes is known of a whole one only.
    const kept = isWhole ? keptElsewhere(action, config, before) : [];
    return [...named, ...kept.map((path) => problem(path, ELSEWHERE, 'customer'))];
  }
  if (uses.length === 0) return [];
  const known = await context.secrets([...new Set(uses.map((use) => use.name))]);
  return uses
    .filter(({ name }) => !known.has(name))
    .map(({ name, path }) =>
      problem(path, `there is no secret ${name}; make it by PUT /v1/secrets/${name}`, 'secret_unknown'),
    );
}

/** What of a schedule its templates can show, and who may write it can change: `customer_id` and ids are not among it. */
const SHOWN = ['name', 'external_id', 'schedule_expression', 'timezone'] as const;

/**
 * Problems of an update by a key that is bound to a customer, where the host of what carries a secret of the tenant's is a template:
 * whoever may change what it is made of could have that sent to themselves.
 */
export function redirectProblems(
  action: Action,
  config: Json,
  before: Readonly<Record<(typeof SHOWN)[number], unknown>>,
  body: Json,
): FieldProblem[] {
  if (action.destination === undefined || action.destination(config) !== null) return [];
  const holds = action.secretPaths.some((path) => valueAt(config, path) !== undefined);
  if (!holds && (action.secretUses?.(config) ?? []).length === 0) return [];
  return SHOWN.filter((field) => body[field] !== undefined && !sameValue(body[field], before[field])).map((field) => ({
    loc: ['body', field],
    msg: REDIRECTS,
    type: 'customer',
  }));
}

const REDIRECTS =
  'can not change by an API key that is bound to a customer: the host that this schedule sends a secret to is a template, and may be made of it';

/** Problems of masks in a checked config that stand for no stored secret: what was read of one schedule does for no other. */
export function maskProblems(action: Action, config: Json): FieldProblem[] {
  return maskedPaths(action, config).map((path) => ({
    loc: ['body', 'action_config', ...path],
    msg: `is "${MASK}", which answers show for a secret, and no secret is stored here: give it itself`,
    type: 'secret_masked',
  }));
}

const ELSEWHERE =
  'is kept from before while the destination changes: give it anew, as this API key is bound to a customer';

/** The secrets of a config that are those of before although it goes elsewhere. */
function keptElsewhere(action: Action, config: Json, before: Json | null): readonly (readonly string[])[] {
  if (before === null) return [];
  const [from, to] = [before, config].map((one) => action.destination?.(one) ?? null);
  if (from === to && from !== null) return [];
  return action.secretPaths.filter((path) => {
    const value = valueAt(config, path);
    return value !== undefined && sameValue(value, valueAt(before, path));
  });
}

/** Problems of secrets that are kept and can't be read any more. */
export function unreadableProblems(action: Action, config: Json): FieldProblem[] {
  return action.secretPaths
    .filter((path) => isSealed(valueAt(config, path)))
    .map((path) => ({
      loc: ['body', 'action_config', ...path],
      msg: 'can not be decrypted any more: give it anew',
      type: 'secret_unreadable',
    }));
}
