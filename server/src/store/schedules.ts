import { sql, type ExpressionBuilder } from 'kysely';
import type { Schedule, ScheduleState } from '../domain/schedule.ts';
import type { SealedConfig } from '../domain/sealed.ts';
import { bucketOf } from './buckets.ts';
import { build, run, timestamp, type Queryable, type Statement, type Transaction } from './db.ts';
import { uuids } from './arrays.ts';
import type { Tables } from './tables.ts';

/** Which schedules a list shows. All given conditions hold. */
export interface ScheduleFilter {
  readonly customer_id?: string | undefined;
  readonly external_id?: string | undefined;
  readonly status?: string | undefined;
  readonly schedule_type?: string | undefined;
  /** Part of the name, in any case. */
  readonly name_contains?: string | undefined;
  readonly ids?: readonly string[] | undefined;
}

/** A schedule as it may be stored: the secrets of its config are sealed. */
export type StorableSchedule = Schedule & { readonly action_config: SealedConfig };

/** Stores a new schedule. False when its deduplication key is taken: nothing is stored then. */
export async function insertSchedule(tx: Transaction, schedule: StorableSchedule): Promise<boolean> {
  const columns = {
    ...columnsOf(schedule),
    tenant_id: schedule.tenant_id,
    bucket: bucketOf(schedule.tenant_id),
    id: schedule.id,
    created_at: timestamp(schedule.created_at),
  };
  insertText ??= `INSERT INTO schedules (${Object.keys(columns).join(', ')}) VALUES (${Object.keys(columns).map(parameter).join(', ')})
    ON CONFLICT (tenant_id, deduplication_key, bucket) WHERE deleted_at IS NULL AND deduplication_key IS NOT NULL DO NOTHING RETURNING id`;
  const rows = await tx.query(insertText, Object.values(columns), 'insert_schedule');
  return rows.length > 0;
}

/** What stores new schedules of one tenant, none of which has a deduplication key: all of them by one statement. */
export function insertionOf(tenantId: string, schedules: readonly StorableSchedule[]): Statement {
  const rows = schedules.map((schedule) => ({
    ...columnsOf(schedule),
    // As they are: the rows are JSON as a whole.
    action_config: schedule.action_config,
    relative_cursor: schedule.relative_cursor,
    relative_filter: schedule.relative_filter,
    id: schedule.id,
    created_at: timestamp(schedule.created_at),
  }));
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  const text = `INSERT INTO schedules (tenant_id, bucket, ${columns})
    SELECT $1::uuid, bucket_of($1), ${columns} FROM json_populate_recordset(NULL::schedules, $2::json)`;
  return { text, values: [tenantId, JSON.stringify(rows)], name: 'insert_schedules' };
}

const parameter = (_name: string, i: number): string => `$${i + 1}`;

/** Made of the columns' names once: a builder takes longer for each schedule than all that checks it. */
let insertText: string | undefined;
let updateText: string | undefined;

const LIVE = 'SELECT * FROM schedules WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL';

const LIVE_OF = 'SELECT * FROM schedules WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND deleted_at IS NULL';

/** The schedule, unless it is another tenant's, deleted or unknown. */
export async function getSchedule(db: Queryable, tenantId: string, id: string): Promise<Schedule | undefined> {
  const [row] = await db.query<Schedule>(LIVE, [tenantId, id], 'get_schedule');
  return row;
}

/** The same for several at once, each in its place. */
export async function getSchedules(
  db: Queryable,
  tenantId: string,
  ids: readonly string[],
): Promise<(Schedule | undefined)[]> {
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) return [await getSchedule(db, tenantId, only)];
  const rows = await db.query<Schedule>(LIVE_OF, [tenantId, uuids(ids)], 'get_schedules');
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => found.get(id.toLowerCase()));
}

/** The same, locked until the transaction ends: every change of a schedule starts here, so that none overtakes planning. */
export async function lockSchedule(tx: Transaction, tenantId: string, id: string): Promise<Schedule | undefined> {
  const [row] = await tx.query<Schedule>(`${LIVE} FOR NO KEY UPDATE`, [tenantId, id], 'lock_schedule');
  return row;
}

/** The schedule with this deduplication key, if one exists. */
export async function findByDeduplicationKey(
  db: Queryable,
  tenantId: string,
  key: string,
): Promise<Schedule | undefined> {
  const [row] = await run<Schedule>(db, live(tenantId).where('deduplication_key', '=', key));
  return row;
}

/** How many schedules match, by status. */
export async function countByStatus(
  db: Queryable,
  tenantId: string,
  filter: ScheduleFilter,
): Promise<{ status: ScheduleState['status']; schedules: number }[]> {
  return await run(
    db,
    build
      .selectFrom('schedules')
      .select((eb) => ['status', eb.fn.countAll().as('schedules')])
      .where(matching(tenantId, filter))
      .groupBy('status'),
  );
}

/** Locks up to `limit` matching schedules, in the order of their ids, that were there at `until`. */
export async function lockMatching(
  tx: Transaction,
  tenantId: string,
  filter: ScheduleFilter,
  after: string,
  page: { readonly until: number; readonly limit: number },
): Promise<Schedule[]> {
  return await run<Schedule>(
    tx,
    build
      .selectFrom('schedules')
      .selectAll()
      .where(matching(tenantId, filter))
      .where('id', '>', after)
      .where(sql<boolean>`created_at <= ${timestamp(page.until)}`)
      .orderBy('id')
      .limit(page.limit)
      .forNoKeyUpdate(),
  );
}

/** Writes where locked schedules of one tenant stand after they were paused or resumed. */
export async function writeStates(tx: Transaction, schedules: readonly Schedule[]): Promise<void> {
  const states = schedules.map(stateValues);
  await tx.query(
    `UPDATE schedules s SET status = u.status, status_reason = u.status_reason, status_detail = u.status_detail,
       next_run_at = u.next_run_at, due_at = u.due_at, paused_from = u.paused_from,
       relative_cursor = u.relative_cursor, relative_look_at = u.relative_look_at,
       consecutive_failures = u.consecutive_failures, version = u.version, updated_at = u.updated_at
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
       $8::timestamptz[], $9::int[], $10::int[], $11::timestamptz[], $12::jsonb[], $13::timestamptz[])
       AS u (tenant_id, id, status, status_reason, status_detail, next_run_at, due_at, paused_from, consecutive_failures,
         version, updated_at, relative_cursor, relative_look_at)
     WHERE s.tenant_id = u.tenant_id AND s.id = u.id`,
    [
      schedules.map((s) => s.tenant_id),
      schedules.map((s) => s.id),
      states.map((s) => s.status),
      states.map((s) => s.status_reason),
      states.map((s) => s.status_detail),
      states.map((s) => s.next_run_at),
      states.map((s) => s.due_at),
      states.map((s) => s.paused_from),
      schedules.map((s) => s.consecutive_failures),
      schedules.map((s) => s.version),
      schedules.map((s) => timestamp(s.updated_at)),
      states.map((s) => s.relative_cursor),
      states.map((s) => s.relative_look_at),
    ],
    'write_states',
  );
}

/** What writes a locked schedule's changeable columns. */
export function updateOf(schedule: StorableSchedule): Statement {
  const columns = columnsOf(schedule);
  updateText ??= `UPDATE schedules SET ${Object.keys(columns)
    .map((name, i) => `${name} = ${parameter(name, i + 2)}`)
    .join(', ')} WHERE tenant_id = $1 AND id = $2`;
  const values = [schedule.tenant_id, schedule.id, ...Object.values(columns)];
  return { text: updateText, values, name: 'update_schedule' };
}

/** Writes them. */
export async function updateSchedule(tx: Transaction, schedule: StorableSchedule): Promise<void> {
  const { text, values, name } = updateOf(schedule);
  await tx.query(text, values, name);
}

/** Takes locked schedules out of sight; their rows stay for the runs that still need them. */
export async function markDeleted(
  tx: Transaction,
  tenantId: string,
  ids: readonly string[],
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE schedules SET deleted_at = $3, updated_at = $3, next_run_at = NULL, due_at = NULL, relative_look_at = NULL,
       version = version + 1
     WHERE tenant_id = $1 AND id = ANY($2::uuid[])`,
    [tenantId, ids, timestamp(now)],
  );
}

/** The state's columns as parameters, in the order of their names: for statements that write many at once. */
export function stateValues(state: ScheduleState) {
  return {
    status: state.status,
    status_reason: state.status_reason,
    status_detail: state.status_detail,
    next_run_at: timestamp(state.next_run_at),
    due_at: timestamp(state.due_at),
    paused_from: timestamp(state.paused_from),
    relative_cursor: state.relative_cursor && JSON.stringify(state.relative_cursor),
    relative_look_at: timestamp(state.relative_look_at),
  };
}

/** The conditions of a filter, on schedules that are not deleted. */
export function matching(tenantId: string, filter: ScheduleFilter) {
  return (eb: ExpressionBuilder<Tables, 'schedules'>) =>
    eb.and([
      eb('tenant_id', '=', tenantId),
      eb('deleted_at', 'is', null),
      ...(['customer_id', 'external_id', 'status', 'schedule_type'] as const).flatMap((field) => {
        const value = filter[field];
        return value === undefined ? [] : [eb(field, '=', value)];
      }),
      ...(filter.ids === undefined ? [] : [eb('id', 'in', filter.ids)]),
      ...(filter.name_contains === undefined
        ? []
        : [eb('name', 'ilike', `%${filter.name_contains.replaceAll(/[\\%_]/g, '\\$&')}%`)]),
    ]);
}

/** The schedules of a tenant that are not deleted. */
export function live(tenantId: string) {
  return build.selectFrom('schedules').selectAll().where('tenant_id', '=', tenantId).where('deleted_at', 'is', null);
}

/** Without the counters of runs: planning and outcomes own those. */
function columnsOf(schedule: StorableSchedule) {
  return {
    ...stateValues(schedule),
    name: schedule.name,
    description: schedule.description,
    external_id: schedule.external_id,
    customer_id: schedule.customer_id,
    deduplication_key: schedule.deduplication_key,
    schedule_type: schedule.schedule_type,
    schedule_expression: schedule.schedule_expression,
    timezone: schedule.timezone,
    start_at: timestamp(schedule.start_at),
    end_at: timestamp(schedule.end_at),
    action_type: schedule.action_type,
    action_config: JSON.stringify(schedule.action_config),
    destination: schedule.destination,
    action_after_completion: schedule.action_after_completion,
    overlap_policy: schedule.overlap_policy,
    catchup_window_minutes: schedule.catchup_window_minutes,
    flexible_window_minutes: schedule.flexible_window_minutes,
    max_retries: schedule.max_retries,
    retry_backoff_seconds: schedule.retry_backoff_seconds,
    pause_on_failure_count: schedule.pause_on_failure_count,
    rate_limit_per_minute: schedule.rate_limit_per_minute,
    relative_entity_definition_id: schedule.relative_entity_definition_id,
    relative_field_name: schedule.relative_field_name,
    relative_filter: schedule.relative_filter && JSON.stringify(schedule.relative_filter),
    relative_offset_days: schedule.relative_offset_days,
    relative_recurrence: schedule.relative_recurrence,
    rate_free_at: timestamp(schedule.rate_free_at),
    release_at: timestamp(schedule.release_at),
    consecutive_failures: schedule.consecutive_failures,
    version: schedule.version,
    updated_at: timestamp(schedule.updated_at),
  };
}
