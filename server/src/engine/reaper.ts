import type { Database } from '../store/db.ts';
import { deleteCompleted, forgetIdempotencyKeys } from '../store/housekeeping.ts';
import { lockExpired, writeResults } from '../store/leases.ts';
import { notifyDue } from '../store/wake.ts';
import { interruptedResult } from './attempt.ts';
import { tellWritten, type Told } from './events.ts';

const BATCH = 500;

/** What one pass cleaned up. */
export interface ReaperTick {
  readonly expired: number;
  readonly deleted: number;
  readonly forgotten: number;
}

/**
 * One pass: gives back the runs whose lease ran out (their node died or was cut off), deletes completed schedules that
 * asked for it, forgets old idempotency keys. Bounded in each; what is left comes in the next pass.
 */
export async function reapTick(db: Database, now: number, told?: Told): Promise<ReaperTick> {
  const { results, written } = await db.transaction(async (tx) => {
    const runs = await lockExpired(tx, now, BATCH);
    if (runs.length === 0) return { results: [], written: new Set<string>() };
    const error = {
      code: 'lease_lost',
      message: 'The server that made this attempt stopped answering; whether the receiver got it is not known.',
    };
    const results = runs.map((run) =>
      interruptedResult(run, error, { started: run.started_at, finished: now, node: run.lease_node }),
    );
    const written = await writeResults(tx, results, now);
    await notifyDue(tx, now, now);
    return { results, written };
  });
  if (told) tellWritten(told, results, written);
  if (results.length > 0) told?.events?.leasesExpired(results.length);
  return {
    expired: results.length,
    deleted: await deleteCompleted(db, now, BATCH),
    forgotten: await forgetIdempotencyKeys(db, now, BATCH),
  };
}
