import { decideRelease, makesWay, spacingOf, type OpenRuns } from '../domain/overlap.ts';
import type { Transaction } from '../store/db.ts';
import { recordsInTheWay } from '../store/held.ts';
import type { LockedSchedule } from '../store/planning.ts';
import { askToStop, terminate } from '../store/stopping.ts';

/** Runs of one schedule that one pass starts, where nothing spaces them. */
const STARTS = 100;

/** When to come back where the rest of a batch waits. */
export const SOON_MS = 50;

/** When to ask again what was asked to stop: one whose outcome was being written just then may go on to a retry. */
const AGAIN_MS = 1_000;

/** What a locked schedule's held runs are to have now. */
export type Turn =
  /** None of them: the schedule is looked at again then; null: as a run of it ends. */
  | { readonly kind: 'wait'; readonly until: number | null }
  /** The first `most` of them may start. RELATIVE: of those that wait for no run of their record, unless `beside`. */
  | { readonly kind: 'start'; readonly most: number; readonly byRecord: boolean; readonly again: number | null };

/** Decides about a locked schedule, and stops what is to make way (CANCEL_OTHER, TERMINATE_OTHER). */
export async function turnOf(tx: Transaction, schedule: LockedSchedule, open: OpenRuns, now: number): Promise<Turn> {
  if (open.held === 0) return { kind: 'wait', until: null };
  const spaced = spacingOf(schedule.rate_limit_per_minute) > 0;
  const free = spaced ? schedule.rate_free_at : null;
  const beside = schedule.overlap_policy === 'ALLOW_ALL';
  if (schedule.schedule_type === 'RELATIVE') {
    const asked = await makeWayByRecord(tx, schedule, now);
    if (free !== null && free > now) return { kind: 'wait', until: free };
    return { kind: 'start', most: spaced ? 1 : STARTS, byRecord: !beside, again: asked ? now + AGAIN_MS : null };
  }
  const way = await makeWay(tx, schedule, open.active, now);
  if (way !== 'free') return { kind: 'wait', until: way === 'asked' ? now + AGAIN_MS : null };
  if (free !== null && free > now) return { kind: 'wait', until: free };
  return { kind: 'start', most: beside && !spaced ? STARTS : 1, byRecord: false, again: null };
}

/** Stops the active runs of a schedule, if its policy says so. */
async function makeWay(
  tx: Transaction,
  schedule: LockedSchedule,
  active: number,
  now: number,
): Promise<'free' | 'taken' | 'asked'> {
  const decision = decideRelease(schedule.overlap_policy, active);
  if (decision === 'start') return 'free';
  if (decision === 'wait') return 'taken';
  const left =
    decision === 'terminate' ? await terminate(tx, schedule, now) : await askToStop(tx, schedule, 'SUPERSEDED', now);
  return left === 0 ? 'free' : 'asked';
}

/** The same for a RELATIVE schedule, where a run makes way only for those of its own record. Returns whether one was to. */
async function makeWayByRecord(tx: Transaction, schedule: LockedSchedule, now: number): Promise<boolean> {
  if (!makesWay(schedule.overlap_policy)) return false;
  const records = await recordsInTheWay(tx, schedule, now);
  if (records.length === 0) return false;
  if (schedule.overlap_policy === 'TERMINATE_OTHER') await terminate(tx, schedule, now, records);
  else await askToStop(tx, schedule, 'SUPERSEDED', now, records);
  return true;
}

/** What came of a schedule's turn: how many are held still, and when its rate limit has room again. */
interface AfterTurn {
  readonly left: number;
  readonly found: number;
  readonly free: number | null;
  /** When the first of them starts that the flexible window has start later; null: there is none. */
  readonly later: number | null;
}

/** When a schedule is looked at again after some of its held runs have had their turn; null: as a run of it ends. */
export function lookAfter(
  schedule: LockedSchedule,
  { again }: Turn & { kind: 'start' },
  { left, found, free, later }: AfterTurn,
  now: number,
): number | null {
  if (left <= 0) return null;
  const next = spacingOf(schedule.rate_limit_per_minute) > 0 ? free : now + SOON_MS;
  // With none found, those left wait for runs of their records.
  if (schedule.schedule_type === 'RELATIVE') return earlier(found === 0 ? again : next, later);
  return schedule.overlap_policy === 'ALLOW_ALL' ? next : null;
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
