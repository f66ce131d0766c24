import type { EntityDefinition } from './entity.ts';
import type { DefinitionProblem } from './definition.ts';
import { parseFilter } from './filter-parse.ts';
import type { RelativeRecurrence } from './relative.ts';
import { show } from './show.ts';
import type { ScheduleDefinition, ScheduleType } from './schedule.ts';

/** The fields of RELATIVE schedules as callers write them: absent, null, or of the right shape. */
export interface RelativeInput {
  readonly relative_entity_definition_id?: string | null | undefined;
  readonly relative_field_name?: string | null | undefined;
  readonly relative_filter?: Record<string, unknown> | null | undefined;
  readonly relative_offset_days?: number | null | undefined;
  readonly relative_recurrence?: RelativeRecurrence | null | undefined;
}

export type RelativeFields = Pick<ScheduleDefinition, keyof RelativeInput>;

export const RELATIVE_FIELDS = [
  'relative_entity_definition_id',
  'relative_field_name',
  'relative_filter',
  'relative_offset_days',
  'relative_recurrence',
] as const satisfies readonly (keyof RelativeInput)[];

const NONE: RelativeFields = {
  relative_entity_definition_id: null,
  relative_field_name: null,
  relative_filter: null,
  relative_offset_days: null,
  relative_recurrence: null,
};

/** A problem with the path to its place inside the field. */
export type RelativeProblem = DefinitionProblem & { readonly path?: readonly (string | number)[] };

/**
 * Checks the fields that say which records a schedule goes by (docs/relative.md).
 * @param definition what `relative_entity_definition_id` names, where it names one of this tenant's
 * @param known fields whose shape was refused already: they are not missing
 */
export function checkRelative(
  type: ScheduleType | undefined,
  input: RelativeInput,
  definition: EntityDefinition | undefined,
  known: ReadonlySet<string>,
): { readonly problems: readonly RelativeProblem[]; readonly fields: RelativeFields } {
  if (type !== 'RELATIVE') {
    const given = type === undefined ? [] : RELATIVE_FIELDS.filter((field) => input[field] != null);
    const problems = given.map((field) => ({
      field,
      msg: `belongs to RELATIVE schedules, and this one is ${type}; leave it out`,
      type: 'not_relative',
    }));
    return { problems, fields: NONE };
  }
  const problems: RelativeProblem[] = [];
  const add = (field: keyof RelativeInput, msg: string, kind: string, path?: readonly (string | number)[]) => {
    if (!known.has(field)) problems.push({ field, msg, type: kind, ...(path && { path }) });
  };
  const id = input.relative_entity_definition_id ?? null;
  const name = input.relative_field_name ?? null;
  if (id === null)
    add('relative_entity_definition_id', 'RELATIVE schedules need one: whose records they go by', 'missing');
  else if (!definition) add('relative_entity_definition_id', `there is no entity definition ${show(id)}`, 'not_found');
  if (name === null) {
    add('relative_field_name', `RELATIVE schedules need one: ${dateFields(definition)}`, 'missing');
  } else if (definition) {
    const field = definition.fields.find((candidate) => candidate.name === name);
    if (!field)
      add('relative_field_name', `${show(name)} is not a field of it; ${dateFields(definition)}`, 'not_found');
    else if (field.type !== 'DATE' && field.type !== 'DATETIME') {
      add('relative_field_name', `${show(name)} is a ${field.type}; ${dateFields(definition)}`, 'not_a_date');
    }
  }
  const filter = input.relative_filter ?? null;
  const parsed = filter !== null && definition ? parseFilter(filter, definition.fields) : null;
  if (parsed && 'problems' in parsed) {
    for (const { path, msg, type: kind } of parsed.problems) add('relative_filter', msg, kind, path);
  }
  return {
    problems,
    fields: {
      relative_entity_definition_id: id,
      relative_field_name: name,
      relative_filter: filter,
      relative_offset_days: input.relative_offset_days ?? 0,
      relative_recurrence: input.relative_recurrence ?? 'NONE',
    },
  };
}

function dateFields(definition: EntityDefinition | undefined): string {
  if (!definition) return 'a DATE or DATETIME field of the definition';
  const names = definition.fields.filter(({ type }) => type === 'DATE' || type === 'DATETIME').map(({ name }) => name);
  return names.length === 0 ? 'it has no DATE or DATETIME field' : `its dates are ${names.join(', ')}`;
}
