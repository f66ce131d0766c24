import { describe, expect, test } from 'vitest';
import { compiled } from './testing.ts';

function notesOf(expression: string, zone: string, after: string, count = 1): [local: string, notes: string[]][] {
  return compiled(expression, zone)
    .explain(Date.parse(after), count)
    .map(({ local, notes }) => [local, notes]);
}

describe('notes', () => {
  test('an ordinary occurrence has none', () => {
    expect(notesOf('0 9 * * *', 'America/New_York', '2026-03-07T15:00Z', 2)).toEqual([
      ['2026-03-08T09:00:00-04:00', []],
      ['2026-03-09T09:00:00-04:00', []],
    ]);
    // At the landing of a jump that skipped nothing of this pattern.
    expect(notesOf('0 3 * * *', 'America/New_York', '2026-03-07T15:00Z')).toEqual([['2026-03-08T03:00:00-04:00', []]]);
  });

  test('a skipped time fires at the jump', () => {
    expect(notesOf('30 2 * * *', 'America/New_York', '2026-03-07T15:00Z')).toEqual([
      [
        '2026-03-08T03:00:00-04:00',
        [
          '02:30 on 2026-03-08 does not exist: the clock jumps from 02:00 to 03:00. It fires at the instant of the jump.',
        ],
      ],
    ]);
  });

  test('several skipped times merge, with each other and with an ordinary one', () => {
    expect(notesOf('10,20 2 * * *', 'America/New_York', '2026-03-07T15:00Z')[0]![1]).toEqual([
      '02:10, 02:20 on 2026-03-08 do not exist: the clock jumps from 02:00 to 03:00. They fire once, at the instant of the jump.',
    ]);
    expect(notesOf('*/10 * * * *', 'America/New_York', '2026-03-08T06:55Z')[0]![1]).toEqual([
      '02:00, 02:10, 02:20, 02:30 and 2 more on 2026-03-08 do not exist: the clock jumps from 02:00 to 03:00. They are merged with the occurrence at 03:00 on 2026-03-08.',
    ]);
  });

  test('a skipped day is named', () => {
    expect(notesOf('0 9 * * *', 'Pacific/Apia', '2011-12-30T00:00Z')[0]![1]).toEqual([
      '09:00 on 2011-12-30 does not exist: the clock jumps from 00:00 on 2011-12-30 to 00:00 on 2011-12-31. It fires at the instant of the jump.',
    ]);
  });

  test('a repeated time says which pass', () => {
    expect(notesOf('30 1 * * *', 'America/New_York', '2026-11-01T00:00Z')).toEqual([
      [
        '2026-11-01T01:30:00-04:00',
        [
          '01:30 on 2026-11-01 is shown twice: the clock goes back from 02:00 to 01:00. It fires in the first pass only.',
        ],
      ],
    ]);
    expect(notesOf('30 * * * *', 'America/New_York', '2026-11-01T05:00Z', 3)).toEqual([
      [
        '2026-11-01T01:30:00-04:00',
        [
          '01:30 on 2026-11-01 is shown twice: the clock goes back from 02:00 to 01:00. This is the first pass; it fires again in the second.',
        ],
      ],
      [
        '2026-11-01T01:30:00-05:00',
        ['01:30 on 2026-11-01 is shown twice: the clock went back from 02:00 to 01:00. This is the second pass.'],
      ],
      ['2026-11-01T02:30:00-05:00', []],
    ]);
  });

  test('months without such a day are named', () => {
    expect(notesOf('0 0 31 * *', 'UTC', '2026-01-31T12:00Z', 3)).toEqual([
      ['2026-03-31T00:00:00+00:00', ['February 2026 has no day 31.']],
      ['2026-05-31T00:00:00+00:00', ['April 2026 has no day 31.']],
      ['2026-07-31T00:00:00+00:00', ['June 2026 has no day 31.']],
    ]);
    expect(notesOf('0 0 * * FRI#5', 'UTC', '2026-02-01T00:00Z')[0]![1]).toEqual([
      'February 2026, March 2026 and April 2026 have no fifth Friday.',
    ]);
    expect(notesOf('0 0 29 2 *', 'UTC', '2096-03-01T00:00Z')[0]![1]).toEqual([
      'February 2097, February 2098, February 2099, February 2100 and 3 more months have no day 29.',
    ]);
    // Who writes a range or a step expects it to end with the month.
    expect(notesOf('0 0 1-31 * *', 'UTC', '2026-02-28T00:00Z')[0]![1]).toEqual([]);
    expect(notesOf('0 0 */2 * *', 'UTC', '2026-02-27T00:00Z')[0]![1]).toEqual([]);
  });

  test('RRULE and ONE_TIME have them too', () => {
    const monthly = compiled('FREQ=MONTHLY', 'UTC', 'RRULE', '2026-01-31T09:00Z');
    expect(monthly.explain(Date.parse('2026-01-31T09:00Z'), 1)).toEqual([
      {
        instant: Date.parse('2026-03-31T09:00Z'),
        local: '2026-03-31T09:00:00+00:00',
        notes: ['February 2026 has no day 31.'],
      },
    ]);
    const once = compiled('2026-03-08T02:30', 'America/New_York', 'ONE_TIME');
    expect(once.explain(0, 5).map((e) => e.notes)).toEqual([
      ['02:30 on 2026-03-08 does not exist: the clock jumps from 02:00 to 03:00. It fires at the instant of the jump.'],
    ]);
    expect(compiled('2026-03-08T02:30Z', 'America/New_York', 'ONE_TIME').explain(0, 1)[0]!.notes).toEqual([]);
  });
});

describe('in plain words', () => {
  test.each([
    ['*/5 * * * *', 'Every 5 minutes'],
    ['0 9 * * 1-5', 'At 09:00, Monday through Friday'],
    ['cron(0 9 ? * 6#3 *)', 'At 09:00, on the third Friday of the month'],
    ['0 0 L * *', 'At 00:00, on the last day of the month'],
    ['0 0 13 * 5', 'At 00:00, on day 13 of the month or on Friday'],
    ['0 0 13 * +5', 'At 00:00, on day 13 of the month, if that is also Friday'],
    ['0 0 */2 * 1', 'At 00:00, every 2 days from day 1 of the month on, if that is also Monday'],
    ['0 0 */10 * 1', 'At 00:00, on day 1, 11, 21, and 31 of the month, if that is also Monday'],
    // Steps that do not come round evenly are no "every": they are told value by value.
    ['*/17 * * * *', 'At 0, 17, 34, and 51 minutes past the hour'],
    ['5/15 * * * *', 'At 5, 20, 35, and 50 minutes past the hour'],
    ['1,*/17 * * * *', 'At 0, 1, 17, 34, and 51 minutes past the hour'],
    ['*/7 * * * * *', 'At 0, 7, 14, 21, 28, 35, 42, 49, and 56 seconds past the minute'],
    ['0 */5 * * *', 'At 00:00, 05:00, 10:00, 15:00 and 20:00'],
    ['0 22-2/2 * * *', 'At 00:00, 02:00 and 22:00'],
    ['* */9 * * *', 'Every minute, in the hours beginning at 00:00, 09:00, and 18:00'],
    ['*/17 9 * * *', 'At 0, 17, 34, and 51 minutes past the hour, in the hour beginning at 09:00'],
    ['0 0 1 */5 *', 'At 00:00, on day 1 of the month, only in January, June, and November'],
    ['0 0 * * */2', 'At 00:00, only on Sunday, Tuesday, Thursday, and Saturday'],
    ['0 */24 * * *', 'At 00:00'],
    // These do, or end where they say.
    ['cron(0/15 9 1 * ? *)', 'Every 15 minutes, between 09:00 and 09:59, on day 1 of the month'],
    ['0 0/6 * * *', 'On the hour, every 6 hours'],
    ['0 9-17/2 * * *', 'On the hour, every 2 hours, between 09:00 and 17:00'],
    ['1-59/2 * * * *', 'Every 2 minutes, minutes 1 through 59 past the hour'],
    ['0 0 0 1 1 * */3', 'At 00:00, on day 1 of the month, only in January, every 3 years'],
    [
      '0 0 1W,15W 3 *',
      'At 00:00, on the first weekday of the month and on the weekday nearest day 15 of the month, only in March',
    ],
    ['0 0 0 13 6 5 2030', 'At 00:00, on day 13 of the month or on Friday, only in June, only in 2030'],
  ])('%s', (expression, words) => {
    expect(compiled(expression).describe()).toBe(words);
  });

  test('"every" is said of those steps alone that are as far apart over the end of a field as within it', () => {
    const claims = (expression: string) => /every \d+ (?:second|minute|hour)s/i.test(compiled(expression).describe());
    for (let step = 2; step <= 60; step += 1) {
      const even = step < 60 && 60 % step === 0;
      expect([step, claims(`*/${step} * * * *`)]).toEqual([step, even]);
      expect([step, claims(`*/${step} * * * * *`)]).toEqual([step, even]);
      if (step <= 24) expect([step, claims(`0 */${step} * * *`)]).toEqual([step, step < 24 && 24 % step === 0]);
    }
  });

  test.each([
    ['FREQ=DAILY', 'Every day at 9:15 AM'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;BYHOUR=9;BYMINUTE=30', 'Every 2 weeks on Monday and Wednesday at 9:30 AM'],
    ['FREQ=DAILY;UNTIL=20260301', 'Every day at 9:15 AM until March 1, 2026'],
    ['FREQ=DAILY;UNTIL=20260301T091500', 'Every day at 9:15 AM until March 1, 2026'],
    // In Tokyo it is the 2nd already.
    ['FREQ=DAILY;UNTIL=20260301T233000Z', 'Every day at 9:15 AM until March 2, 2026'],
  ])('%s', (expression, words) => {
    expect(compiled(expression, 'Asia/Tokyo', 'RRULE', '2026-01-05T00:15Z').describe()).toBe(words);
  });
});
