import { describe, expect, test } from 'vitest';
import { ExpressionError, type ScheduleKind, compile, resolveTimezone } from './index.ts';
import { compiled, messageOf } from './testing.ts';

type Row = readonly [expression: string, message: string];

function check(type: ScheduleKind, rows: readonly Row[]): void {
  test.each(rows)('%s', (expression, message) => {
    expect(messageOf(() => compiled(expression, 'UTC', type, '2026-01-31T09:00Z'))).toBe(message);
  });
}

describe('CRON', () => {
  check('CRON', [
    ['61 * * * *', 'minute "61" is out of range 0–59 in "61 * * * *"'],
    ['60 * * * * *', 'second "60" is out of range 0–59 in "60 * * * * *"'],
    ['* 24 * * *', 'hour "24" is out of range 0–23 in "* 24 * * *"'],
    ['* * 0 * *', 'day-of-month "0" is out of range 1–31 in "* * 0 * *"'],
    ['* * * 13 *', 'month "13" is out of range 1–12 in "* * * 13 *"'],
    ['* * * * 8', 'day-of-week "8" is out of range 0–7 in "* * * * 8"'],
    ['0 0 0 * * * 2200', 'year "2200" is out of range 1970–2199 in "0 0 0 * * * 2200"'],
    ['cron(0 0 ? * 0 *)', 'day-of-week "0" is out of range 1–7 in "cron(0 0 ? * 0 *)"'],
    ['cron(0 0 ? * 8 *)', 'day-of-week "8" is out of range 1–7 in "cron(0 0 ? * 8 *)"'],
    [
      'cron(0 9 * * ?)',
      'cron() needs 6 fields (minute hour day-of-month month day-of-week year), got 5 (did you leave out the year?) in "cron(0 9 * * ?)"',
    ],
    [
      'cron(0 0 9 * * ? *)',
      'cron() needs 6 fields (minute hour day-of-month month day-of-week year), got 7 (it has no seconds) in "cron(0 0 9 * * ? *)"',
    ],
    ['cron()', 'cron() needs 6 fields (minute hour day-of-month month day-of-week year), got 0 in "cron()"'],
    ['cron(0 9 * * * *)', 'cron() needs "?" in exactly one of day-of-month and day-of-week in "cron(0 9 * * * *)"'],
    ['cron(0 9 ? * ? *)', 'cron() needs "?" in exactly one of day-of-month and day-of-week in "cron(0 9 ? * ? *)"'],
    [
      '* * * *',
      'CRON needs 5 fields (minute hour day-of-month month day-of-week), 6 (second first) or 7 (second first, year last), got 4 in "* * * *"',
    ],
    [
      '0 9 1 1 * 2027',
      'six fields begin with the second, so "2027" would be the day-of-week: for a year write seven fields, second first in "0 9 1 1 * 2027"',
    ],
    ['0 9 * * Monday', 'day-of-week "Monday" is not valid: use 0–7 or SUN–SAT in "0 9 * * Monday"'],
    ['0 9 * FOO *', 'month "FOO" is not valid: use 1–12 or JAN–DEC in "0 9 * FOO *"'],
    ['x 9 * * *', 'minute "x" is not valid: use 0–59 in "x 9 * * *"'],
    ['-5 9 * * *', 'minute "-5" is not a value, a range or a step in "-5 9 * * *"'],
    ['1-2-3 9 * * *', 'minute "1-2-3" is not a value, a range or a step in "1-2-3 9 * * *"'],
    ['*-5 9 * * *', 'minute "*-5": a range needs two values in "*-5 9 * * *"'],
    ['1,,2 9 * * *', 'minute has an empty item in "1,,2 9 * * *"'],
    ['*/0 * * * *', 'minute "*/0": a step is a number from 1 to 60 in "*/0 * * * *"'],
    ['*/90 * * * *', 'minute "*/90": a step is a number from 1 to 60 in "*/90 * * * *"'],
    ['0 0 * * */x', 'day-of-week "*/x": a step is a number from 1 to 7 in "0 0 * * */x"'],
    ['0 0 0 1 1 ? 2030-2020', 'year "2030-2020" ends before it begins in "0 0 0 1 1 ? 2030-2020"'],
    ['? 9 * * *', 'minute "?" is not valid: use 0–59 in "? 9 * * *"'],
    ['0 0 ?,5 * *', 'day-of-month "?,5": "?" stands alone in "0 0 ?,5 * *"'],
    ['0 0 L-31 * *', 'day-of-month "L-31": L-n goes from L-1 to L-30 in "0 0 L-31 * *"'],
    ['0 0 1-5W * *', 'day-of-month "1-5W" is not valid: use L, L-3, 15W or LW in "0 0 1-5W * *"'],
    ['0 0 32W * *', 'day-of-month "32" is out of range 1–31 in "0 0 32W * *"'],
    ['0 0 * * L', 'day-of-week "L" needs a day: use FRIL or 5L for the last Friday of the month in "0 0 * * L"'],
    ['0 0 * * FRI#6', 'day-of-week "FRI#6": after # stands 1 to 5, as in FRI#2 in "0 0 * * FRI#6"'],
    ['0 0 30 2 *', '"0 0 30 2 *" can never fire: February has no day 30'],
    [
      '0 0 31 4,6,9,11 *',
      '"0 0 31 4,6,9,11 *" can never fire: April and June and September and November have no day 31',
    ],
    ['0 0 0 29 2 ? 2027', '"0 0 0 29 2 ? 2027" can never fire: no year in it has a 29 February'],
    [
      '0 0 31W 2 *',
      '"0 0 31W 2 *" can never fire: no date matches its day-of-month, month, day-of-week and year together',
    ],
    [
      '0 0 1 * +MON#2',
      '"0 0 1 * +MON#2" can never fire: no date matches its day-of-month, month, day-of-week and year together',
    ],
    ['@every 5m', '"@every 5m" is not a macro: for a fixed interval use schedule_type RATE, such as "5m"'],
    ['@reboot', '"@reboot" is not a macro: use @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly'],
    ['rate(5 minutes)', '"rate(5 minutes)" is not a CRON expression: it is for schedule_type RATE'],
    [' At (2026-12-24T18:00) ', '"At (2026-12-24T18:00)" is not a CRON expression: it is for schedule_type ONE_TIME'],
    ['FREQ=DAILY', '"FREQ=DAILY" is not a CRON expression: it is for schedule_type RRULE'],
    ['TZ=UTC * * * * *', '"TZ=UTC * * * * *" is not a CRON expression: the zone goes into the field timezone'],
    ['   ', 'a CRON schedule needs an expression'],
    ['1'.repeat(257), 'a CRON expression has at most 256 characters, got 257'],
  ]);
});

describe('RATE', () => {
  check('RATE', [
    ['0s', 'the interval "0s" is shorter than 1 second'],
    ['rate(0 minutes)', 'the interval "rate(0 minutes)" is shorter than 1 second'],
    ['40000d', 'the interval "40000d" is longer than 100 years'],
    ['99999999999999999999999h', 'the interval "99999999999999999999999h" is longer than 100 years'],
    ['5', '"5" is not an interval: use rate(5 minutes), 5m, 90s or PT1H30M'],
    ['-5m', '"-5m" is not an interval: use rate(5 minutes), 5m, 90s or PT1H30M'],
    ['1.5h', '"1.5h" is not an interval: use rate(5 minutes), 5m, 90s or PT1H30M'],
    ['30m1h', '"30m1h" is not an interval: use rate(5 minutes), 5m, 90s or PT1H30M'],
    ['PT', '"PT" is not an interval: use rate(5 minutes), 5m, 90s or PT1H30M'],
    ['PT0.5S', '"PT0.5S" is not an interval: use rate(5 minutes), 5m, 90s or PT1H30M'],
    ['* * * * *', '"* * * * *" is not an interval: use rate(5 minutes), 5m, 90s or PT1H30M'],
    ['cron(0 9 * * ? *)', '"cron(0 9 * * ? *)" is not an interval: it is for schedule_type CRON'],
    ['@daily', '"@daily" is not an interval: it is for schedule_type CRON'],
    ['@every 5m', '"@every 5m" is not an interval: use rate(5 minutes), 5m, 90s or PT1H30M'],
    [
      'rate(1 month)',
      '"month" in "rate(1 month)" is not a unit of RATE; a month or year has no fixed length: use schedule_type CRON or RRULE',
    ],
    [
      'P1Y',
      '"years" in "P1Y" is not a unit of RATE; a month or year has no fixed length: use schedule_type CRON or RRULE',
    ],
    ['5 parsecs', '"parsecs" in "5 parsecs" is not a unit of RATE; use seconds, minutes, hours, days or weeks'],
  ]);
});

describe('ONE_TIME', () => {
  check('ONE_TIME', [
    ['tomorrow', '"tomorrow" is not a time: use 2026-12-24T18:00:00 (local) or 2026-12-24T18:00:00Z (with an offset)'],
    ['rate(5 minutes)', '"rate(5 minutes)" is not a time: it is for schedule_type RATE'],
    ['RRULE:FREQ=DAILY', '"RRULE:FREQ=DAILY" is not a time: it is for schedule_type RRULE'],
    ['at(2026-13-01T00:00:00)', 'month 13 is out of range 01–12 in "2026-13-01T00:00:00"'],
    ['at(2026-02-29T00:00:00)', 'February 2026 has no day 29 in "2026-02-29T00:00:00"'],
    ['2026-01-01T24:00', 'hour 24 is out of range 00–23 in "2026-01-01T24:00"'],
    ['2026-01-01T00:60', 'minute 60 is out of range 00–59 in "2026-01-01T00:60"'],
    ['2026-12-31T23:59:60Z', 'second 60 is out of range 00–59 in "2026-12-31T23:59:60Z"'],
    ['2026-01-01T00:00:00+24:00', 'the offset +24:00 is out of range in "2026-01-01T00:00:00+24:00"'],
    ['1969-12-31', '"1969-12-31" is outside the years 1970–2199'],
    ['2200-01-01', '"2200-01-01" is outside the years 1970–2199'],
  ]);
});

describe('RRULE', () => {
  check('RRULE', [
    ['BYDAY=MO', 'RRULE needs FREQ, one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, SECONDLY'],
    [
      'FREQ=SOMETIMES',
      'RRULE needs FREQ, one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, SECONDLY; got "SOMETIMES"',
    ],
    ['FREQ=DAILY;', '"" is not NAME=value, as in FREQ=WEEKLY;BYDAY=MO,FR'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ appears twice in the RRULE'],
    [
      'FREQ=DAILY;BYFOO=1',
      '"BYFOO" is not a part of RRULE: use FREQ, UNTIL, COUNT, INTERVAL, BYSECOND, BYMINUTE, BYHOUR, BYMONTHDAY, BYYEARDAY, BYWEEKNO, BYMONTH, BYSETPOS, BYDAY, WKST',
    ],
    [
      'DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY',
      'only the RRULE goes into the expression: DTSTART is start_at (or the creation), TZID is timezone',
    ],
    ['cron(0 9 * * ? *)', '"cron(0 9 * * ? *)" is not an RRULE: it is for schedule_type CRON'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL "0" is out of range 1–10000000'],
    ['FREQ=DAILY;COUNT=-1', 'COUNT "-1" is out of range 1–1000000000'],
    ['FREQ=DAILY;BYHOUR=24', 'BYHOUR "24" is out of range 0–23'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY "0" is out of range 1–31 or -31–-1'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY "XX" is not one of SU, MO, TU, WE, TH, FR, SA'],
    ['FREQ=MONTHLY;BYDAY=0MO', 'BYDAY "0MO" is not a day: use MO, 2TU or -1FR'],
    ['FREQ=WEEKLY;BYDAY=2MO', 'a number in BYDAY goes with MONTHLY or YEARLY, not WEEKLY'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY does not go with FREQ=WEEKLY'],
    ['FREQ=DAILY;BYYEARDAY=1', 'BYYEARDAY does not go with FREQ=DAILY'],
    ['FREQ=MONTHLY;BYWEEKNO=1', 'BYWEEKNO goes with FREQ=YEARLY only, not MONTHLY'],
    ['FREQ=DAILY;COUNT=1;UNTIL=20270101', 'RRULE takes COUNT or UNTIL, not both'],
    ['FREQ=DAILY;UNTIL=2027-01-01', 'UNTIL "2027-01-01" is not a time: use 20261224T180000Z or 20261224'],
    ['FREQ=DAILY;BYSETPOS=1', 'BYSETPOS chooses from what another BY… part gives: add one'],
    [
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
      '"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" can never fire: no time from its start on matches',
    ],
    [
      'FREQ=DAILY;UNTIL=20250101',
      '"FREQ=DAILY;UNTIL=20250101" can never fire: no time from its start on matches before UNTIL',
    ],
  ]);
});

describe('time zones', () => {
  test.each([
    ['Europe/Belin', 'Europe/Belin is not a time zone; did you mean Europe/Berlin?'],
    ['berlin', 'berlin is not a time zone; did you mean Europe/Berlin?'],
    ['new york', 'new york is not a time zone; did you mean America/New_York?'],
    ['US/Eastren', 'US/Eastren is not a time zone; did you mean US/Eastern?'],
    ['PST', 'PST is not a time zone; did you mean America/Los_Angeles?'],
    ['Mars/Olympus', 'Mars/Olympus is not a time zone: use an IANA name such as Europe/Berlin or UTC'],
    ['+02:00', '+02:00 is an offset, not a time zone: use a name such as Europe/Berlin or UTC'],
    ['UTC+2', 'UTC+2 is an offset, not a time zone: use a name such as Europe/Berlin or UTC'],
    ['', 'an empty name is not a time zone: use an IANA name such as Europe/Berlin or UTC'],
    ['x'.repeat(5000), `${'x'.repeat(64)}… is not a time zone: use an IANA name such as Europe/Berlin or UTC`],
    [
      '2026-01-01T00:00Z[UTC]',
      '2026-01-01T00:00Z[UTC] is not a time zone: use an IANA name such as Europe/Berlin or UTC',
    ],
  ])('%.30s', (name, message) => {
    expect(messageOf(() => resolveTimezone(name))).toBe(message);
    expect(messageOf(() => compiled('* * * * *', name))).toBe(message);
  });

  test.each([
    ['europe/BERLIN', 'Europe/Berlin'],
    ['us/eastern', 'US/Eastern'],
    ['Asia/Calcutta', 'Asia/Calcutta'],
    ['asia/kolkata', 'Asia/Kolkata'],
    ['utc', 'UTC'],
    ['etc/gmt+5', 'Etc/GMT+5'],
  ])('%s is %s', (name, proper) => {
    expect(resolveTimezone(name)).toBe(proper);
    expect(compiled('* * * * *', name).timezone).toBe(proper);
  });
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

test('an error says which field and has a stable type', () => {
  const cron = caught(() => compiled('61 * * * *'));
  expect(cron).toBeInstanceOf(ExpressionError);
  expect(cron).toMatchObject({ field: 'schedule_expression', type: 'cron_out_of_range' });
  const zone = caught(() =>
    compile({ type: 'RATE', expression: '5m', timezone: 'Nowhere', anchor: 0, anchorFires: true }),
  );
  expect(zone).toMatchObject({ field: 'timezone', type: 'timezone_unknown' });
});
