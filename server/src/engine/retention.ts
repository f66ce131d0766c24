import { purgeBackfills } from '../store/backfills.ts';
import type { Database } from '../store/db.ts';
import { foldUsage } from '../store/quotas.ts';
import { dropPartitions, makePartitions, purgeSchedules } from '../store/partitions.ts';

const BATCH = 500;

/** Parts of sums that are folded together in one pass: what a busy server leaves in a minute. */
const MOST_FOLDED = 200_000;

/** What one pass made and removed. */
export interface RetentionTick {
  readonly made: readonly string[];
  readonly dropped: readonly string[];
  readonly purged: number;
  readonly backfills: number;
  /** Sums of what tenants have whose parts were many. */
  readonly folded: number;
}

/**
 * One pass: makes the partitions of the weeks to come, drops those past retention, then deleted schedules and ended
 * backfills without runs; and folds the sums of what tenants have.
 */
export async function retentionTick(db: Database, now: number, retentionDays: number): Promise<RetentionTick> {
  // Two weeks more: the runs go by the week, and at the end of it.
  const oldest = now - (retentionDays + 14) * 86_400_000;
  return {
    made: await makePartitions(db, now),
    dropped: await dropPartitions(db, now, retentionDays),
    purged: await purgeSchedules(db, now, retentionDays, BATCH),
    backfills: await purgeBackfills(db, oldest, BATCH),
    folded: await foldUsage(db, MOST_FOLDED),
  };
}
