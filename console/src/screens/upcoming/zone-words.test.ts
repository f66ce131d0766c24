import { expect, it } from 'vitest';
import type { Fire } from './fire.ts';
import { zoneWords } from './zone-words.ts';

const fire = (timezone: string, schedule_type = 'CRON') =>
  ({ fire_at: '2027-03-01T23:30:00.000Z', schedule: { timezone, schedule_type } }) as unknown as Fire;

it.each([
  ['Europe/Berlin', null],
  // Another name of the same time.
  ['Europe/Paris', null],
  ['Europe/Athens', '01:30 in Europe/Athens'],
  ['UTC', 'Mon, 1 Mar, 23:30 in UTC'],
  ['America/New_York', 'Mon, 1 Mar, 18:30 in America/New_York'],
])('tells when it is in %s to who is in Berlin, where it differs', (timezone, words) => {
  expect(zoneWords(fire(timezone), 'Europe/Berlin')).toBe(words);
});

it('says nothing of the zone of a rate', () => {
  expect(zoneWords(fire('Asia/Tokyo', 'RATE'), 'Europe/Berlin')).toBe(null);
});
