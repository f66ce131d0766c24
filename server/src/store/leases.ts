import { afterFinal, pause } from '../domain/lifecycle.ts';
import type { AttemptedRun } from '../domain/retry.ts';
import type { Attempt, RunReason, RunStatus, RunTrigger } from '../domain/run.ts';
import type { Schedule } from '../domain/schedule.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { cancelUnstarted, type Lease } from './runs.ts';
import { updateSchedule } from './schedules.ts';

/** The secrets that sign a tenant's webhooks, newest first. */
export interface Signing {
  readonly webhook_secrets: readonly string[];
}

/** What of a schedule an attempt needs; read when the attempt starts, so that an update holds from then on. */
export type LeasedSchedule = Pick<
  Schedule,
  | 'name'
  | 'external_id'
  | 'customer_id'
  | 'schedule_type'
  | 'schedule_expression'
  | 'timezone'
  | 'action_type'
  | 'action_config'
>;

/** A run that this node holds, with all that its attempt needs. Instants are epoch milliseconds. */
export interface LeasedRun extends AttemptedRun, LeasedSchedule, Signing {
  readonly tenant_id: string;
  readonly schedule_id: string;
  readonly trigger: RunTrigger;
  readonly scheduled_for: number;
  readonly fire_at: number;
  readonly action_overlay: Record<string, unknown> | null;
  readonly lease_token: string;
}

/** How an attempt ended, as it is written: only while `lease_token` is still the run's token. */
export interface AttemptResult {
  readonly tenant_id: string;
  readonly id: string;
  readonly lease_token: string;
  readonly status: Extract<RunStatus, 'SUCCEEDED' | 'FAILED' | 'PENDING'>;
  readonly reason: RunReason | null;
  readonly wake_at: number | null;
  readonly entry: Attempt;
  /** The receiver asked for the schedule to be paused (HTTP 410). */
  readonly park: boolean;
}

const LEASED = `r.tenant_id, r.id, r.schedule_id, r.trigger, r.scheduled_for, r.fire_at, r.attempt, r.interrupted,
  r.action_overlay, r.lease_token, s.name, s.external_id, s.customer_id, s.schedule_type, s.schedule_expression,
  s.timezone, s.action_type, s.action_config, s.max_retries, s.retry_backoff_seconds, t.webhook_secrets`;

/** Claims up to `limit` runs that may start by `now`, earliest first, for this node. */
export async function claimRuns(db: Queryable, lease: Lease, now: number, limit: number): Promise<LeasedRun[]> {
  return await db.query<LeasedRun>(
    `WITH due AS (
       SELECT tenant_id, id FROM runs WHERE wake_at <= $1 AND status = 'PENDING'
       ORDER BY wake_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     UPDATE runs r SET status = 'RUNNING', attempt = r.attempt + 1, wake_at = $3, lease_token = $4, lease_node = $5,
       started_at = coalesce(r.started_at, $1)
     FROM due d, schedules s, tenants t
     WHERE r.tenant_id = d.tenant_id AND r.id = d.id
       AND s.tenant_id = r.tenant_id AND s.id = r.schedule_id AND t.id = r.tenant_id
     RETURNING ${LEASED}`,
    [timestamp(now), limit, timestamp(lease.expires_at), lease.token, lease.node],
    'claim_runs',
  );
}

/** When the earliest waiting run may start, or null: none waits. */
export async function earliestWaiting(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ wake_at: number }>(
    `SELECT wake_at FROM runs WHERE wake_at IS NOT NULL AND status = 'PENDING' ORDER BY wake_at LIMIT 1`,
    [],
    'earliest_waiting',
  );
  return row?.wake_at ?? null;
}

/** Extends the leases that are still this node's. Returns the ids of those: the others are lost. */
export async function renewLeases(
  db: Queryable,
  held: readonly Pick<LeasedRun, 'tenant_id' | 'id' | 'lease_token'>[],
  expiresAt: number,
): Promise<Set<string>> {
  if (held.length === 0) return new Set();
  const rows = await db.query<{ id: string }>(
    `UPDATE runs r SET wake_at = $4 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS u (tenant_id, id, token)
     WHERE r.tenant_id = u.tenant_id AND r.id = u.id AND r.lease_token = u.token RETURNING r.id`,
    [held.map((r) => r.tenant_id), held.map((r) => r.id), held.map((r) => r.lease_token), timestamp(expiresAt)],
    'renew_leases',
  );
  return new Set(rows.map((row) => row.id));
}

/** Locks runs whose lease has run out: their node died, or lost the database. */
export async function lockExpired(
  tx: Transaction,
  now: number,
  limit: number,
): Promise<(LeasedRun & { started_at: number; lease_node: string })[]> {
  return await tx.query(
    `SELECT ${LEASED}, r.started_at, r.lease_node
     FROM runs r JOIN schedules s ON s.tenant_id = r.tenant_id AND s.id = r.schedule_id JOIN tenants t ON t.id = r.tenant_id
     WHERE r.wake_at <= $1 AND r.status = 'RUNNING' ORDER BY r.wake_at LIMIT $2 FOR UPDATE OF r SKIP LOCKED`,
    [timestamp(now), limit],
    'lock_expired',
  );
}

interface Written {
  readonly tenant_id: string;
  readonly id: string;
  readonly schedule_id: string;
  readonly status: RunStatus;
  readonly trigger: RunTrigger;
  readonly started_at: number;
}

/**
 * Writes results, each only if its fencing token is still the run's: a node that lost its lease changes nothing. Counts
 * failures on the schedules and pauses those that are spent.
 * @returns the ids of the runs that were written
 */
export async function writeResults(
  tx: Transaction,
  results: readonly AttemptResult[],
  now: number,
): Promise<Set<string>> {
  const written = await tx.query<Written>(
    `UPDATE runs r SET status = u.status, reason = u.reason, wake_at = u.wake_at, lease_token = NULL, lease_node = NULL,
       finished_at = CASE WHEN u.status = 'PENDING' THEN NULL ELSE $9::timestamptz END,
       -- Leased as it was planned, a run starts a little after its row was written: the ledger has the truth.
       started_at = CASE WHEN r.attempt = 1 THEN u.started_at ELSE r.started_at END,
       interrupted = r.interrupted + u.interrupted, attempts = r.attempts || u.entry
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::int[], $8::jsonb[],
       $10::timestamptz[])
       AS u (tenant_id, id, token, status, reason, wake_at, interrupted, entry, started_at)
     WHERE r.tenant_id = u.tenant_id AND r.id = u.id AND r.lease_token = u.token
     RETURNING r.tenant_id, r.id, r.schedule_id, r.status, r.trigger, r.started_at`,
    [
      results.map((r) => r.tenant_id),
      results.map((r) => r.id),
      results.map((r) => r.lease_token),
      results.map((r) => r.status),
      results.map((r) => r.reason),
      results.map((r) => timestamp(r.wake_at)),
      results.map((r) => (r.entry.outcome === 'INTERRUPTED' ? 1 : 0)),
      results.map((r) => JSON.stringify(r.entry)),
      timestamp(now),
      results.map((r) => r.entry.started_at),
    ],
    'write_results',
  );
  const final = written.filter((row) => row.status !== 'PENDING');
  const unwell = new Set(final.filter((row) => row.status === 'FAILED').map((row) => row.schedule_id));
  await noteSuccesses(
    tx,
    final.filter((row) => !unwell.has(row.schedule_id)),
  );
  const parked = new Set(results.filter((r) => r.park).map((r) => r.id));
  await noteFailures(
    tx,
    final.filter((row) => unwell.has(row.schedule_id)),
    parked,
    now,
  );
  return new Set(written.map((row) => row.id));
}

/** The common case writes nothing: a schedule that succeeds again and again already says so. */
async function noteSuccesses(tx: Transaction, rows: readonly Written[]): Promise<void> {
  if (rows.length === 0) return;
  const latest = new Map<string, { row: Written; counts: boolean }>();
  for (const row of rows) {
    const seen = latest.get(row.schedule_id);
    const counts = row.trigger !== 'MANUAL' || (seen?.counts ?? false);
    latest.set(row.schedule_id, { row: seen && seen.row.started_at > row.started_at ? seen.row : row, counts });
  }
  // In the order of their ids: two nodes that note the same schedules take the locks in the same order.
  const notes = [...latest.values()].sort((a, b) => (a.row.schedule_id < b.row.schedule_id ? -1 : 1));
  await tx.query(
    `UPDATE schedules s SET last_run_status = 'SUCCEEDED', last_run_at = greatest(s.last_run_at, u.started_at),
       consecutive_failures = CASE WHEN u.counts THEN 0 ELSE s.consecutive_failures END
     FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bool[]) AS u (tenant_id, id, started_at, counts)
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id
       AND (s.last_run_status IS DISTINCT FROM 'SUCCEEDED' OR s.last_run_at IS NULL OR s.last_run_at < u.started_at
         OR (u.counts AND s.consecutive_failures <> 0))`,
    [
      notes.map((n) => n.row.tenant_id),
      notes.map((n) => n.row.schedule_id),
      notes.map((n) => timestamp(n.row.started_at)),
      notes.map((n) => n.counts),
    ],
    'note_successes',
  );
}

/** Failures go one by one under the schedule's lock: the count decides whether the schedule is paused. */
async function noteFailures(tx: Transaction, rows: readonly Written[], parked: ReadonlySet<string>, now: number) {
  const bySchedule = Map.groupBy(rows, (row) => row.schedule_id);
  for (const scheduleId of [...bySchedule.keys()].sort()) {
    const outcomes = bySchedule.get(scheduleId) ?? [];
    const tenantId = outcomes[0]?.tenant_id ?? '';
    const [schedule] = await tx.query<Schedule & { deleted_at: number | null }>(
      'SELECT * FROM schedules WHERE tenant_id = $1 AND id = $2 FOR UPDATE',
      [tenantId, scheduleId],
    );
    if (!schedule) continue;
    let after = schedule;
    for (const row of outcomes.toSorted((a, b) => a.started_at - b.started_at)) {
      const health = afterFinal(after, {
        succeeded: row.status === 'SUCCEEDED',
        counts: row.trigger !== 'MANUAL',
        park: parked.has(row.id),
      });
      after = {
        ...after,
        consecutive_failures: health.consecutive_failures,
        last_run_status: row.status,
        last_run_at: Math.max(after.last_run_at ?? 0, row.started_at),
      };
      if (health.pause && after.status === 'ACTIVE' && after.deleted_at === null) {
        const { state } = pause(after, health.pause, pauseDetail(health.pause, after));
        after = { ...after, ...state, version: after.version + 1, updated_at: now };
      }
    }
    await updateSchedule(tx, after);
    await tx.query('UPDATE schedules SET last_run_status = $3, last_run_at = $4 WHERE tenant_id = $1 AND id = $2', [
      tenantId,
      scheduleId,
      after.last_run_status,
      timestamp(after.last_run_at),
    ]);
    if (after.status === 'PAUSED' && schedule.status === 'ACTIVE') {
      await cancelUnstarted(tx, tenantId, [scheduleId], { reason: 'SCHEDULE_PAUSED', manual: false }, now);
    }
  }
}

function pauseDetail(reason: 'FAILURES' | 'PARKED', schedule: Schedule): string {
  return reason === 'PARKED'
    ? 'The receiver answered 410 Gone: it wants no more deliveries. Change the action, then resume.'
    : `${schedule.consecutive_failures} runs in a row FAILED (pause_on_failure_count is ${schedule.pause_on_failure_count}). Resume when the cause is gone.`;
}
