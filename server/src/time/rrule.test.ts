import { describe, expect, test } from 'vitest';
import { compile } from './index.ts';
import { compiled, iso, upcoming } from './testing.ts';

const NY = 'America/New_York';
/** DTSTART of nearly all of RFC 5545's examples: 1997-09-02 09:00 EDT, a Tuesday. */
const START = '1997-09-02T13:00Z';

/** Occurrences from DTSTART on, as local dates and times. */
function locals(rule: string, count: number, zone = NY, start = START): string[] {
  const recurrence = compiled(rule, zone, 'RRULE', start);
  return recurrence.explain(Date.parse(start) - 1, count).map((e) => e.local.slice(0, 16));
}

const at9 = (...days: string[]): string[] => days.map((day) => `${day}T09:00`);

describe('RFC 5545 §3.8.5.3, the documented examples', () => {
  test.each([
    ['FREQ=DAILY;COUNT=3', at9('1997-09-02', '1997-09-03', '1997-09-04')],
    ['FREQ=DAILY;INTERVAL=10;COUNT=5', at9('1997-09-02', '1997-09-12', '1997-09-22', '1997-10-02', '1997-10-12')],
    ['FREQ=WEEKLY;INTERVAL=2;WKST=SU', at9('1997-09-02', '1997-09-16', '1997-09-30', '1997-10-14')],
    ['FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH', at9('1997-09-02', '1997-09-04', '1997-09-09', '1997-09-11')],
    ['FREQ=MONTHLY;COUNT=10;BYDAY=1FR', at9('1997-09-05', '1997-10-03', '1997-11-07', '1997-12-05')],
    ['FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU', at9('1997-09-07', '1997-09-28', '1997-11-02', '1997-11-30')],
    ['FREQ=MONTHLY;COUNT=6;BYDAY=-2MO', at9('1997-09-22', '1997-10-20', '1997-11-17', '1997-12-22')],
    ['FREQ=MONTHLY;BYMONTHDAY=-3', at9('1997-09-28', '1997-10-29', '1997-11-28', '1997-12-29')],
    ['FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1', at9('1997-09-30', '1997-10-01', '1997-10-31', '1997-11-01')],
    ['FREQ=YEARLY;COUNT=10;BYMONTH=6,7', at9('1998-06-02', '1998-07-02', '1999-06-02')],
    [
      'FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200',
      at9('2000-01-01', '2000-04-09', '2000-07-18', '2003-01-01'),
    ],
    ['FREQ=YEARLY;BYDAY=20MO', at9('1998-05-18', '1999-05-17', '2000-05-15')],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', at9('1998-05-11', '1999-05-17', '2000-05-15')],
    ['FREQ=YEARLY;BYMONTH=3;BYDAY=TH', at9('1998-03-05', '1998-03-12', '1998-03-19', '1998-03-26', '1999-03-04')],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', at9('1998-02-13', '1998-03-13', '1998-11-13', '1999-08-13', '2000-10-13')],
    ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', at9('1997-09-04', '1997-10-07', '1997-11-06')],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2', at9('1997-09-29', '1997-10-30', '1997-11-27', '1997-12-30')],
    ['FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T190000Z', ['1997-09-02T09:00', '1997-09-02T12:00', '1997-09-02T15:00']],
    [
      'FREQ=MINUTELY;INTERVAL=90;COUNT=4',
      ['1997-09-02T09:00', '1997-09-02T10:30', '1997-09-02T12:00', '1997-09-02T13:30'],
    ],
    [
      'FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40',
      ['1997-09-02T09:00', '1997-09-02T09:20', '1997-09-02T09:40', '1997-09-02T10:00'],
    ],
    [
      'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
      at9('1997-09-15', '1997-09-30', '1997-10-15', '1997-10-30', '1997-11-15'),
    ],
  ])('%s', (rule, expected) => {
    expect(locals(rule, expected.length)).toEqual(expected);
  });

  test('US presidential election day', () => {
    const rule = 'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8';
    expect(locals(rule, 3, NY, '1996-11-05T14:00Z')).toEqual(at9('1996-11-05', '2000-11-07', '2004-11-02'));
  });

  test('the week start matters', () => {
    const start = '1997-08-05T13:00Z';
    const rule = 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU';
    expect(locals(`${rule};WKST=MO`, 9, NY, start)).toEqual(
      at9('1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24'),
    );
    expect(locals(`${rule};WKST=SU`, 9, NY, start)).toEqual(
      at9('1997-08-05', '1997-08-17', '1997-08-19', '1997-08-31'),
    );
  });
});

/** Last occurrence of a daily rule with this UNTIL. */
function ends(until: string): string {
  return iso(compiled(`FREQ=DAILY;UNTIL=${until}`, NY, 'RRULE', START).last(0, 1e13) ?? 0);
}

/** Milliseconds after 10:00 of an hourly rule anchored a quarter of a second past it. */
function hourly(anchorFires: boolean): number[] {
  const anchor = Date.parse('2026-01-01T10:00:00.250Z');
  const rule = compile({ type: 'RRULE', expression: 'FREQ=HOURLY;COUNT=2', timezone: 'UTC', anchor, anchorFires });
  return rule.explain(0, 9).map((e) => e.instant - Date.parse('2026-01-01T10:00:00Z'));
}

describe('bounds', () => {
  test('COUNT ends the rule, wherever it is asked from', () => {
    const rule = compiled('FREQ=DAILY;COUNT=10', NY, 'RRULE', START);
    expect(upcoming(rule, '1990-01-01T00:00Z', 99).length).toBe(10);
    expect(rule.count(0, Date.UTC(2199, 0, 1))).toBe(10);
    expect(rule.last(0, Date.UTC(2199, 0, 1))).toBe(Date.parse('1997-09-11T13:00Z'));
    expect(rule.next(Date.parse('1997-09-11T13:00Z'))).toBeNull();
  });

  test('a COUNT of millions is found without walking', () => {
    const rule = compiled('FREQ=SECONDLY;INTERVAL=7;COUNT=100000000', 'UTC', 'RRULE', '2000-01-01T00:00Z');
    const end = Date.UTC(2000, 0, 1) + 7000 * 99_999_999;
    expect(rule.last(0, Date.UTC(2199, 0, 1))).toBe(end);
    expect(rule.next(end)).toBeNull();
    expect(rule.count(0, end)).toBe(100_000_000);
  });

  test('UNTIL is inclusive, as an instant, a local time or a whole local day', () => {
    expect(ends('19970905T130000Z')).toBe('1997-09-05T13:00:00Z');
    expect(ends('19970905T125959Z')).toBe('1997-09-04T13:00:00Z');
    expect(ends('19970905T090000')).toBe('1997-09-05T13:00:00Z');
    expect(ends('19970905T085959')).toBe('1997-09-04T13:00:00Z');
    expect(ends('19970905')).toBe('1997-09-05T13:00:00Z');
  });

  test('start_at may fire; a creation does not, and COUNT begins after it', () => {
    // Occurrences are whole seconds: the first that is not before the anchor.
    expect(hourly(true)).toEqual([1000, 3_601_000]);
    expect(hourly(false)).toEqual([3_600_000, 7_200_000]);
  });

  test('prints a canonical form', () => {
    const rule = compiled('rrule:byday=fr,MO;freq=weekly;interval=1;wkst=mo;byhour=9,8', NY, 'RRULE', START);
    expect(rule.canonical).toBe('RRULE:FREQ=WEEKLY;BYHOUR=8,9;BYDAY=MO,FR');
    expect(compiled(rule.canonical, NY, 'RRULE', START).canonical).toBe(rule.canonical);
  });
});

describe('daylight saving, by the same rules as CRON', () => {
  const start = '2026-01-01T05:00Z';
  test.each([
    ['FREQ=DAILY;BYHOUR=2;BYMINUTE=30', '2026-03-07T12:00Z', ['2026-03-08T07:00:00Z', '2026-03-09T06:30:00Z']],
    ['FREQ=DAILY;BYHOUR=1;BYMINUTE=30', '2026-10-31T12:00Z', ['2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z']],
    // Finer than a day is an interval: it fires through both passes, on the wall clock's hours.
    ['FREQ=HOURLY', '2026-11-01T04:30Z', ['2026-11-01T05:00:00Z', '2026-11-01T06:00:00Z', '2026-11-01T07:00:00Z']],
    ['FREQ=HOURLY;INTERVAL=6', '2026-03-08T00:00Z', ['2026-03-08T05:00:00Z', '2026-03-08T10:00:00Z']],
    [
      'FREQ=MONTHLY;BYDAY=2SU;BYHOUR=2;BYMINUTE=15,45',
      '2026-03-01T00:00Z',
      ['2026-03-08T07:00:00Z', '2026-04-12T06:15:00Z', '2026-04-12T06:45:00Z'],
    ],
  ])('%s', (rule, after, expected) => {
    expect(upcoming(compiled(rule, NY, 'RRULE', start), after, expected.length)).toEqual(expected);
  });

  test('next, count and last agree over a year with both changes', () => {
    const [from, to] = [Date.parse('2026-01-15T00:00Z'), Date.parse('2027-01-15T00:00Z')];
    for (const rule of [
      'FREQ=HOURLY;INTERVAL=5',
      'FREQ=MINUTELY;INTERVAL=45;BYHOUR=1,2',
      'FREQ=WEEKLY;BYDAY=SU,MO;BYHOUR=1,2;BYSETPOS=1,-1',
      'FREQ=DAILY;INTERVAL=3;BYHOUR=2;BYMINUTE=10,50',
    ]) {
      const recurrence = compiled(rule, NY, 'RRULE', start);
      const found: number[] = [];
      for (let at = recurrence.next(from); at !== null && at <= to; at = recurrence.next(at)) found.push(at);
      expect(recurrence.count(from, to), rule).toBe(found.length);
      const back: number[] = [];
      for (let at = recurrence.last(from, to); at !== null; at = recurrence.last(from, at - 1)) back.unshift(at);
      expect(back, rule).toEqual(found);
    }
  });
});
