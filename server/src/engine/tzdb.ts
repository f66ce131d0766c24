import { nextOccurrence } from '../domain/recurrence.ts';
import { stateAt } from '../domain/occurrences.ts';
import type { Database } from '../store/db.ts';
import { lockZoned, lookAtRelative, moveNext, storedTzdb, storeTzdb } from '../store/tzdb.ts';
import { tzdbVersion } from '../time/index.ts';
import type { EngineLog } from './settings.ts';

const BATCH = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Notices that this server's time-zone rules are not those that the stored instants were computed with, and computes
 * them anew: every occurrence still to come, in bounded steps. What is due already keeps the instant that it had.
 * @returns how many schedules were moved
 */
export async function followTzdb(db: Database, now: number, log: EngineLog, version = tzdbVersion()): Promise<number> {
  const stored = await storedTzdb(db);
  if (stored === version) return 0;
  let moved = 0;
  let looked = 0;
  if (stored !== null) {
    let after = { tenant_id: FIRST, id: FIRST };
    for (;;) {
      const batch = await db.transaction(async (tx) => {
        const schedules = await lockZoned(tx, after, now, BATCH);
        for (const schedule of schedules) {
          const next = nextOccurrence(schedule, now);
          if (next?.scheduled_for === schedule.next_run_at && next.fire_at === schedule.due_at) continue;
          await moveNext(tx, schedule, stateAt(schedule, next, false), now);
          moved += 1;
        }
        return schedules;
      });
      looked += batch.length;
      const last = batch.at(-1);
      if (!last || batch.length < BATCH) break;
      after = { tenant_id: last.tenant_id, id: last.id };
    }
    await lookAtRelative(db, now);
    log('info', 'the time-zone rules have changed', { from: stored, to: version, looked_at: looked, moved });
  }
  await storeTzdb(db, version, now);
  return moved;
}
