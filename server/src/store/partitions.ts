import { LOCKS } from './advisory-locks.ts';
import type { Database, Queryable } from './db.ts';
import { isLockTimeout } from './db-errors.ts';
import { firstIdOf } from './ids.ts';

/** `runs` is partitioned by ranges of its ids, which begin with their instant (UUIDv7): a partition is a week. */
const WEEK = 7 * 86_400_000;

/** Weeks made ahead: a server that can't make new ones for a month still plans. */
const AHEAD = 4;

/** Weeks behind: ids of occurrences lie up to a day back, and a clock may have been set back. */
const BEHIND = 2;

interface Week {
  readonly name: string;
  readonly low: string;
  readonly high: string;
}

/**
 * Makes the partitions around `now` that are not there. Nothing that plans or delivers waits: an attachment that would have to
 * wait for its lock gives up (after 100 ms) and comes again.
 * @returns the names of those that were made now
 */
export async function makePartitions(db: Database, now: number): Promise<string[]> {
  const first = Math.floor(now / WEEK) - BEHIND;
  const weeks = Array.from({ length: BEHIND + 1 + AHEAD }, (_, i) => first + i);
  const there = new Set((await partitions(db)).map((p) => p.low));
  const made: string[] = [];
  for (const week of weeks) {
    if (there.has(firstIdOf(week * WEEK))) continue;
    await db.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.partitions]);
      const [row] = await tx.query<{ name: string | null }>('SELECT make_runs_week($1) AS name', [week]);
      if (row?.name != null) made.push(row.name);
    });
  }
  return made;
}

/** The names of the weeks that were dropped now, and of one that is in use; null: none is. */
export interface Dropped {
  readonly dropped: readonly string[];
  readonly inUse: string | null;
}

/**
 * Drops, whole, the weeks of which every run is older than the retention, unless one is still open. A drop that would have
 * to wait for its lock gives up: a dump of the database holds it for hours, so it comes again with the next pass and no sooner, as
 * everybody waits behind it while it waits.
 */
export async function dropPartitions(db: Database, now: number, retentionDays: number): Promise<Dropped> {
  const oldest = Math.min(now - retentionDays * 86_400_000, now - BEHIND * WEEK);
  const dropped: string[] = [];
  for (const { name, high } of await partitions(db)) {
    if (instantOf(high) > oldest) continue;
    try {
      if (await dropPartition(db, name)) dropped.push(name);
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      return { dropped, inUse: name };
    }
  }
  return { dropped, inUse: null };
}

async function dropPartition(db: Database, name: string): Promise<boolean> {
  return await db.transaction(async (tx) => {
    const [lock] = await tx.query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got', [LOCKS.partitions]);
    if (!lock?.got) return false;
    const [row] = await tx.query<{ dropped: boolean }>('SELECT drop_runs_week($1) AS dropped', [name]);
    return row?.dropped ?? false;
  });
}

/** Removes deleted schedules of which no run is left, up to `limit`. Returns how many. */
export async function purgeSchedules(
  db: Queryable,
  now: number,
  retentionDays: number,
  limit: number,
): Promise<number> {
  const rows = await db.query(
    `DELETE FROM schedules s USING (
       SELECT d.tenant_id, d.id FROM schedules d WHERE d.deleted_at < $1 AND NOT EXISTS (
         SELECT 1 FROM runs r WHERE r.tenant_id = d.tenant_id AND r.schedule_id = d.id)
       ORDER BY d.deleted_at LIMIT $2 FOR UPDATE SKIP LOCKED) old
     WHERE s.tenant_id = old.tenant_id AND s.id = old.id RETURNING s.id`,
    // A week more: its last runs lie in a partition that goes that much later.
    [new Date(now - retentionDays * 86_400_000 - WEEK).toISOString(), limit],
    'purge_schedules',
  );
  return rows.length;
}

/** The partitions there are, oldest first. */
async function partitions(db: Queryable): Promise<Week[]> {
  return await db.query<Week>(
    `SELECT c.relname AS name, bounds[1] AS low, bounds[2] AS high
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
       regexp_match(pg_get_expr(c.relpartbound, c.oid), $$FROM \\('([^']+)'\\) TO \\('([^']+)'\\)$$) AS bounds
     WHERE i.inhparent = 'runs'::regclass ORDER BY bounds[1]`,
    [],
    'partitions',
  );
}

function instantOf(bound: string): number {
  return Number.parseInt(bound.replaceAll('-', '').slice(0, 12), 16);
}
