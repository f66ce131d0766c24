import type { OpenRunsNamed } from '../domain/overlap.ts';
import type { EntityRecord } from '../domain/entity.ts';
import type { Slice } from './buckets.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { EGRESS_VERSION } from './egress-policies.ts';
import type { Place } from './entity-records.ts';
import { SIGNING } from './leases.ts';
import type { ScheduleKey } from './schedule-locks.ts';
import { FIRST_OPEN, OPEN_COUNTS, type Advance, type LockedSchedule } from './planning.ts';
import type { StoredRelative } from './relative.ts';

/** A RELATIVE schedule, locked, with what starting its runs needs. */
export type LockedRelative = StoredRelative & LockedSchedule;

/**
 * The definitions by which a schedule is to be looked at by `now`, the longest due first: of a slice, and of other buckets what is due
 * since `beside`.
 */
export async function placesDue(
  db: Queryable,
  now: number,
  limit: number,
  { slice, beside }: { readonly slice: Slice; readonly beside: number },
): Promise<Place[]> {
  return await db.query<Place>(
    `SELECT tenant_id, definition_id FROM (
       SELECT tenant_id, relative_entity_definition_id AS definition_id, relative_look_at FROM schedules
       WHERE relative_look_at <= $1 AND (bucket BETWEEN $3 AND $4 OR relative_look_at <= $5) ORDER BY relative_look_at LIMIT 1000) due
     GROUP BY tenant_id, definition_id ORDER BY min(relative_look_at) LIMIT $2`,
    [timestamp(now), limit, slice.first, slice.last, timestamp(beside)],
    'places_due',
  );
}

/** The instants at which the planner is to look that come first, and of which bucket each is; none: it is never to. */
export async function earliestLook(
  db: Queryable,
  limit: number,
): Promise<{ readonly at: number; readonly bucket: number }[]> {
  return await db.query(
    'SELECT relative_look_at AS at, bucket FROM schedules WHERE relative_look_at IS NOT NULL ORDER BY relative_look_at LIMIT $1',
    [limit],
    'earliest_look',
  );
}

/** Locks up to `limit` schedules of a definition that are to be looked at. Those that another node holds are passed over. */
export async function lockToLook(tx: Transaction, place: Place, now: number, limit: number): Promise<LockedRelative[]> {
  return await tx.query<LockedRelative>(
    `SELECT s.*, ${SIGNING}, ${EGRESS_VERSION} FROM schedules s JOIN tenants t ON t.id = s.tenant_id
     WHERE s.tenant_id = $1 AND s.relative_entity_definition_id = $2 AND s.relative_look_at <= $3
     ORDER BY s.relative_look_at LIMIT $4 FOR NO KEY UPDATE OF s SKIP LOCKED`,
    [place.tenant_id, place.definition_id, timestamp(now), limit],
    'lock_to_look',
  );
}

/** A record of a schedule. */
interface RecordKey {
  readonly schedule_id: string;
  readonly record_id: string;
}

/** The runs of these records that are not final, by schedule and record; and which of the `paced` schedules have any held. */
export async function countOpenByRecord(
  tx: Transaction,
  tenantId: string,
  keys: readonly RecordKey[],
  paced: readonly string[],
): Promise<{ readonly open: Map<string, Map<string, OpenRunsNamed>>; readonly waiting: ReadonlySet<string> }> {
  const open = new Map<string, Map<string, OpenRunsNamed>>();
  if (keys.length === 0) return { open, waiting: new Set() };
  const rows = await tx.query<OpenRunsNamed & RecordKey>(
    `SELECT u.schedule_id, u.record_id, o.*
     FROM (SELECT DISTINCT * FROM unnest($2::uuid[], $3::uuid[])) AS u (schedule_id, record_id)
     CROSS JOIN LATERAL (
       SELECT ${OPEN_COUNTS}, ${FIRST_OPEN}
       FROM runs r WHERE tenant_id = $1 AND schedule_id = u.schedule_id AND record_id = u.record_id AND wake_at IS NOT NULL) o
     WHERE o.active + o.held > 0`,
    [tenantId, keys.map((key) => key.schedule_id), keys.map((key) => key.record_id)],
    'count_open_by_record',
  );
  for (const row of rows) {
    const of = open.get(row.schedule_id) ?? new Map<string, OpenRunsNamed>();
    open.set(row.schedule_id, of.set(row.record_id, row));
  }
  if (paced.length === 0) return { open, waiting: new Set() };
  const held = await tx.query<{ id: string }>(
    `SELECT u.id FROM unnest($2::uuid[]) AS u (id) WHERE EXISTS (SELECT 1 FROM runs
       WHERE tenant_id = $1 AND schedule_id = u.id AND wake_at = 'infinity')`,
    [tenantId, paced],
    'any_held',
  );
  return { open, waiting: new Set(held.map((row) => row.id)) };
}

/** An occurrence that appeared behind the planner; its record, where it is still there. */
export interface Latecomer {
  readonly schedule_id: string;
  readonly scheduled_for: number;
  readonly record: EntityRecord | null;
}

/** Takes up to `limit` latecomers of locked schedules of one tenant, by schedule. */
export async function takeLatecomers(
  tx: Transaction,
  keys: readonly ScheduleKey[],
  limit: number,
): Promise<Map<string, Latecomer[]>> {
  const rows = await tx.query<EntityRecord & { schedule_id: string; scheduled_for: number; id: string | null }>(
    `WITH taken AS (DELETE FROM relative_latecomers WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM relative_latecomers WHERE tenant_id = $1 AND schedule_id = ANY ($2::uuid[])
         ORDER BY schedule_id, record_id, scheduled_for LIMIT $3))
       RETURNING schedule_id, record_id, scheduled_for)
     SELECT t.schedule_id, t.scheduled_for, r.* FROM taken t
     LEFT JOIN entity_records r ON r.tenant_id = $1 AND r.id = t.record_id ORDER BY t.scheduled_for, t.record_id`,
    [keys[0]?.tenant_id, keys.map((key) => key.id), limit],
    'take_latecomers',
  );
  const taken = rows.map(({ schedule_id, scheduled_for, ...record }) => ({
    schedule_id,
    scheduled_for,
    record: record.id === null ? null : record,
  }));
  return Map.groupBy(taken, (row) => row.schedule_id);
}

/** Forgets what appeared behind the planner: it gets another fate. Returns how many, the first and the last. */
export async function dropLatecomers(
  tx: Transaction,
  key: ScheduleKey,
): Promise<{ readonly count: number; readonly first: number; readonly last: number } | null> {
  const [row] = await tx.query<{ count: number; first: number; last: number }>(
    `WITH gone AS (DELETE FROM relative_latecomers WHERE tenant_id = $1 AND schedule_id = $2 RETURNING scheduled_for)
     SELECT count(*) AS count, min(scheduled_for) AS first, max(scheduled_for) AS last FROM gone`,
    [key.tenant_id, key.id],
  );
  return row && row.count > 0 ? row : null;
}

/** Moves the cursors of locked RELATIVE schedules, in the transaction that inserted their runs. */
export async function advanceRelative(tx: Transaction, advances: readonly Advance[], now: number): Promise<void> {
  if (advances.length === 0) return;
  await tx.query(
    `UPDATE schedules s SET
       status = u.status, status_reason = u.status_reason, status_detail = u.status_detail,
       next_run_at = u.next_run_at, paused_from = u.paused_from, relative_cursor = u.cursor, relative_look_at = u.look_at,
       rate_free_at = u.rate_free_at, release_at = least(u.release_at, s.release_at), run_count = s.run_count + u.runs,
       last_run_at = CASE WHEN u.starts THEN $14 ELSE s.last_run_at END,
       version = s.version + CASE WHEN s.status = u.status THEN 0 ELSE 1 END,
       updated_at = CASE WHEN s.status = u.status THEN s.updated_at ELSE $14 END
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
       $8::jsonb[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::int[], $13::bool[])
       AS u (tenant_id, id, status, status_reason, status_detail, next_run_at, paused_from, cursor, look_at, rate_free_at,
         release_at, runs, starts)
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id`,
    [
      advances.map((a) => a.tenant_id),
      advances.map((a) => a.id),
      advances.map((a) => a.state.status),
      advances.map((a) => a.state.status_reason),
      advances.map((a) => a.state.status_detail),
      advances.map((a) => timestamp(a.state.next_run_at)),
      advances.map((a) => timestamp(a.state.paused_from)),
      advances.map((a) => JSON.stringify(a.state.relative_cursor)),
      advances.map((a) => timestamp(a.state.relative_look_at)),
      advances.map((a) => timestamp(a.rate_free_at)),
      advances.map((a) => timestamp(a.release_at)),
      advances.map((a) => a.runs),
      advances.map((a) => a.starts),
      timestamp(now),
    ],
    'advance_relative',
  );
}
