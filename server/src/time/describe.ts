import cronstrue from 'cronstrue';
import { RRuleTemporal } from 'rrule-temporal';
import { toText } from 'rrule-temporal/totext';
import type { CronRule } from './cron-parse.ts';
import type { RruleParts } from './rrule-parse.ts';

/** cronstrue on an expression of the 5, 6 or 7-field dialect, which is its own: Sunday 0, seconds first, year last. */
function words(expression: string): string {
  return cronstrue.toString(expression, { use24HourTimeFormat: true });
}

/**
 * A CRON rule in plain words. cronstrue is right for the dialect except where both day fields are restricted (it says
 * "and" for what is "or", and knows no `+`) and in lists with W; there the sentence is put together here from its parts.
 */
export function describeCron(rule: CronRule): string {
  const fields = rule.canonical.split(' ');
  const time = fields.length === 5 ? fields.slice(0, 2) : fields.slice(0, 3);
  const [day = '*', month = '*', weekday = '*', year] = fields.slice(time.length);
  if ((day === '*' || weekday === '*') && !/W.*,|,.*W/.test(day)) return words(rule.canonical);
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
