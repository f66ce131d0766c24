import { MACROS } from './cron-parse.ts';
import { ExpressionError } from './errors.ts';
import type { ScheduleKind } from './recurrence.ts';

/** How a form begins that says by itself which kind it is of, and that kind. */
const FORMS: Readonly<Record<string, ScheduleKind>> = {
  'CRON(': 'CRON',
  'RATE(': 'RATE',
  'AT(': 'ONE_TIME',
  RRULE: 'RRULE',
  DTSTART: 'RRULE',
  FREQ: 'RRULE',
};

/** What kinds are called after "is not". */
const NAMES: Readonly<Record<ScheduleKind, string>> = {
  CRON: 'a CRON expression',
  RATE: 'an interval',
  ONE_TIME: 'a time',
  RRULE: 'an RRULE',
};

/**
 * Refuses an expression that is of another kind than its schedule, or has a zone in it, and says where that belongs.
 * @throws ExpressionError `expression_other_form`
 */
export function refuseOtherForm(kind: ScheduleKind, source: string): void {
  const whole = source.trim();
  // As nearly all do: fields, intervals and times.
  if (/^[*\d]/.test(whole)) return;
  const upper = whole.toUpperCase();
  const begins =
    /^(?:CRON|RATE|AT)\s*\(/.exec(upper)?.[0].replace(/\s+/, '') ??
    /^(RRULE|DTSTART|FREQ|TZ|CRON_TZ)\s*[:;=]/.exec(upper)?.[1];
  if (begins === 'TZ' || begins === 'CRON_TZ') throw otherForm(kind, whole, 'the zone goes into the field timezone');
  const other = begins === undefined ? MACROS[upper] && 'CRON' : FORMS[begins];
  if (other && other !== kind) throw otherForm(kind, whole, `it is for schedule_type ${other}`);
}

function otherForm(kind: ScheduleKind, whole: string, instead: string): ExpressionError {
  return new ExpressionError('expression_other_form', `"${whole}" is not ${NAMES[kind]}: ${instead}`);
}
