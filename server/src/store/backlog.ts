import { timestamp, type Database } from './db.ts';

/** What waits is counted up to here: more is "too much" all the same. */
export const MOST_COUNTED = 10_000;
const TIMEOUT_MS = 2_000;

/** What is due on this database and not yet done, by all nodes. Ages in ms; 0 where nothing waits. */
export interface Backlog {
  readonly schedules: number;
  readonly schedules_oldest_ms: number;
  readonly runs: number;
  readonly runs_oldest_ms: number;
}

interface BacklogRow {
  readonly schedules: number;
  readonly due_at: number | null;
  /** RELATIVE schedules. */
  readonly relative: number;
  readonly look_at: number | null;
  readonly runs: number;
  readonly wake_at: number | null;
}

/** Looks at what is due at `now`: both counts by index and bounded. */
export async function readBacklog(db: Database, now: number): Promise<Backlog> {
  const rows = await db.transaction(async (tx) => {
    await tx.query(`SET LOCAL statement_timeout = ${TIMEOUT_MS}`);
    return await tx.query<BacklogRow>(
      `SELECT * FROM
         (SELECT count(*) AS schedules, min(due_at) AS due_at FROM
           (SELECT due_at FROM schedules WHERE due_at <= $1 ORDER BY due_at LIMIT $2) s) s,
         (SELECT count(*) AS relative, min(relative_look_at) AS look_at FROM
           (SELECT relative_look_at FROM schedules WHERE relative_look_at <= $1 ORDER BY relative_look_at LIMIT $2) l) l,
         (SELECT count(*) AS runs, min(wake_at) AS wake_at FROM
           (SELECT wake_at FROM runs WHERE wake_at <= $1 AND status = 'PENDING' ORDER BY wake_at LIMIT $2) r) r`,
      [timestamp(now), MOST_COUNTED],
      'read_backlog',
    );
  });
  const [row] = rows;
  if (!row) return { schedules: 0, schedules_oldest_ms: 0, runs: 0, runs_oldest_ms: 0 };
  const { schedules, relative, due_at, look_at, runs, wake_at } = row;
  return {
    schedules: schedules + relative,
    schedules_oldest_ms: now - Math.min(due_at ?? now, look_at ?? now),
    runs,
    runs_oldest_ms: wake_at === null ? 0 : now - wake_at,
  };
}
