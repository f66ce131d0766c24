import { expect, test } from 'vitest';
import { list, textList } from './lists.ts';

test.each([
  [[], '{}'],
  [[null], '{NULL}'],
  [['a', null, 'b'], '{a,NULL,b}'],
  [[0, 1, 2.5], '{0,1,2.5}'],
  [[false, true], '{false,true}'],
])('%j is the array %s', (values, text) => {
  expect(list(values)).toBe(text);
});

test('texts are parted by what no JSON holds', () => {
  const texts = ['\u001e', '"\\', '{}'].map((value) => JSON.stringify(value));
  expect(textList(texts).split('\u001e')).toEqual(texts);
});
