import type { RunReason, RunStatus, RunTrigger } from '../domain/run.ts';
import type { ScheduleState } from '../domain/schedule.ts';
import { timestamp, type Queryable } from './db.ts';

/** The last instant that a run tells of; as the index `runs_changed` has it. */
export const CHANGED = 'greatest(r.created_at, r.started_at, r.finished_at)';

const FIRST = '00000000-0000-0000-0000-000000000000';

/** A run as it is now, and when it became so. */
export interface RunChange {
  readonly id: string;
  readonly schedule_id: string;
  /** Of the schedule, as it is now. */
  readonly customer_id: string | null;
  readonly trigger: RunTrigger;
  readonly status: RunStatus;
  readonly reason: RunReason | null;
  readonly attempt: number;
  readonly scheduled_for: number;
  readonly fire_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly record_id: string | null;
  readonly at: number;
}

/** A schedule as it is now, and when somebody or something changed it. */
export interface ScheduleChange {
  readonly id: string;
  readonly customer_id: string | null;
  readonly name: string;
  readonly status: ScheduleState['status'];
  readonly status_reason: ScheduleState['status_reason'];
  readonly next_run_at: number | null;
  readonly version: number;
  readonly deleted_at: number | null;
  readonly at: number;
}

/** Where a reader is: everything before this instant, and at it up to this id, has been read. */
export interface Place {
  readonly at: number;
  readonly id: string;
}

/** The place before everything that happened at an instant. */
export function beginningOf(at: number): Place {
  return { at, id: FIRST };
}

const COLUMNS = `r.id, r.schedule_id, r.trigger, r.status, r.reason, r.attempt, r.scheduled_for, r.fire_at, r.started_at,
  r.finished_at, r.record_id, r.tenant_id, ${CHANGED} AS at`;

/** Whose runs they are is looked up for those alone that are answered. */
const withCustomers = (runs: string, order = '') =>
  `SELECT r.id, r.schedule_id, s.customer_id, r.trigger, r.status, r.reason, r.attempt, r.scheduled_for, r.fire_at, r.started_at,
     r.finished_at, r.record_id, r.at
   FROM (${runs}) r JOIN schedules s ON s.tenant_id = r.tenant_id AND s.id = r.schedule_id ${order}`;

/** Up to `limit` runs of the tenant that began, started or ended after a place, in that order. */
export async function changedRuns(db: Queryable, tenantId: string, after: Place, limit: number): Promise<RunChange[]> {
  return await db.query<RunChange>(
    withCustomers(
      `SELECT ${COLUMNS} FROM runs r WHERE r.tenant_id = $1 AND ${CHANGED} >= $2 AND (${CHANGED}, r.id) > ($2, $3)
       ORDER BY ${CHANGED}, r.id LIMIT $4`,
      'ORDER BY r.at, r.id',
    ),
    [tenantId, timestamp(after.at), after.id, limit],
  );
}

/** Runs of the tenant as they are now. */
export async function runsAsTheyAre(db: Queryable, tenantId: string, ids: readonly string[]): Promise<RunChange[]> {
  if (ids.length === 0) return [];
  return await db.query<RunChange>(
    withCustomers(`SELECT ${COLUMNS} FROM runs r WHERE r.tenant_id = $1 AND r.id = ANY ($2::uuid[])`),
    [tenantId, ids],
    'runs_as_they_are',
  );
}

/** Up to `limit` schedules of the tenant that were made, changed or deleted after a place, in that order. */
export async function changedSchedules(
  db: Queryable,
  tenantId: string,
  after: Place,
  limit: number,
): Promise<ScheduleChange[]> {
  return await db.query<ScheduleChange>(
    `SELECT id, customer_id, name, status, status_reason, next_run_at, version, deleted_at, updated_at AS at FROM schedules
     WHERE tenant_id = $1 AND updated_at >= $2 AND (updated_at, id) > ($2, $3) ORDER BY updated_at, id LIMIT $4`,
    [tenantId, timestamp(after.at), after.id, limit],
  );
}
