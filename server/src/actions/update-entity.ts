import { z } from 'zod';
import { DataChecker, type EntityField } from '../domain/entity.ts';
import type { EntityUpdate, FieldChange } from '../domain/entity-update.ts';
import type { FieldType } from '../domain/entity-value.ts';
import type { Action, ActionTarget, ConfigProblem, Outcome } from './action.ts';
import { attemptError, type AttemptErrorCode } from './attempt-error.ts';
import { cleanJson, cleanText } from './ledger.ts';
import { checkTemplates, hasTemplates, renderAll, scopeOf, TemplateError } from './template.ts';

const MOST_CHANGES = 100;

const updateEntityConfig = z.strictObject({
  set: z
    .record(z.string().min(1).max(63), z.unknown())
    .refine((set) => Object.keys(set).length >= 1 && Object.keys(set).length <= MOST_CHANGES, {
      message: `must name 1 to ${MOST_CHANGES} fields`,
    })
    .meta({
      description:
        'Field → value; null clears, "$now" is the present, {"$increment": 1} adds. Strings may be templates, read as the type of the field.',
    }),
  record: z
    .strictObject({
      entity_definition_id: z.guid(),
      record_id: z.string().min(1).max(255).optional().meta({ description: 'May be a template.' }),
      external_id: z.string().min(1).max(255).optional().meta({ description: 'May be a template.' }),
    })
    .refine((record) => (record.record_id === undefined) !== (record.external_id === undefined), {
      message: 'must have either record_id or external_id',
    })
    .optional()
    .meta({ description: 'Which record; the one that the run is about, when absent.' }),
});
type Config = z.output<typeof updateEntityConfig>;

/** Sets fields of a record, in the transaction that writes the run's outcome. */
export const updateEntity: Action<typeof updateEntityConfig> = {
  type: 'UPDATE_ENTITY',
  aliases: [],
  description: "Sets fields of a record: the run's own, or another.",
  config: updateEntityConfig,
  secretPaths: [],

  needsRecord: ({ record }) => record === undefined,

  checkRecord: ({ set, record }, fields) => (record === undefined ? misfits(set, fields) : []),

  check({ set, record }) {
    return [
      ...checkTemplates({ set, record }),
      ...Object.entries(set ?? {}).flatMap(([field, value]) => operatorProblems(field, value)),
    ];
  },

  async perform(target, context) {
    if (context.signal.aborted) {
      const error = attemptError('aborted', 'The attempt was stopped before it began.');
      return { kind: 'aborted', error, request: null, response: null };
    }
    try {
      return asked(target);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return rejected('template_error', error.message);
    }
  },
};

/** What is to be written; whether it can be shows in the transaction. */
function asked(target: ActionTarget<Config>): Outcome {
  const { config, record, schedule } = target;
  const rendered = renderAll({ set: config.set, record: config.record ?? null }, scopeOf(target));
  const changes = Object.entries(config.set).map(([field, value]) => changeOf(field, value, rendered.set[field]));
  const own = record === null ? null : { definition_id: String(record['definition_id']), id: String(record['id']) };
  let update: EntityUpdate;
  if (config.record) {
    const { record_id: id, external_id = '' } = rendered.record ?? {};
    if (id !== undefined && !z.guid().safeParse(id).success) {
      return rejected('record_not_found', `record.record_id is not an id of a record: ${JSON.stringify(id)}`);
    }
    if (cleanText(external_id) !== external_id) {
      const message = `record.external_id holds what no external_id can: ${JSON.stringify(external_id)}`;
      return rejected('record_not_found', message);
    }
    const which = id === undefined ? { external_id } : { id };
    update = { definition_id: config.record.entity_definition_id, record: which, changes, timezone: schedule.timezone };
  } else if (own) {
    update = { definition_id: own.definition_id, record: { id: own.id }, changes, timezone: schedule.timezone };
  } else {
    return rejected('record_missing', 'The run is about no record, and action_config names none.');
  }
  return { kind: 'delivered', request: cleanJson({ ...update }) as Record<string, unknown>, response: null, update };
}

function changeOf(field: string, value: unknown, rendered: unknown): FieldChange {
  if (value === '$now' || isOperator(value, '$now')) return { field, kind: 'now' };
  if (isOperator(value, '$increment')) return { field, kind: 'increment', by: Number(value['$increment']) };
  return { field, kind: 'set', value: rendered, text: typeof value === 'string' && hasTemplates(value) };
}

function isOperator(value: unknown, name: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 1 && Object.hasOwn(value, name);
}

function operatorProblems(field: string, value: unknown): ConfigProblem[] {
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  if (!keys.some((key) => key.startsWith('$'))) return [];
  const path = ['set', field];
  if (isOperator(value, '$now')) {
    return value['$now'] === true ? [] : [{ path, msg: 'must be "$now" or {"$now": true}', type: 'value_error' }];
  }
  if (isOperator(value, '$increment')) {
    const by = value['$increment'];
    if (typeof by === 'number' && Number.isFinite(by)) return [];
    return [{ path, msg: '$increment must be a number, such as {"$increment": 1}', type: 'value_error' }];
  }
  const msg = `${keys.join(', ')}: the only operators are $now and $increment, one at a time`;
  return [{ path, msg, type: 'value_error' }];
}

/** The types that can hold the present: as an instant or its day, or as the instant's text. */
const HOLD_NOW: readonly FieldType[] = ['DATETIME', 'DATE', 'STRING', 'JSON'];

/** What the records can't hold: a field that they have not, a value that is none of its type. What a template becomes is not known. */
function misfits(set: Config['set'], fields: readonly EntityField[]): ConfigProblem[] {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const named: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const [field, value] of Object.entries(set)) {
    const type = types.get(field);
    const change = changeOf(field, value, value);
    if (type === undefined) named[field] = null;
    else if (change.kind === 'increment' && type !== 'NUMBER') {
      const msg = `$increment needs a NUMBER, and this is a ${type}`;
      problems.push({ path: ['set', field], msg, type: 'value_error' });
    } else if (change.kind === 'now' && !HOLD_NOW.includes(type)) {
      const msg = `$now needs one of ${HOLD_NOW.join(', ')}, and this is a ${type}`;
      problems.push({ path: ['set', field], msg, type: 'value_error' });
    } else if (change.kind === 'set' && !hasTemplates(value) && operatorProblems(field, value).length === 0) {
      // An operator that there is not has been told as such: it is no value of the wrong type, too.
      named[field] = change.value;
    }
  }
  const checked = new DataChecker(fields).check(named);
  const wrong = 'problems' in checked ? checked.problems : [];
  // Required fields that it does not name are the record's own affair.
  const own = wrong.filter(({ path: [field] }) => field === undefined || Object.hasOwn(named, field));
  return [...problems, ...own.map(({ path, ...problem }) => ({ path: ['set', ...path], ...problem }))];
}

function rejected(code: AttemptErrorCode, message: string): Outcome {
  return { kind: 'rejected', error: attemptError(code, message), request: null, response: null };
}
