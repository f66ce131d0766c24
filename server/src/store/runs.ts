import { attemptFrom, type StoredAttempt } from '../domain/attempt-text.ts';
import type { PlannedRow } from '../domain/occurrences.ts';
import type { RecordSnapshot } from '../domain/entity.ts';
import type { Run, RunReason, RunTrigger } from '../domain/run.ts';
import type { SealedConfig } from '../domain/sealed.ts';
import { oneBucket } from './buckets.ts';
import { idOf } from './ids.ts';
import { bigints, instants, ints, jsons, texts, uuids } from './arrays.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';

/** A node's claim on runs: who, the fencing token of this claim, and until when. */
export interface Lease {
  readonly node: string;
  readonly token: string;
  readonly expires_at: number;
}

/** A run to insert. With a lease it starts at once, on the node that plans it. */
export interface NewRun {
  readonly retry_of?: string;
  readonly backfill_id?: string;
  readonly destination: string;
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly trigger: RunTrigger;
  readonly row: PlannedRow;
  readonly lease: Lease | null;
  readonly action_overlay: SealedConfig | null;
}

/** What a `Run` is read by, see `runFrom`. Its attempts are stored as JSON texts, one for each. */
export const RUN_COLUMNS = `tenant_id, id, schedule_id, trigger, scheduled_for, fire_at, status, reason, attempt, interrupted,
  started_at, finished_at, cancel_reason, retry_of, backfill_id, completes_within_seconds, wake_at, missed_count, missed_until,
  ('[' || array_to_string(attempts, ',') || ']')::json AS attempts, record_id, blocked_by, created_at`;

/** A row of `RUN_COLUMNS`. */
export type RunRow = Omit<Run, 'attempts'> & { readonly attempts: readonly StoredAttempt[] };

/** The run of a row, its attempts whole. */
export function runFrom<Row extends RunRow>(row: Row): Omit<Row, 'attempts'> & Run {
  return { ...row, attempts: row.attempts.map((stored) => attemptFrom(stored, row)) };
}

/**
 * Records the fate of occurrences in one statement. An occurrence that has its run already keeps it: the primary key
 * decides (an occurrence's id is made from what it is), and the row here is dropped.
 * @returns the ids of the rows that were inserted
 */
export async function insertRuns(tx: Transaction, runs: readonly NewRun[], now: number): Promise<Set<string>> {
  if (runs.length === 0) return new Set();
  const one = oneBucket(runs);
  const of = <Value>(value: (run: NewRun) => Value): Value[] => runs.map(value);
  const inserted = await tx.query<{ id: string }>(
    `INSERT INTO runs (bucket, tenant_id, id, schedule_id, trigger, scheduled_for, fire_at, status, reason, attempt, wake_at,
       lease_token, lease_node, finished_at, action_overlay, missed_count, missed_until, retry_of, destination,
       backfill_id, record_id, record, blocked_by, started_at, created_at)
     SELECT ${one === null ? 'bucket_of(u.tenant_id)' : '$24::smallint'}, u.*, CASE WHEN u.attempt = 1 THEN $23::timestamptz END, $23::timestamptz
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[],
       $8::text[], $9::int[], $10::timestamptz[], $11::uuid[], $12::text[], $13::timestamptz[], $14::jsonb[],
       $15::bigint[], $16::timestamptz[], $17::uuid[], $18::text[], $19::uuid[], $20::uuid[], $21::jsonb[], $22::uuid[])
       AS u (tenant_id, id, schedule_id, trigger, scheduled_for, fire_at, status, reason, attempt, wake_at, lease_token,
         lease_node, finished_at, action_overlay, missed_count, missed_until, retry_of, destination, backfill_id, record_id,
         record, blocked_by)
     ON CONFLICT (tenant_id, id, bucket) DO NOTHING
     RETURNING id`,
    [
      uuids(of((run) => run.tenant_id)),
      uuids(of((run) => run.id)),
      uuids(of((run) => run.schedule_id)),
      texts(of((run) => run.trigger)),
      instants(of(({ row }) => row.scheduled_for)),
      instants(of(({ row }) => row.fire_at)),
      texts(of(({ row, lease }) => (isOpen(row) ? (lease ? 'RUNNING' : 'PENDING') : row.fate))),
      texts(of(({ row }) => (row.fate === 'RUN' ? null : row.reason))),
      ints(of(({ lease }) => (lease ? 1 : 0))),
      instants(of((run) => wakeAt(run, now))),
      uuids(of(({ lease }) => lease?.token ?? null)),
      texts(of(({ lease }) => lease?.node ?? null)),
      instants(of(({ row }) => (isOpen(row) ? null : now))),
      jsons(of(({ action_overlay }) => action_overlay && JSON.stringify(action_overlay))),
      bigints(of(({ row }) => ('missed_count' in row ? row.missed_count : null))),
      instants(of(({ row }) => ('missed_count' in row ? row.missed_until : null))),
      uuids(of((run) => run.retry_of ?? null)),
      texts(of((run) => run.destination)),
      uuids(of((run) => run.backfill_id ?? null)),
      uuids(of(({ row }) => row.record?.id ?? null)),
      jsons(of(({ row }) => (row.record ? JSON.stringify(snapshotOf(row.record)) : null))),
      uuids(of((run) => blockerOf(run, now))),
      timestamp(now),
      ...(one === null ? [] : [one]),
    ],
    one === null ? 'insert_runs' : 'insert_runs_of_bucket',
  );
  return new Set(inserted.map((row) => row.id));
}

function isOpen({ fate }: PlannedRow): boolean {
  return fate === 'RUN' || fate === 'HOLD';
}

/** The id of the run in the way of a row that is skipped or has to wait. */
function blockerOf({ schedule_id, row }: NewRun, now: number): string | null {
  const behind = ('behind' in row ? row.behind : null) ?? null;
  return typeof behind === 'object' && behind !== null ? idOf({ id: schedule_id }, behind, now) : behind;
}

/** What is spread over a flexible window by record waits for its own moment. */
function wakeAt({ row, lease }: NewRun, now: number): number | null {
  if (!isOpen(row)) return null;
  return row.fate === 'HOLD' ? Number.POSITIVE_INFINITY : (lease?.expires_at ?? Math.max(now, row.fire_at));
}

/** A record as a run keeps it, and as templates see it. */
export function snapshotOf(record: RecordSnapshot): RecordSnapshot {
  const { id, definition_id, external_id, customer_id, data } = record;
  return { id, definition_id, external_id, customer_id, data };
}

/** Keeps which traced request asked for a run, so that its attempts can link to it. */
export async function noteTrace(tx: Transaction, tenantId: string, id: string, traceparent: string): Promise<void> {
  await tx.query('UPDATE runs SET traceparent = $3 WHERE tenant_id = $1 AND id = $2', [tenantId, id, traceparent]);
}

/** One run of the tenant. */
export async function getRun(db: Queryable, tenantId: string, id: string): Promise<Run | undefined> {
  const [row] = await db.query<RunRow>(`SELECT ${RUN_COLUMNS} FROM runs WHERE tenant_id = $1 AND id = $2`, [
    tenantId,
    id,
  ]);
  return row && runFrom(row);
}

/**
 * Cancels the runs of locked schedules that have not started (no attempt yet). Manual runs and backfills stay unless
 * `manual`: a pause does not take back what was asked for by hand.
 * @returns how many of each schedule were cancelled
 */
export async function cancelUnstarted(
  tx: Transaction,
  tenantId: string,
  scheduleIds: readonly string[],
  why: { readonly reason: RunReason; readonly manual: boolean },
  now: number,
): Promise<ReadonlyMap<string, number>> {
  // The schedules are locked, so no run is added meanwhile; one that a dispatcher has just claimed is RUNNING, and stays.
  const rows = await tx.query<{ schedule_id: string; cancelled: number }>(
    `WITH cancelled AS (
       UPDATE runs SET status = 'CANCELLED', reason = $3, finished_at = $4, wake_at = NULL
       WHERE tenant_id = $1 AND schedule_id = ANY($2::uuid[]) AND wake_at IS NOT NULL
         AND status = 'PENDING' AND attempt = 0 AND (trigger = 'SCHEDULE' OR $5)
       RETURNING schedule_id),
     counts AS (SELECT schedule_id, count(*) AS cancelled FROM cancelled GROUP BY schedule_id)
     UPDATE schedules s SET run_count = run_count - c.cancelled FROM counts c
     WHERE s.tenant_id = $1 AND s.id = c.schedule_id
     RETURNING s.id AS schedule_id, c.cancelled`,
    [tenantId, scheduleIds, why.reason, timestamp(now), why.manual],
  );
  return new Map(rows.map((row) => [row.schedule_id, row.cancelled]));
}
