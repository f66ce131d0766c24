import { CHANGED } from './changes.ts';
import { timestamp, type Database, type Queryable } from './db.ts';

const FACT = 'run_sums';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What ended so long ago is committed: no statement may take a quarter of that. */
export const SETTLED_MS = MINUTE;

/** The sums go back so far. */
const KEPT_MS = 26 * HOUR;

/** The stretch that one transaction sums. */
const STEP_MS = 10 * MINUTE;

/**
 * The step of the scale of latenesses: four for each doubling, so that a value is known to a tenth. What began before the
 * database's clock said so was on time.
 */
const STEP = `CASE WHEN r.started_at IS NULL THEN -1
  ELSE floor(4 * ln(1 + greatest(0, 1000 * extract(epoch FROM r.started_at - r.fire_at)::float8)) / ln(2::float8))::smallint END`;

/** The lateness in the middle of a step, in ms. */
export function latenessOf(step: number): number {
  return Math.round(2 ** ((step + 0.5) / 4) - 1);
}

/** Sums of runs that have ended, by hour, status and step of lateness: of those that `where` picks. */
function sums(where: string): string {
  return `SELECT r.tenant_id, date_trunc('hour', ${CHANGED}) AS hour, r.status, ${STEP} AS lateness, sum(coalesce(r.missed_count, 1))::bigint AS runs
    FROM runs r WHERE r.finished_at IS NOT NULL AND ${where} GROUP BY 1, 2, 3, 4`;
}

/**
 * Adds to the sums what has ended since the last time, a step of it, and forgets what is too old to be asked for. Each final run
 * is counted once: who sums holds the mark of how far that was done.
 * @returns whether there is more
 */
export async function sumRuns(db: Database, now: number): Promise<boolean> {
  const settled = now - SETTLED_MS;
  return await db.transaction(async (tx) => {
    const first = new Date(Math.floor((now - KEPT_MS) / HOUR) * HOUR).toISOString();
    // Where there are no runs yet, there is nothing behind it.
    await tx.query(
      `INSERT INTO facts (name, value, updated_at) VALUES ($1, CASE WHEN EXISTS (SELECT FROM runs) THEN $2 ELSE $3 END, $4)
       ON CONFLICT (name) DO NOTHING`,
      [FACT, first, timestamp(settled), timestamp(now)],
      'sum_mark',
    );
    const [mark] = await tx.query<{ until: string }>(
      'SELECT value AS until FROM facts WHERE name = $1 FOR UPDATE',
      [FACT],
      'sum_lock',
    );
    // After a long stop: what nobody asks for any more is passed over.
    const from = Math.max(Date.parse(mark?.until ?? first), Date.parse(first));
    const until = Math.min(settled, from + STEP_MS);
    if (until <= from) return false;
    await tx.query(
      `INSERT INTO run_sums AS s (tenant_id, hour, status, lateness, runs, bucket)
       SELECT *, bucket_of(tenant_id) FROM (${sums(`${CHANGED} >= $1 AND ${CHANGED} < $2`)}) counted
       ON CONFLICT (tenant_id, hour, status, lateness, bucket) DO UPDATE SET runs = s.runs + EXCLUDED.runs`,
      [timestamp(from), timestamp(until)],
    );
    await tx.query('UPDATE facts SET value = $2, updated_at = $3 WHERE name = $1', [
      FACT,
      timestamp(until),
      timestamp(now),
    ]);
    await tx.query('DELETE FROM run_sums WHERE hour < $1', [first], 'forget_sums');
    return until < settled;
  });
}

/** How many runs ended in an hour, one way, so late. */
export interface RunSum {
  readonly hour: number;
  readonly status: string;
  /** See `latenessOf`; -1: no attempt was made. */
  readonly lateness: number;
  readonly runs: number;
}

/** The sums of a tenant since an hour: what has been summed, and what has ended since then, in one look. */
export async function runSums(db: Queryable, tenantId: string, since: number): Promise<RunSum[]> {
  // The mark as a value, so that the statement is planned for it: not seen by another snapshot, it may only be older than the sums.
  for (;;) {
    const [mark] = await db.query<{ until: number | null }>('SELECT run_sums_until() AS until', [], 'sums_until');
    const until = Math.max(since, mark?.until ?? since);
    const rows = await db.query<RunSum & { until: number | null }>(
      `SELECT hour, status, lateness, runs, run_sums_until() AS until FROM run_sums WHERE tenant_id = $1 AND hour >= $2
       UNION ALL SELECT hour, status, lateness, runs, run_sums_until() FROM (${sums(`r.tenant_id = $1 AND ${CHANGED} >= $3`)}) open
       UNION ALL SELECT $2, '', -1, 0, run_sums_until()`,
      [tenantId, timestamp(since), timestamp(until)],
    );
    if (Math.max(since, rows[0]?.until ?? since) === until) return rows.filter(({ runs }) => runs > 0);
  }
}
