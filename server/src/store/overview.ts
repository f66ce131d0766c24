import { bucketOf } from './buckets.ts';
import { timestamp, type Queryable } from './db.ts';

/** A schedule, as far as the first page of the console names it. */
export interface NamedSchedule {
  readonly id: string;
  readonly name: string;
  readonly status_reason: string | null;
  readonly consecutive_failures: number;
  readonly last_run_at: number | null;
  readonly next_run_at: number | null;
}

/** A run that should have started by now. */
export interface OverdueRun {
  readonly id: string;
  readonly schedule_id: string;
  readonly name: string;
  readonly scheduled_for: number;
  readonly due_at: number;
  readonly attempt: number;
}

/** How many there are, counted up to `MOST_COUNTED`, and the first of them. */
export interface Found<T> {
  readonly total: number;
  readonly first: T[];
}

/** Where counting stops. */
export const MOST_COUNTED = 10_000;
/** So many are named. */
const NAMED = 10;

/** Failures are looked for among so many of the newest FAILED runs: a schedule whose last failures lie further back is not found. */
const FAILED_RUNS = 5_000;

const COLUMNS = 's.id, s.name, s.status_reason, s.consecutive_failures, s.last_run_at, s.next_run_at';

/**
 * The schedules of a tenant, or of a customer of its, that fire next. RELATIVE ones have an index of their own, and no `due_at`.
 */
export async function upcoming(
  db: Queryable,
  tenantId: string,
  customerId: string | null,
  limit: number,
): Promise<NamedSchedule[]> {
  const part = (which: string, order: string) =>
    `(SELECT ${COLUMNS}, ${order} AS fires FROM schedules s WHERE s.tenant_id = $1 AND s.bucket = $4::smallint AND ${which} AND s.status = 'ACTIVE'
      AND s.deleted_at IS NULL AND ($2::uuid IS NULL OR s.customer_id = $2) ORDER BY ${order} LIMIT $3)`;
  return await db.query<NamedSchedule>(
    `SELECT id, name, status_reason, consecutive_failures, last_run_at, next_run_at FROM (
       ${part('s.due_at IS NOT NULL', 's.due_at')} UNION ALL
       ${part('s.relative_entity_definition_id IS NOT NULL AND s.next_run_at IS NOT NULL', 's.next_run_at')}) s
     ORDER BY fires, id LIMIT $3`,
    [tenantId, customerId, limit, bucketOf(tenantId)],
  );
}

/** The schedules that failures, or their receiver (PARKED), have stopped. */
export async function stopped(
  db: Queryable,
  tenantId: string,
  customerId: string | null,
  reason: 'FAILURES' | 'PARKED',
): Promise<Found<NamedSchedule>> {
  return await found<NamedSchedule>(
    db,
    `SELECT ${COLUMNS} FROM schedules s WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND s.status_reason = '${reason}'
       AND ($2::uuid IS NULL OR s.customer_id = $2) LIMIT ${MOST_COUNTED}`,
    'id DESC',
    [tenantId, customerId],
  );
}

/**
 * The schedules that go on, and whose last runs FAILED. No index says which they are: that would make every failure write to it.
 * Of a tenant they are found by its newest FAILED runs, of a customer among its schedules.
 */
export async function failing(
  db: Queryable,
  tenantId: string,
  customerId: string | null,
): Promise<Found<NamedSchedule>> {
  const among =
    customerId === null
      ? `s.id = ANY (ARRAY(SELECT DISTINCT f.schedule_id FROM (SELECT r.schedule_id FROM runs r WHERE r.tenant_id = $1
           AND r.status = 'FAILED' ORDER BY r.id DESC LIMIT ${FAILED_RUNS}) f))`
      : 's.customer_id = $2';
  return await found<NamedSchedule>(
    db,
    `SELECT ${COLUMNS} FROM schedules s WHERE s.tenant_id = $1 AND s.deleted_at IS NULL AND s.status = 'ACTIVE'
       AND s.consecutive_failures > 0 AND ${among} AND ($2::uuid IS NULL OR s.customer_id = $2) LIMIT ${MOST_COUNTED}`,
    'consecutive_failures DESC, id DESC',
    [tenantId, customerId],
  );
}

/** The runs that could have started before an instant, and have not: of the first `MOST_COUNTED`, the oldest come first. */
export async function overdue(
  db: Queryable,
  tenantId: string,
  customerId: string | null,
  before: number,
): Promise<Found<OverdueRun>> {
  return await found<OverdueRun>(
    db,
    `SELECT r.id, r.schedule_id, s.name, r.scheduled_for, r.wake_at AS due_at, r.attempt FROM runs r
       JOIN schedules s ON s.tenant_id = r.tenant_id AND s.id = r.schedule_id
     WHERE r.tenant_id = $1 AND r.status = 'PENDING' AND r.wake_at IS NOT NULL AND r.wake_at < $3
       AND ($2::uuid IS NULL OR s.customer_id = $2) LIMIT ${MOST_COUNTED}`,
    'due_at, id',
    [tenantId, customerId, timestamp(before)],
  );
}

async function found<T>(db: Queryable, rows: string, order: string, values: readonly unknown[]): Promise<Found<T>> {
  const first = await db.query<T & { total: number }>(
    `SELECT *, count(*) OVER () AS total FROM (${rows}) found ORDER BY ${order} LIMIT ${NAMED}`,
    values,
  );
  return { total: first[0]?.total ?? 0, first };
}
