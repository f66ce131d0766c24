import { randomUUID } from 'node:crypto';
import type { EntityDefinition } from '../domain/entity.ts';
import { pause } from '../domain/lifecycle.ts';
import { latestStart, type PlannedRow } from '../domain/occurrences.ts';
import {
  concerns,
  dateOf,
  nextOfDate,
  relativePlan,
  type RelativeCursor,
  type RelativePlan,
} from '../domain/relative.ts';
import { planRecords, type DueOccurrence } from '../domain/relative-planning.ts';
import type { ScheduleState } from '../domain/schedule.ts';
import { isLockTimeout, type Transaction } from '../store/db.ts';
import { getDefinition } from '../store/entity-definitions.ts';
import type { Place } from '../store/entity-records.ts';
import { supersedeHeld } from '../store/held.ts';
import type { LeasedRun } from '../store/leases.ts';
import { lockDates } from '../store/relative.ts';
import { countDue, dueRecords, nextDue } from '../store/relative-dates.ts';
import {
  advanceRelative,
  countOpenByRecord,
  earliestLook,
  lockToLook,
  placesDue,
  takeLatecomers,
  type LockedRelative,
  type RelativeAdvance,
} from '../store/relative-planning.ts';
import { cancelUnstarted, insertRuns, type Lease, type NewRun } from '../store/runs.ts';
import { notifyDue } from '../store/wake.ts';
import { tellPlanned } from './events.ts';
import { leaseWhatFits } from './new-runs.ts';
import { leasedRun, type PlannerDeps, type PlannerTick } from './planner.ts';
import { Reservation } from './reservation.ts';
import { LEASE_MS } from './settings.ts';

/** Definitions that one pass visits, and in each how many schedules and occurrences one transaction plans. */
const PLACES = 20;
const SCHEDULES = 100;
const OCCURRENCES = 500;

/** How long to wait for who writes records of a definition, before the others have their turn; and when to come back. */
const PATIENCE_MS = 1_000;
const SOON_MS = 20;
const DAY = 86_400_000;

/** What became of one definition's turn. */
interface Turn {
  readonly rows: readonly NewRun[];
  readonly leased: readonly LeasedRun[];
  readonly waiting: boolean;
  readonly release: number | null;
  /** When there is more to do; null: when the schedules say. */
  readonly again: number | null;
}

/**
 * One pass over the RELATIVE schedules that are to be looked at: definition by definition, each in a transaction of its own
 * and a bounded step at a time, so that a day with 100,000 records neither blocks the others nor sits in one transaction.
 */
export async function relativeTick(
  deps: Omit<PlannerDeps, 'due'>,
  now: number,
): Promise<PlannerTick & { looked: number }> {
  const total = { planned: 0, waiting: false, looked: 0 };
  let release: number | null = null;
  let again: number | null = null;
  for (const place of await placesDue(deps.db, now, PLACES)) {
    const turn = await takeTurn(deps, place, now);
    total.planned += turn.rows.length;
    total.waiting ||= turn.waiting;
    total.looked += 1;
    release = earlier(release, turn.release);
    again = earlier(again, turn.again);
  }
  return { ...total, release, next: earlier(again, await earliestLook(deps.db)) };
}

async function takeTurn(deps: Omit<PlannerDeps, 'due'>, place: Place, now: number): Promise<Turn> {
  const slots = new Reservation(deps.lanes);
  try {
    const turn = await deps.db.transaction(async (tx) => {
      const planned = await planPlace(tx, deps, place, slots, now);
      deps.faultPoint?.('before_commit');
      return planned;
    });
    if (turn.rows.length > 0) deps.faultPoint?.('after_commit');
    deps.start(slots.started(turn.leased));
    tellPlanned(deps, turn.rows);
    return turn;
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    return { rows: [], leased: [], waiting: false, release: null, again: now + SOON_MS };
  } finally {
    slots.release();
  }
}

async function planPlace(
  tx: Transaction,
  deps: Omit<PlannerDeps, 'due'>,
  place: Place,
  slots: Reservation,
  now: number,
): Promise<Turn> {
  await tx.query(`SET LOCAL lock_timeout = ${PATIENCE_MS}`);
  await lockDates(tx, place.definition_id, 'alone');
  const definition = await getDefinition(tx, place.tenant_id, place.definition_id);
  const schedules = definition ? await lockToLook(tx, place, now, SCHEDULES) : [];
  const lease: Lease = { node: deps.node, token: randomUUID(), expires_at: now + LEASE_MS };
  const rows: NewRun[] = [];
  const leased: LeasedRun[] = [];
  const advances: RelativeAdvance[] = [];
  let budget = OCCURRENCES;
  for (const schedule of schedules) {
    if (budget <= 0 || !definition) break;
    const step = await stepOrPark(tx, deps, schedule, definition, now, budget);
    const { plan, runs } = leaseWhatFits(schedule, step, slots, lease, now);
    await supersedeHeld(
      tx,
      step.supersedes.map((record_id) => ({ tenant_id: schedule.tenant_id, id: schedule.id, record_id })),
      now,
    );
    const inserted = await insertRuns(tx, runs, now);
    const kept = runs.filter((run) => inserted.has(run.id));
    budget -= Math.max(1, step.rows.length);
    rows.push(...kept);
    leased.push(...kept.filter((run) => run.lease).map((run) => ({ ...leasedRun(schedule, run, lease), fresh: true })));
    advances.push({
      tenant_id: schedule.tenant_id,
      id: schedule.id,
      state: step.state,
      rate_free_at: plan.rate_free_at,
      release_at: plan.release_at,
      runs: kept.filter((run) => run.row.fate === 'RUN' || run.row.fate === 'HOLD').length,
      starts: kept.some((run) => run.lease),
    });
    if (step.state.status === 'PAUSED') {
      const why = { reason: 'SCHEDULE_PAUSED', manual: false } as const;
      await cancelUnstarted(tx, schedule.tenant_id, [schedule.id], why, now);
    }
  }
  await advanceRelative(tx, advances, now);
  const pending = rows.filter((run) => run.row.fate === 'RUN' && !run.lease);
  const waiting = pending.some((run) => run.row.fire_at <= now);
  if (waiting) await notifyDue(tx, now, now);
  const releases = advances.flatMap((advance) => advance.release_at ?? []);
  return { rows, leased, waiting, release: releases.length === 0 ? null : Math.min(...releases), again: null };
}

/** A step of one schedule: what is recorded, and where it stands then. */
interface Step {
  readonly rows: readonly PlannedRow[];
  readonly rate_free_at: number | null;
  readonly release_at: number | null;
  readonly supersedes: readonly string[];
  readonly state: ScheduleState;
}

/** A schedule that can't be planned is parked with its reason; the others go on. */
async function stepOrPark(
  tx: Transaction,
  deps: Omit<PlannerDeps, 'due'>,
  schedule: LockedRelative,
  definition: EntityDefinition,
  now: number,
  budget: number,
): Promise<Step> {
  let plan: RelativePlan;
  try {
    plan = relativePlan(schedule, definition);
  } catch (error) {
    const { tenant_id, id } = schedule;
    deps.log('error', 'a schedule could not be planned and is parked', { tenant_id, schedule_id: id, error });
    const detail = `It could not be planned: ${error instanceof Error ? error.message : String(error)}`;
    const { state } = pause(schedule, now, 'PARKED', detail);
    return { rows: [], rate_free_at: schedule.rate_free_at, release_at: null, supersedes: [], state };
  }
  return await step(tx, schedule, plan, now, budget);
}

async function step(
  tx: Transaction,
  schedule: LockedRelative,
  plan: RelativePlan,
  now: number,
  budget: number,
): Promise<Step> {
  const cutoff = now - latestStart(schedule.catchup_window_minutes);
  const rows: PlannedRow[] = [];
  const due: DueOccurrence[] = [];
  const late = await takeLatecomers(tx, schedule, budget);
  for (const { scheduled_for, record } of late) {
    if (!record || !isDue(plan, record, scheduled_for)) continue;
    if (scheduled_for >= cutoff) due.push({ record, due: scheduled_for });
    else rows.push(missed({ count: 1, first: scheduled_for, last: scheduled_for }));
  }

  const { relative_cursor: cursor, next_run_at } = schedule;
  let after = cursor.planned_until;
  if (cursor.window === null) {
    // Before what was known to be next lies nothing but what appeared when it was too late: no occurrence.
    const sure = next_run_at !== null && schedule.relative_look_at === next_run_at;
    after = Math.max(after, (sure ? next_run_at : Math.min(next_run_at ?? Infinity, cutoff)) - 1);
    if (after < cutoff - 1) {
      const count = await countDue(tx, plan, { after, until: cutoff - 1 });
      if (count) rows.push(missed(count));
      after = cutoff - 1;
    }
  }
  const until = cursor.window?.end ?? (plan.recurs ? Math.min(now, after + DAY) : now);
  const page = await dueRecords(tx, plan, { after, until }, cursor.window, Math.max(1, budget - late.length));
  due.push(...page.due);

  const { open, waiting } = await openRuns(tx, schedule, due);
  const planned = planRecords(
    schedule,
    due.toSorted((a, b) => a.due - b.due),
    open,
    waiting,
    now,
  );
  const moved: RelativeCursor = page.rest
    ? { planned_until: after, window: { end: until, ...page.rest } }
    : { planned_until: until, window: null };
  const left = late.length === budget;
  const state = page.rest
    ? { ...active(schedule, moved), next_run_at: page.due.at(-1)?.due ?? next_run_at, relative_look_at: now }
    : await stateAfter(tx, schedule, plan, moved, left || until < now ? now : null, now);
  return { ...planned, rows: [...rows, ...planned.rows], state };
}

/** Most schedules have no open run that matters; those where everything starts at once are not asked. */
async function openRuns(tx: Transaction, schedule: LockedRelative, due: readonly DueOccurrence[]) {
  const { overlap_policy, rate_limit_per_minute, release_at } = schedule;
  const minds = overlap_policy !== 'ALLOW_ALL' || rate_limit_per_minute !== null || release_at !== null;
  if (due.length === 0 || !minds) return { open: new Map(), waiting: false };
  return await countOpenByRecord(tx, schedule, [...new Set(due.map(({ record }) => record.id))]);
}

/** Where a schedule stands when everything until `cursor.planned_until` has its fate. */
async function stateAfter(
  tx: Transaction,
  schedule: LockedRelative,
  plan: RelativePlan,
  cursor: RelativeCursor,
  look: number | null,
  now: number,
): Promise<ScheduleState> {
  const next = await nextDue(tx, plan, cursor.planned_until);
  const { end_at } = schedule;
  const over = next === null && look === null && end_at !== null;
  if (over && end_at <= now) {
    return { ...active(schedule, cursor), status: 'COMPLETED', status_reason: 'END_REACHED', relative_look_at: null };
  }
  return {
    ...active(schedule, cursor),
    next_run_at: next,
    relative_look_at: look ?? next ?? (over ? end_at + 1 : null),
  };
}

function active(schedule: LockedRelative, cursor: RelativeCursor): ScheduleState {
  return {
    status: schedule.status,
    status_reason: null,
    status_detail: null,
    next_run_at: null,
    due_at: null,
    paused_from: null,
    relative_cursor: cursor,
    relative_look_at: null,
  };
}

/** Whether a record has this very occurrence, as it is now. */
function isDue(plan: RelativePlan, record: DueOccurrence['record'], due: number): boolean {
  const at = dateOf(plan, record.data);
  return at !== null && concerns(plan, record) && nextOfDate(plan, at, due - 1) === due;
}

function missed({ count, first, last }: { count: number; first: number; last: number }): PlannedRow {
  return {
    fate: 'MISSED',
    reason: 'CATCHUP_WINDOW',
    scheduled_for: first,
    fire_at: first,
    missed_count: count,
    missed_until: last,
  };
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
