import type { Preview, Schedule } from '../api.ts';
import { fromNow, instant, shorten } from './format.ts';
import type { Column, Output } from './output.ts';

type Style = ReturnType<NonNullable<Column<unknown>['style']>>;

const STYLES: Readonly<Record<string, Style>> = {
  ACTIVE: 'green',
  PAUSED: 'yellow',
  SUCCEEDED: 'green',
  RUNNING: 'cyan',
  FAILED: 'red',
  MISSED: 'red',
  REVOKED: 'red',
  EXPIRED: 'yellow',
  COMPLETED: 'dim',
  SKIPPED: 'dim',
  CANCELLED: 'dim',
};

/** The colour of a status. */
export function styleOf(status: string): Style {
  return STYLES[status] ?? null;
}

/** When a schedule fires, as it was said: `0 2 * * *, Europe/Berlin`. */
export function whenOf({ schedule_expression, timezone, ...schedule }: Schedule): string {
  const relative =
    schedule.relative_field_name === null
      ? []
      : [
          `${schedule.relative_field_name} ${(schedule.relative_offset_days ?? 0) >= 0 ? '+' : '−'} ${Math.abs(schedule.relative_offset_days ?? 0)} d`,
        ];
  return [
    ...relative,
    ...(schedule_expression === null ? [] : [schedule_expression]),
    ...(timezone === 'UTC' ? [] : [timezone]),
  ].join(', ');
}

export const SCHEDULE_COLUMNS: Column<Schedule>[] = [
  { head: 'ID', text: ({ id }) => id },
  { head: 'Name', text: ({ name }) => shorten(name, 40), least: 16 },
  { head: 'When', text: (schedule) => shorten(whenOf(schedule), 40), least: 10, spare: 2 },
  { head: 'Action', text: ({ action_type }) => action_type, spare: 1 },
  { head: 'Status', text: ({ status }) => status, style: ({ status }) => styleOf(status) },
  { head: 'Next run', text: ({ next_run_at }) => instant(next_run_at), spare: 3 },
  {
    head: 'Last run',
    text: ({ last_run_status }) => last_run_status,
    style: ({ last_run_status }) => styleOf(last_run_status ?? ''),
    spare: 4,
  },
];

/** One schedule: what it is, then what it does. */
export function showSchedule(output: Output, schedule: Schedule, now: number): void {
  const { next_run_at, last_run_at, status_reason, status_detail } = schedule;
  const reason = [status_reason, status_detail].filter((part) => part !== null).join(': ');
  output.details([
    ['ID', schedule.id],
    ['Name', schedule.name],
    ['Description', schedule.description],
    ['Status', `${schedule.status}${reason === '' ? '' : ` (${reason})`}`],
    ['When', `${schedule.schedule_type} ${whenOf(schedule)}`],
    ['Starts', schedule.start_at === null ? null : instant(schedule.start_at)],
    ['Ends', schedule.end_at === null ? null : instant(schedule.end_at)],
    ['Next run', next_run_at === null ? 'none' : `${instant(next_run_at)} (${fromNow(next_run_at, now)})`],
    ['Last run', last_run_at === null ? null : `${schedule.last_run_status ?? ''} ${instant(last_run_at)}`],
    ['Runs', `${schedule.run_count}${failuresOf(schedule)}`],
    ['Action', `${schedule.action_type} ${JSON.stringify(schedule.action_config)}`],
    [
      'Retries',
      `${schedule.max_retries}, from ${schedule.retry_backoff_seconds} s on; paused after ${schedule.pause_on_failure_count} failures`,
    ],
    ['Overlap', schedule.overlap_policy],
    ['Customer', schedule.customer_id],
    ['External id', schedule.external_id],
    ['Deduplication', schedule.deduplication_key],
    ['Version', `${schedule.version}, of ${instant(schedule.updated_at)}`],
  ]);
}

/** The next occurrences, with a line for each note. */
export function showPreview(output: Output, { description, timezone, occurrences, record }: Preview): void {
  output.line(`${description} (${timezone})`);
  if (record?.detail) output.line(record.detail);
  if (occurrences.length === 0) {
    output.note('No occurrence follows.');
    return;
  }
  const moved = occurrences.some((one) => one.fire_at !== one.scheduled_for);
  const columns: Column<Preview['occurrences'][number]>[] = [
    { head: 'Scheduled for', text: (one) => instant(one.scheduled_for) },
    { head: 'Local time', text: (one) => one.local_time },
    ...(moved ? [{ head: 'Fires at', text: (one: Preview['occurrences'][number]) => instant(one.fire_at) }] : []),
    ...(occurrences.some((one) => one.record_id !== null)
      ? [{ head: 'Record', text: (one: Preview['occurrences'][number]) => one.record_id }]
      : []),
    { head: 'Note', text: ({ notes }) => notes.join(' '), least: 20 },
  ];
  output.table(occurrences, occurrences.some(({ notes }) => notes.length > 0) ? columns : columns.slice(0, -1));
}

function failuresOf({ consecutive_failures: failures }: Schedule): string {
  return failures === 0 ? '' : failures === 1 ? ', the last one FAILED' : `, the last ${failures} FAILED in a row`;
}
