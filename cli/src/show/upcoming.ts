import type { Upcoming, UpcomingList } from '../api.ts';
import { fromNow, instant, shorten } from './format.ts';
import type { Column } from './output.ts';
import { whenOf } from './schedules.ts';

type Next = UpcomingList['upcoming'][number];
type OfRecord = Upcoming['upcoming'][number];

/** What fires next. Its nominal instant is told where a flexible window moves any of them. */
export function upcomingColumns(items: readonly Next[], now: number): Column<Next>[] {
  const nominal: Column<Next> = { head: 'Scheduled for', text: (next) => instant(next.scheduled_for), spare: 0 };
  return [
    { head: 'Fires at', text: ({ fire_at }) => instant(fire_at) },
    { head: 'In', text: ({ fire_at }) => fromNow(fire_at, now) },
    ...(items.some(({ fire_at, scheduled_for }) => fire_at !== scheduled_for) ? [nominal] : []),
    { head: 'Name', text: ({ schedule }) => shorten(schedule.name, 40), least: 14 },
    { head: 'When', text: ({ schedule }) => shorten(whenOf(schedule), 40), least: 10, spare: 2 },
    { head: 'Action', text: ({ schedule }) => schedule.action_type, spare: 1 },
    { head: 'Schedule', text: ({ schedule }) => schedule.id, spare: 3 },
  ];
}

/** What happens to one record, and why nothing does. */
export const RECORD_UPCOMING_COLUMNS: Column<OfRecord>[] = [
  { head: 'Scheduled for', text: ({ scheduled_for }) => instant(scheduled_for) },
  { head: 'Local time', text: ({ local_time }) => local_time, spare: 1 },
  { head: 'Name', text: ({ schedule_name }) => shorten(schedule_name, 40), least: 14 },
  { head: 'Schedule', text: ({ schedule_id }) => schedule_id, spare: 2 },
  { head: 'Why', text: ({ detail, notes }) => [detail, ...notes].filter(Boolean).join(' ') || null, least: 20 },
];
