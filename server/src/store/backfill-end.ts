import { occurrencesWithin, type Backfill, type BackfillReason } from '../domain/backfill.ts';
import type { Schedule } from '../domain/schedule.ts';
import { cancelRunsOf, lockUnfinished, updateBackfill } from './backfills.ts';
import type { Transaction } from './db.ts';
import { newId } from './ids.ts';
import { insertRuns } from './runs.ts';

const RUN_REASON = { BY_USER: 'BACKFILL_CANCELLED', SCHEDULE_DELETED: 'SCHEDULE_DELETED' } as const;

/**
 * Ends a locked backfill of a locked schedule before its time: what has not started is CANCELLED, what was not planned
 * yet is one CANCELLED row, and the rest finishes.
 */
export async function endBackfill(
  tx: Transaction,
  schedule: Pick<Schedule, 'tenant_id' | 'id' | 'destination'>,
  backfill: Backfill,
  why: Extract<BackfillReason, 'BY_USER' | 'SCHEDULE_DELETED'>,
  now: number,
): Promise<void> {
  const reason = RUN_REASON[why];
  await cancelRunsOf(tx, backfill, reason, now);
  const first = backfill.next_scheduled_for;
  const rest = first === null ? null : occurrencesWithin(backfill.rule, first, backfill.end_at);
  if (rest) {
    const row = {
      fate: 'CANCELLED',
      reason,
      scheduled_for: rest.first,
      fire_at: now,
      missed_count: rest.count,
      missed_until: rest.last,
    } as const;
    const run = { trigger: 'BACKFILL', backfill_id: backfill.id, lease: null, action_overlay: null, row } as const;
    const { tenant_id, id: schedule_id, destination } = schedule;
    await insertRuns(tx, [{ ...run, tenant_id, id: newId(now), schedule_id, destination }], now);
  }
  const end = { status: 'CANCELLED', status_reason: why, next_scheduled_for: null, due_at: null } as const;
  await updateBackfill(tx, backfill, { ...backfill, ...end, finished_at: now }, now);
}

/** Ends the backfills of locked schedules that are being deleted. */
export async function endBackfillsOf(
  tx: Transaction,
  schedules: readonly Pick<Schedule, 'tenant_id' | 'id' | 'destination'>[],
  now: number,
): Promise<void> {
  const [first] = schedules;
  if (!first) return;
  const byId = new Map(schedules.map((schedule) => [schedule.id, schedule]));
  for (const backfill of await lockUnfinished(tx, first.tenant_id, [...byId.keys()])) {
    const schedule = byId.get(backfill.schedule_id);
    if (schedule) await endBackfill(tx, schedule, backfill, 'SCHEDULE_DELETED', now);
  }
}
