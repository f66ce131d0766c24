import { purgeBackfills } from '../store/backfills.ts';
import type { Database } from '../store/db.ts';
import { dropPartitions, makePartitions, purgeSchedules } from '../store/partitions.ts';

const BATCH = 500;

/** What one pass made and removed. */
export interface RetentionTick {
  readonly made: readonly string[];
  readonly dropped: readonly string[];
  readonly purged: number;
  readonly backfills: number;
}

/**
 * One pass: makes the partitions of the weeks to come, drops those past retention, then deleted schedules and ended
 * backfills without runs.
 */
export async function retentionTick(db: Database, now: number, retentionDays: number): Promise<RetentionTick> {
  // Two weeks more: the runs go by the week, and at the end of it.
  const oldest = now - (retentionDays + 14) * 86_400_000;
  return {
    made: await makePartitions(db, now),
    dropped: await dropPartitions(db, now, retentionDays),
    purged: await purgeSchedules(db, now, retentionDays, BATCH),
    backfills: await purgeBackfills(db, oldest, BATCH),
  };
}
