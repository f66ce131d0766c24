import { DAY_SECONDS, HORIZON } from './calendar.ts';
import { DaySearch } from './day-search.ts';
import { ExpressionError } from './errors.ts';
import { wallToSecond } from './local-time.ts';
import type { Instant, LocalPattern } from './recurrence.ts';
import { rruleMonthBits } from './rrule-days.ts';
import { type RruleParts, parseRrule } from './rrule-parse.ts';
import { BoundedPattern, DailyPattern, PeriodPattern, afterNth } from './rrule-patterns.ts';
import { DayTimes } from './rrule-times.ts';
import type { Zone } from './zone.ts';

/** Past every zone's wall clock at the horizon. */
const END = HORIZON + DAY_SECONDS;

export interface CompiledRrule {
  readonly rule: RruleParts;
  readonly pattern: LocalPattern;
  /** DTSTART on the wall clock. */
  readonly start: number;
  /** First and last instant that may fire. */
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Compiles an RRULE whose DTSTART is `anchor` on the zone's wall clock. With `anchorFires` DTSTART may be the first
 * occurrence; without (a schedule's creation) the first one lies after it, and COUNT counts from there, as RATE does.
 *
 * Our own engine and not rrule-temporal's, which stays the oracle in the tests: that one counts by walking (a year of
 * FREQ=SECONDLY is 31 M steps), gives up after 10,000 periods, and drops the times that the clock jumps over.
 */
export function compileRrule(source: string, zone: Zone, anchor: Instant, anchorFires: boolean): CompiledRrule {
  const rule = parseRrule(source);
  // start_at may have milliseconds, an occurrence has none: the first whole second that is not before it.
  const second = anchorFires ? Math.ceil(anchor / 1000) : Math.floor(anchor / 1000);
  const start = second + zone.offset(zone.indexAt(second));
  const days = new DaySearch(rruleMonthBits(rule, start));
  const times = new DayTimes(rule, start);
  const open: LocalPattern =
    rule.positions.length > 0 && ['YEARLY', 'MONTHLY', 'WEEKLY'].includes(rule.frequency)
      ? new PeriodPattern(rule, days, times)
      : new DailyPattern(['HOURLY', 'MINUTELY', 'SECONDLY'].includes(rule.frequency), days, times);
  const first = anchorFires ? start : start + 1;
  const { count, until } = rule;
  const end = until === null || until.offset !== null ? END : until.wall + (until.date ? DAY_SECONDS : 1);
  const to = until === null || until.offset === null ? Infinity : until.wall * 1000;
  const found = open.first(first, Math.min(end, END));
  if (!(found < end) || wallToSecond(zone, found) * 1000 > to) {
    throw new ExpressionError(
      'rrule_never',
      `"${source.trim()}" can never fire: no time from its start on matches${until === null ? '' : ' before UNTIL'}`,
    );
  }
  const pattern = new BoundedPattern(open, first, () => (count === null ? end : afterNth(open, first, count, END)));
  return { rule, pattern, start, from: anchorFires ? anchor : anchor + 1, to };
}
