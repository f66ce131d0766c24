import type { z } from '@hono/zod-openapi';
import { ACTION_NAMES, findAction, unavailableWords } from '../actions/registry.ts';
import { keepSecrets } from '../actions/secrets.ts';
import type { Action } from '../actions/action.ts';
import { inAnyCase } from '../domain/any-case.ts';
import { checkWhen, sameWhen, type WhenInput } from '../domain/definition.ts';
import type { EntityDefinition } from '../domain/entity.ts';
import { requireNone, type FieldProblem } from '../domain/errors.ts';
import { show } from '../domain/show.ts';
import { checkRelative, type RelativeFields, type RelativeInput } from '../domain/relative-definition.ts';
import { SCHEDULE_TYPES, type Schedule, type ScheduleDefinition, type ScheduleType } from '../domain/schedule.ts';
import { recurrenceOf } from '../domain/recurrence.ts';
import { checkConfig, type ConfigContext } from './check-config.ts';
import { safeParse } from './safe-parse.ts';
import { redirectProblems } from './secret-rules.ts';
import { TYPE_ALIASES, type ScheduleCreate, type ScheduleUpdate } from './wire.ts';

type CreateBody = z.output<typeof ScheduleCreate>;
type UpdateBody = z.output<typeof ScheduleUpdate>;

/**
 * The definition that a create asks for.
 * @param body the valid fields of the body
 * @param shapeProblems what is wrong with the others
 * @throws ValidationError with every problem: those, and what only shows when fields are looked at together
 */
export async function definitionOf(
  body: Partial<CreateBody>,
  shapeProblems: readonly FieldProblem[],
  context: InputContext & { readonly checkPast: boolean },
): Promise<ScheduleDefinition> {
  const problems = [...shapeProblems];
  if (
    body.schedule_type !== undefined &&
    body.schedule_type !== 'RELATIVE' &&
    body.schedule_expression == null &&
    !names(shapeProblems, 'schedule_expression')
  ) {
    problems.push(expressionMissing(body.schedule_type));
  }
  const { problems: whenProblems, when } = checkWhen(body, context.now, () => !context.checkPast);
  problems.push(...whenProblems.map(({ field, ...problem }) => ({ loc: ['body', field], ...problem })));
  const action = body.action_type === undefined ? undefined : await actionOf(body.action_type, context, problems);
  const config =
    action && body.action_config && (await checkConfig(action, body.action_config, null, context, problems));
  const { relative, entity } = await relativeFields(body.schedule_type, body, context, problems);
  if (config && body.schedule_type) problems.push(...recordProblems(body.schedule_type, entity, action, config));
  requireNone(problems);
  return {
    ...(body as ScheduleDefinition),
    ...when,
    ...relative,
    action_type: action?.type ?? '',
    action_config: config ?? {},
    // It is as the action reads it already.
    destination: (config && action?.destination?.(config)) || '',
  };
}

/**
 * The definition after an update, and whether it changes *when*.
 * @throws ValidationError with every problem
 */
export async function updatedDefinition(
  current: Schedule,
  body: Partial<UpdateBody>,
  shapeProblems: readonly FieldProblem[],
  context: InputContext,
): Promise<{ readonly definition: ScheduleDefinition; readonly changesWhen: boolean }> {
  const problems = [...shapeProblems];
  const typeOf = { schedule_type: scheduleTypeOf, action_type: (name: string) => findAction(name)?.type };
  for (const field of ['schedule_type', 'action_type'] as const) {
    const value = body[field];
    if (value !== undefined && !(typeof value === 'string' && typeOf[field](value) === current[field])) {
      problems.push({
        loc: ['body', field],
        msg: `can't change from ${current[field]} to ${show(value)}; make a new schedule instead`,
        type: 'immutable',
      });
    }
  }
  const merged = { ...current, ...body, schedule_type: current.schedule_type };
  if (body.schedule_expression === null && current.schedule_type !== 'RELATIVE') {
    problems.push(expressionMissing(current.schedule_type));
  }
  const before_id = current.relative_entity_definition_id;
  if (before_id !== null && merged.relative_entity_definition_id !== before_id) {
    const msg = `can't change from ${show(before_id)} to ${show(merged.relative_entity_definition_id)}; make a new schedule instead`;
    problems.push({ loc: ['body', 'relative_entity_definition_id'], msg, type: 'immutable' });
    merged.relative_entity_definition_id = before_id;
  }
  // Who sends back all that they read, an expression that has been accepted before with it, is not told that it is past.
  const before = current.schedule_type === 'ONE_TIME' ? recurrenceOf(current).next(-1) : null;
  // What of it was refused already is not known: it is not what was before.
  const unknown = Object.fromEntries(shapeProblems.map(({ loc }) => [String(loc[1]), undefined]));
  const whenInput: WhenInput = { ...merged, ...unknown, schedule_type: current.schedule_type };
  const { problems: whenProblems, when } = checkWhen(whenInput, context.now, (instant) => instant === before);
  for (const { field, ...problem } of whenProblems) {
    const byZone = problem.type === 'in_the_past' && body.schedule_expression === undefined;
    problems.push({ loc: ['body', byZone ? 'timezone' : field], ...problem });
  }
  const action = findAction(current.action_type);
  const config =
    action && body.action_config
      ? await checkConfig(
          action,
          keepSecrets(action, body.action_config, current.action_config),
          current.action_config,
          context,
          problems,
        )
      : current.action_config;
  if (action && context.bound) problems.push(...redirectProblems(action, current.action_config, current, body));
  const { relative, entity } = await relativeFields(current.schedule_type, merged, context, problems);
  if (config && action && body.action_config)
    problems.push(...recordProblems(current.schedule_type, entity, action, config));
  requireNone(problems);
  const { status: _status, schedule_type: _type, action_type: _action, ...kept } = body;
  const definition = {
    ...current,
    ...(kept as Partial<ScheduleDefinition>),
    ...when,
    ...relative,
    action_config: config ?? {},
    destination: destinationOf(action, config ?? {}),
  };
  return { definition, changesWhen: !sameWhen(definition, current) };
}

/** The type that a name in any case, or an alias, stands for. */
const scheduleTypeOf = inAnyCase(SCHEDULE_TYPES, TYPE_ALIASES);

const EXAMPLES: Readonly<Record<Exclude<ScheduleType, 'RELATIVE'>, string>> = {
  CRON: '"0 9 * * MON-FRI"',
  RATE: '"rate(5 minutes)"',
  ONE_TIME: '"at(2027-12-24T18:00:00)"',
  RRULE: '"RRULE:FREQ=MONTHLY;BYDAY=2TU"',
};

function expressionMissing(type: Exclude<ScheduleType, 'RELATIVE'>): FieldProblem {
  const msg = `${type} schedules need one, such as ${EXAMPLES[type]}`;
  return { loc: ['body', 'schedule_expression'], msg, type: 'missing' };
}

/**
 * What is wrong with an action that is about the record of its run: only runs of RELATIVE schedules have one, and it has
 * the fields of its definition.
 */
function recordProblems(
  type: ScheduleType,
  entity: EntityDefinition | undefined,
  action: Action,
  config: Record<string, unknown>,
): FieldProblem[] {
  const at = ['body', 'action_config'];
  if (type === 'RELATIVE') {
    const misfits = (entity && action.checkRecord?.(config, entity.fields)) ?? [];
    return misfits.map(({ path, ...problem }) => ({ loc: [...at, ...path], ...problem }));
  }
  if (action.needsRecord?.(config) !== true) return [];
  const msg =
    `is needed, as ${type} schedules are about no record: name one, such as ` +
    '{"entity_definition_id": "…", "external_id": "acct-1"}';
  return [{ loc: [...at, 'record'], msg, type: 'missing' }];
}

/** What checking a definition needs. */
export interface InputContext extends ConfigContext {
  readonly now: number;
  /** The tenant's entity definition with this id. */
  readonly entity: (id: string) => Promise<EntityDefinition | undefined>;
}

async function relativeFields(
  type: ScheduleType | undefined,
  input: RelativeInput,
  context: InputContext,
  problems: FieldProblem[],
): Promise<{ readonly relative: RelativeFields; readonly entity: EntityDefinition | undefined }> {
  const id = type === 'RELATIVE' ? input.relative_entity_definition_id : null;
  const definition = id ? await context.entity(id) : undefined;
  const known = new Set(problems.map(({ loc }) => String(loc[1])));
  const checked = checkRelative(type, input, definition, known);
  problems.push(
    ...checked.problems.map(({ field, path = [], ...problem }) => ({ loc: ['body', field, ...path], ...problem })),
  );
  return { relative: checked.fields, entity: definition };
}

/**
 * A trigger's overlay of the action config, checked, and where the run goes with it.
 * @param problems gets what is wrong with it
 */
export async function checkOverlay(
  schedule: Schedule,
  overlay: Record<string, unknown>,
  context: ConfigContext,
  problems: FieldProblem[],
): Promise<{ readonly action_overlay: Record<string, unknown>; readonly destination: string }> {
  const action = await actionOf(schedule.action_type, context, problems);
  const kept = action ? keepSecrets(action, overlay, schedule.action_config) : overlay;
  const whole = { ...schedule.action_config, ...kept };
  if (action) await checkConfig(action, whole, schedule.action_config, context, problems);
  return { action_overlay: kept, destination: destinationOf(action, whole) };
}

/** Where a checked config sends its runs: what the limits of work in flight are counted by. */
function destinationOf(action: Action | undefined, config: Record<string, unknown>): string {
  const parsed = action && safeParse(action.config, config);
  return (parsed?.success && action?.destination?.(parsed.data)) || '';
}

/** The action of a type, where there is one that this server can perform. */
async function actionOf(type: string, context: ConfigContext, problems: FieldProblem[]): Promise<Action | undefined> {
  const action = findAction(type);
  const why = action ? unavailableWords(action, await context.egress()) : null;
  if (action && why === null) return action;
  const msg = why ?? `must be one of ${ACTION_NAMES.join(', ')}; got ${show(type)}`;
  problems.push({ loc: ['body', 'action_type'], msg, type: action ? 'not_available' : 'enum' });
  return undefined;
}

function names(problems: readonly FieldProblem[], field: string): boolean {
  return problems.some((problem) => problem.loc[1] === field);
}
