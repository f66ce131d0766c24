import { expect, it } from 'vitest';
import { dataOf, textOf, valueWords } from './values.ts';

const FIELDS = (['STRING', 'NUMBER', 'BOOLEAN', 'DATE', 'JSON'] as const).map((type) => ({
  name: type.toLowerCase(),
  type,
  required: false,
}));

it('makes values of what was typed, by the types', () => {
  const typed = { string: ' a ', number: ' 1.5 ', boolean: 'false', date: ' 2027-04-30 ', json: '{"a":1}' };
  const data = { string: ' a ', number: 1.5, boolean: false, date: '2027-04-30', json: { a: 1 } };
  expect(dataOf(typed, FIELDS)).toEqual(data);
  // And back: what is not changed is sent as it was.
  expect(
    dataOf(Object.fromEntries(Object.entries(data).map(([name, value]) => [name, textOf(value)])), FIELDS),
  ).toEqual(data);
});

it('what is empty has no value, and what does not fit goes as it is', () => {
  expect(dataOf({ number: 'x', boolean: 'maybe', json: '{' }, FIELDS)).toEqual({
    string: null,
    number: 'x',
    boolean: 'maybe',
    date: null,
    json: '{',
  });
});

it('shows values in a line', () => {
  expect([valueWords(undefined), valueWords(true), valueWords(0), valueWords({ a: [1] })]).toEqual([
    '',
    'yes',
    '0',
    '{"a":[1]}',
  ]);
});
