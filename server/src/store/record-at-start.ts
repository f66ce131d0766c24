import type { EntityRecord, RecordSnapshot } from '../domain/entity.ts';
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

/**
 * Reads a run's record again as the run starts: it may have waited, and the record or the rule may say otherwise by now
 * (docs/relative.md).
 */
export async function readAtStart(
  db: Queryable,
  run: Pick<LeasedRun, 'tenant_id' | 'schedule_id' | 'scheduled_for'> & { readonly record_id: string },
): Promise<RecordAtStart> {
  const [[schedule], [record]] = await Promise.all([
    db.query<Schedule>(
      'SELECT * FROM schedules WHERE tenant_id = $1 AND id = $2',
      [run.tenant_id, run.schedule_id],
      'schedule_at_start',
    ),
    db.query<EntityRecord>(
      'SELECT * FROM entity_records WHERE tenant_id = $1 AND id = $2',
      [run.tenant_id, run.record_id],
      'record_at_start',
    ),
  ]);
  const id = schedule?.relative_entity_definition_id ?? null;
  const definition = id === null ? undefined : await getDefinition(db, run.tenant_id, id);
  if (!record) return { skip: 'RECORD_GONE' };
  // A rule that no longer fits its definition parks the schedule; what was planned by it goes on.
  if (!schedule || !definition) return { record: snapshotOf(record) };
  const plan = relativePlan(schedule, definition);
  if (!concerns(plan, record)) return { skip: 'FILTER' };
  const at = dateOf(plan, record.data);
  const due = at === null ? null : nextOfDate(plan, at, run.scheduled_for - 1);
  return due === run.scheduled_for ? { record: snapshotOf(record) } : { skip: 'DATE_CHANGED' };
}
