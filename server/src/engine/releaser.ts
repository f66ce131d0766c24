import { randomUUID } from 'node:crypto';
import { decideRelease, spacingOf } from '../domain/overlap.ts';
import type { PassFaultPoint } from '../fault-points.ts';
import type { Database, Transaction } from '../store/db.ts';
import { earliestRelease, heldRuns, lockReleasable, queueHeld, setRelease, startHeld } from '../store/held.ts';
import type { LeasedRun } from '../store/leases.ts';
import { countOpenRuns, type LockedSchedule } from '../store/planning.ts';
import type { Lease } from '../store/runs.ts';
import { askToStop, terminate } from '../store/stopping.ts';
import { notifyDue } from '../store/wake.ts';
import type { Started } from './claimer.ts';
import type { Lanes } from './lanes.ts';
import { releaseByRecord } from './release-records.ts';
import { Reservation } from './reservation.ts';
import { LEASE_MS } from './settings.ts';

/** Schedules in one pass. */
const BATCH = 200;

/** Runs of one schedule that one pass starts, where nothing spaces them. */
const STARTS = 100;

/** When to look again where a rate limit's turn has come and there is no room, or where the rest of a batch waits. */
const SOON_MS = 50;

/** The same where the destination is given a rest: other nodes may think better of it. */
const REST_MS = 5_000;

/** What the releaser works with. */
export interface ReleaserDeps {
  readonly db: Database;
  readonly node: string;
  readonly lanes: Lanes;
  readonly start: (started: Started[]) => void;
  readonly faultPoint?: PassFaultPoint;
}

/**
 * One pass over the schedules whose held runs have their turn by now, or whose open runs are to make way for them
 * (CANCEL_OTHER, TERMINATE_OTHER). A run starts here, under the schedule's lock: no minute gets more than its rate limit,
 * however long nobody looked. Without a rate limit, what this node has no room for joins the runs that any node may claim.
 */
export async function releaseTick(
  deps: ReleaserDeps,
  now: number,
): Promise<{ readonly looked: number; readonly waiting: boolean; readonly next: number | null }> {
  const lease: Lease = { node: deps.node, token: randomUUID(), expires_at: now + LEASE_MS };
  const slots = new Reservation(deps.lanes);
  try {
    const { looked, leased, waiting } = await deps.db.transaction(async (tx) => {
      const schedules = await lockReleasable(tx, now, BATCH);
      const open = await countOpenRuns(tx, schedules);
      const leased: LeasedRun[] = [];
      let waiting = false;
      for (const schedule of schedules) {
        const counts = open.get(schedule.id) ?? { active: 0, held: 0 };
        const released = await release(tx, schedule, counts, { lease, now, slots, lanes: deps.lanes });
        leased.push(...released.leased);
        waiting ||= released.waiting;
      }
      if (waiting) await notifyDue(tx, now, now);
      if (leased.length > 0) deps.faultPoint?.('before_commit');
      return { looked: schedules.length, leased, waiting };
    });
    if (leased.length > 0) deps.faultPoint?.('after_commit');
    deps.start(slots.started(leased));
    return { looked, waiting, next: looked === BATCH ? now : await earliestRelease(deps.db) };
  } finally {
    slots.release();
  }
}

/** What became of the held runs of one schedule. */
export interface Released {
  readonly leased: readonly LeasedRun[];
  /** Whether some wait for a slot of any node now. */
  readonly waiting: boolean;
}

/** With what, and when, held runs are started. */
export interface ReleaseAt {
  readonly lease: Lease;
  readonly now: number;
  readonly slots: Reservation;
  readonly lanes: Lanes;
}

const NOTHING: Released = { leased: [], waiting: false };

/** Decides about one locked schedule and writes it. */
async function release(
  tx: Transaction,
  schedule: LockedSchedule,
  open: { readonly active: number; readonly held: number },
  at: ReleaseAt,
): Promise<Released> {
  const { now, lease, slots, lanes } = at;
  const spacing = spacingOf(schedule.rate_limit_per_minute);
  const free = spacing === 0 ? null : schedule.rate_free_at;
  const look = (release_at: number | null) =>
    setRelease(tx, schedule, { release_at, rate_free_at: free, started: false }, now);
  if (open.held === 0) return await look(null).then(() => NOTHING);
  if (schedule.schedule_type === 'RELATIVE') return await releaseByRecord(tx, schedule, open.held, at);

  let { active } = open;
  let decision = decideRelease(schedule.overlap_policy, active);
  if (decision === 'ask_to_stop') active = await askToStop(tx, schedule, 'SUPERSEDED', now);
  if (decision === 'terminate') active = await terminate(tx, schedule, now);
  decision = decideRelease(schedule.overlap_policy, active);
  if (decision !== 'start') {
    // A run whose outcome was being written just then may go on to a retry: it is asked again.
    return await look(decision === 'wait' ? null : now + 1_000).then(() => NOTHING);
  }
  if (free !== null && free > now) return await look(free).then(() => NOTHING);

  const beside = schedule.overlap_policy === 'ALLOW_ALL' && spacing === 0;
  const held = await heldRuns(tx, schedule, beside ? STARTS : 1);
  const roomy = held.filter((run) => slots.take(run, run.id));
  const crowded = held.filter((run) => !roomy.includes(run));
  if (spacing > 0 && crowded.length > 0) {
    const rest = Math.max(...crowded.map((run) => lanes.opensAt(run) ?? 0));
    return await look(Math.min(Math.max(rest, now + SOON_MS), now + REST_MS)).then(() => NOTHING);
  }
  const started = await startHeld(tx, roomy, lease, now);
  await queueHeld(tx, crowded, now);
  const left = open.held - started.length - crowded.length;
  const turn = spacing === 0 ? null : now + spacing;
  const next = left <= 0 ? null : beside ? now + SOON_MS : schedule.overlap_policy === 'ALLOW_ALL' ? turn : null;
  await setRelease(tx, schedule, { release_at: next, rate_free_at: turn ?? free, started: started.length > 0 }, now);
  const leased = started
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((run) => ({ ...schedule, ...run, attempt: 1, interrupted: 0, lease_token: lease.token }));
  return { leased, waiting: crowded.length > 0 };
}
