import { WHOLE, withinBucketOf, withinSlice, type Slice } from './buckets.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { booleans, instants, uuids } from './arrays.ts';
import { rowsOf } from './lists.ts';
import { SIGNING } from './leases.ts';
import { EGRESS_VERSION } from './egress-policies.ts';
import type { LockedSchedule } from './planning.ts';
import { lockSchedules, type ScheduleKey } from './schedule-locks.ts';

/** When schedules are looked at whose runs are held (see `store/held`): `release_at`, or as a run of theirs ends. */

/** Before every schedule there is. */
const FIRST: ScheduleKey = {
  tenant_id: '00000000-0000-0000-0000-000000000000',
  id: '00000000-0000-0000-0000-000000000000',
};

/** Of a run that started so lately the end may be noted only now, however fast the look at it is. */
const JUST_STARTED_MS = 1_000;

const COLUMNS = `s.*, ${SIGNING}, ${EGRESS_VERSION}`;

/** Whether a run of the schedule `s` is held. */
const HOLDS = `EXISTS (SELECT 1 FROM runs r
  WHERE r.tenant_id = s.tenant_id AND r.bucket = s.bucket AND r.schedule_id = s.id AND r.wake_at = 'infinity')`;

/** Locks schedules whose held runs are to be looked at by `now`. Those that another node holds are passed over. */
export async function lockReleasable(
  tx: Transaction,
  now: number,
  limit: number,
  slice: Slice = WHOLE,
): Promise<LockedSchedule[]> {
  const { sql, values, mark } = withinSlice('s', slice, 3);
  return await tx.query<LockedSchedule>(
    `SELECT ${COLUMNS} FROM (SELECT * FROM schedules s WHERE s.release_at <= $1${sql} ORDER BY s.release_at LIMIT $2
       FOR NO KEY UPDATE SKIP LOCKED) s JOIN tenants t ON t.id = s.tenant_id`,
    [timestamp(now), limit, ...values],
    `lock_releasable${mark}`,
  );
}

/**
 * Locks those of these schedules, in which a run has ended, that nobody else has locked, and returns which of them hold others, and which
 * keys were passed over: whoever plans one just now may hold a run in it, so it is looked at after that.
 */
export async function lockEnded(
  tx: Transaction,
  keys: readonly ScheduleKey[],
): Promise<{ readonly holding: LockedSchedule[]; readonly passedOver: readonly ScheduleKey[] }> {
  if (keys.length === 0) return { holding: [], passedOver: [] };
  const { sql, values, mark } = withinBucketOf(tx, 's', keys, 3);
  const lists = [keys.map((k) => k.tenant_id), keys.map((k) => k.id), ...values];
  const found = `${rowsOf('$1::uuid[], $2::uuid[]', 'tenant_id, id')} u
     JOIN schedules s ON s.tenant_id = u.tenant_id AND s.id = u.id${sql}`;
  const locked = await tx.query<ScheduleKey>(
    `SELECT s.tenant_id, s.id FROM ${found} FOR NO KEY UPDATE OF s SKIP LOCKED`,
    lists,
    `lock_ended${mark}`,
  );
  const ours = new Set(locked.map((row) => row.id));
  // What is not there any more is not waited for.
  const there =
    ours.size === keys.length ? locked : await tx.query<ScheduleKey>(`SELECT s.tenant_id, s.id FROM ${found}`, lists);
  const holding = await tx.query<LockedSchedule>(
    `SELECT ${COLUMNS} FROM ${found} JOIN tenants t ON t.id = s.tenant_id WHERE ${HOLDS}`,
    lists,
    `read_ended${mark}`,
  );
  return {
    holding: holding.filter((schedule) => ours.has(schedule.id)),
    passedOver: there.filter((key) => !ours.has(key.id)),
  };
}

/**
 * Asks for a look at these schedules, in which runs have ended, where they hold others. Waits for whoever plans one just now, so that what
 * that one holds is seen. Returns whether any does.
 */
export async function askRelease(tx: Transaction, keys: readonly ScheduleKey[], now: number): Promise<boolean> {
  await lockSchedules(tx, keys);
  const { sql, values, mark } = withinBucketOf(tx, 's', keys, 4);
  const asked = await tx.query(
    `UPDATE schedules s SET release_at = least(s.release_at, $3) FROM ${rowsOf('$1::uuid[], $2::uuid[]', 'tenant_id, id')} u
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id${sql} AND ${HOLDS}
     RETURNING s.id`,
    [keys.map((k) => k.tenant_id), keys.map((k) => k.id), timestamp(now), ...values],
    `ask_release${mark}`,
  );
  return asked.length > 0;
}

/** What a look for held runs that nobody looks at came to. */
export interface StrandedLook {
  /** Schedules that are looked at now. */
  readonly found: number;
  /** The last one that it came to; null: there are no others, and the next look begins at the first. */
  readonly after: ScheduleKey | null;
}

/** Whether nobody is going to look at what the schedule `s` holds, and none of its runs is to end. */
const STRANDED = `s.release_at IS NULL AND NOT EXISTS (SELECT 1 FROM runs o
  WHERE o.tenant_id = s.tenant_id AND o.bucket = s.bucket AND o.schedule_id = s.id AND o.wake_at < 'infinity')`;

/**
 * Makes right what a crash between the end of a run and the look at those behind it left: held runs of schedules that nobody is
 * going to look at. Goes along up to `limit` schedules that hold runs behind `after`: one probe of an index for each and partition,
 * however many they hold. Those that somebody has locked are passed over, as are those of which one has just started: where many runs
 * end, the look at what is behind them may be under way.
 */
export async function findStranded(
  db: Queryable,
  now: number,
  limit: number,
  after: ScheduleKey | null = null,
): Promise<StrandedLook> {
  const { tenant_id, id } = after ?? FIRST;
  const holding = await db.query<ScheduleKey & { stranded: boolean }>(
    `WITH RECURSIVE holding AS (
       (SELECT bucket, tenant_id, schedule_id FROM runs
        WHERE wake_at = 'infinity' AND (tenant_id, schedule_id) > ($1::uuid, $2::uuid)
        ORDER BY tenant_id, schedule_id LIMIT 1)
       UNION ALL
       SELECT n.* FROM holding h CROSS JOIN LATERAL (
         SELECT bucket, tenant_id, schedule_id FROM runs
         WHERE wake_at = 'infinity' AND (tenant_id, schedule_id) > (h.tenant_id, h.schedule_id)
         ORDER BY tenant_id, schedule_id LIMIT 1) n)
     SELECT h.tenant_id, h.schedule_id AS id, s.stranded FROM holding h CROSS JOIN LATERAL (
       SELECT (s.last_run_at IS NULL OR s.last_run_at <= $3) AND ${STRANDED} AS stranded FROM schedules s
       WHERE s.tenant_id = h.tenant_id AND s.id = h.schedule_id AND s.bucket = h.bucket LIMIT 1) s
     LIMIT $4`,
    [tenant_id, id, timestamp(now - JUST_STARTED_MS), limit],
    'walk_holding',
  );
  const stranded = holding.filter((schedule) => schedule.stranded);
  return {
    found: stranded.length === 0 ? 0 : await lookAtStranded(db, stranded, now),
    after: holding.length < limit ? null : (holding.at(-1) ?? null),
  };
}

async function lookAtStranded(db: Queryable, keys: readonly ScheduleKey[], now: number): Promise<number> {
  const rows = await db.query(
    `UPDATE schedules s SET release_at = $3
     FROM (SELECT s.tenant_id, s.id FROM ${rowsOf('$1::uuid[], $2::uuid[]', 'tenant_id, id')} u
       JOIN schedules s ON s.tenant_id = u.tenant_id AND s.id = u.id WHERE ${STRANDED} FOR NO KEY UPDATE OF s SKIP LOCKED) f
     WHERE s.tenant_id = f.tenant_id AND s.id = f.id RETURNING s.id`,
    [keys.map((k) => k.tenant_id), keys.map((k) => k.id), timestamp(now)],
    'look_at_stranded',
  );
  return rows.length;
}

/** When the earliest look is due, or null. */
export async function earliestRelease(db: Queryable): Promise<number | null> {
  const [row] = await db.query<{ release_at: number }>(
    'SELECT release_at FROM schedules WHERE release_at IS NOT NULL ORDER BY release_at LIMIT 1',
    [],
    'earliest_release',
  );
  return row?.release_at ?? null;
}

/** When a locked schedule's held runs are looked at next, what its rate limit has left, and whether one of them has started. */
export interface Look extends ScheduleKey {
  readonly release_at: number | null;
  readonly rate_free_at: number | null;
  readonly started: boolean;
}

/** Writes what came of looking at locked schedules, where it is something new. */
export async function setLooks(tx: Transaction, looks: readonly Look[], now: number): Promise<void> {
  if (looks.length === 0) return;
  const { sql, values, mark } = withinBucketOf(tx, 's', looks, 7);
  await tx.query(
    `UPDATE schedules s SET release_at = u.release_at, rate_free_at = u.rate_free_at,
       last_run_at = CASE WHEN u.started THEN $6::timestamptz ELSE s.last_run_at END
     FROM ${rowsOf('$1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::bool[]', 'tenant_id, id, release_at, rate_free_at, started')} u
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id${sql}
       AND (u.started OR s.release_at IS DISTINCT FROM u.release_at OR s.rate_free_at IS DISTINCT FROM u.rate_free_at)`,
    [
      uuids(looks.map((l) => l.tenant_id)),
      uuids(looks.map((l) => l.id)),
      instants(looks.map((l) => l.release_at)),
      instants(looks.map((l) => l.rate_free_at)),
      booleans(looks.map((l) => l.started)),
      timestamp(now),
      ...values,
    ],
    `set_looks${mark}`,
  );
}
