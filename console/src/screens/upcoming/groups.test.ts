import { expect, it } from 'vitest';
import { groupsOf } from './groups.ts';

const shown = (now: string, timezone: string, ...instants: string[]) =>
  groupsOf(
    instants.map((fire_at) => ({ fire_at })),
    Date.parse(now),
    timezone,
  ).map(({ name, items }) => [name, items.length]);

it('parts what comes by the hours of today and tomorrow, and by later days', () => {
  const of = ['08:59:59', '09:00:00', '09:10:00', '09:59:59', '10:00:00'].map((time) => `2027-03-01T${time}Z`);
  const later = ['2027-03-02T00:00:00Z', '2027-03-02T23:59:00Z', '2027-03-03T00:00:00Z', '2028-03-03T00:00:00Z'];
  expect(shown('2027-03-01T09:00:00Z', 'UTC', ...of, ...later)).toEqual([
    ['Due now', 2],
    ['Today, 09:00–09:59', 2],
    ['Today, 10:00–10:59', 1],
    ['Tomorrow, 00:00–00:59', 1],
    ['Tomorrow, 23:00–23:59', 1],
    ['Wed, 3 Mar 2027', 1],
    ['Fri, 3 Mar 2028', 1],
  ]);
  expect(shown('2027-03-01T09:00:00Z', 'UTC')).toEqual([]);
});

it('goes by the viewer’s days', () => {
  expect(shown('2027-03-01T14:30:00Z', 'Asia/Tokyo', '2027-03-01T14:45:00Z', '2027-03-01T15:00:00Z')).toEqual([
    ['Today, 23:00–23:59', 1],
    ['Tomorrow, 00:00–00:59', 1],
  ]);
  // A day of 23 hours has a tomorrow, and its last hour is today.
  expect(shown('2027-03-28T00:30:00Z', 'Europe/Berlin', '2027-03-28T21:59:00Z', '2027-03-28T22:00:00Z')).toEqual([
    ['Today, 23:00–23:59', 1],
    ['Tomorrow, 00:00–00:59', 1],
  ]);
});

it('takes an hour that comes twice as two', () => {
  expect(shown('2027-10-30T23:00:00Z', 'Europe/Berlin', '2027-10-31T00:30:00Z', '2027-10-31T01:30:00Z')).toEqual([
    ['Today, 02:00–02:59', 1],
    ['Today, 02:00–02:59', 1],
  ]);
});
