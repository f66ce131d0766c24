import type { Schedule } from '@hydracore/client';

/** When a schedule fires, as people build it; pure, and there and back. */
export type Plan =
  | { readonly kind: 'every'; readonly count: number; readonly unit: Unit }
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'weekly'; readonly days: readonly string[]; readonly time: string }
  /** `L` is the last day of the month, `LW` its last weekday. */
  | { readonly kind: 'monthly'; readonly day: string; readonly time: string }
  | { readonly kind: 'cron'; readonly text: string }
  | { readonly kind: 'once'; readonly at: string }
  | { readonly kind: 'rrule'; readonly text: string }
  /** By a date in records; without a time, at midnight or the time that stands in the record. */
  | { readonly kind: 'relative'; readonly time: string };

export type PlanKind = Plan['kind'];

const SECONDS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
export type Unit = keyof typeof SECONDS;
export const UNITS = Object.keys(SECONDS) as Unit[];

/** In the order of cron. */
export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/** The kinds by the type of schedule that they make: a type can't change once the schedule is there. */
export const KIND_TYPES: Readonly<Record<PlanKind, Schedule['schedule_type']>> = {
  every: 'RATE',
  daily: 'CRON',
  weekly: 'CRON',
  monthly: 'CRON',
  cron: 'CRON',
  once: 'ONE_TIME',
  rrule: 'RRULE',
  relative: 'RELATIVE',
};

/** What a kind begins with. */
export const FIRST_PLANS: { readonly [K in PlanKind]: Extract<Plan, { kind: K }> } = {
  every: { kind: 'every', count: 15, unit: 'minutes' },
  daily: { kind: 'daily', time: '09:00' },
  weekly: { kind: 'weekly', days: ['MON'], time: '09:00' },
  monthly: { kind: 'monthly', day: '1', time: '09:00' },
  cron: { kind: 'cron', text: '0 9 * * MON-FRI' },
  once: { kind: 'once', at: '' },
  rrule: { kind: 'rrule', text: 'RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17;BYMINUTE=0;BYSECOND=0' },
  relative: { kind: 'relative', time: '09:00' },
};

/** The expression that the API takes; null: none. */
export function expressionOf(plan: Plan): string | null {
  switch (plan.kind) {
    case 'every':
      return `rate(${plan.count} ${plan.count === 1 ? plan.unit.slice(0, -1) : plan.unit})`;
    case 'daily':
      return `${minuteAndHour(plan.time)} * * *`;
    case 'weekly':
      return `${minuteAndHour(plan.time)} * * ${WEEKDAYS.filter((day) => plan.days.includes(day)).join(',')}`;
    case 'monthly':
      return `${minuteAndHour(plan.time)} ${plan.day} * *`;
    case 'once':
      return plan.at === '' ? null : isLocal(plan.at) ? `at(${plan.at})` : plan.at;
    case 'relative':
      return plan.time === '' ? null : plan.time;
    default:
      return plan.text.trim() === '' ? null : plan.text.trim();
  }
}

/** The plan that an expression stands for: the simplest kind that says exactly the same, else its text. */
export function planOf(type: Schedule['schedule_type'], expression: string | null): Plan {
  const text = expression ?? '';
  switch (type) {
    case 'RATE':
      return ratePlan(text) ?? FIRST_PLANS.every;
    case 'ONE_TIME':
      return { kind: 'once', at: /^at\((.*)\)$/i.exec(text)?.[1] ?? text };
    case 'RRULE':
      return { kind: 'rrule', text };
    case 'RELATIVE':
      return { kind: 'relative', time: text };
    default:
      return cronPlan(text) ?? { kind: 'cron', text };
  }
}

/** Whether a time is one of the zone's clock, which a date field can show. */
export function isLocal(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/.test(text);
}

/** `09:30` → `30 9`. A time that is being typed is passed on for the API to say what is wrong. */
function minuteAndHour(time: string): string {
  const [hour = '', minute = ''] = time.split(':');
  return `${number(minute)} ${number(hour)}`;
}

function number(text: string): string {
  return /^\d+$/.test(text) ? String(Number(text)) : '?';
}

function cronPlan(text: string): Plan | null {
  const found = /^(\d{1,2}) (\d{1,2}) (\S+) \* (\S+)$/.exec(text.trim());
  if (!found) return null;
  const [, minute = '', hour = '', day = '', weekdays = ''] = found;
  if (Number(minute) > 59 || Number(hour) > 23) return null;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (day === '*' && weekdays === '*') return { kind: 'daily', time };
  if (day === '*') {
    const days = weekdays.toUpperCase().split(',');
    const known = WEEKDAYS.filter((name) => days.includes(name));
    return known.length === days.length ? { kind: 'weekly', days: known, time } : null;
  }
  if (weekdays !== '*') return null;
  return /^(?:[1-9]|[12]\d|3[01]|L|LW)$/.test(day) ? { kind: 'monthly', day, time } : null;
}

/** `rate(5 minutes)`, `5m`, `PT1H30M`: always a number of some unit. */
function ratePlan(text: string): Plan | null {
  const seconds = secondsOf(text.trim());
  if (seconds === null) return null;
  const unit = UNITS.toReversed().find((name) => seconds % SECONDS[name] === 0) ?? 'seconds';
  return { kind: 'every', count: seconds / SECONDS[unit], unit };
}

function secondsOf(text: string): number | null {
  const plain = /^(?:rate\(\s*)?(\d+)\s*(second|minute|hour|day|week|s|m|h|d|w)s?\s*\)?$/i.exec(text);
  if (plain) {
    const [, count = '', unit = ''] = plain;
    const size = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[unit.charAt(0).toLowerCase()] ?? 0;
    return Number(count) * size;
  }
  const iso = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text);
  if (!iso) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = iso.slice(1).map((part) => Number(part ?? 0));
  return days * 86_400 + hours * 3_600 + minutes * 60 + seconds || null;
}
