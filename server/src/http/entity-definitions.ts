import type { z } from '@hono/zod-openapi';
import { demandsOf, type EntityDefinition } from '../domain/entity.ts';
import { AppError, requireNone } from '../domain/errors.ts';
import { relativePlan } from '../domain/relative.ts';
import type { Schedule } from '../domain/schedule.ts';
import { show } from '../domain/show.ts';
import type { Transaction } from '../store/db.ts';
import {
  countAgainst,
  countRecords,
  deleteDefinition,
  insertDefinition,
  listDefinitions,
  lockDefinition,
  updateDefinition,
} from '../store/entity-definitions.ts';
import { deleteSomeRecords } from '../store/entity-records.ts';
import { newId } from '../store/ids.ts';
import { schedulesOn } from '../store/relative.ts';
import { rfc3339 } from './answers.ts';
import { requireVersion } from './conditional.ts';
import type { Call } from './route.ts';
import type { DefinitionAnswer, DefinitionCreate, DefinitionDeleteQuery, DefinitionUpdate } from './wire-entities.ts';

type Target = { readonly definition_id: string };
type None = Record<string, unknown>;

/** Records that go in one transaction: their dates go with them, and no statement may take long. */
const DELETED_AT_ONCE = 5_000;

/** Makes a definition. @throws AppError `slug_taken` */
export async function createDefinition(
  call: Call<None, None, z.output<typeof DefinitionCreate>>,
): Promise<EntityDefinition> {
  const now = call.now();
  const { tenant_id } = call.principal;
  const { slug = '', name = '', fields = [] } = call.body;
  requireNone(call.problems);
  const definition = { tenant_id, id: newId(now), slug, name, fields, version: 1, created_at: now, updated_at: now };
  return await call.transact(async (tx) => {
    await call.quotas.requireFew(tx, tenant_id, 'entity_definitions');
    if (await insertDefinition(tx, definition)) {
      await call.audit(tx, { id: definition.id, after: definitionAnswer(definition) });
      return definition;
    }
    const { definitions } = await listDefinitions(tx, tenant_id, { slug }, { limit: 1, offset: 0 });
    throw new AppError(
      'slug_taken',
      `There is a definition ${show(slug)} already: change that one, or take another slug.`,
      {
        extra: { definition_id: definitions[0]?.id ?? null },
      },
    );
  });
}

/** Changes what the body names, unless records stand against it. @throws AppError `definition_conflict` */
export async function changeDefinition(
  call: Call<Target, None, z.output<typeof DefinitionUpdate>>,
): Promise<EntityDefinition> {
  const now = call.now();
  return await call.transact(async (tx) => {
    const current = await lock(tx, call);
    const { slug, name = current.name, fields = current.fields } = call.body;
    const immutable =
      slug === undefined || slug === current.slug
        ? []
        : [
            {
              loc: ['body', 'slug'],
              msg: `can't change from ${show(current.slug)} to ${show(slug)}; make a new definition instead`,
              type: 'immutable',
            },
          ];
    requireNone([...call.problems, ...immutable]);
    const { tenant_id, id } = current;
    const against = await countAgainst(tx, tenant_id, id, demandsOf(current.fields, fields));
    if (against.length > 0) {
      const words = against.map(({ field, value, records }) =>
        value === 'required'
          ? `${field} would be required and ${count(records)} no value in it`
          : `${field} would go or have another type and ${count(records)} a value in it`,
      );
      throw new AppError('definition_conflict', `Records stand against this: ${words.join('; ')}.`, {
        extra: { conflicts: against.map(({ field, value, records }) => ({ field, value, records })) },
      });
    }
    const misfits = (await schedulesOn(tx, { tenant_id, definition_id: id })).flatMap((schedule) => {
      const misfit = misfitOf(schedule, { ...current, fields });
      return misfit === null ? [] : [{ schedule_id: schedule.id, problem: misfit }];
    });
    if (misfits.length > 0) {
      throw new AppError('definition_conflict', `Schedules stand against this: ${misfits[0]?.problem}.`, {
        extra: { schedules: misfits },
      });
    }
    const same = name === current.name && JSON.stringify(fields) === JSON.stringify(current.fields);
    const updated = same ? current : { ...current, name, fields, version: current.version + 1, updated_at: now };
    if (!same) await updateDefinition(tx, updated);
    await call.audit(tx, { id: current.id, before: definitionAnswer(current), after: definitionAnswer(updated) });
    return updated;
  });
}

/** Deletes a definition, with `cascade` its records first, some at a time. @throws AppError `definition_in_use` */
export async function removeDefinition(
  call: Call<Target, z.output<typeof DefinitionDeleteQuery>, None>,
): Promise<void> {
  const cascade = call.query.cascade === 'true';
  const { tenant_id } = call.principal;
  const { definition_id } = call.params;
  for (;;) {
    const done = await call.transact(async (tx) => {
      const definition = await lock(tx, call);
      const schedules = await schedulesOn(tx, { tenant_id, definition_id });
      if (schedules.length > 0) {
        const ids = schedules.slice(0, 5).map((schedule) => schedule.id);
        const msg = `${schedules.length === 1 ? 'A schedule goes' : `${schedules.length} schedules go`} by this definition: delete ${schedules.length === 1 ? 'it' : 'them'} first (${ids.join(', ')}${schedules.length > 5 ? ', …' : ''}).`;
        throw new AppError('definition_in_use', msg, { extra: { schedules: schedules.length, schedule_ids: ids } });
      }
      let deleted = 0;
      if (cascade) {
        deleted = await deleteSomeRecords(tx, { tenant_id, definition_id }, DELETED_AT_ONCE);
        if (deleted === DELETED_AT_ONCE) {
          await call.audit(tx, { id: definition_id, before: { records: deleted } });
          return false;
        }
      } else {
        const records = await countRecords(tx, tenant_id, definition_id);
        if (records > 0) {
          const msg = `${count(records)} this definition: delete them first, or all at once with ?cascade=true.`;
          throw new AppError('definition_in_use', msg, { extra: { records } });
        }
      }
      await deleteDefinition(tx, tenant_id, definition_id);
      await call.audit(tx, { id: definition_id, before: { ...definitionAnswer(definition), records: deleted } });
      return true;
    });
    if (done) return;
  }
}

/** The same for what is unknown and another tenant's. */
export function definitionNotFound(): AppError {
  return new AppError('not_found', 'There is no such entity definition.');
}

/** A definition as answers show it. */
export function definitionAnswer(definition: EntityDefinition): z.output<typeof DefinitionAnswer> {
  const { id, slug, name, fields, version, created_at, updated_at } = definition;
  return {
    id,
    slug,
    name,
    fields: [...fields],
    version,
    created_at: rfc3339(created_at),
    updated_at: rfc3339(updated_at),
  };
}

/** @throws AppError `not_found`, `stale_version` */
async function lock(tx: Transaction, call: Call<Target, unknown, unknown>): Promise<EntityDefinition> {
  const definition = await lockDefinition(tx, call.principal.tenant_id, call.params.definition_id, 'write');
  if (!definition) throw definitionNotFound();
  requireVersion(call.headers, 'definition', definition.version);
  return definition;
}

/** Why a schedule's rule would not fit a definition; null: it does. */
function misfitOf(schedule: Schedule, definition: EntityDefinition): string | null {
  try {
    relativePlan(schedule, definition);
    return null;
  } catch (error) {
    return `${schedule.name} (${schedule.id}): ${error instanceof Error ? error.message : String(error)}`;
  }
}

function count(records: number): string {
  return records === 1 ? '1 record has' : `${records} records have`;
}
