import { forgetAuditEvents } from '../store/audit.ts';
import { purgeBackfills } from '../store/backfills.ts';
import type { Database } from '../store/db.ts';
import { foldUsage } from '../store/quotas.ts';
import { sumRuns } from '../store/run-sums.ts';
import { dropPartitions, makePartitions, purgeSchedules, type Dropped } from '../store/partitions.ts';
import { forgetSessions } from '../store/sessions.ts';

const BATCH = 500;
const DAY = 86_400_000;

/** Events of a pass: more than a minute's changes of a busy server, so that it keeps up. */
const AUDIT_BATCH = 20_000;

/** Parts of sums that are folded together in one pass: what a busy server leaves in a minute. */
const MOST_FOLDED = 200_000;

/** Stretches of time that one pass sums. */
const SUMS = 40;

/** What one pass made and removed. */
export interface RetentionTick extends Dropped {
  readonly made: readonly string[];
  readonly purged: number;
  readonly backfills: number;
  /** Sums of what tenants have whose parts were many. */
  readonly folded: number;
  readonly audited: number;
  readonly sessions: number;
  /** Whether runs that have ended are still to be summed. */
  readonly toSum: boolean;
}

/**
 * One pass: makes the partitions of the weeks to come, drops those past retention, then deleted schedules and ended
 * backfills without runs, old audit events, sessions that have expired; folds the sums of what tenants have, and adds to those of how runs have ended.
 */
export async function retentionTick(
  db: Database,
  now: number,
  retentionDays: number,
  auditRetentionDays: number,
): Promise<RetentionTick> {
  // Two weeks more: the runs go by the week, and at the end of it.
  const oldest = now - (retentionDays + 14) * DAY;
  return {
    made: await makePartitions(db, now),
    ...(await dropPartitions(db, now, retentionDays)),
    purged: await purgeSchedules(db, now, retentionDays, BATCH),
    backfills: await purgeBackfills(db, oldest, BATCH),
    folded: await foldUsage(db, MOST_FOLDED),
    audited: await forgetAuditEvents(db, now - auditRetentionDays * DAY, AUDIT_BATCH),
    sessions: await forgetSessions(db, now, BATCH),
    toSum: await sumMore(db, now),
  };
}

/** After a long stop there is much to sum: some of it in each pass, so that the rest of a pass does not come again for each step. */
async function sumMore(db: Database, now: number): Promise<boolean> {
  for (let step = 0; step < SUMS; step += 1) if (!(await sumRuns(db, now))) return false;
  return true;
}
