import { holdForRoom, type Plan } from '../domain/occurrences.ts';
import { idOf } from '../store/ids.ts';
import type { LockedSchedule } from '../store/planning.ts';
import type { Lease, NewRun } from '../store/runs.ts';
import type { Lanes } from './lanes.ts';
import type { Reservation } from './reservation.ts';

/** Whether something of a plan is to start now that finds no room on this node. */
export function lacksRoom(schedule: LockedSchedule, wanted: Pick<Plan, 'rows'>, lanes: Lanes, now: number): boolean {
  const starts = wanted.rows.filter((row) => row.fate === 'RUN' && row.fire_at <= now).length;
  return starts > 0 && lanes.room(schedule) < starts;
}

/**
 * The runs of a plan, those that start now leased to this node as far as it has room. Under a rate limit all of them are
 * held where one finds none (see `holdForRoom`).
 */
export function leaseWhatFits<Wanted extends Pick<Plan, 'rows' | 'rate_free_at' | 'release_at'>>(
  schedule: LockedSchedule,
  wanted: Wanted,
  slots: Reservation,
  lease: Lease,
  now: number,
): { readonly plan: Wanted; readonly runs: NewRun[] } {
  const starts = wanted.rows
    .filter((row) => row.fate === 'RUN' && row.fire_at <= now)
    .map((row) => idOf(schedule, row, now));
  const roomy = new Set(starts.filter((id) => slots.take(schedule, id)));
  const plan = roomy.size < starts.length ? holdForRoom(wanted, schedule, now) : wanted;
  const runs = plan.rows.map((row): NewRun => {
    const id = idOf(schedule, row, now);
    return {
      tenant_id: schedule.tenant_id,
      id,
      schedule_id: schedule.id,
      trigger: 'SCHEDULE',
      row,
      lease: row.fate === 'RUN' && roomy.has(id) ? lease : null,
      action_overlay: null,
      destination: schedule.destination,
    };
  });
  return { plan, runs };
}
