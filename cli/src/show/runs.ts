import type { Run } from '../api.ts';
import { duration, fromNow, instant, shorten } from './format.ts';
import type { Column, Output } from './output.ts';
import { styleOf } from './schedules.ts';

/** What a run's row says beside its status: its reason, what went wrong, how many it stands for. */
export function whyOf({ reason, error, missed_count, missed_until, cancel_requested }: Run): string | null {
  const parts = [
    reason,
    missed_count === null ? null : `${missed_count} until ${instant(missed_until)}`,
    error === null ? null : `${error.code}: ${error.message}`,
    cancel_requested ? 'asked to stop' : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

/** A table of runs, by what their schedules are called. */
export function runColumns(names: ReadonlyMap<string, string>): Column<Run>[] {
  return [
    { head: 'ID', text: ({ id }) => id },
    {
      head: 'Schedule',
      text: ({ schedule_id }) => shorten(names.get(schedule_id) ?? schedule_id, 40),
      least: 14,
      spare: 6,
    },
    { head: 'Scheduled for', text: ({ scheduled_for }) => instant(scheduled_for) },
    { head: 'Trigger', text: ({ trigger }) => trigger, spare: 1 },
    { head: 'Status', text: ({ status }) => status, style: ({ status }) => styleOf(status) },
    { head: 'Attempt', text: ({ attempt }) => String(attempt), spare: 2 },
    { head: 'Took', text: ({ duration_ms }) => (duration_ms === null ? null : duration(duration_ms)), spare: 3 },
    { head: 'Late', text: ({ lateness_ms }) => (lateness_ms === null ? null : duration(lateness_ms)), spare: 4 },
    { head: 'Why', text: (run) => shorten(whyOf(run) ?? '', 60), least: 20, spare: 5 },
  ];
}

/** One run, with each attempt. */
export function showRun(output: Output, run: Run, name: string, now: number): void {
  output.details([
    ['ID', run.id],
    ['Schedule', name === run.schedule_id ? name : `${run.schedule_id} (${name})`],
    ['Status', [run.status, whyOf(run)].filter((part) => part !== null).join(': ')],
    ['Scheduled for', `${instant(run.scheduled_for)} (${fromNow(run.scheduled_for, now)})`],
    ['Fires at', run.fire_at === run.scheduled_for ? null : instant(run.fire_at)],
    ['Trigger', run.trigger],
    ['Started', run.started_at === null ? null : `${instant(run.started_at)}, ${duration(run.lateness_ms)} late`],
    ['Finished', run.finished_at === null ? null : `${instant(run.finished_at)}, after ${duration(run.duration_ms)}`],
    [
      'Tries again',
      run.next_attempt_at === null ? null : `${instant(run.next_attempt_at)} (${fromNow(run.next_attempt_at, now)})`,
    ],
    ['Completion due', run.completion_due_at === null ? null : instant(run.completion_due_at)],
    ['Record', run.record_id],
    ['Behind', run.blocked_by],
    ['Retry of', run.retry_of],
    ['Backfill', run.backfill_id],
  ]);
  if (run.attempts.length === 0) return;
  output.line();
  output.table(run.attempts, [
    { head: 'Attempt', text: ({ attempt }) => String(attempt) },
    { head: 'Started', text: ({ started_at }) => instant(started_at) },
    { head: 'Took', text: (one) => duration(Date.parse(one.finished_at) - Date.parse(one.started_at)) },
    { head: 'Outcome', text: ({ outcome }) => outcome, style: ({ outcome }) => styleOf(outcome) },
    { head: 'Node', text: ({ node }) => node, spare: 1 },
    {
      head: 'Answer',
      text: ({ response }) => (typeof response?.['status'] === 'number' ? String(response['status']) : null),
    },
    { head: 'Error', text: ({ error }) => (error === null ? null : `${error.code}: ${error.message}`), least: 20 },
  ]);
}

/** One change of a run, as a line of `runs tail`. */
export function tailLine(output: Output, run: Run, name: string): string {
  const status = output.paint(styleOf(run.status), run.status.padEnd(9));
  const took = run.duration_ms === null ? '' : ` took ${duration(run.duration_ms)}`;
  const late = run.lateness_ms === null ? '' : ` late ${duration(run.lateness_ms)}`;
  const attempt = run.attempt > 1 ? ` attempt ${run.attempt}` : '';
  const why = whyOf(run);
  return `${instant(run.scheduled_for)}  ${status}  ${run.id}  ${name} ${attempt}${took}${late}${why === null ? '' : `  ${why}`}`;
}
