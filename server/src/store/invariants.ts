import { timestamp, type Database } from './db.ts';

const MINUTE = 60_000;

/** Rows of each kind that are looked at: enough to say that something is wrong, few enough to be no load. */
const MOST = 100;
const EXAMPLES = 5;
const TIMEOUT_MS = 2_000;

/** What a check found. */
export interface InvariantFinding {
  readonly name: string;
  readonly description: string;
  /** How many rows break it, counted up to 100. Null: the check did not end in time. */
  readonly violations: number | null;
  /** The ids of up to five of them. */
  readonly examples: readonly string[];
}

/** What one look at all invariants found. */
export interface InvariantScan {
  readonly checked_at: number;
  /** Whether each was checked and holds. */
  readonly ok: boolean;
  readonly invariants: readonly InvariantFinding[];
}

interface Invariant {
  readonly name: string;
  readonly description: string;
  /** Answers the ids of rows that break it. $1: how many at most, $2: the instant before which it counts. */
  readonly sql: string;
  /** How long something may be so before it counts, in ms. */
  readonly since: number;
}

/** The open runs that wait to start, those of them that wait longest; what is joined to them is bounded by that. */
const UNSTARTED = `(SELECT tenant_id, id, schedule_id, trigger FROM runs
  WHERE wake_at IS NOT NULL AND status = 'PENDING' AND attempt = 0 ORDER BY wake_at LIMIT 5000) r
  JOIN schedules s ON s.tenant_id = r.tenant_id AND s.id = r.schedule_id`;

/**
 * What must always hold and no constraint can say: over time, or across tables. They look at every tenant: it is the
 * operator who is told. Each is bounded by an index and a LIMIT, and by a time-out.
 */
export const INVARIANTS: readonly Invariant[] = [
  {
    name: 'schedule_overdue',
    description: 'A schedule is planned within 60 s of being due.',
    // What a planner holds at this moment is being planned.
    sql: 'SELECT id FROM schedules WHERE due_at < $2 ORDER BY due_at LIMIT $1 FOR SHARE SKIP LOCKED',
    since: MINUTE,
  },
  {
    name: 'relative_overdue',
    description: 'A RELATIVE schedule is looked at within 60 s of being due.',
    sql: `SELECT id FROM schedules WHERE relative_look_at < $2 ORDER BY relative_look_at LIMIT $1 FOR SHARE SKIP LOCKED`,
    since: MINUTE,
  },
  {
    name: 'lease_not_reaped',
    description: 'A run whose lease ran out is given back within two leases (60 s).',
    sql: `SELECT id FROM runs WHERE wake_at < $2 AND status = 'RUNNING' ORDER BY wake_at LIMIT $1`,
    since: MINUTE,
  },
  {
    name: 'run_not_started',
    description: 'A run that may start is started within ten minutes.',
    sql: `SELECT id FROM runs WHERE wake_at < $2 AND status = 'PENDING' ORDER BY wake_at LIMIT $1`,
    since: 10 * MINUTE,
  },
  {
    name: 'release_overdue',
    description: 'Held runs whose turn has come are looked at within 60 s.',
    sql: 'SELECT id FROM schedules WHERE release_at < $2 ORDER BY release_at LIMIT $1 FOR SHARE SKIP LOCKED',
    since: MINUTE,
  },
  {
    name: 'run_of_deleted_schedule',
    description: 'Deleting a schedule cancels its runs that have not started.',
    sql: `SELECT r.id FROM ${UNSTARTED} WHERE s.deleted_at < $2 LIMIT $1`,
    since: 0,
  },
  {
    name: 'run_of_paused_schedule',
    description: 'Pausing a schedule cancels its planned runs that have not started.',
    sql: `SELECT r.id FROM ${UNSTARTED}
      WHERE s.status = 'PAUSED' AND s.deleted_at IS NULL AND r.trigger = 'SCHEDULE' AND s.updated_at < $2 LIMIT $1`,
    since: 0,
  },
  {
    name: 'completed_not_deleted',
    description:
      'A completed schedule that asked for it is deleted within ten minutes of its last run, or of the end of its last backfill.',
    sql: `SELECT s.id FROM (SELECT tenant_id, id, updated_at FROM schedules
        WHERE status = 'COMPLETED' AND action_after_completion = 'DELETE' AND deleted_at IS NULL LIMIT 5000) s
      WHERE s.updated_at < $2 AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.tenant_id = s.tenant_id
        AND r.schedule_id = s.id AND (r.wake_at IS NOT NULL OR r.finished_at >= $2))
        AND NOT EXISTS (SELECT 1 FROM backfills b WHERE b.tenant_id = s.tenant_id
        AND b.schedule_id = s.id AND (b.finished_at IS NULL OR b.finished_at >= $2)) LIMIT $1`,
    since: 10 * MINUTE,
  },
  {
    name: 'run_count_differs',
    description: 'run_count is the number of runs that were planned to start.',
    // A sample: those due next, and of them those young and small enough that all their runs are there to be counted.
    sql: `SELECT s.id FROM (SELECT tenant_id, id, run_count, created_at FROM schedules
        WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 200) s
      CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE r.status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED')) AS runs,
          count(*) FILTER (WHERE r.status = 'CANCELLED' AND r.attempt > 0) AS stopped
        FROM runs r WHERE r.tenant_id = s.tenant_id AND r.schedule_id = s.id) c
      WHERE s.created_at > $2 AND s.run_count <= 1000
        AND (s.run_count < c.runs OR s.run_count > c.runs + c.stopped) LIMIT $1`,
    since: 24 * 60 * MINUTE,
  },
];

/** Checks every invariant, each by a statement of its own that is given up when it takes too long. */
export async function scanInvariants(db: Database, now: number): Promise<InvariantScan> {
  const invariants: InvariantFinding[] = [];
  for (const { name, description, sql, since } of INVARIANTS) {
    const ids = await bounded(db, sql, [MOST, timestamp(now - since)]);
    invariants.push({
      name,
      description,
      violations: ids?.length ?? null,
      examples: ids?.slice(0, EXAMPLES) ?? [],
    });
  }
  return { checked_at: now, ok: invariants.every(({ violations }) => violations === 0), invariants };
}

/** Null when the database ended the statement for taking too long. Everything else that fails is thrown. */
async function bounded(db: Database, sql: string, values: readonly unknown[]): Promise<string[] | null> {
  try {
    return await db.transaction(async (tx) => {
      await tx.query(`SET LOCAL statement_timeout = ${TIMEOUT_MS}`);
      return (await tx.query<{ id: string }>(sql, values)).map((row) => row.id);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '57014') return null;
    throw error;
  }
}
