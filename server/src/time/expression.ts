import { missingDayNotes } from './calendar-notes.ts';
import { cronAskedDays } from './cron-parse.ts';
import { compileCron } from './cron.ts';
import { describeCron, describeRrule } from './describe.ts';
import { ExpressionError } from './errors.ts';
import { shiftNotes } from './explain.ts';
import { parseWritten, wallText, writtenToInstant } from './local-time.ts';
import { pad } from './calendar.ts';
import { refuseOtherForm } from './other-form.ts';
import { OnceRecurrence, RateRecurrence } from './plain.ts';
import { parseRate } from './rate.ts';
import { rruleAskedDays } from './rrule-days.ts';
import { compileRrule } from './rrule.ts';
import type { Instant, LocalPattern, Recurrence, ScheduleKind } from './recurrence.ts';
import { resolveTimezone } from './zone-name.ts';
import { zoneOf } from './zone.ts';
import { ZonedRecurrence } from './zoned.ts';

export interface CompileInput {
  readonly type: ScheduleKind;
  readonly expression: string;
  /** IANA name, any case. */
  readonly timezone: string;
  /** RATE and RRULE count from here: the schedule's start_at, else its creation. */
  readonly anchor: Instant;
  /** True when `anchor` is start_at: RATE fires at it. Else the first fire is one interval later. */
  readonly anchorFires: boolean;
}

const MAX_LENGTH: Readonly<Record<ScheduleKind, number>> = { CRON: 256, RATE: 256, ONE_TIME: 256, RRULE: 1000 };

/**
 * Compiles an expression of docs/semantics.md. Pure; takes some microseconds. Throws only ExpressionError, whose message names
 * the text at fault and what would be valid. A ONE_TIME in the past compiles: only the caller knows what time it is.
 */
export function compile(input: CompileInput): Recurrence {
  const { type, expression } = input;
  const timezone = resolveTimezone(input.timezone);
  const max = MAX_LENGTH[type];
  if (expression.length > max) {
    throw new ExpressionError(
      'expression_too_long',
      `a ${type} expression has at most ${max} characters, got ${expression.length}`,
    );
  }
  if (expression.trim() === '') throw new ExpressionError('expression_empty', `a ${type} schedule needs an expression`);
  refuseOtherForm(type, expression);
  switch (type) {
    case 'CRON':
      return cron(expression, timezone);
    case 'RATE': {
      const seconds = parseRate(expression);
      return new RateRecurrence(seconds, timezone, input.anchor + (input.anchorFires ? 0 : seconds * 1000));
    }
    case 'ONE_TIME':
      return once(expression, timezone);
    case 'RRULE':
      return rrule(input, timezone);
    default:
      throw new ExpressionError('kind_unknown', `${String(type)} is not a kind of schedule`);
  }
}

function rrule(input: CompileInput, timezone: string): Recurrence {
  const zone = zoneOf(timezone);
  const { rule, pattern, start, from, to } = compileRrule(input.expression, zone, input.anchor, input.anchorFires);
  const untilWall = () => {
    if (rule.until === null || rule.until.offset === null) return rule.until?.wall ?? null;
    return rule.until.wall + zone.offset(zone.indexAt(rule.until.wall));
  };
  return new ZonedRecurrence({
    kind: 'RRULE',
    canonical: rule.canonical,
    timezone,
    pattern,
    from,
    to,
    describe: () => describeRrule(rule, start, untilWall()),
    notes: (instant, previous) => missingDayNotes(rruleAskedDays(rule, start), zone, previous, instant),
  });
}

function cron(expression: string, timezone: string): Recurrence {
  const { rule, pattern } = compileCron(expression);
  return new ZonedRecurrence({
    kind: 'CRON',
    canonical: rule.canonical,
    timezone,
    pattern,
    describe: () => describeCron(rule),
    notes: (instant, previous, zone) => missingDayNotes(cronAskedDays(rule), zone, previous, instant),
  });
}

function once(expression: string, timezone: string): Recurrence {
  const text = /^at\s*\((.*)\)$/is.exec(expression.trim())?.[1] ?? expression;
  const time = parseWritten(text);
  const zone = zoneOf(timezone);
  const instant = writtenToInstant(time, zone, text);
  const fraction = time.fraction === 0 ? '' : `.${pad(time.fraction, 3)}`;
  const shown = `${wallText(time.offset === null ? time.wall : Math.floor(instant / 1000))}${fraction}`;
  const pattern: LocalPattern = {
    interval: false,
    first: () => time.wall,
    last: () => time.wall,
    count: (from, limit) => (time.wall >= from && time.wall < limit ? 1 : 0),
  };
  const local = time.offset === null;
  return new OnceRecurrence(
    `at(${shown}${local ? '' : 'Z'})`,
    timezone,
    instant,
    `Once, on ${shown.slice(0, 10)} at ${shown.slice(11)}${local ? '' : ' UTC'}`,
    () => (local ? shiftNotes(pattern, zone, instant) : []),
  );
}
