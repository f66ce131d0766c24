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

/** Looks at what is due at `now`: both counts by index and bounded. */
export async function readBacklog(db: Database, now: number): Promise<Backlog> {
  const rows = await db.transaction(async (tx) => {
    await tx.query(`SET LOCAL statement_timeout = ${TIMEOUT_MS}`);
    return await tx.query<{ schedules: number; due_at: number | null; runs: number; wake_at: number | null }>(
      `SELECT * FROM
         (SELECT count(*) AS schedules, min(due_at) AS due_at FROM
           (SELECT due_at FROM schedules WHERE due_at <= $1 ORDER BY due_at LIMIT $2) s) s,
         (SELECT count(*) AS runs, min(wake_at) AS wake_at FROM
           (SELECT wake_at FROM runs WHERE wake_at <= $1 AND status = 'PENDING' ORDER BY wake_at LIMIT $2) r) r`,
      [timestamp(now), MOST_COUNTED],
      'read_backlog',
    );
  });
  const [{ schedules, due_at, runs, wake_at } = { schedules: 0, due_at: null, runs: 0, wake_at: null }] = rows;
  return {
    schedules,
    schedules_oldest_ms: due_at === null ? 0 : now - due_at,
    runs,
    runs_oldest_ms: wake_at === null ? 0 : now - wake_at,
  };
}
