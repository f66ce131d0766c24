import type { HistoryFact, OverdueFact, RunFact, ScheduleFact } from './evidence.ts';
import type { Postgres } from './postgres.ts';

/** What the rig reads from the database for the checker, by statements of its own. */

type Json = Record<string, unknown>;

const instant = (value: unknown): number | null =>
  value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : null;
const sure = (value: unknown): number => instant(value) ?? 0;
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Every state that a schedule has had. */
export async function readHistory(db: Postgres): Promise<HistoryFact[]> {
  const rows = await db.query<{ at: Date; state: Json }>('SELECT at, state FROM faults.history ORDER BY n');
  return rows.map(({ at, state }) => ({
    schedule: String(state['id']),
    tenant: String(state['tenant_id']),
    at: at.getTime(),
    description: text(state['description']),
    type: String(state['schedule_type']),
    expression: String(state['schedule_expression']),
    startAt: instant(state['start_at']),
    endAt: instant(state['end_at']),
    flexibleMinutes: Number(state['flexible_window_minutes']),
    catchupMinutes: Number(state['catchup_window_minutes']),
    policy: String(state['overlap_policy']),
    actionType: String(state['action_type']),
    status: String(state['status']),
    statusReason: text(state['status_reason']),
    nextRunAt: instant(state['next_run_at']),
    pausedFrom: instant(state['paused_from']),
    version: Number(state['version']),
    createdAt: sure(state['created_at']),
    updatedAt: sure(state['updated_at']),
    deletedAt: instant(state['deleted_at']),
  }));
}

/** The schedules as they are now. */
export async function readSchedules(db: Postgres): Promise<ScheduleFact[]> {
  const rows = await db.query<Json>(
    `SELECT id, tenant_id, status, next_run_at, run_count, consecutive_failures, last_run_status, deleted_at, version,
       rate_limit_per_minute FROM schedules`,
  );
  return rows.map((row) => ({
    id: String(row['id']),
    tenant: String(row['tenant_id']),
    status: String(row['status']),
    nextRunAt: instant(row['next_run_at']),
    runCount: Number(row['run_count']),
    consecutiveFailures: Number(row['consecutive_failures']),
    lastRunStatus: text(row['last_run_status']),
    deletedAt: instant(row['deleted_at']),
    version: Number(row['version']),
    rateLimited: row['rate_limit_per_minute'] !== null,
  }));
}

/** The whole ledger. */
export async function readRuns(db: Postgres): Promise<RunFact[]> {
  const rows = await db.query<Json>(
    `SELECT id, tenant_id, schedule_id, trigger, scheduled_for, fire_at, status, reason, attempt, started_at,
       finished_at, missed_count, missed_until, created_at, md5(r::text) AS digest,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('attempt', a -> 'attempt', 'started_at', a -> 'started_at',
          'finished_at', a -> 'finished_at', 'node', a -> 'node', 'outcome', a -> 'outcome',
          'code', a -> 'error' -> 'code', 'status', a -> 'response' -> 'status') ORDER BY n), '[]')
        FROM (SELECT t.text::jsonb AS a, n FROM unnest(r.attempts) WITH ORDINALITY AS t (text, n)) e) AS tries
     FROM runs r ORDER BY created_at`,
  );
  return rows.map((row) => ({
    id: String(row['id']),
    tenant: String(row['tenant_id']),
    schedule: String(row['schedule_id']),
    trigger: String(row['trigger']),
    scheduledFor: sure(row['scheduled_for']),
    fireAt: sure(row['fire_at']),
    status: String(row['status']),
    reason: text(row['reason']),
    attempt: Number(row['attempt']),
    startedAt: instant(row['started_at']),
    finishedAt: instant(row['finished_at']),
    missedCount: row['missed_count'] === null ? null : Number(row['missed_count']),
    missedUntil: instant(row['missed_until']),
    createdAt: sure(row['created_at']),
    digest: String(row['digest']),
    attempts: (row['tries'] as Json[]).map((a) => ({
      attempt: Number(a['attempt']),
      startedAt: sure(a['started_at']),
      finishedAt: sure(a['finished_at']),
      node: String(a['node']),
      outcome: String(a['outcome']),
      errorCode: text(a['code']),
      status: typeof a['status'] === 'number' ? a['status'] : null,
    })),
  }));
}

/** Digests of the rows that have become final since an instant. */
export async function readFinalDigests(db: Postgres, since: number): Promise<{ run: string; digest: string }[]> {
  return await db.query(
    'SELECT id AS run, md5(r::text) AS digest FROM runs r WHERE wake_at IS NULL AND finished_at >= $1',
    [new Date(since).toISOString()],
  );
}

/** What should have been planned, started or given back by `graceMs` ago and was not. */
export async function readOverdue(db: Postgres, graceMs: number): Promise<OverdueFact[]> {
  const rows = await db.query<{ what: string; id: string; due: Date; seen: Date }>(
    `SELECT 'schedule not planned' AS what, id, due_at AS due, clock_timestamp() AS seen FROM schedules
       WHERE due_at < clock_timestamp() - $1 * interval '1 ms'
     UNION ALL SELECT 'run ' || status, id, wake_at, clock_timestamp() FROM runs
       WHERE wake_at < clock_timestamp() - $1 * interval '1 ms'
     UNION ALL SELECT 'run held behind nothing', r.id, r.created_at, clock_timestamp() FROM runs r
       JOIN schedules s ON s.tenant_id = r.tenant_id AND s.id = r.schedule_id
       WHERE r.wake_at = 'infinity' AND r.created_at < clock_timestamp() - $1 * interval '1 ms'
         AND coalesce(s.release_at, '-infinity') < clock_timestamp() - $1 * interval '1 ms'
         AND NOT EXISTS (SELECT 1 FROM runs o WHERE o.tenant_id = r.tenant_id AND o.schedule_id = r.schedule_id
           AND (o.wake_at < 'infinity' OR o.finished_at > clock_timestamp() - $1 * interval '1 ms'))`,
    [graceMs],
  );
  return rows.map((row) => ({ what: row.what, id: row.id, dueAt: row.due.getTime(), seenAt: row.seen.getTime() }));
}

/** How many runs are not final, of all or of those that were there at an instant and may start now. */
export async function countOpen(db: Postgres, createdBefore?: number): Promise<number> {
  const [row] = await db.query<{ open: string }>(
    createdBefore === undefined
      ? 'SELECT count(*) AS open FROM runs WHERE wake_at IS NOT NULL'
      : `SELECT count(*) AS open FROM runs WHERE wake_at IS NOT NULL AND created_at < $1
           AND NOT (status = 'PENDING' AND wake_at > clock_timestamp())`,
    createdBefore === undefined ? [] : [new Date(createdBefore).toISOString()],
  );
  return Number(row?.open ?? 0);
}
