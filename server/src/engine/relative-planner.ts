import { randomUUID } from 'node:crypto';
import type { EntityDefinition } from '../domain/entity.ts';
import { pause } from '../domain/lifecycle.ts';
import type { OpenRunsNamed } from '../domain/overlap.ts';
import { relativePlan, type RelativePlan } from '../domain/relative.ts';
import { planRecords, type RecordsPlan } from '../domain/relative-planning.ts';
import type { ScheduleState } from '../domain/schedule.ts';
import { isLockTimeout } from '../store/db-errors.ts';
import { waitAtMost, type Transaction } from '../store/db.ts';
import { getDefinition } from '../store/entity-definitions.ts';
import type { Place } from '../store/entity-records.ts';
import { supersedeHeld } from '../store/held.ts';
import type { LeasedRun } from '../store/leases.ts';
import { lockDates } from '../store/relative.ts';
import { remembering } from '../store/relative-sql.ts';
import {
  advanceRelative,
  countOpenByRecord,
  earliestLook,
  lockToLook,
  placesDue,
  takeLatecomers,
  type LockedRelative,
} from '../store/relative-planning.ts';
import type { Slice } from '../store/buckets.ts';
import type { Advance } from '../store/planning.ts';
import { cancelUnstarted, insertRuns, type Lease, type NewRun } from '../store/runs.ts';
import { notifyDue } from '../store/wake.ts';
import { tellPlanned } from './events.ts';
import { leaseWhatFits } from './new-runs.ts';
import { leasedRun, type PlannerDeps, type PlannerTick } from './planner.ts';
import { readDue, type DueStep } from './relative-due.ts';
import { Reservation } from './reservation.ts';
import { BESIDE_MS, nextTurn } from './slices.ts';
import { LEASE_MS } from './settings.ts';

/** Definitions that one pass visits, and in each how many schedules and occurrences one transaction plans. */
const PLACES = 20;
const SCHEDULES = 100;
const OCCURRENCES = 500;
/** How long one transaction reads what is due: who writes records waits for it. A filter that few meet takes a while. */
const READING_MS = 200;

/** How long to wait for who writes records of a definition, before the others have their turn; and when to come back. */
const PATIENCE_MS = 1_000;
const SOON_MS = 20;

/** What became of one definition's turn. */
interface Turn {
  readonly rows: readonly NewRun[];
  readonly leased: readonly LeasedRun[];
  readonly waiting: boolean;
  readonly release: number | null;
  /** When there is more to do; null: when the schedules say. */
  readonly again: number | null;
}

const NOTHING: Turn = { rows: [], leased: [], waiting: false, release: null, again: null };

/**
 * One pass over the RELATIVE schedules that are to be looked at: definition by definition, each in a transaction of its own
 * and a bounded step at a time, so that a day with 100,000 records neither blocks the others nor sits in one transaction.
 */
export async function relativeTick(
  { slice, ...deps }: Omit<PlannerDeps, 'due'> & { readonly slice: Slice },
  now: number,
): Promise<Omit<PlannerTick, 'left'> & { looked: number }> {
  const total = { planned: 0, waiting: false, looked: 0 };
  let release: number | null = null;
  let again: number | null = null;
  for (const place of await placesDue(deps.db, now, PLACES, { slice, beside: now - BESIDE_MS })) {
    const turn = await takeTurn(deps, place, now);
    total.planned += turn.rows.length;
    total.waiting ||= turn.waiting;
    total.looked += 1;
    release = earlier(release, turn.release);
    again = earlier(again, turn.again);
  }
  return {
    ...total,
    release,
    next: earlier(again, await nextTurn(slice, now, (limit) => earliestLook(deps.db, limit))),
  };
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
    return { ...NOTHING, again: now + SOON_MS };
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
  await waitAtMost(tx, PATIENCE_MS);
  await lockDates(tx, place.definition_id, 'alone');
  const definition = await getDefinition(tx, place.tenant_id, place.definition_id);
  const schedules = definition ? await lockToLook(tx, place, now, SCHEDULES) : [];
  if (!definition || schedules.length === 0) return NOTHING;
  const steps = await readSteps(tx, deps, schedules, definition, now);
  const { open, waiting: held } = await openRuns(tx, place.tenant_id, steps);
  const lease: Lease = { node: deps.node, token: randomUUID(), expires_at: now + LEASE_MS };
  const planned = steps.map(({ schedule, due, missed, state }) => {
    const wanted = planRecords(schedule, due, open.get(schedule.id) ?? NO_RUNS, held.has(schedule.id), now);
    const { plan, runs } = leaseWhatFits(schedule, { ...wanted, rows: [...missed, ...wanted.rows] }, slots, lease, now);
    return { schedule, plan, runs, state };
  });
  await supersedeHeld(
    tx,
    planned.flatMap(({ schedule: { tenant_id, id }, plan }) =>
      plan.supersedes.map((record_id) => ({ tenant_id, id, record_id })),
    ),
    now,
  );
  const inserted = await insertRuns(
    tx,
    planned.flatMap(({ runs }) => runs),
    now,
  );
  const kept = planned.map((step) => ({ ...step, runs: step.runs.filter((run) => inserted.has(run.id)) }));
  await advanceRelative(tx, kept.map(advanceOf), now);
  for (const { schedule, state } of kept) {
    if (state.status !== 'PAUSED') continue;
    const why = { reason: 'SCHEDULE_PAUSED', manual: false } as const;
    await cancelUnstarted(tx, schedule.tenant_id, [schedule.id], why, now);
  }
  const rows = kept.flatMap(({ runs }) => runs);
  const waiting = rows.some((run) => run.row.fate === 'RUN' && !run.lease && run.row.fire_at <= now);
  if (waiting) await notifyDue(tx, now, now);
  const releases = kept.flatMap(({ plan }) => plan.release_at ?? []);
  return {
    rows,
    leased: kept.flatMap(({ schedule, runs }) =>
      runs.filter((run) => run.lease).map((run) => ({ ...leasedRun(schedule, run, lease), fresh: true })),
    ),
    waiting,
    release: releases.length === 0 ? null : Math.min(...releases),
    again: null,
  };
}

type Step = DueStep & { readonly schedule: LockedRelative };

/** What is due of locked schedules, one after the other until it is enough for one transaction. */
async function readSteps(
  tx: Transaction,
  deps: Omit<PlannerDeps, 'due'>,
  schedules: readonly LockedRelative[],
  definition: EntityDefinition,
  now: number,
): Promise<Step[]> {
  const late = await takeLatecomers(tx, schedules, OCCURRENCES);
  const steps: Step[] = [];
  const dates = remembering(tx);
  let budget = OCCURRENCES;
  const began = performance.now();
  for (const schedule of schedules) {
    const some = late.get(schedule.id) ?? [];
    // What was taken is planned in any case.
    const enough = budget <= 0 || performance.now() - began > READING_MS;
    if (enough && some.length === 0) continue;
    const plan = planOrNull(schedule, definition);
    const more = late.size > 0;
    const step =
      plan instanceof Error
        ? parked(deps, schedule, plan, now)
        : await readDue(dates, schedule, plan, { some, more }, now, Math.max(1, budget));
    budget -= step.due.length;
    steps.push({ ...step, schedule });
  }
  return steps;
}

function planOrNull(schedule: LockedRelative, definition: EntityDefinition): RelativePlan | Error {
  try {
    return relativePlan(schedule, definition);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A schedule that can't be planned is parked with its reason; the others go on. */
function parked(deps: Omit<PlannerDeps, 'due'>, schedule: LockedRelative, error: Error, now: number): DueStep {
  const { tenant_id, id } = schedule;
  deps.log('error', 'a schedule could not be planned and is parked', { tenant_id, schedule_id: id, error });
  const { state } = pause(schedule, now, 'PARKED', `It could not be planned: ${error.message}`);
  return { due: [], missed: [], state };
}

const NO_RUNS: ReadonlyMap<string, OpenRunsNamed> = new Map();

/** Most schedules have no open run that matters; those where everything starts at once are not asked. */
async function openRuns(tx: Transaction, tenantId: string, steps: readonly Step[]) {
  const minding = steps.filter(({ schedule, due }) => {
    const { overlap_policy, rate_limit_per_minute, release_at } = schedule;
    return due.length > 0 && (overlap_policy !== 'ALLOW_ALL' || rate_limit_per_minute !== null || release_at !== null);
  });
  return await countOpenByRecord(
    tx,
    tenantId,
    minding.flatMap(({ schedule, due }) =>
      due.map(({ record }) => ({ schedule_id: schedule.id, record_id: record.id })),
    ),
    minding.flatMap(({ schedule }) => (schedule.rate_limit_per_minute === null ? [] : [schedule.id])),
  );
}

function advanceOf({
  schedule,
  plan,
  runs,
  state,
}: {
  readonly schedule: LockedRelative;
  readonly plan: Pick<RecordsPlan, 'rate_free_at' | 'release_at'>;
  readonly runs: readonly NewRun[];
  readonly state: ScheduleState;
}): Advance {
  return {
    tenant_id: schedule.tenant_id,
    id: schedule.id,
    state,
    rate_free_at: plan.rate_free_at,
    release_at: plan.release_at,
    runs: runs.filter((run) => run.row.fate === 'RUN' || run.row.fate === 'HOLD').length,
    starts: runs.some((run) => run.lease),
  };
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
