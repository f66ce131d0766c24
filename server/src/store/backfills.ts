import type { Backfill, BackfillReason, BackfillStatus } from '../domain/backfill.ts';
import type { RunReason } from '../domain/run.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { uncountRuns } from './planning.ts';

/** The names of a backfill's columns, in the order of the API. */
const COLUMNS = `tenant_id, id, schedule_id, status, status_reason, start_at, end_at, overlap_policy, rule, total, planned,
  skipped, next_scheduled_for, due_at, created_at, updated_at, finished_at`;

/** Stores a new backfill. */
export async function insertBackfill(tx: Transaction, backfill: Backfill): Promise<void> {
  await tx.query(
    `INSERT INTO backfills (bucket, ${COLUMNS})
     VALUES (bucket_of($1), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      backfill.tenant_id,
      backfill.id,
      backfill.schedule_id,
      backfill.status,
      backfill.status_reason,
      timestamp(backfill.start_at),
      timestamp(backfill.end_at),
      backfill.overlap_policy,
      JSON.stringify(backfill.rule),
      backfill.total,
      backfill.planned,
      backfill.skipped,
      timestamp(backfill.next_scheduled_for),
      timestamp(backfill.due_at),
      timestamp(backfill.created_at),
      timestamp(backfill.updated_at),
      timestamp(backfill.finished_at),
    ],
  );
}

/** One backfill of the tenant, as long as its schedule exists or is kept for its runs. */
export async function getBackfill(db: Queryable, tenantId: string, id: string): Promise<Backfill | undefined> {
  const [row] = await db.query<Backfill>(`SELECT ${COLUMNS} FROM backfills WHERE tenant_id = $1 AND id = $2`, [
    tenantId,
    id,
  ]);
  return row;
}

/** A page of a schedule's backfills, newest first, and how many there are in all. */
export async function listBackfills(
  db: Queryable,
  tenantId: string,
  scheduleId: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ backfills: Backfill[]; total: number }> {
  const [backfills, [count]] = await Promise.all([
    db.query<Backfill>(
      `SELECT ${COLUMNS} FROM backfills WHERE tenant_id = $1 AND schedule_id = $2 ORDER BY id DESC LIMIT $3 OFFSET $4`,
      [tenantId, scheduleId, page.limit, page.offset],
    ),
    db.query<{ total: number }>('SELECT count(*) AS total FROM backfills WHERE tenant_id = $1 AND schedule_id = $2', [
      tenantId,
      scheduleId,
    ]),
  ]);
  return { backfills, total: count?.total ?? 0 };
}

/** The same, locked. Its schedule is locked before it, by whoever changes a backfill. */
export async function lockBackfill(tx: Transaction, tenantId: string, id: string): Promise<Backfill | undefined> {
  const [row] = await tx.query<Backfill>(
    `SELECT ${COLUMNS} FROM backfills WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
    [tenantId, id],
  );
  return row;
}

/** Those of locked schedules that are not final, locked. */
export async function lockUnfinished(
  tx: Transaction,
  tenantId: string,
  scheduleIds: readonly string[],
): Promise<Backfill[]> {
  return await tx.query<Backfill>(
    `SELECT ${COLUMNS} FROM backfills
     WHERE tenant_id = $1 AND schedule_id = ANY($2::uuid[]) AND finished_at IS NULL ORDER BY id FOR UPDATE`,
    [tenantId, scheduleIds],
    'lock_unfinished_backfills',
  );
}

/** What changes of a locked backfill. */
export interface BackfillChange {
  readonly status: BackfillStatus;
  readonly status_reason: BackfillReason | null;
  readonly planned: number;
  readonly skipped: number;
  readonly next_scheduled_for: number | null;
  readonly due_at: number | null;
  readonly finished_at: number | null;
}

/** Writes where a locked backfill stands. */
export async function updateBackfill(
  tx: Transaction,
  key: Pick<Backfill, 'tenant_id' | 'id'>,
  change: BackfillChange,
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE backfills SET status = $3, status_reason = $4, planned = $5, skipped = $6, next_scheduled_for = $7, due_at = $8,
       finished_at = $9, updated_at = $10
     WHERE tenant_id = $1 AND id = $2`,
    [
      key.tenant_id,
      key.id,
      change.status,
      change.status_reason,
      change.planned,
      change.skipped,
      timestamp(change.next_scheduled_for),
      timestamp(change.due_at),
      timestamp(change.finished_at),
      timestamp(now),
    ],
    'update_backfill',
  );
}

/** Cancels the runs of a locked backfill that have not started. Returns how many. */
export async function cancelRunsOf(
  tx: Transaction,
  backfill: Pick<Backfill, 'tenant_id' | 'id' | 'schedule_id'>,
  reason: RunReason,
  now: number,
): Promise<number> {
  const rows = await tx.query(
    `UPDATE runs SET status = 'CANCELLED', reason = $3, finished_at = $4, wake_at = NULL
     WHERE tenant_id = $1 AND backfill_id = $2 AND wake_at IS NOT NULL AND status = 'PENDING' AND attempt = 0
     RETURNING id`,
    [backfill.tenant_id, backfill.id, reason, timestamp(now)],
  );
  await uncountRuns(tx, backfill.tenant_id, backfill.schedule_id, rows.length);
  return rows.length;
}

/** Pauses the backfills of a schedule whose receiver fails, which is paused for it where it is ACTIVE. The schedule is locked. */
export async function pauseBackfills(
  tx: Transaction,
  key: { readonly tenant_id: string; readonly id: string },
  reason: Extract<BackfillReason, 'FAILURES' | 'PARKED'>,
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE backfills SET status = 'PAUSED', status_reason = $3, due_at = NULL, updated_at = $4
     WHERE tenant_id = $1 AND schedule_id = $2 AND status = 'RUNNING' AND next_scheduled_for IS NOT NULL`,
    [key.tenant_id, key.id, reason, timestamp(now)],
    'pause_backfills',
  );
}

/** Removes backfills that ended longer ago than runs are kept, up to `limit`. Returns how many. */
export async function purgeBackfills(db: Queryable, before: number, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM backfills b USING (
       SELECT o.tenant_id, o.id FROM backfills o WHERE o.finished_at < $1 AND NOT EXISTS (
         SELECT 1 FROM runs r WHERE r.tenant_id = o.tenant_id AND r.backfill_id = o.id)
       ORDER BY o.finished_at LIMIT $2 FOR UPDATE SKIP LOCKED) old
     WHERE b.tenant_id = old.tenant_id AND b.id = old.id RETURNING b.id`,
    [timestamp(before), limit],
    'purge_backfills',
  );
  return rows.length;
}
