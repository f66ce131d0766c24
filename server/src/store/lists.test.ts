import { expect, test } from 'vitest';
import { column, list, textList } from './lists.ts';

test.each([
  [[], '{}'],
  [[null], '{NULL}'],
  [['a', null, 'b'], '{a,NULL,b}'],
  [[0, 1, 2.5], '{0,1,2.5}'],
  [[false, true], '{false,true}'],
])('%j is the array %s', (values, text) => {
  expect(list(values)).toBe(text);
});

test.each([
  [[null, null], null],
  [[null, 'b'], '{NULL,b}'],
  [[false, null], '{false,NULL}'],
  [[0], '{0}'],
])('%j is the column %s', (values, text) => {
  expect(column(values)).toBe(text);
});

test('texts are parted by what no JSON holds', () => {
  const texts = ['\u001e', '"\\', '{}'].map((value) => JSON.stringify(value));
  expect(textList(texts).split('\u001e')).toEqual(texts);
});
