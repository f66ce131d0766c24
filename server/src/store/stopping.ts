import type { RunReason } from '../domain/run.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { noteEnds, type EndedRun } from './health.ts';
import { ATTEMPT_BEGAN } from './leases.ts';
import type { ScheduleKey } from './schedule-locks.ts';
import { notifyStop } from './wake.ts';

/** What an attempt that is taken from its node is recorded as: what came of it is not known. */
const CUT_SHORT = `jsonb_build_object('attempt', r.attempt,
  'started_at', to_char(${ATTEMPT_BEGAN} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'finished_at', to_char($3::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'node', r.lease_node, 'outcome', 'CANCELLED', 'request', NULL, 'response', NULL,
  'error', jsonb_build_object('code', 'cancelled', 'message', 'The run was cancelled while this attempt was under way.'))`;

/** An accepted attempt is in the ledger already; one under way is not. */
const ATTEMPTS = `CASE WHEN r.status = 'PENDING' THEN r.attempts
  WHEN r.completes_within_seconds IS NULL THEN r.attempts || (${CUT_SHORT})::text
  ELSE trim_array(r.attempts, 1) || jsonb_set(r.attempts[cardinality(r.attempts)]::jsonb, '{outcome}', '"CANCELLED"')::text END`;

const CANCELLED = `status = 'CANCELLED', finished_at = $3, wake_at = NULL, lease_token = NULL, lease_node = NULL,
  completes_within_seconds = NULL`;

type Stopped = Omit<EndedRun, 'started_at'> & { readonly attempt: number; readonly started_at: number | null };
const STOPPED = 'r.tenant_id, r.id, r.schedule_id, r.status, r.trigger, r.attempt, r.started_at';

/**
 * Asks the active runs of a locked schedule to stop: what waits for a slot or a retry is CANCELLED at once, what is under
 * way is told, on whichever node it is. A run whose outcome is just being written is passed over: it has its fate.
 * @param records RELATIVE: only those of these records
 * @returns how many of the schedule are still to end
 */
export async function askToStop(
  tx: Transaction,
  key: ScheduleKey,
  reason: RunReason,
  now: number,
  records: readonly string[] | null = null,
): Promise<number> {
  const at = [key.tenant_id, key.id, timestamp(now), reason, records];
  const waiting = await tx.query<Stopped>(
    `UPDATE runs r SET ${CANCELLED}, reason = $4
     WHERE r.tenant_id = $1 AND r.id = ANY (ARRAY(
       SELECT id FROM runs WHERE tenant_id = $1 AND schedule_id = $2 AND status = 'PENDING' AND wake_at < 'infinity'
         AND ($5::uuid[] IS NULL OR record_id = ANY ($5))
       FOR UPDATE SKIP LOCKED))
     RETURNING ${STOPPED}`,
    at,
    'stop_waiting',
  );
  await noteStopped(tx, waiting, now);
  const asked = await tx.query<{ id: string }>(
    `UPDATE runs r SET cancel_reason = $3
     WHERE r.tenant_id = $1 AND r.cancel_reason IS NULL AND r.id = ANY (ARRAY(
       SELECT id FROM runs WHERE tenant_id = $1 AND schedule_id = $2 AND status = 'RUNNING'
         AND ($4::uuid[] IS NULL OR record_id = ANY ($4))
       FOR UPDATE SKIP LOCKED))
     RETURNING r.id`,
    [key.tenant_id, key.id, reason, records],
    'ask_to_stop',
  );
  for (const { id } of asked) await notifyStop(tx, id);
  return await countActive(tx, key);
}

/** Cancels the active runs of a locked schedule at once; their nodes are told, and can write nothing any more. */
export async function terminate(
  tx: Transaction,
  key: ScheduleKey,
  now: number,
  records: readonly string[] | null = null,
): Promise<number> {
  const ended = await tx.query<Stopped>(
    `UPDATE runs r SET ${CANCELLED}, reason = 'TERMINATED', attempts = ${ATTEMPTS}
     WHERE r.tenant_id = $1 AND r.id = ANY (ARRAY(
       SELECT id FROM runs WHERE tenant_id = $1 AND schedule_id = $2 AND wake_at < 'infinity'
         AND ($4::uuid[] IS NULL OR record_id = ANY ($4))
       FOR UPDATE SKIP LOCKED))
     RETURNING ${STOPPED}`,
    [key.tenant_id, key.id, timestamp(now), records],
    'terminate',
  );
  for (const { id } of ended) await notifyStop(tx, id);
  await noteStopped(tx, ended, now);
  return await countActive(tx, key);
}

/** What became of a request to cancel one run. */
export type CancelVerdict = 'cancelled' | 'asked' | 'final' | 'unknown';

/**
 * Cancels one run: at once unless an attempt is under way; that one is told to stop. Nothing here waits for a node.
 * The schedule is locked first where the run has not started (see the locks in ARCHITECTURE.md).
 */
export async function cancelRun(
  tx: Transaction,
  tenantId: string,
  id: string,
  reason: RunReason,
  now: number,
): Promise<CancelVerdict> {
  for (;;) {
    const [seen] = await tx.query<{ schedule_id: string; attempt: number; open: boolean }>(
      'SELECT schedule_id, attempt, wake_at IS NOT NULL AS open FROM runs WHERE tenant_id = $1 AND id = $2',
      [tenantId, id],
    );
    if (!seen) return 'unknown';
    if (!seen.open) return 'final';
    const started = seen.attempt > 0;
    if (!started) {
      // Given back below if the run has started meanwhile: whoever writes its outcome waits for the schedule last.
      await tx.query('SAVEPOINT unstarted');
      await tx.query('SELECT 1 FROM schedules WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE', [
        tenantId,
        seen.schedule_id,
      ]);
    }
    const rows = await tx.query<Stopped>(
      `UPDATE runs r SET ${CANCELLED}, reason = $4, attempts = ${ATTEMPTS}
       WHERE r.tenant_id = $1 AND r.id = $2 AND (r.attempt > 0) = $5
         AND (r.status = 'PENDING' OR r.completes_within_seconds IS NOT NULL)
       RETURNING ${STOPPED}`,
      [tenantId, id, timestamp(now), reason, started],
    );
    if (rows.length > 0) {
      await noteStopped(tx, rows, now);
      return 'cancelled';
    }
    if (!started) {
      await tx.query('ROLLBACK TO SAVEPOINT unstarted');
      continue;
    }
    const asked = await tx.query(
      `UPDATE runs SET cancel_reason = coalesce(cancel_reason, $3)
       WHERE tenant_id = $1 AND id = $2 AND status = 'RUNNING' RETURNING id`,
      [tenantId, id, reason],
    );
    if (asked.length > 0) {
      await notifyStop(tx, id);
      return 'asked';
    }
    // It has moved on between the two: look again at what it is now.
  }
}

/** What had started counts as ended; what had not is no run any more. */
async function noteStopped(tx: Transaction, rows: readonly Stopped[], now: number): Promise<void> {
  const started = rows.flatMap((row) => (row.started_at === null ? [] : [{ ...row, started_at: row.started_at }]));
  await noteEnds(tx, started, new Set(), now);
  const unstarted = rows.filter((row) => row.started_at === null);
  if (unstarted.length === 0) return;
  await tx.query(
    `UPDATE schedules s SET run_count = s.run_count - u.gone
     FROM (SELECT tenant_id, id, count(*) AS gone FROM unnest($1::uuid[], $2::uuid[]) AS r (tenant_id, id) GROUP BY 1, 2) u
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id`,
    [unstarted.map((row) => row.tenant_id), unstarted.map((row) => row.schedule_id)],
    'uncount_runs',
  );
}

async function countActive(db: Queryable, key: ScheduleKey): Promise<number> {
  const [row] = await db.query<{ active: number }>(
    `SELECT count(*) AS active FROM runs WHERE tenant_id = $1 AND schedule_id = $2 AND wake_at < 'infinity'`,
    [key.tenant_id, key.id],
    'count_active',
  );
  return row?.active ?? 0;
}
