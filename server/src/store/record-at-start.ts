import type { EntityDefinition, EntityRecord, RecordSnapshot } from '../domain/entity.ts';
import { concerns, dateOf, nextOfDate, relativePlan } from '../domain/relative.ts';
import type { RunReason } from '../domain/run.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Queryable } from './db.ts';
import { getDefinition } from './entity-definitions.ts';
import type { LeasedRun } from './leases.ts';
import { snapshotOf } from './runs.ts';

/** What a run finds of its record as it starts: the record as it is now, or why there is nothing to do. */
export type RecordAtStart =
  | { readonly record: RecordSnapshot }
  | { readonly skip: Extract<RunReason, 'FILTER' | 'RECORD_GONE' | 'DATE_CHANGED'> };

/** A run that is about to start, about a record. */
export type StartingRun = Pick<LeasedRun, 'tenant_id' | 'schedule_id' | 'scheduled_for'> & {
  readonly record_id: string;
};

/**
 * Reads the records of runs again as the runs start: they may have waited, and the record or the rule may say otherwise by
 * now (docs/relative.md). Many at once, in as many statements as for one.
 * @returns what each finds, in their order
 */
export async function readAtStart(db: Queryable, runs: readonly StartingRun[]): Promise<RecordAtStart[]> {
  const tenants = runs.map((run) => run.tenant_id);
  const [schedules, records] = await Promise.all([
    db.query<Schedule>(
      `SELECT s.* FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[])) AS u (tenant_id, id)
       JOIN schedules s ON s.tenant_id = u.tenant_id AND s.id = u.id`,
      [tenants, runs.map((run) => run.schedule_id)],
      'schedules_at_start',
    ),
    db.query<EntityRecord>(
      `SELECT r.* FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[])) AS u (tenant_id, id)
       JOIN entity_records r ON r.tenant_id = u.tenant_id AND r.id = u.id`,
      [tenants, runs.map((run) => run.record_id)],
      'records_at_start',
    ),
  ]);
  const scheduleOf = new Map(schedules.map((schedule) => [schedule.id, schedule]));
  const recordOf = new Map(records.map((record) => [record.id, record]));
  const definitions = new Map<string, EntityDefinition>();
  for (const { tenant_id, relative_entity_definition_id: id } of schedules) {
    if (id === null || definitions.has(id)) continue;
    const definition = await getDefinition(db, tenant_id, id);
    if (definition) definitions.set(id, definition);
  }
  return runs.map((run) => {
    const schedule = scheduleOf.get(run.schedule_id);
    const definition = definitions.get(schedule?.relative_entity_definition_id ?? '');
    return atStart(run, recordOf.get(run.record_id), schedule, definition);
  });
}

function atStart(
  run: StartingRun,
  record: EntityRecord | undefined,
  schedule: Schedule | undefined,
  definition: EntityDefinition | undefined,
): RecordAtStart {
  if (!record) return { skip: 'RECORD_GONE' };
  // A rule that no longer fits its definition parks the schedule; what was planned by it goes on.
  if (!schedule || !definition) return { record: snapshotOf(record) };
  const plan = relativePlan(schedule, definition);
  if (!concerns(plan, record)) return { skip: 'FILTER' };
  const at = dateOf(plan, record.data);
  const due = at === null ? null : nextOfDate(plan, at, run.scheduled_for - 1);
  return due === run.scheduled_for ? { record: snapshotOf(record) } : { skip: 'DATE_CHANGED' };
}
