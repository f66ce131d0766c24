import cronstrue from 'cronstrue';
import { RRuleTemporal } from 'rrule-temporal';
import { toText } from 'rrule-temporal/totext';
import type { CronRule } from './cron-parse.ts';
import { evenSteps, type Bounds } from './plain-steps.ts';
import type { RruleParts } from './rrule-parse.ts';

/** Of second, minute, hour, day-of-month, month and day-of-week: where steps begin and end. A year comes round to none. */
const BOUNDS: readonly Bounds[] = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
];

/** Hours as cronstrue tells them behind several minutes: `, at 09:00 and 10:00`, which is not when it fires. */
const HOURS = /, at (\d\d:00)((?:(?:, and |, | and )\d\d:00)*)(?=,|$)/;

/** cronstrue on an expression of the 5, 6 or 7-field dialect, which is its own: Sunday 0, seconds first, year last. */
function words(expression: string): string {
  return cronstrue
    .toString(expression, { use24HourTimeFormat: true })
    .replace(HOURS, (_all, first: string, more: string) => `, in the hour${more && 's'} beginning at ${first}${more}`)
    .replace(/every (\d+) days in a month(?!, between)/, 'every $1 days from day 1 of the month on');
}

/**
 * A CRON rule in plain words. cronstrue is right for the dialect except where a step does not come round evenly (it says
 * "every 17 minutes"), where both day fields are restricted (it says "and" for what is "or", and knows no `+`) and in lists
 * with W; for the first it is given the values, for the others the sentence is put together here from its parts.
 */
export function describeCron(rule: CronRule): string {
  const given = rule.canonical.split(' ');
  const skipped = given.length === 5 ? 1 : 0;
  const fields = given.map((field, i) => {
    const bounds = BOUNDS[i + skipped];
    return bounds === undefined ? field : evenSteps(field, bounds);
  });
  const time = fields.slice(0, 3 - skipped);
  const [day = '*', month = '*', weekday = '*', year] = fields.slice(time.length);
  if ((day === '*' || weekday === '*') && !/W.*,|,.*W/.test(day)) return words(fields.join(' '));
  const rest = [part(`0 0 * ${month} *`), part(`0 0 0 * * * ${year ?? '*'}`)].filter((text) => text !== '');
  const items = day.includes('W') ? day.split(',') : [day];
  const onDay = day === '*' ? '' : items.map((item) => part(`0 0 ${item} * *`)).join(' and ');
  const plain = weekday.replace('+', '');
  const onWeekday = plain === '*' ? '' : part(`0 0 * * ${plain}`);
  return [words([...time, '*', '*', '*'].join(' ')), days(onDay, onWeekday, rule.days.either), ...rest].join(', ');
}

function days(onDay: string, onWeekday: string, either: boolean): string {
  if (onWeekday === '') return onDay;
  if (either) return `${onDay} or ${onWeekday.replace(/^only /, '')}`;
  return `${onDay}, if that is also ${onWeekday.replace(/^(?:only )?(?:on )?/, '')}`;
}

/** What cronstrue says of one field, without the midnight that carries it. */
function part(expression: string): string {
  return words(expression).replace(/^At 00:00(?:, )?/, '');
}

/** An RRULE in plain words by rrule-temporal. `startWall` and `untilWall` are DTSTART and UNTIL in wall-clock seconds. */
export function describeRrule(rule: RruleParts, startWall: number, untilWall: number | null): string {
  // It is told of the wall clock as if that were UTC; an UNTIL without Z rrule-temporal refuses.
  const until = untilWall === null ? '' : new Date(untilWall * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const rruleString = rule.canonical.replace(/(?<=;UNTIL=)[^;]+/, until);
  const dtstart = Temporal.Instant.fromEpochMilliseconds(startWall * 1000).toZonedDateTimeISO('UTC');
  const text = toText(new RRuleTemporal({ rruleString, dtstart }), 'en', {
    excludeTzAbbreviation: true,
  });
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
