import { datesLock } from './advisory-locks.ts';
import { relativePlan, type RelativeCursor, type RelativeEffect, type RelativeSchedule } from '../domain/relative.ts';
import { RecordChanges, type RecordChange } from '../domain/relative-changes.ts';
import { latestStart } from '../domain/occurrences.ts';
import type { EntityDefinition } from '../domain/entity.ts';
import type { Schedule } from '../domain/schedule.ts';
import { timestamp, type Queryable, type Transaction } from './db.ts';
import { planOnce } from './plans.ts';
import type { Place } from './entity-records.ts';
import { firstIdOf, occurrenceId } from './ids.ts';
import { rowsOf } from './lists.ts';
import { FirstDates, nextDue, UNKNOWN } from './relative-next.ts';
import { notifyDue } from './wake.ts';

const DAY = 86_400_000;

/**
 * How soon the planner makes sure of what a write found to be next: two that write at once do not see each other. Many writes
 * are one look. Nothing fires late for it: the planner looks at every instant that any of them found.
 */
const RECHECK_MS = 5_000;

/** A RELATIVE schedule as it is stored. */
export type StoredRelative = Schedule & {
  readonly relative_cursor: RelativeCursor;
  readonly relative_entity_definition_id: string;
};

/**
 * Who writes records and who plans by them take turns: writers together (`share`), the planner alone. So it never passes
 * an instant at which a record is due that somebody has written and not committed. A lock that queues in order: rows'
 * locks would let the planner wait for ever behind writers that come and go.
 */
export async function lockDates(tx: Transaction, definitionId: string, mode: 'share' | 'alone'): Promise<void> {
  const take = mode === 'share' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await tx.query(`SELECT ${take}($1::bigint)`, [datesLock(definitionId)], `lock_dates_${mode}`);
}

/** Whether any schedule that can still fire goes by this definition. */
export async function hasRelative(db: Queryable, place: Place): Promise<boolean> {
  const rows = await db.query(
    `SELECT 1 FROM schedules WHERE tenant_id = $1 AND relative_entity_definition_id = $2 AND status = 'ACTIVE'
       AND deleted_at IS NULL LIMIT 1`,
    [place.tenant_id, place.definition_id],
    'has_relative',
  );
  return rows.length > 0;
}

/** The schedules that go by a definition, whatever their status. */
export async function schedulesOn(db: Queryable, place: Place): Promise<Schedule[]> {
  return await db.query<Schedule>(
    `SELECT * FROM schedules WHERE tenant_id = $1 AND relative_entity_definition_id = $2 AND deleted_at IS NULL ORDER BY id`,
    [place.tenant_id, place.definition_id],
  );
}

/** The dates of these records as they are stored. */
export async function datesOf(
  db: Queryable,
  tenantId: string,
  recordIds: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const dates = new Map<string, Map<string, number>>();
  if (recordIds.length === 0) return dates;
  const rows = await db.query<{ record_id: string; field: string; at: number }>(
    'SELECT record_id, field, at FROM entity_dates WHERE tenant_id = $1 AND record_id = ANY ($2)',
    [tenantId, recordIds],
    'dates_of_records',
  );
  for (const { record_id, field, at } of rows) {
    const of = dates.get(record_id) ?? new Map<string, number>();
    dates.set(record_id, of.set(field, at));
  }
  return dates;
}

/**
 * Keeps `next_run_at` of the RELATIVE schedules right, in the transaction that wrote the records. Costs one look at the
 * definition's schedules; those that a write does nothing to are not touched.
 * @param besides schedules that this transaction is going to lock, too: all are locked in one order
 */
export async function followRecords(
  tx: Transaction,
  definition: EntityDefinition,
  changes: readonly RecordChange[],
  now: number,
  besides: readonly string[] = [],
): Promise<void> {
  if (changes.length === 0) return;
  const found = effectsOf(await nearSchedules(tx, definition, changes, now), definition, changes, now);
  const effects = await withoutPlanned(tx, found, now);
  const late = effects.filter((effect) => effect.kind === 'late');
  if (late.length > 0) {
    await tx.query(
      `INSERT INTO relative_latecomers (tenant_id, bucket, schedule_id, record_id, scheduled_for)
       SELECT $1, bucket_of($1), * FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) ON CONFLICT DO NOTHING`,
      [
        definition.tenant_id,
        late.map((effect) => effect.schedule.id),
        late.map((effect) => effect.recordId),
        late.map((effect) => timestamp(effect.due)),
      ],
      'insert_latecomers',
    );
  }
  await moveNext(tx, definition, effects, { now, besides });
}

/** What the write of a record does to a schedule. */
type Effect = NonNullable<RelativeEffect> & { readonly schedule: NearSchedule; readonly recordId: string };
type Late = Extract<Effect, { readonly kind: 'late' }>;

function effectsOf(
  schedules: readonly NearSchedule[],
  definition: EntityDefinition,
  changes: readonly RecordChange[],
  now: number,
): Effect[] {
  const asked = new RecordChanges(changes);
  return schedules.flatMap((schedule) => {
    const plan = planOrNull(schedule, definition);
    if (!plan) return [];
    return asked.effects(plan, schedule, now).map(({ recordId, effect }) => ({ ...effect, schedule, recordId }));
  });
}

/** A rule that does not fit its definition any more is the planner's to park. */
function planOrNull(schedule: NearSchedule, definition: EntityDefinition) {
  try {
    return relativePlan(schedule, definition);
  } catch {
    return null;
  }
}

/** What of a schedule a write of a record has to know: rows are many, and most of their columns say what is done. */
const RULE = `tenant_id, id, schedule_expression, timezone, start_at, end_at, customer_id, flexible_window_minutes,
  catchup_window_minutes, relative_field_name, relative_filter, relative_offset_days, relative_recurrence, next_run_at,
  relative_cursor, relative_look_at`;

/** A schedule as far as a write of a record goes. */
type NearSchedule = RelativeSchedule & Pick<StoredRelative, 'next_run_at' | 'relative_cursor' | 'relative_look_at'>;

/** The schedules that dates so near may concern: those that come round, and those whose next is not long before. */
async function nearSchedules(
  tx: Transaction,
  definition: EntityDefinition,
  changes: readonly RecordChange[],
  now: number,
): Promise<NearSchedule[]> {
  const names = definition.fields.filter(({ type }) => type === 'DATE' || type === 'DATETIME').map(({ name }) => name);
  const dates = changes.flatMap(({ before, after }) => [
    ...before.values(),
    ...names.flatMap((name) => {
      const value = after?.data[name];
      return typeof value === 'string' ? [Date.parse(value)] : [];
    }),
  ]);
  if (dates.length === 0) return [];
  const [first, last] = [dates.reduce((a, b) => Math.min(a, b)), dates.reduce((a, b) => Math.max(a, b))];
  const customers = changes.flatMap(({ after }) => after?.customer_id ?? []);
  // A local time is never more than two days from its instant in UTC: with that much slack on both sides nothing is lost.
  return await tx.query<NearSchedule>(
    `SELECT ${RULE} FROM schedules WHERE tenant_id = $1 AND relative_entity_definition_id = $2 AND status = 'ACTIVE'
       AND deleted_at IS NULL
       AND (relative_recurrence <> 'NONE'
         OR (coalesce(next_run_at, 'infinity') >= $3::timestamptz + make_interval(days => relative_offset_days)
           AND $4::timestamptz + make_interval(days => relative_offset_days) >= $5::timestamptz))
       AND (customer_id IS NULL OR $7 OR customer_id = ANY ($6::uuid[]))`,
    [
      definition.tenant_id,
      definition.id,
      timestamp(first - 2 * DAY),
      timestamp(last + 2 * DAY),
      timestamp(now - 2 * DAY),
      customers,
      // What was another customer's before is not known here: only what is new is nobody's.
      changes.some(({ before }) => before.size > 0),
    ],
    'near_schedules',
  );
}

/**
 * What is due already may have had its fate: its turn, before the record was written away and back, or a pause that left it out.
 * Then nothing is late, but the date that the record has left may have been the next.
 */
async function withoutPlanned(tx: Transaction, effects: readonly Effect[], now: number): Promise<Effect[]> {
  const idOf = ({ schedule, recordId, due }: Late) =>
    occurrenceId({ schedule_id: schedule.id, scheduled_for: due, record_id: recordId }, due, now);
  const late = effects.filter((effect) => effect.kind === 'late');
  if (late.length === 0) return [...effects];
  // One row stands for all that a pause left out; its id is that of its last instant.
  const rows = await tx.query<{ id: string }>(
    `SELECT u.id FROM ${rowsOf('$2::uuid[], $3::uuid[], $4::timestamptz[], $5::bool[], $6::uuid[]', 'id, schedule_id, due, stays, least')} u
     WHERE EXISTS (SELECT FROM runs WHERE tenant_id = $1 AND id = u.id)
        OR u.stays AND EXISTS (SELECT FROM runs r WHERE r.tenant_id = $1 AND r.schedule_id = u.schedule_id AND r.id >= u.least
             AND r.missed_count IS NOT NULL AND r.reason = 'PAUSED' AND r.scheduled_for <= u.due AND r.missed_until >= u.due)`,
    [
      effects[0]?.schedule.tenant_id,
      late.map(idOf),
      late.map(({ schedule }) => schedule.id),
      late.map(({ due }) => timestamp(due)),
      late.map(({ stays }) => stays),
      late.map(({ due }) => firstIdOf(due)),
    ],
    'fates_there',
  );
  const there = new Set(rows.map((row) => row.id));
  return effects.flatMap((effect) => {
    if (effect.kind !== 'late' || !there.has(idOf(effect))) return [effect];
    const { schedule, recordId, otherwise } = effect;
    return otherwise ? [{ ...otherwise, schedule, recordId }] : [];
  });
}

/** Where what is next is looked for: behind what was next, or what appeared too late, there is no occurrence. */
function before(schedule: NearSchedule, now: number): number {
  const tooLate = now - latestStart(schedule.catchup_window_minutes) - 1;
  return Math.max(schedule.relative_cursor.planned_until, Math.min((schedule.next_run_at ?? Infinity) - 1, tooLate));
}

async function moveNext(
  tx: Transaction,
  definition: EntityDefinition,
  effects: readonly Effect[],
  { now, besides }: { readonly now: number; readonly besides: readonly string[] },
): Promise<void> {
  if (effects.length === 0) return;
  // In the order of the dates that they look at first: what is found for one is the first for most that come after it.
  const groups = [...Map.groupBy(effects, (effect) => effect.schedule)]
    .map(([schedule, of]) => {
      const [plan, after] = [relativePlan(schedule, definition), before(schedule, now)];
      return { schedule, of, plan, after, from: plan.timing.ranges(after, Infinity)[0]?.from ?? Infinity };
    })
    .toSorted((a, b) => a.from - b.from);
  const db = effects.some((effect) => effect.kind === 'recheck') ? await planOnce(tx) : tx;
  const dates = new FirstDates();
  const moves: {
    schedule: NearSchedule;
    anew: boolean;
    next: number | null;
    look: number;
    cursor: Partial<RelativeCursor>;
  }[] = [];
  for (const { schedule, of, plan, after } of groups) {
    const dues = of.flatMap((effect) => (effect.kind === 'recheck' ? [] : [effect.due]));
    const earliest = dues.length === 0 ? null : dues.reduce((a, b) => Math.min(a, b));
    // In the middle of a window what is next is what is being planned just now.
    const anew = of.some((effect) => effect.kind === 'recheck') && schedule.relative_cursor.window === null;
    const { due: next, search } = anew ? await nextDue(db, plan, after, null, dates) : UNKNOWN;
    const late = of.some((effect) => effect.kind === 'late');
    const sure = anew ? now + RECHECK_MS : Infinity;
    const look = late ? now : Math.min(sure, earliest ?? Infinity);
    const first = earliest === null || next === null ? (earliest ?? next) : Math.min(earliest, next);
    // Others were due at the same instant, and somebody is going to look: nothing to write. The planner can't have looked
    // since this was read, as it waits for who writes records.
    const told = schedule.relative_look_at !== null && schedule.relative_look_at <= look;
    if (look === Infinity || (told && first === schedule.next_run_at && search === null)) continue;
    // Who searches on begins where this has begun: what is older than that was written too late to be missed.
    const cursor = search === null ? {} : { search, planned_until: after };
    moves.push({ schedule, anew, next: first, look, cursor });
  }
  if (moves.length === 0) return;
  await tx.query(
    `WITH locked AS MATERIALIZED (SELECT s.tenant_id, s.id FROM unnest($2::uuid[] || $6::uuid[]) AS u (id)
         JOIN schedules s ON s.tenant_id = $1 AND s.id = u.id ORDER BY s.id FOR NO KEY UPDATE OF s)
     UPDATE schedules s SET
       next_run_at = CASE WHEN u.anew THEN u.next ELSE least(s.next_run_at, u.next) END,
       relative_look_at = least(s.relative_look_at, u.look),
       relative_cursor = CASE WHEN u.anew THEN (s.relative_cursor - 'search') || u.cursor ELSE s.relative_cursor END
     FROM locked l JOIN unnest($2::uuid[], $3::timestamptz[], $4::bool[], $5::timestamptz[], $7::jsonb[])
         AS u (id, next, anew, look, cursor)
       ON u.id = l.id
     WHERE s.tenant_id = l.tenant_id AND s.id = l.id AND s.status = 'ACTIVE' AND s.deleted_at IS NULL`,
    [
      definition.tenant_id,
      moves.map((move) => move.schedule.id),
      moves.map((move) => timestamp(move.next)),
      moves.map((move) => move.anew),
      moves.map((move) => timestamp(move.look)),
      besides.filter((id) => !moves.some((move) => move.schedule.id === id)),
      moves.map((move) => JSON.stringify(move.cursor)),
    ],
    'move_relative',
  );
  const look = moves.reduce((first, move) => Math.min(first, move.look), Infinity);
  await notifyDue(tx, look, now);
}
