import { expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 7);

it.each([
  ['30', 30_000],
  [' 0 ', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
  ['Sun Nov  6 08:49:37 1994', 30_000],
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ['99999999999999999999', 86_400_000],
  ['Sun, 06 Nov 2094 08:49:37 GMT', 86_400_000],
  [['5', '6'], 5_000],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['Mon, nonsense', null],
  ['5 apples', null],
  ['', null],
  [undefined, null],
])('reads %j as %j', (header, expected) => {
  expect(retryAfterMs(header, NOW)).toBe(expected);
});
