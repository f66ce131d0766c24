import type { Schedule } from '@hydracore/client';

type When = Pick<
  Schedule,
  'schedule_type' | 'schedule_expression' | 'relative_offset_days' | 'relative_field_name' | 'relative_recurrence'
>;

/** The kinds of schedules, for people. */
export const TYPE_NAMES: Readonly<Record<Schedule['schedule_type'], string>> = {
  CRON: 'Cron',
  RATE: 'Rate',
  ONE_TIME: 'Once',
  RRULE: 'RRULE',
  RELATIVE: 'By a date in records',
};

/** When a schedule fires, in one line. */
export function whenWords(schedule: When): string {
  const { schedule_type, schedule_expression: expression, relative_field_name: field } = schedule;
  if (schedule_type !== 'RELATIVE') return expression ?? '';
  const days = schedule.relative_offset_days ?? 0;
  const many = Math.abs(days) === 1 ? 'day' : 'days';
  const offset = days === 0 ? 'on' : `${Math.abs(days)} ${many} ${days < 0 ? 'before' : 'after'}`;
  const recurrence = schedule.relative_recurrence ?? 'NONE';
  const each = recurrence === 'NONE' ? '' : `, ${recurrence.toLowerCase()}`;
  return `${offset} ${field ?? ''}${each}${expression === null ? '' : ` at ${expression}`}`;
}

/** What a schedule does, in one line. */
export function actionWords({
  action_type,
  action_config: config,
}: Pick<Schedule, 'action_type' | 'action_config'>): string {
  const text = (key: string) => (typeof config[key] === 'string' ? config[key] : '');
  switch (action_type) {
    case 'WEBHOOK':
      return `${text('method') || 'POST'} ${text('url').replace(/^https?:\/\//, '')}`;
    case 'LOG_EVENT':
      return `Log: ${text('message')}`;
    case 'UPDATE_ENTITY':
      return `Sets ${Object.keys((config['set'] as object | undefined) ?? {}).join(', ')}`;
    case 'EMAIL':
      return `E-mail to ${[config['to']].flat().filter(isText).join(', ')}`;
    default:
      return action_type;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
