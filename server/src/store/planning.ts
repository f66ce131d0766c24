import type { OpenRuns, OpenRunsNamed } from '../domain/overlap.ts';
import type { Schedule, ScheduleState } from '../domain/schedule.ts';
import { besideSlice, bucketOf, WHOLE, withinBucketOf, withinSlice, type Bound, type Slice } from './buckets.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { EGRESS_VERSION, type PolicyMark } from './egress-policies.ts';
import type { DueSchedule } from '../domain/occurrences.ts';
import type { Steered } from '../domain/lifecycle.ts';
import type { AttemptedRun } from '../domain/retry.ts';
import { booleans, instants, ints, texts, uuids } from './arrays.ts';
import { rowsOf } from './lists.ts';
import { SIGNING_TEXT, type LeasedSchedule, type Signing } from './leases.ts';
import { readSigning } from './signing.ts';

/** A locked schedule with what starting its runs needs. */
export type LockedSchedule = Schedule & Signing & PolicyMark;

/** What of a locked schedule the planning and the first attempts of its runs need: less than half of it. */
export type PlannedSchedule = Omit<DueSchedule, 'next_run_at'> &
  Steered &
  LeasedSchedule &
  Pick<AttemptedRun, 'max_retries' | 'retry_backoff_seconds'> &
  Pick<Schedule, 'tenant_id' | 'destination' | 'release_at' | 'run_count'> &
  Signing &
  PolicyMark;

/** A schedule that is due, locked by this transaction. */
export type DueRow = PlannedSchedule & { readonly next_run_at: number; readonly due_at: number };

/** The columns of a `DueRow`, of the schedule `s` and its tenant `t`. */
const DUE = `s.tenant_id, s.id, s.name, s.external_id, s.customer_id, s.schedule_type, s.schedule_expression, s.timezone, s.start_at, s.end_at,
  s.action_type, s.action_config, s.destination, s.overlap_policy, s.catchup_window_minutes, s.flexible_window_minutes, s.max_retries,
  s.retry_backoff_seconds, s.rate_limit_per_minute, s.status, s.status_reason, s.status_detail, s.next_run_at, s.due_at, s.paused_from,
  s.relative_cursor, s.relative_look_at, s.rate_free_at, s.release_at, s.run_count, s.created_at, ${SIGNING_TEXT}, ${EGRESS_VERSION}`;

/** What planning writes back to a schedule: where it stands, and what it counts. */
export interface Advance {
  readonly tenant_id: string;
  readonly id: string;
  readonly state: ScheduleState;
  readonly rate_free_at: number | null;
  readonly release_at: number | null;
  /** Runs added by this pass: skipped and missed occurrences are not runs. */
  readonly runs: number;
  /** Whether one of them starts now. */
  readonly starts: boolean;
}

/** Locks up to `limit` due schedules of a slice, earliest first. Those that another node holds are passed over: it plans them. */
export async function lockDue(tx: Transaction, now: number, limit: number, slice: Slice = WHOLE): Promise<DueRow[]> {
  return await lockDueWhere(tx, now, limit, withinSlice('s', slice, 3));
}

/** The same of all other buckets: what those whose turn it is have left lying. */
export async function lockOverdueBeside(tx: Transaction, at: number, limit: number, slice: Slice): Promise<DueRow[]> {
  return await lockDueWhere(tx, at, limit, besideSlice('s', slice, 3));
}

async function lockDueWhere(
  tx: Transaction,
  at: number,
  limit: number,
  { sql, values, mark }: Bound,
): Promise<DueRow[]> {
  const rows = await tx.query<DueRow>(
    `SELECT ${DUE} FROM (SELECT * FROM schedules s WHERE s.due_at <= $1${sql} ORDER BY s.due_at LIMIT $2
       FOR NO KEY UPDATE SKIP LOCKED) s JOIN tenants t ON t.id = s.tenant_id`,
    [timestamp(at), limit, ...values],
    `lock_due${mark}`,
  );
  return readSigning<DueRow>(rows);
}

/** A tenant that has active schedules, and when the earliest is due. */
export interface TenantDue {
  readonly tenant_id: string;
  readonly due_at: number;
}

/**
 * Up to `limit` tenants of a slice behind the tenant `after`, by bucket and id: one probe of an index for each, however many
 * schedules it has (1,000 tenants: 5 ms).
 */
export async function scanTenants(
  tx: Transaction,
  after: string | null,
  limit: number,
  slice: Slice = WHOLE,
): Promise<TenantDue[]> {
  // Where it goes along the buckets, the last one ends it.
  const sql = slice.first === slice.last ? ' AND s.bucket = $4::smallint' : ' AND s.bucket <= $4::smallint';
  return await tx.query(
    `WITH RECURSIVE tenants_due AS (
       (SELECT bucket, tenant_id, due_at FROM schedules s
        WHERE due_at IS NOT NULL AND (bucket, tenant_id) > ($1::smallint, $2::uuid)${sql}
        ORDER BY bucket, tenant_id, due_at LIMIT 1)
       UNION ALL
       SELECT n.* FROM tenants_due d CROSS JOIN LATERAL (
         SELECT bucket, tenant_id, due_at FROM schedules s
         WHERE due_at IS NOT NULL AND (bucket, tenant_id) > (d.bucket, d.tenant_id)${sql}
         ORDER BY bucket, tenant_id, due_at LIMIT 1) n)
     SELECT tenant_id, due_at FROM tenants_due LIMIT $3`,
    [after === null ? slice.first : bucketOf(after), after ?? BEFORE_ALL, limit, slice.last],
    slice.first === slice.last ? 'scan_tenants_of_bucket' : 'scan_tenants',
  );
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Locks up to `share` due schedules of each of these tenants, earliest first, without those that this transaction has. */
export async function lockDueOf(
  tx: Transaction,
  tenants: readonly string[],
  now: number,
  share: number,
  locked: readonly string[],
): Promise<DueRow[]> {
  if (tenants.length === 0) return [];
  const { sql, values, mark } = withinBucketOf(
    tx,
    'q',
    tenants.map((tenant_id) => ({ tenant_id })),
    5,
  );
  const rows = await tx.query<DueRow>(
    `SELECT ${DUE} FROM unnest($1::uuid[]) AS d (tenant_id) CROSS JOIN LATERAL (
       SELECT q.* FROM schedules q WHERE q.bucket = bucket_of(d.tenant_id) AND q.tenant_id = d.tenant_id AND q.due_at <= $2${sql}
       ORDER BY q.due_at LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED) s
       JOIN tenants t ON t.id = s.tenant_id
     WHERE s.id <> ALL ($4::uuid[])`,
    [tenants, timestamp(now), share, locked, ...values],
    `lock_due_of${mark}`,
  );
  return readSigning<DueRow>(rows);
}

type ScheduleKeys = readonly { readonly tenant_id: string; readonly id: string }[];

/** How many of the runs `r` are active, how many held. */
export const OPEN_COUNTS = `count(*) FILTER (WHERE r.wake_at <> 'infinity') AS active,
  count(*) FILTER (WHERE r.wake_at = 'infinity') AS held`;

/** Which of the open runs `r` is in the way of what comes next. */
export const FIRST_OPEN = `(array_agg(r.id ORDER BY r.wake_at = 'infinity', r.id))[1] AS first`;

/** How many runs of each of these schedules are not final. Schedules without one are absent. */
export async function countOpenRuns(tx: Transaction, schedules: ScheduleKeys): Promise<Map<string, OpenRuns>> {
  return await openRunsOf<OpenRuns>(tx, schedules, OPEN_COUNTS, 'count_open_runs');
}

/** The same, and which is in the way of what comes next: that takes a look at each, and some schedules have a thousand. */
export async function nameOpenRuns(tx: Transaction, schedules: ScheduleKeys): Promise<Map<string, OpenRunsNamed>> {
  return await openRunsOf<OpenRunsNamed>(tx, schedules, `${OPEN_COUNTS}, ${FIRST_OPEN}`, 'name_open_runs');
}

async function openRunsOf<Open extends OpenRuns>(
  tx: Transaction,
  schedules: ScheduleKeys,
  columns: string,
  name: string,
): Promise<Map<string, Open>> {
  if (schedules.length === 0) return new Map();
  const { sql, values, mark } = withinBucketOf(tx, 'r', schedules, 3);
  const rows = await tx.query<Open & { schedule_id: string }>(
    `SELECT u.id AS schedule_id, o.*
     FROM unnest($1::uuid[], $2::uuid[]) AS u (tenant_id, id) CROSS JOIN LATERAL (
       SELECT ${columns}
       FROM runs r WHERE r.tenant_id = u.tenant_id AND r.schedule_id = u.id AND r.wake_at IS NOT NULL${sql}) o
     WHERE o.active + o.held > 0`,
    [schedules.map((s) => s.tenant_id), schedules.map((s) => s.id), ...values],
    `${name}${mark}`,
  );
  return new Map(rows.map((row) => [row.schedule_id, row]));
}

const ARRAYS = `$1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
  $9::timestamptz[], $10::int[], $11::bool[], $12::timestamptz[]`;

/** Moves the cursors of locked schedules, in the transaction that inserted their runs. */
export async function advance(tx: Transaction, advances: readonly Advance[], now: number): Promise<void> {
  if (advances.length === 0) return;
  const { sql, values, mark } = withinBucketOf(tx, 's', advances, 14);
  await tx.query(
    `UPDATE schedules s SET
       status = u.status, status_reason = u.status_reason, status_detail = u.status_detail,
       next_run_at = u.next_run_at, due_at = u.due_at, paused_from = u.paused_from, rate_free_at = u.rate_free_at,
       -- Held runs may have been there before: their turn stays.
       release_at = least(u.release_at, s.release_at),
       run_count = s.run_count + u.runs,
       last_run_at = CASE WHEN u.starts THEN $13 ELSE s.last_run_at END,
       version = s.version + CASE WHEN s.status = u.status THEN 0 ELSE 1 END,
       updated_at = CASE WHEN s.status = u.status THEN s.updated_at ELSE $13 END
     FROM ${rowsOf(ARRAYS, 'tenant_id, id, status, status_reason, status_detail, next_run_at, due_at, paused_from, rate_free_at, runs, starts, release_at')} u
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id${sql}`,
    [
      uuids(advances.map((a) => a.tenant_id)),
      uuids(advances.map((a) => a.id)),
      texts(advances.map((a) => a.state.status)),
      texts(advances.map((a) => a.state.status_reason)),
      texts(advances.map((a) => a.state.status_detail)),
      instants(advances.map((a) => a.state.next_run_at)),
      instants(advances.map((a) => a.state.due_at)),
      instants(advances.map((a) => a.state.paused_from)),
      instants(advances.map((a) => a.rate_free_at)),
      ints(advances.map((a) => a.runs)),
      booleans(advances.map((a) => a.starts)),
      instants(advances.map((a) => a.release_at)),
      timestamp(now),
      ...values,
    ],
    `advance${mark}`,
  );
}

/** The instants that come first, and of which bucket each is; none: nothing is ever due. */
export async function earliestDue(
  db: Queryable,
  limit: number,
): Promise<{ readonly at: number; readonly bucket: number }[]> {
  return await db.query(
    'SELECT due_at AS at, bucket FROM schedules WHERE due_at IS NOT NULL ORDER BY due_at LIMIT $1',
    [limit],
    'earliest_due',
  );
}

/** Counts one more run of each of these locked schedules, which planning did not add. */
export async function countRuns(tx: Transaction, tenantId: string, ids: readonly string[]): Promise<void> {
  await tx.query('UPDATE schedules SET run_count = run_count + 1 WHERE tenant_id = $1 AND id = ANY($2::uuid[])', [
    tenantId,
    ids,
  ]);
}

/** Takes back from a locked schedule's count what did not start after all. */
export async function uncountRuns(tx: Transaction, tenantId: string, id: string, runs: number): Promise<void> {
  if (runs === 0) return;
  await tx.query('UPDATE schedules SET run_count = run_count - $3 WHERE tenant_id = $1 AND id = $2', [
    tenantId,
    id,
    runs,
  ]);
}
