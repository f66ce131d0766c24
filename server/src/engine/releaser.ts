import { randomUUID } from 'node:crypto';
import { decideRelease, spacingOf } from '../domain/overlap.ts';
import type { PassFaultPoint } from '../fault-points.ts';
import type { Database, Transaction } from '../store/db.ts';
import { earliestRelease, heldRuns, lockReleasable, setRelease, startHeld } from '../store/held.ts';
import type { LeasedRun } from '../store/leases.ts';
import { countOpenRuns, type LockedSchedule } from '../store/planning.ts';
import type { Lease } from '../store/runs.ts';
import { askToStop, terminate } from '../store/stopping.ts';
import { LEASE_MS } from './settings.ts';

/** Schedules in one pass. */
const BATCH = 200;

/** Runs of one schedule that one pass starts, where nothing spaces them. */
const STARTS = 100;

/** When to look again where no slot of this node is free, or where the rest of a batch waits. */
const SOON_MS = 50;

/** What the releaser works with. */
export interface ReleaserDeps {
  readonly db: Database;
  readonly node: string;
  readonly freeSlots: () => number;
  readonly start: (runs: LeasedRun[]) => void;
  readonly faultPoint?: PassFaultPoint;
}

/**
 * One pass over the schedules whose held runs have their turn by now, or whose open runs are to make way for them
 * (CANCEL_OTHER, TERMINATE_OTHER). A run starts here, under the schedule's lock: no minute gets more than its rate limit,
 * however long nobody looked.
 */
export async function releaseTick(
  deps: ReleaserDeps,
  now: number,
): Promise<{ readonly looked: number; readonly next: number | null }> {
  const lease: Lease = { node: deps.node, token: randomUUID(), expires_at: now + LEASE_MS };
  const { looked, started } = await deps.db.transaction(async (tx) => {
    const schedules = await lockReleasable(tx, now, BATCH);
    const open = await countOpenRuns(tx, schedules);
    let slots = deps.freeSlots();
    const runs: LeasedRun[] = [];
    for (const schedule of schedules) {
      const counts = open.get(schedule.id) ?? { active: 0, held: 0 };
      const begun = await release(tx, schedule, counts, { lease, now, slots });
      slots -= begun.length;
      runs.push(...begun);
    }
    if (runs.length > 0) deps.faultPoint?.('before_commit');
    return { looked: schedules.length, started: runs };
  });
  if (started.length > 0) deps.faultPoint?.('after_commit');
  if (started.length > 0) deps.start(started);
  return { looked, next: looked === BATCH ? now : await earliestRelease(deps.db) };
}

/** Decides about one locked schedule and writes it. Returns the runs that started. */
async function release(
  tx: Transaction,
  schedule: LockedSchedule,
  open: { readonly active: number; readonly held: number },
  at: { readonly lease: Lease; readonly now: number; readonly slots: number },
): Promise<LeasedRun[]> {
  const { now, lease, slots } = at;
  const spacing = spacingOf(schedule.rate_limit_per_minute);
  const free = spacing === 0 ? null : schedule.rate_free_at;
  const look = (release_at: number | null) =>
    setRelease(tx, schedule, { release_at, rate_free_at: free, started: false }, now);
  if (open.held === 0) return await look(null).then(() => []);

  let { active } = open;
  let decision = decideRelease(schedule.overlap_policy, active);
  if (decision === 'ask_to_stop') active = await askToStop(tx, schedule, 'SUPERSEDED', now);
  if (decision === 'terminate') active = await terminate(tx, schedule, now);
  decision = decideRelease(schedule.overlap_policy, active);
  if (decision !== 'start') {
    // A run whose outcome was being written just then may go on to a retry: it is asked again.
    return await look(decision === 'wait' ? null : now + 1_000).then(() => []);
  }
  if (free !== null && free > now) return await look(free).then(() => []);
  if (slots <= 0) return await look(now + SOON_MS).then(() => []);

  const beside = schedule.overlap_policy === 'ALLOW_ALL' && spacing === 0;
  const ids = await heldRuns(tx, schedule, beside ? Math.min(slots, STARTS) : 1);
  const started = await startHeld(
    tx,
    ids.map((id) => ({ tenant_id: schedule.tenant_id, id })),
    lease,
    now,
  );
  const left = open.held - started.length;
  const turn = spacing === 0 ? null : now + spacing;
  const next = left <= 0 ? null : beside ? now + SOON_MS : schedule.overlap_policy === 'ALLOW_ALL' ? turn : null;
  await setRelease(tx, schedule, { release_at: next, rate_free_at: turn ?? free, started: started.length > 0 }, now);
  return started
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((run) => ({ ...schedule, ...run, attempt: 1, interrupted: 0, lease_token: lease.token }));
}
