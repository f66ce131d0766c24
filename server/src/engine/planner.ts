import { randomUUID } from 'node:crypto';
import { pause } from '../domain/lifecycle.ts';
import { planDue, type Plan } from '../domain/occurrences.ts';
import type { OpenRunsNamed } from '../domain/overlap.ts';
import type { PassFaultPoint } from '../fault-points.ts';
import type { Database, Transaction } from '../store/db.ts';
import { supersedeHeld } from '../store/held.ts';
import type { LeasedRun } from '../store/leases.ts';
import { advance, nameOpenRuns, type Advance, type DueRow, type PlannedSchedule } from '../store/planning.ts';
import { cancelUnstarted, insertRuns, snapshotOf, type Lease, type NewRun } from '../store/runs.ts';
import { notifyDue } from '../store/wake.ts';
import { tellPlanned, type Told } from './events.ts';
import type { Started } from './claimer.ts';
import type { DueSchedules } from './due-schedules.ts';
import type { Lane, Lanes } from './lanes.ts';
import { lacksRoom, leaseWhatFits } from './new-runs.ts';
import { Reservation } from './reservation.ts';
import { LEASE_MS, type EngineLog } from './settings.ts';

/** Rows of one schedule in one pass: a long catch-up takes several passes, and others get their turn in between. */
const ROWS_PER_SCHEDULE = 100;

/** While runs go through, a schedule may wait so many times as long. */
const MOST_PATIENCE = 20;

const NONE: OpenRunsNamed = { active: 0, held: 0, first: null };

/** A schedule with its plan, and the runs that are made of it. */
interface Planned {
  readonly schedule: DueRow;
  readonly plan: Plan;
  readonly runs: readonly NewRun[];
}

/** What one pass did, and when there is something to do again (epoch ms; null: nothing stored is due). */
export interface PlannerTick {
  readonly planned: number;
  /** Whether runs were planned that this node has no room for: any node may claim them. */
  readonly waiting: boolean;
  /** Schedules that are due and were left so: this node has no room, and they may wait for it, or for another node, a little. */
  readonly left: number;
  /** When runs that were held are to be looked at; null: not by the clock. */
  readonly release: number | null;
  readonly next: number | null;
}

/** What the planner works with. */
export interface PlannerDeps extends Told {
  readonly db: Database;
  readonly node: string;
  readonly lanes: Lanes;
  readonly due: DueSchedules;
  /** Takes over runs that were planned and leased to this node in one go, with their slots. */
  readonly start: (started: Started[]) => void;
  readonly faultPoint?: PassFaultPoint;
  /**
   * How long (ms) a schedule stays due for want of room, where none frees, before its runs are planned to wait; absent: not at all. What is
   * planned as it starts is written thrice; what waits has to be claimed, and costs twice as much.
   */
  readonly patienceMs?: number;
}

/**
 * One pass: locks due schedules, decides purely, then inserts the runs and moves the cursors in the same transaction.
 * Runs that can start at once are leased to this node as they are inserted; the rest wait for any node.
 */
export async function planTick(deps: PlannerDeps, now: number): Promise<PlannerTick> {
  const slots = new Reservation(deps.lanes);
  try {
    const { rows, leased, more, ...tick } = await planBatch(deps, slots, now);
    if (tick.planned > 0) deps.faultPoint?.('after_commit');
    deps.start(slots.started(leased));
    tellPlanned(deps, rows);
    const { patience, ...told } = tick;
    return { ...told, next: patience ?? (more ? now : await deps.due.next(deps.db, now)) };
  } finally {
    slots.release();
  }
}

async function planBatch(deps: PlannerDeps, slots: Reservation, now: number) {
  const lease: Lease = { node: deps.node, token: randomUUID(), expires_at: now + LEASE_MS };
  return await deps.db.transaction(async (tx) => {
    const { due, more } = await deps.due.lock(tx, now);
    const nothing = { rows: [], planned: 0, waiting: false, left: 0, patience: null, release: null, leased: [], more };
    if (due.length === 0) return nothing;
    const open = await nameOpenRuns(tx, due.filter(minds));
    const inserts: NewRun[] = [];
    const left: Lane[] = [];
    let patient = Number.POSITIVE_INFINITY;
    const patience = deps.patienceMs ?? 0;
    const plans: Planned[] = [];
    for (const schedule of due) {
      const wanted = planOrPark(deps.log, schedule, now, open.get(schedule.id) ?? NONE);
      // As long as runs go through, its turn comes sooner so than if it were planned to wait.
      const since = Math.max(schedule.due_at, deps.lanes.movedAt(schedule));
      const until = Math.min(since + patience, schedule.due_at + MOST_PATIENCE * patience);
      if (until > now && lacksRoom(schedule, wanted, deps.lanes, now)) {
        left.push({ tenant_id: schedule.tenant_id, destination: schedule.destination });
        patient = Math.min(patient, until);
        continue;
      }
      const { plan, runs } = leaseWhatFits(schedule, wanted, slots, lease, now);
      inserts.push(...runs);
      plans.push({ schedule, plan, runs });
    }
    deps.due.took(due, left);
    await supersedeHeld(
      tx,
      plans.filter(({ plan }) => plan.supersedes).map(({ schedule }) => schedule),
      now,
    );
    const inserted = await insertRuns(tx, inserts, now);
    const all = inserted.size === inserts.length;
    const kept = all
      ? plans
      : plans.map((planned) => ({ ...planned, runs: planned.runs.filter((run) => inserted.has(run.id)) }));
    await advance(tx, kept.map(advanceOf), now);
    await cancelParked(
      tx,
      plans.filter(({ plan }) => plan.state.status === 'PAUSED').map(({ schedule }) => schedule),
      now,
    );
    const waiting = inserts.some((run) => run.row.fate === 'RUN' && !run.lease && inserted.has(run.id));
    if (waiting) await notifyDue(tx, now, now);
    deps.faultPoint?.('before_commit');
    const releases = plans.flatMap(({ plan }) => plan.release_at ?? []);
    return {
      rows: kept.flatMap(({ runs }) => runs),
      planned: inserted.size,
      waiting,
      left: left.length,
      patience: left.length === 0 ? null : patient,
      release: releases.length === 0 ? null : Math.min(...releases),
      leased: kept.flatMap(({ schedule, runs }) =>
        runs.flatMap((run) => (run.lease ? [leasedRun(schedule, run, lease)] : [])),
      ),
      more,
    };
  });
}

/** Whether it matters to a schedule what is open: not where everything starts at once, nor where it never had a run. */
function minds(schedule: DueRow): boolean {
  const { overlap_policy, rate_limit_per_minute, release_at, run_count } = schedule;
  return run_count > 0 && (overlap_policy !== 'ALLOW_ALL' || rate_limit_per_minute !== null || release_at !== null);
}

/** A schedule that can't be planned is parked with its reason; the others go on. */
function planOrPark(log: EngineLog, schedule: DueRow, now: number, open: OpenRunsNamed): Plan {
  try {
    return planDue(schedule, now, open, ROWS_PER_SCHEDULE);
  } catch (error) {
    log('error', 'a schedule could not be planned and is parked', {
      tenant_id: schedule.tenant_id,
      schedule_id: schedule.id,
      error,
    });
    const detail = `It could not be planned: ${error instanceof Error ? error.message : String(error)}`;
    const { state } = pause(schedule, now, 'PARKED', detail);
    return { rows: [], state, rate_free_at: schedule.rate_free_at, release_at: null, supersedes: false };
  }
}

/** What has not started of a schedule that was parked is CANCELLED, as by any other pause. */
async function cancelParked(tx: Transaction, schedules: readonly DueRow[], now: number): Promise<void> {
  for (const { tenant_id, id } of schedules) {
    await cancelUnstarted(tx, tenant_id, [id], { reason: 'SCHEDULE_PAUSED', manual: false }, now);
  }
}

function advanceOf({ schedule, plan, runs }: Planned): Advance {
  return {
    tenant_id: schedule.tenant_id,
    id: schedule.id,
    state: plan.state,
    rate_free_at: plan.rate_free_at,
    release_at: plan.release_at,
    runs: runs.filter((run) => run.row.fate === 'RUN' || run.row.fate === 'HOLD').length,
    starts: runs.some((run) => run.lease),
  };
}

/** A planned run as this node holds it. Field by field: it lives until its result is written, the rest of its schedule does not. */
export function leasedRun(schedule: PlannedSchedule, run: NewRun, lease: Lease): LeasedRun {
  const { row } = run;
  return {
    tenant_id: schedule.tenant_id,
    id: run.id,
    schedule_id: schedule.id,
    destination: run.destination,
    trigger: run.trigger,
    scheduled_for: row.scheduled_for,
    fire_at: row.fire_at,
    attempt: 1,
    interrupted: 0,
    action_overlay: null,
    record_id: row.record?.id ?? null,
    record: row.record ? snapshotOf(row.record) : null,
    lease_token: lease.token,
    name: schedule.name,
    external_id: schedule.external_id,
    customer_id: schedule.customer_id,
    schedule_type: schedule.schedule_type,
    schedule_expression: schedule.schedule_expression,
    timezone: schedule.timezone,
    start_at: schedule.start_at,
    end_at: schedule.end_at,
    flexible_window_minutes: schedule.flexible_window_minutes,
    ...(schedule.schedule_type === 'RELATIVE' && {
      relative_field_name: schedule.relative_field_name,
      relative_filter: schedule.relative_filter,
      relative_offset_days: schedule.relative_offset_days,
      relative_recurrence: schedule.relative_recurrence,
    }),
    action_type: schedule.action_type,
    action_config: schedule.action_config,
    overlap_policy: schedule.overlap_policy,
    rate_limit_per_minute: schedule.rate_limit_per_minute,
    max_retries: schedule.max_retries,
    retry_backoff_seconds: schedule.retry_backoff_seconds,
    webhook_secrets: schedule.webhook_secrets,
    secrets_version: schedule.secrets_version,
    egress_version: schedule.egress_version,
  };
}
