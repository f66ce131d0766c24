import { holdForRoom, type Plan } from '../domain/occurrences.ts';
import { idOf } from '../store/ids.ts';
import type { PlannedSchedule } from '../store/planning.ts';
import type { Lease, NewRun } from '../store/runs.ts';
import type { Lanes } from './lanes.ts';
import type { Reservation } from './reservation.ts';

/** Whether something of a plan is to start now that finds no room on this node. */
export function lacksRoom(schedule: PlannedSchedule, wanted: Pick<Plan, 'rows'>, lanes: Lanes, now: number): boolean {
  let starts = 0;
  for (const row of wanted.rows) if (row.fate === 'RUN' && row.fire_at <= now) starts += 1;
  return starts > 0 && lanes.room(schedule) < starts;
}

/**
 * The runs of a plan, those that start now leased to this node as far as it has room. Under a rate limit all of them are
 * held where one finds none (see `holdForRoom`).
 */
export function leaseWhatFits<Wanted extends Pick<Plan, 'rows' | 'rate_free_at' | 'release_at'>>(
  schedule: PlannedSchedule,
  wanted: Wanted,
  slots: Reservation,
  lease: Lease,
  now: number,
): { readonly plan: Wanted; readonly runs: NewRun[] } {
  const ids = wanted.rows.map((row) => idOf(schedule, row, now));
  let crowded = false;
  const roomy = wanted.rows.map((row, i) => {
    if (row.fate !== 'RUN' || row.fire_at > now) return false;
    const room = slots.take(schedule, ids[i] ?? '');
    crowded ||= !room;
    return room;
  });
  // The same rows with another fate, so the same ids.
  const plan = crowded ? holdForRoom(wanted, schedule, now) : wanted;
  const runs = plan.rows.map((row, i): NewRun => ({
    tenant_id: schedule.tenant_id,
    id: ids[i] ?? '',
    schedule_id: schedule.id,
    trigger: 'SCHEDULE',
    row,
    lease: row.fate === 'RUN' && roomy[i] ? lease : null,
    action_overlay: null,
    destination: schedule.destination,
  }));
  return { plan, runs };
}
