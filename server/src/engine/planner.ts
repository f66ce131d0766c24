import { randomUUID } from 'node:crypto';
import { pause } from '../domain/lifecycle.ts';
import { planDue, type Plan } from '../domain/occurrences.ts';
import type { OpenRuns } from '../domain/overlap.ts';
import type { PassFaultPoint } from '../fault-points.ts';
import type { Database } from '../store/db.ts';
import { supersedeHeld } from '../store/held.ts';
import { idOf } from '../store/ids.ts';
import type { LeasedRun } from '../store/leases.ts';
import { advance, countOpenRuns, earliestDue, lockDue, type Advance, type DueRow } from '../store/planning.ts';
import { insertRuns, type Lease, type NewRun } from '../store/runs.ts';
import { notifyDue } from '../store/wake.ts';
import { LEASE_MS, type EngineLog } from './settings.ts';

/** Schedules in one transaction: enough to spread its cost, few enough that other nodes get theirs. */
const BATCH = 500;

/** Rows of one schedule in one pass: a long catch-up takes several passes, and others get their turn in between. */
const ROWS_PER_SCHEDULE = 100;

const NONE: OpenRuns = { active: 0, held: 0 };

/** What one pass did, and when there is something to do again (epoch ms; null: nothing stored is due). */
export interface PlannerTick {
  readonly planned: number;
  /** Whether runs were planned that no slot of this node was free for: any node may claim them. */
  readonly waiting: boolean;
  /** When runs that were held are to be looked at; null: not by the clock. */
  readonly release: number | null;
  readonly next: number | null;
}

/** What the planner works with. */
export interface PlannerDeps {
  readonly db: Database;
  readonly node: string;
  readonly log: EngineLog;
  /** How many runs this node can start at once. */
  readonly freeSlots: () => number;
  /** Takes over runs that were planned and leased to this node in one go. */
  readonly start: (runs: LeasedRun[]) => void;
  readonly faultPoint?: PassFaultPoint;
}

/**
 * One pass: locks due schedules, decides purely, then inserts the runs and moves the cursors in the same transaction.
 * Runs that can start at once are leased to this node as they are inserted; the rest wait for any node.
 */
export async function planTick(deps: PlannerDeps, now: number): Promise<PlannerTick> {
  const lease: Lease = { node: deps.node, token: randomUUID(), expires_at: now + LEASE_MS };
  const { planned, waiting, release, started, more } = await deps.db.transaction(async (tx) => {
    const due = await lockDue(tx, now, BATCH);
    if (due.length === 0) return { planned: 0, waiting: false, release: null, started: [], more: false };
    const open = await countOpenRuns(tx, due.filter(minds));
    let slots = deps.freeSlots();
    const inserts: NewRun[] = [];
    const plans = due.map((schedule) => {
      const plan = planOrPark(deps.log, schedule, now, open.get(schedule.id) ?? NONE);
      for (const row of plan.rows) {
        const leased = row.fate === 'RUN' && slots > 0;
        if (leased) slots -= 1;
        inserts.push({
          tenant_id: schedule.tenant_id,
          id: idOf(schedule, row, now),
          schedule_id: schedule.id,
          trigger: 'SCHEDULE',
          row,
          lease: leased ? lease : null,
          action_overlay: null,
          destination: schedule.destination,
        });
      }
      return { schedule, plan };
    });
    await supersedeHeld(
      tx,
      plans.filter(({ plan }) => plan.supersedes).map(({ schedule }) => schedule),
      now,
    );
    const inserted = await insertRuns(tx, inserts, now);
    const kept = Map.groupBy(
      inserts.filter((run) => inserted.has(run.id)),
      (run) => run.schedule_id,
    );
    await advance(
      tx,
      plans.map(({ schedule, plan }) => advanceOf(schedule, plan, kept.get(schedule.id) ?? [])),
      now,
    );
    const waiting = inserts.some((run) => run.row.fate === 'RUN' && !run.lease && inserted.has(run.id));
    if (waiting) await notifyDue(tx, now, now);
    deps.faultPoint?.('before_commit');
    const releases = plans.flatMap(({ plan }) => plan.release_at ?? []);
    return {
      planned: inserted.size,
      waiting,
      release: releases.length === 0 ? null : Math.min(...releases),
      started: plans.flatMap(({ schedule }) =>
        (kept.get(schedule.id) ?? []).filter((run) => run.lease).map((run) => leasedRun(schedule, run, lease)),
      ),
      more: due.length === BATCH,
    };
  });
  if (planned > 0) deps.faultPoint?.('after_commit');
  if (started.length > 0) deps.start(started);
  return { planned, waiting, release, next: more ? now : await earliestDue(deps.db) };
}

/** Whether it matters to a schedule what is open: not where everything starts at once. */
function minds(schedule: DueRow): boolean {
  const { overlap_policy, rate_limit_per_minute, release_at } = schedule;
  return overlap_policy !== 'ALLOW_ALL' || rate_limit_per_minute !== null || release_at !== null;
}

/** A schedule that can't be planned is parked with its reason; the others go on. */
function planOrPark(log: EngineLog, schedule: DueRow, now: number, open: OpenRuns): Plan {
  try {
    return planDue(schedule, now, open, ROWS_PER_SCHEDULE);
  } catch (error) {
    log('error', 'a schedule could not be planned and is parked', {
      tenant_id: schedule.tenant_id,
      schedule_id: schedule.id,
      error,
    });
    const detail = `It could not be planned: ${error instanceof Error ? error.message : String(error)}`;
    const { state } = pause(schedule, 'PARKED', detail);
    return { rows: [], state, rate_free_at: schedule.rate_free_at, release_at: null, supersedes: false };
  }
}

function advanceOf(schedule: DueRow, plan: Plan, kept: readonly NewRun[]): Advance {
  return {
    tenant_id: schedule.tenant_id,
    id: schedule.id,
    state: plan.state,
    rate_free_at: plan.rate_free_at,
    release_at: plan.release_at,
    runs: kept.filter((run) => run.row.fate === 'RUN' || run.row.fate === 'HOLD').length,
    starts: kept.some((run) => run.lease),
  };
}

function leasedRun(schedule: DueRow, run: NewRun, lease: Lease): LeasedRun {
  return {
    ...schedule,
    id: run.id,
    schedule_id: schedule.id,
    trigger: run.trigger,
    scheduled_for: run.row.scheduled_for,
    fire_at: run.row.fire_at,
    attempt: 1,
    interrupted: 0,
    action_overlay: null,
    lease_token: lease.token,
  };
}
