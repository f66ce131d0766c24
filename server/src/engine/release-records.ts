import { makesWay, spacingOf } from '../domain/overlap.ts';
import type { Transaction } from '../store/db.ts';
import { nextHeldAt, recordsInTheWay, readyByRecord, queueHeld, setRelease, startHeld } from '../store/held.ts';
import type { LockedSchedule } from '../store/planning.ts';
import { askToStop, terminate } from '../store/stopping.ts';
import type { ReleaseAt, Released } from './releaser.ts';

/** Runs of one schedule that one pass starts, where nothing spaces them; and when to come back for more. */
const STARTS = 100;
const SOON_MS = 50;
const AGAIN_MS = 1_000;
const REST_MS = 5_000;

/**
 * The same as `release` for a RELATIVE schedule, where a run waits only for those of its own record: each record's first
 * held run has its turn once none of that record is active.
 */
export async function releaseByRecord(
  tx: Transaction,
  schedule: LockedSchedule,
  held: number,
  { now, lease, slots, lanes }: ReleaseAt,
): Promise<Released> {
  const spacing = spacingOf(schedule.rate_limit_per_minute);
  const free = spacing === 0 ? null : schedule.rate_free_at;
  const policy = schedule.overlap_policy;
  const look = async (release_at: number | null, taken = free, started = false) =>
    await setRelease(tx, schedule, { release_at, rate_free_at: taken, started }, now);

  let asked = false;
  if (makesWay(policy)) {
    const records = await recordsInTheWay(tx, schedule, now);
    asked = records.length > 0;
    if (asked && policy === 'CANCEL_OTHER') await askToStop(tx, schedule, 'SUPERSEDED', now, records);
    if (asked && policy === 'TERMINATE_OTHER') await terminate(tx, schedule, now, records);
  }
  // One whose outcome was being written just then may go on to a retry: it is asked again.
  const again = asked ? now + AGAIN_MS : null;
  if (free !== null && free > now) {
    await look(free);
    return { leased: [], waiting: false };
  }
  const ready = await readyByRecord(tx, schedule, spacing > 0 ? 1 : STARTS, policy === 'ALLOW_ALL', now);
  const roomy = ready.filter((run) => slots.take(run, run.id));
  const crowded = ready.filter((run) => !roomy.includes(run));
  if (spacing > 0 && crowded.length > 0) {
    const rest = Math.max(...crowded.map((run) => lanes.opensAt(run) ?? 0));
    await look(Math.min(Math.max(rest, now + SOON_MS), now + REST_MS));
    return { leased: [], waiting: false };
  }
  const started = await startHeld(tx, roomy, lease, now);
  await queueHeld(tx, crowded, now);
  const left = held - started.length - crowded.length;
  const turn = spacing > 0 && started.length > 0 ? now + spacing : free;
  // With nothing ready, those left wait for runs of their records: the end of one asks for the next look.
  const more = ready.length === 0 ? again : spacing > 0 ? turn : now + SOON_MS;
  const later = left <= 0 ? null : await nextHeldAt(tx, schedule, now);
  await look(left <= 0 ? null : earlier(more, later), turn, started.length > 0);
  const leased = started
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((run) => ({ ...schedule, ...run, attempt: 1, interrupted: 0, lease_token: lease.token }));
  return { leased, waiting: crowded.length > 0 };
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
