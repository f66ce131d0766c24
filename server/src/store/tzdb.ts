import type { ScheduleState } from '../domain/schedule.ts';
import type { DueSchedule } from '../domain/occurrences.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';

const FACT = 'tzdb';

/** A schedule whose next occurrence a change of time-zone rules may move. */
export type ZonedSchedule = DueSchedule & { readonly tenant_id: string; readonly due_at: number };

/** The version of the time-zone database that the stored instants were computed with; null before the first start. */
export async function storedTzdb(db: Queryable): Promise<string | null> {
  const [row] = await db.query<{ value: string }>('SELECT value FROM facts WHERE name = $1', [FACT]);
  return row?.value ?? null;
}

/** Notes the version, when everything has been computed with it. */
export async function storeTzdb(db: Queryable, version: string, now: number): Promise<void> {
  await db.query(
    'INSERT INTO facts (name, value, updated_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET value = $2, updated_at = $3',
    [FACT, version, timestamp(now)],
  );
}

/**
 * Locks the next schedules, in the order of their ids after the given one, whose next occurrence is still to come and
 * depends on a zone. Those of every tenant: time-zone rules are nobody's own.
 */
export async function lockZoned(
  tx: Transaction,
  after: { readonly tenant_id: string; readonly id: string },
  now: number,
  limit: number,
): Promise<ZonedSchedule[]> {
  return await tx.query<ZonedSchedule>(
    `SELECT * FROM schedules
     WHERE (tenant_id, id) > ($1::uuid, $2::uuid) AND next_run_at > $3 AND schedule_type NOT IN ('RATE', 'RELATIVE') AND timezone <> 'UTC'
     ORDER BY tenant_id, id LIMIT $4 FOR NO KEY UPDATE`,
    [after.tenant_id, after.id, timestamp(now), limit],
  );
}

/** Has the planner look at every RELATIVE schedule whose next occurrence is still to come: it computes that anew. */
export async function lookAtRelative(db: Queryable, now: number): Promise<void> {
  await db.query(
    `WITH zoned AS (
       SELECT tenant_id, id FROM schedules
       WHERE schedule_type = 'RELATIVE' AND status = 'ACTIVE' AND deleted_at IS NULL AND timezone <> 'UTC'
         AND relative_look_at > $1
       ORDER BY tenant_id, id FOR NO KEY UPDATE)
     UPDATE schedules s SET relative_look_at = $1 FROM zoned z WHERE s.tenant_id = z.tenant_id AND s.id = z.id`,
    [timestamp(now)],
  );
}

/** Moves a locked schedule's next occurrence. */
export async function moveNext(
  tx: Transaction,
  schedule: Pick<ZonedSchedule, 'tenant_id' | 'id'>,
  state: ScheduleState,
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE schedules SET status = $3, status_reason = $4, next_run_at = $5, due_at = $6, version = version + 1, updated_at = $7
     WHERE tenant_id = $1 AND id = $2`,
    [
      schedule.tenant_id,
      schedule.id,
      state.status,
      state.status_reason,
      timestamp(state.next_run_at),
      timestamp(state.due_at),
      timestamp(now),
    ],
  );
}
