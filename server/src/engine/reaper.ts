import type { Database } from '../store/db.ts';
import { deleteCompleted, forgetIdempotencyKeys } from '../store/housekeeping.ts';
import { findStranded, type StrandedLook } from '../store/release.ts';
import { isUnstorable } from '../store/db-errors.ts';
import { lockExpired, type ExpiredRun } from '../store/leases.ts';
import { forgetPoints } from '../store/rate-points.ts';
import { writeApart, writeResults, type AttemptResult, type WriteResults } from '../store/outcomes.ts';
import { notifyDue } from '../store/wake.ts';
import { interruptedResult, uncompletedResult } from './attempt.ts';
import { tellReaped, type Told } from './events.ts';

const BATCH = 500;

/** What one pass cleaned up. */
export interface ReaperTick {
  readonly expired: number;
  /** Schedules whose held runs nobody was going to look at: a server died in between. */
  readonly stranded: StrandedLook;
  readonly deleted: number;
  readonly forgotten: number;
}

/**
 * One pass: gives back the runs whose lease ran out (their node died or was cut off) or whose completion did not come,
 * sees to held runs that nobody looks at, deletes completed schedules that
 * asked for it, forgets old idempotency keys and counts of requests. Bounded in each; what is left comes in the next pass.
 * @param after where the pass before ended its look for held runs
 */
export async function reapTick(
  db: Database,
  now: number,
  told?: Told,
  after: StrandedLook['after'] = null,
): Promise<ReaperTick> {
  const { runs, results, written } = await giveBack(db, now);
  if (told) tellReaped(told, runs, results, written);
  return {
    expired: results.length,
    stranded: await findStranded(db, now, BATCH, after),
    deleted: await deleteCompleted(db, now, BATCH),
    forgotten: (await forgetIdempotencyKeys(db, now, BATCH)) + (await forgetPoints(db, now, BATCH)),
  };
}

/** Ends or gives back the runs whose time has run out. */
async function giveBack(db: Database, now: number) {
  const write = (how: WriteResults) =>
    db.transaction(async (tx) => {
      const runs = await lockExpired(tx, now, BATCH);
      if (runs.length === 0) return { runs, results: [], written: [] };
      const results = runs.map((run) => expiredResult(run, now));
      const written = await how(tx, results, now);
      await notifyDue(tx, now, now);
      return { runs, results, written };
    });
  return await write(writeResults).catch((error: unknown) => {
    if (!isUnstorable(error)) throw error;
    return write(writeApart);
  });
}

function expiredResult(run: ExpiredRun, now: number): AttemptResult {
  if (run.completes_within_seconds !== null) return uncompletedResult(run, now);
  const error = {
    code: 'lease_lost',
    message: 'The server that made this attempt stopped answering; whether the receiver got it is not known.',
  };
  return interruptedResult(run, error, { started: run.began, finished: now, node: run.lease_node });
}
