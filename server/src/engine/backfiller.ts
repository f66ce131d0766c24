import { lookAgain, planBackfill } from '../domain/backfill.ts';
import {
  countBackfilled,
  earliestBackfill,
  lockDueBackfill,
  openOfBackfill,
  openOfSchedule,
  type DueBackfill,
} from '../store/backfill-steps.ts';
import { endBackfill } from '../store/backfill-end.ts';
import { updateBackfill } from '../store/backfills.ts';
import type { Database, Transaction } from '../store/db.ts';
import { newId } from '../store/ids.ts';
import { insertRuns, type NewRun } from '../store/runs.ts';
import { notifyDue } from '../store/wake.ts';
import { tellPlanned, type Told } from './events.ts';

/** Steps of one pass: others get their turn, and the loop can stop in between. */
const STEPS = 50;

/** What one pass did. */
export interface BackfillTick {
  readonly stepped: number;
  readonly next: number | null;
}

/** What the backfiller works with. */
export interface BackfillerDeps extends Told {
  readonly db: Database;
}

/**
 * One pass over the backfills that are due: one step of each, in a transaction of its own that inserts the runs and moves
 * the cursor. Exactly once, whichever node does it; a node that dies leaves the step whole or not at all.
 */
export async function backfillTick(deps: BackfillerDeps, now: number): Promise<BackfillTick> {
  let stepped = 0;
  while (stepped < STEPS) {
    const runs = await deps.db.transaction(async (tx) => {
      const due = await lockDueBackfill(tx, now);
      return due && (await step(tx, due, now));
    });
    if (!runs) break;
    tellPlanned(deps, runs);
    stepped += 1;
  }
  return { stepped, next: await earliestBackfill(deps.db) };
}

/** Takes a locked backfill one step further. Returns what it inserted. */
async function step(tx: Transaction, { backfill, schedule }: DueBackfill, now: number): Promise<readonly NewRun[]> {
  // While the lock was waited for, it may have been paused, ended or taken a step further.
  if (backfill.due_at === null || backfill.due_at > now) return [];
  if (schedule.deleted_at !== null) {
    await endBackfill(tx, schedule, backfill, 'SCHEDULE_DELETED', now);
    return [];
  }
  if (backfill.next_scheduled_for === null) {
    const { open, oldest } = await openOfBackfill(tx, backfill);
    const ended = { status: 'COMPLETED' as const, due_at: null, finished_at: now };
    await updateBackfill(
      tx,
      backfill,
      { ...backfill, ...(open > 0 ? { due_at: lookAgain(oldest, now) } : ended) },
      now,
    );
    return [];
  }
  const { first, ...open } = await openOfSchedule(tx, schedule);
  const around = { ...schedule, ...open };
  const { rows, ...after } = planBackfill(backfill, around, now);
  const runs = rows.map(({ scheduled_for, fate }) => ({
    tenant_id: schedule.tenant_id,
    id: newId(now),
    schedule_id: schedule.id,
    trigger: 'BACKFILL' as const,
    backfill_id: backfill.id,
    row:
      fate === 'RUN'
        ? ({ fate, scheduled_for, fire_at: now } as const)
        : ({ fate, scheduled_for, fire_at: now, reason: 'OVERLAP', behind: first } as const),
    lease: null,
    action_overlay: null,
    destination: schedule.destination,
  }));
  await insertRuns(tx, runs, now);
  const started = rows.filter((row) => row.fate === 'RUN').length;
  const planned = backfill.planned + started;
  const skipped = backfill.skipped + rows.length - started;
  await updateBackfill(tx, backfill, { ...backfill, ...after, planned, skipped }, now);
  if (started > 0) {
    await countBackfilled(tx, schedule, started, after.rate_free_at);
    await notifyDue(tx, now, now);
  }
  return runs;
}
