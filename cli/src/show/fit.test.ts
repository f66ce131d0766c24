import { expect, it } from 'vitest';
import { fit } from './fit.ts';

const COLUMNS = [{ width: 10 }, { width: 20, least: 8 }, { width: 12, spare: 2 }, { width: 16, least: 12, spare: 1 }];

it.each([
  ['all has room', 64, [10, 20, 12, 16]],
  ['the widest is shortened first', 62, [10, 18, 12, 16]],
  ['then those that are as wide', 56, [10, 14, 12, 14]],
  ['as far as they can be', 48, [10, 8, 12, 12]],
  ['then one is left out, and what it leaves is used', 47, [10, 20, 12, null]],
  ['then another', 33, [10, 20, null, null]],
  ['one that can be shortened is, to its least', 20, [10, 8, null, null]],
  ['what is left is shown, though it has no room', 19, [10, 8, null, null]],
])('%s (%i)', (_, line, expected) => {
  expect(fit(COLUMNS, line)).toEqual(expected);
});
