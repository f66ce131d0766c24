import { expect, it } from 'vitest';
import { clockTime, dayName, durationWords, localTime, relativeTime, withLocalInstants } from './time.ts';

const NOW = Date.parse('2027-03-01T09:00:00Z');

it.each([
  [0, 'now'],
  [999, 'now'],
  [5_000, 'in 5 sec.'],
  [-61_000, '1 min. ago'],
  [3 * 3_600_000, 'in 3 hr.'],
  [86_400_000, 'tomorrow'],
  [-40 * 86_400_000, '40 days ago'],
])('%d ms from now is %j', (ms, words) => {
  expect(relativeTime(NOW + ms, NOW)).toBe(words);
});

it.each([
  [0, '0 ms'],
  [350, '350 ms'],
  [1_234, '1.2 s'],
  [60_000, '1 min'],
  [3_725_000, '1 h 2 min'],
  [90_000_000, '1 d 1 h'],
  [86_400_000 + 60_000, '1 d'],
])('%d ms are %j', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

it('shows an instant in a zone, and in UTC where the browser does not know it', () => {
  expect(localTime(NOW, 'Asia/Tokyo')).toBe('Mon, 1 Mar 2027, 18:00:00');
  expect(localTime(NOW, 'Mars/Olympus')).toBe('Mon, 1 Mar 2027, 09:00:00 UTC');
  expect(localTime(NOW, 'UTC', false)).toBe('Mon, 1 Mar 2027, 09:00');
});

it('shows the day and the time of day by themselves', () => {
  expect([dayName(NOW, 'Asia/Tokyo'), clockTime(NOW, 'Asia/Tokyo')]).toEqual(['Mon, 1 Mar 2027', '18:00:00']);
  expect([dayName(NOW, 'UTC'), clockTime(NOW, 'UTC', false)]).toEqual(['Mon, 1 Mar 2027', '09:00']);
});

it('has the instants of a sentence in a zone', () => {
  expect(withLocalInstants('It was due at 2027-03-01T09:00:00.000Z, not at 2027-03-01.', 'Asia/Tokyo')).toBe(
    'It was due at Mon, 1 Mar 2027, 18:00:00 GMT+9, not at 2027-03-01.',
  );
  expect(withLocalInstants('Nothing of the kind.')).toBe('Nothing of the kind.');
});
