import type { OpenRuns } from '../domain/overlap.ts';
import type { Schedule, ScheduleState } from '../domain/schedule.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import type { Signing } from './leases.ts';

/** A schedule that is due, locked by this transaction. */
export type DueRow = LockedSchedule & { readonly next_run_at: number };

/** A locked schedule with what starting its runs needs. */
export type LockedSchedule = Schedule & Signing;

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

/** Locks up to `limit` due schedules, earliest first. Those that another node holds are passed over: it plans them. */
export async function lockDue(tx: Transaction, now: number, limit: number): Promise<DueRow[]> {
  return await tx.query<DueRow>(
    `SELECT s.*, t.webhook_secrets FROM schedules s JOIN tenants t ON t.id = s.tenant_id
     WHERE s.due_at <= $1 ORDER BY s.due_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED`,
    [timestamp(now), limit],
    'lock_due',
  );
}

/** How many runs of each of these schedules are not final. Schedules without one are absent. */
export async function countOpenRuns(
  tx: Transaction,
  schedules: readonly { readonly tenant_id: string; readonly id: string }[],
): Promise<Map<string, OpenRuns>> {
  if (schedules.length === 0) return new Map();
  const rows = await tx.query<OpenRuns & { schedule_id: string }>(
    `SELECT r.schedule_id, count(*) FILTER (WHERE r.wake_at <> 'infinity') AS active,
       count(*) FILTER (WHERE r.wake_at = 'infinity') AS held
     FROM unnest($1::uuid[], $2::uuid[]) AS u (tenant_id, id)
     JOIN runs r ON r.tenant_id = u.tenant_id AND r.schedule_id = u.id AND r.wake_at IS NOT NULL
     GROUP BY r.schedule_id`,
    [schedules.map((s) => s.tenant_id), schedules.map((s) => s.id)],
    'count_open_runs',
  );
  return new Map(rows.map((row) => [row.schedule_id, row]));
}

/** Moves the cursors of locked schedules, in the transaction that inserted their runs. */
export async function advance(tx: Transaction, advances: readonly Advance[], now: number): Promise<void> {
  if (advances.length === 0) return;
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
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
       $8::timestamptz[], $9::timestamptz[], $10::int[], $11::bool[], $12::timestamptz[])
       AS u (tenant_id, id, status, status_reason, status_detail, next_run_at, due_at, paused_from, rate_free_at, runs,
         starts, release_at)
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id`,
    [
      advances.map((a) => a.tenant_id),
      advances.map((a) => a.id),
      advances.map((a) => a.state.status),
      advances.map((a) => a.state.status_reason),
      advances.map((a) => a.state.status_detail),
      advances.map((a) => timestamp(a.state.next_run_at)),
      advances.map((a) => timestamp(a.state.due_at)),
      advances.map((a) => timestamp(a.state.paused_from)),
      advances.map((a) => timestamp(a.rate_free_at)),
      advances.map((a) => a.runs),
      advances.map((a) => a.starts),
      advances.map((a) => timestamp(a.release_at)),
      timestamp(now),
    ],
    'advance',
  );
}

/** When the earliest schedule is due, or null: none is. */
export async function earliestDue(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ due_at: number }>(
    'SELECT due_at FROM schedules WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1',
    [],
    'earliest_due',
  );
  return row?.due_at ?? null;
}

/** Counts one more run of a locked schedule that planning did not add. */
export async function countRun(tx: Transaction, tenantId: string, id: string): Promise<void> {
  await tx.query('UPDATE schedules SET run_count = run_count + 1 WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
}
