import type { Backfill } from '../domain/backfill.ts';
import type { Schedule } from '../domain/schedule.ts';
import { lockBackfill } from './backfills.ts';
import { FIRST_OPEN } from './planning.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';

/** A backfill that is due, and its schedule: both locked. */
export interface DueBackfill {
  readonly backfill: Backfill;
  readonly schedule: Schedule & { readonly deleted_at: number | null };
}

/**
 * Locks the earliest due backfill, its schedule first: that is the order of all locks. One whose schedule another
 * transaction holds is passed over for now. Null: none is due that nobody holds.
 */
export async function lockDueBackfill(tx: Transaction, now: number): Promise<DueBackfill | null> {
  const [schedule] = await tx.query<DueBackfill['schedule'] & { backfill_id: string }>(
    `SELECT s.*, b.id AS backfill_id FROM backfills b JOIN schedules s ON s.tenant_id = b.tenant_id AND s.id = b.schedule_id
     WHERE b.due_at <= $1 ORDER BY b.due_at LIMIT 1 FOR NO KEY UPDATE OF s SKIP LOCKED`,
    [timestamp(now)],
    'lock_due_backfill',
  );
  if (!schedule) return null;
  const backfill = await lockBackfill(tx, schedule.tenant_id, schedule.backfill_id);
  return backfill ? { backfill, schedule } : null;
}

/** What is open of a schedule, or of one of its backfills. */
export interface OpenCount {
  readonly open: number;
  readonly held: number;
  readonly oldest: number | null;
}

const OPEN = `count(*) AS open, count(*) FILTER (WHERE wake_at = 'infinity') AS held, min(created_at) AS oldest`;

/** The runs of a locked schedule that are not final, and the first of them. */
export async function openOfSchedule(
  tx: Transaction,
  key: { tenant_id: string; id: string },
): Promise<OpenCount & { readonly first: string | null }> {
  const [row] = await tx.query<OpenCount & { readonly first: string | null }>(
    `SELECT ${OPEN}, ${FIRST_OPEN} FROM runs r WHERE tenant_id = $1 AND schedule_id = $2 AND wake_at IS NOT NULL`,
    [key.tenant_id, key.id],
    'open_of_schedule',
  );
  return row ?? { open: 0, held: 0, oldest: null, first: null };
}

/** The runs of a locked backfill that are not final. */
export async function openOfBackfill(tx: Transaction, key: { tenant_id: string; id: string }): Promise<OpenCount> {
  const [row] = await tx.query<OpenCount>(
    `SELECT ${OPEN} FROM runs WHERE tenant_id = $1 AND backfill_id = $2 AND wake_at IS NOT NULL`,
    [key.tenant_id, key.id],
    'open_of_backfill',
  );
  return row ?? { open: 0, held: 0, oldest: null };
}

/** Counts runs that a backfill added to a locked schedule, and what they took of its rate limit. */
export async function countBackfilled(
  tx: Transaction,
  key: { readonly tenant_id: string; readonly id: string },
  runs: number,
  rateFreeAt: number | null,
): Promise<void> {
  await tx.query(
    'UPDATE schedules SET run_count = run_count + $3, rate_free_at = $4 WHERE tenant_id = $1 AND id = $2',
    [key.tenant_id, key.id, runs, timestamp(rateFreeAt)],
    'count_backfilled',
  );
}

/** When the earliest backfill is to be looked at, or null. */
export async function earliestBackfill(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ due_at: number }>(
    'SELECT due_at FROM backfills WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1',
    [],
    'earliest_backfill',
  );
  return row?.due_at ?? null;
}
