import { randomUUID } from 'node:crypto';
import { spacingOf } from '../domain/overlap.ts';
import type { PassFaultPoint } from '../fault-points.ts';
import type { Database, Transaction } from '../store/db.ts';
import { heldRuns, nextHeldAt, queueHeld, readyByRecord, startHeld, type HeldRun } from '../store/held.ts';
import type { LeasedRun } from '../store/leases.ts';
import { countOpenRuns, type LockedSchedule } from '../store/planning.ts';
import { earliestRelease, lockEnded, lockReleasable, setLooks, type Look } from '../store/release.ts';
import type { Lease } from '../store/runs.ts';
import { notifyDue } from '../store/wake.ts';
import type { Started } from './claimer.ts';
import type { EndedSchedules } from './ended.ts';
import type { Lanes } from './lanes.ts';
import { lookAfter, SOON_MS, turnOf, type Turn } from './release-turns.ts';
import { Reservation } from './reservation.ts';
import { LEASE_MS } from './settings.ts';

/** Schedules in one pass whose `release_at` has come. */
const BATCH = 200;

/** Those in which a run has ended: as many as are written together. */
const ENDED = 500;

/** The longest until a schedule under a rate limit is looked at again whose destination is given a rest: other nodes may think better of it. */
const REST_MS = 5_000;

/** When a schedule is looked at again that somebody had locked. */
const LOCKED_MS = 10;

/** What the releaser works with. */
export interface ReleaserDeps {
  readonly db: Database;
  readonly node: string;
  readonly lanes: Lanes;
  readonly ended: EndedSchedules;
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
  const ended = deps.ended.take(ENDED);
  let done = false;
  try {
    const { due, passedOver, looked, leased, waiting } = await deps.db.transaction(async (tx) => {
      const { holding, passedOver } = await lockEnded(tx, ended);
      const due = await lockReleasable(tx, now, BATCH);
      const schedules = [...new Map([...holding, ...due].map((schedule) => [schedule.id, schedule])).values()];
      const released = await release(tx, schedules, { lease, now, slots, lanes: deps.lanes });
      if (released.waiting) await notifyDue(tx, now, now);
      if (released.leased.length > 0) deps.faultPoint?.('before_commit');
      return { due: due.length, passedOver, looked: schedules.length, ...released };
    });
    done = true;
    if (leased.length > 0) deps.faultPoint?.('after_commit');
    deps.start(slots.started(leased));
    const more = due === BATCH || deps.ended.any();
    deps.ended.add(passedOver);
    const next = more ? now : await earliestRelease(deps.db);
    return { looked, waiting, next: passedOver.length > 0 ? Math.min(next ?? Infinity, now + LOCKED_MS) : next };
  } finally {
    slots.release();
    if (!done) deps.ended.add(ended);
  }
}

/** With what, and when, held runs are started. */
interface ReleaseAt {
  readonly lease: Lease;
  readonly now: number;
  readonly slots: Reservation;
  readonly lanes: Lanes;
}

/** What of a schedule's held runs may start now, and whether there is room for it. */
interface Starting {
  readonly schedule: LockedSchedule;
  readonly turn: Turn & { readonly kind: 'start' };
  readonly held: number;
  readonly roomy: readonly HeldRun[];
  readonly crowded: readonly HeldRun[];
}

/** Decides about locked schedules and writes it. `waiting`: whether some of their runs wait for a slot of any node now. */
async function release(
  tx: Transaction,
  schedules: readonly LockedSchedule[],
  { lease, now, slots, lanes }: ReleaseAt,
): Promise<{ readonly leased: LeasedRun[]; readonly waiting: boolean }> {
  const looks: Look[] = [];
  const starting: Starting[] = [];
  for (const { schedule, turn, held, ready } of await findReady(tx, schedules, now)) {
    const roomy = ready.filter((run) => slots.take(run, run.id));
    const crowded = ready.filter((run) => !roomy.includes(run));
    if (turn.kind === 'start' && (crowded.length === 0 || spacingOf(schedule.rate_limit_per_minute) === 0)) {
      starting.push({ schedule, turn, held, roomy, crowded });
    } else {
      const rest = Math.max(...crowded.map((run) => lanes.opensAt(run) ?? 0));
      const until = turn.kind === 'wait' ? turn.until : Math.min(Math.max(rest, now + SOON_MS), now + REST_MS);
      looks.push(lookOf(schedule, { release_at: until, rate_free_at: freeAt(schedule), started: false }));
    }
  }
  const started = Map.groupBy(
    await startHeld(
      tx,
      starting.flatMap((one) => one.roomy),
      lease,
      now,
    ),
    (run) => run.schedule_id,
  );
  const queued = starting.flatMap((one) => one.crowded);
  await queueHeld(tx, queued, now);
  const leased: LeasedRun[] = [];
  for (const { schedule, turn, held, roomy, crowded } of starting) {
    const runs = started.get(schedule.id) ?? [];
    const spacing = spacingOf(schedule.rate_limit_per_minute);
    const free = spacing > 0 && runs.length > 0 ? now + spacing : freeAt(schedule);
    const left = held - runs.length - crowded.length;
    const later = left > 0 && schedule.schedule_type === 'RELATIVE' ? await nextHeldAt(tx, schedule, now) : null;
    const after = { left, found: roomy.length + crowded.length, free, later };
    const release_at = lookAfter(schedule, turn, after, now);
    looks.push(lookOf(schedule, { release_at, rate_free_at: free, started: runs.length > 0 }));
    for (const run of runs.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
      leased.push({ ...schedule, ...run, attempt: 1, interrupted: 0, lease_token: lease.token });
  }
  await setLooks(tx, looks, now);
  return { leased, waiting: queued.length > 0 };
}

/** What turn each of these locked schedules has, and which of its held runs have it. */
async function findReady(tx: Transaction, schedules: readonly LockedSchedule[], now: number) {
  const open = await countOpenRuns(tx, schedules);
  const turns: { schedule: LockedSchedule; turn: Turn; held: number }[] = [];
  for (const schedule of schedules) {
    const counts = open.get(schedule.id) ?? { active: 0, held: 0 };
    turns.push({ schedule, turn: await turnOf(tx, schedule, counts, now), held: counts.held });
  }
  const first = turns.flatMap(({ schedule: { tenant_id, id, schedule_type }, turn }) =>
    turn.kind === 'start' && !turn.byRecord
      ? [{ tenant_id, id, most: turn.most, until: schedule_type === 'RELATIVE' ? now : Infinity }]
      : [],
  );
  const ready = Map.groupBy(await heldRuns(tx, first), (run) => run.schedule_id);
  for (const { schedule, turn } of turns) {
    if (turn.kind === 'start' && turn.byRecord)
      ready.set(schedule.id, await readyByRecord(tx, schedule, turn.most, now));
  }
  return turns.map((one) => ({ ...one, ready: ready.get(one.schedule.id) ?? [] }));
}

/** When its rate limit has room, as it stands; without one it has nothing to say. */
function freeAt(schedule: LockedSchedule): number | null {
  return spacingOf(schedule.rate_limit_per_minute) === 0 ? null : schedule.rate_free_at;
}

function lookOf({ tenant_id, id }: LockedSchedule, look: Omit<Look, 'tenant_id' | 'id'>): Look {
  return { tenant_id, id, ...look };
}
