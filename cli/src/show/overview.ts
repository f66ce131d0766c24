import type { Overview, ScheduleInBrief } from '../api.ts';
import { count, duration, fromNow, instant, many, shorten } from './format.ts';
import type { Column, Output } from './output.ts';

type Overdue = Overview['attention']['overdue']['first'][number];

const TROUBLED: Column<ScheduleInBrief>[] = [
  { head: 'Schedule', text: ({ schedule_id }) => schedule_id },
  { head: 'Name', text: ({ name }) => shorten(name, 40), least: 14 },
  { head: 'Failures', text: ({ consecutive_failures }) => count(consecutive_failures) },
  { head: 'Last run', text: ({ last_run_at }) => instant(last_run_at), spare: 2 },
  { head: 'Next run', text: ({ next_run_at }) => instant(next_run_at), spare: 1 },
];

const OVERDUE: Column<Overdue>[] = [
  { head: 'Run', text: ({ run_id }) => run_id },
  { head: 'Schedule', text: ({ schedule_id }) => schedule_id, spare: 1 },
  { head: 'Due since', text: ({ due_at }) => instant(due_at) },
  { head: 'Attempt', text: ({ attempt }) => String(attempt), spare: 2 },
];

/** So many that come next are shown. */
const MOST_UPCOMING = 5;

/** What needs a look first, then how it went and what comes. */
export function showOverview(output: Output, overview: Overview, now: number): void {
  showAttention(output, overview);
  const { hours, lateness, upcoming } = overview;
  if (hours !== null || lateness !== null) {
    output.line();
    output.details([
      ['Last 24 hours', hours && endsOf(hours)],
      ['Started', lateness && latenessOf(lateness)],
    ]);
  }
  if (upcoming === null || upcoming.length === 0) return;
  output.line();
  output.table(upcoming.slice(0, MOST_UPCOMING), [
    { head: 'Next', text: ({ next_run_at }) => instant(next_run_at) },
    { head: 'In', text: ({ next_run_at }) => (next_run_at === null ? null : fromNow(next_run_at, now)) },
    { head: 'Name', text: ({ name }) => shorten(name, 40), least: 14 },
    { head: 'Schedule', text: ({ schedule_id }) => schedule_id, spare: 1 },
  ]);
}

function showAttention(output: Output, { attention }: Overview): void {
  const { failing, paused_by_failures, parked, overdue } = attention;
  const groups = [
    [failing, 'FAILED the last time, and still run'],
    [paused_by_failures, 'paused after too many failures in a row'],
    [parked, 'paused because the receiver wants no more'],
  ] as const;
  let quiet = true;
  const head = (total: number, what: string, why: string) => {
    if (!quiet) output.line();
    quiet = false;
    output.line(output.paint('red', `${many(total, what)} ${why}:`));
  };
  for (const [group, why] of groups) {
    if (group === null || group.total === 0) continue;
    head(group.total, 'schedule', why);
    output.table(group.first, TROUBLED);
  }
  if (overdue.total > 0) {
    head(overdue.total, 'run', 'should have started more than a minute ago');
    output.table(overdue.first, OVERDUE);
  }
  if (quiet) output.line(output.paint('green', 'Nothing needs a look.'));
}

function endsOf(hours: NonNullable<Overview['hours']>): string {
  return (['succeeded', 'failed', 'skipped', 'missed', 'cancelled'] as const)
    .map((end) => `${count(hours.reduce((sum, hour) => sum + hour[end], 0))} ${end.toUpperCase()}`)
    .join(', ');
}

function latenessOf({ attempted, p50_ms, p99_ms }: NonNullable<Overview['lateness']>): string | null {
  if (attempted === 0) return null;
  return `half within ${duration(p50_ms)} of their time, 99 % within ${duration(p99_ms)}`;
}
