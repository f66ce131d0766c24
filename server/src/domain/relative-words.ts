import { localTime } from '../time/index.ts';
import type { EntityRecord } from './entity.ts';
import type { PreviewedOccurrence } from './preview.ts';
import { concerns, dateOf, fireAt, nextOfDate, type RelativePlan } from './relative.ts';

/** Why a record has no occurrence, for programs. */
export type NoOccurrence = 'CUSTOMER' | 'FILTER' | 'NO_DATE' | 'PAST';

/** The rule in plain words: `3 days before "renews_on" of each record of "contracts", at 09:00`. */
export function describeRelative(plan: RelativePlan): string {
  const { schedule, definition, field } = plan;
  const days = schedule.relative_offset_days ?? 0;
  const count = Math.abs(days) === 1 ? '1 day' : `${Math.abs(days)} days`;
  const where = days === 0 ? 'On' : `${count} ${days < 0 ? 'before' : 'after'}`;
  const type = definition.fields.find(({ name }) => name === field)?.type;
  const own = type === 'DATETIME' ? 'at its own local time' : 'at 00:00';
  const when = schedule.schedule_expression === '' ? own : `at ${schedule.schedule_expression}`;
  const which = [
    plan.filter === null ? '' : ' that meets relative_filter',
    schedule.customer_id === null ? '' : ' of its customer',
  ].join('');
  const round = { NONE: '', MONTHLY: ', every month', YEARLY: ', every year' }[schedule.relative_recurrence ?? 'NONE'];
  return `${where} "${field}" of each record of "${definition.slug}"${which}, ${when}${round}`;
}

/** An occurrence of a record as previews show it. `stored`: the schedule's id decides where in the flexible window it starts. */
export function showRecord(
  plan: RelativePlan,
  { id, at, due }: { readonly id: string; readonly at: number; readonly due: number },
  stored: boolean,
): PreviewedOccurrence & { readonly record_id: string } {
  const { schedule } = plan;
  const spread =
    stored || schedule.flexible_window_minutes === 0
      ? []
      : [`Starts within ${schedule.flexible_window_minutes} min of this time: flexible_window_minutes spreads it.`];
  return {
    scheduled_for: due,
    fire_at: stored ? fireAt(schedule, id, due) : due,
    local_time: localTime(due, schedule.timezone),
    notes: [...plan.timing.notes(at, due), ...spread],
    record_id: id,
  };
}

/** What a schedule will do for a record after `after`: its next occurrence, or why there is none. Pure. */
export function prospectOf(
  plan: RelativePlan,
  record: EntityRecord,
  after: number,
): { readonly at: number; readonly due: number } | { readonly reason: NoOccurrence; readonly detail: string } {
  const { schedule, field, definition } = plan;
  if (schedule.customer_id !== null && record.customer_id !== schedule.customer_id) {
    const of = record.customer_id === null ? 'of no customer' : `of the customer ${record.customer_id}`;
    return { reason: 'CUSTOMER', detail: `The record is ${of}; the schedule is for ${schedule.customer_id}.` };
  }
  if (!concerns(plan, record)) {
    return { reason: 'FILTER', detail: 'The record does not meet relative_filter as it is now.' };
  }
  const at = dateOf(plan, record.data);
  if (at === null) return { reason: 'NO_DATE', detail: `The record has no ${field} (${definition.slug}).` };
  const due = nextOfDate(plan, at, after);
  if (due !== null) return { at, due };
  const first = plan.timing.next(at, Number.MIN_SAFE_INTEGER);
  const when = first === null ? '' : `: it was due at ${new Date(first).toISOString()}`;
  const bounded = schedule.start_at !== null || schedule.end_at !== null;
  const why = bounded ? `, or it lies outside start_at and end_at` : '';
  return { reason: 'PAST', detail: `Its ${field} gives no occurrence any more${when}${why}.` };
}
