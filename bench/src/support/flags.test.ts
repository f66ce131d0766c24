import { expect, test } from 'vitest';
import { numberList, readFlags, variables } from './flags.ts';

const defaults = { jobs: 20_000, against: '', save: true };

test('what is not given is the default', () => {
  expect(readFlags([], defaults)).toEqual(defaults);
  expect(readFlags(['--jobs', '1_000', '--no-save', '--against=limit'], defaults)).toEqual({
    jobs: 1_000,
    against: 'limit',
    save: false,
  });
});

test.each(['many', '-1', '1.5', '', '1e400'])('--jobs takes no %j', (text) => {
  expect(() => readFlags([`--jobs=${text}`], defaults)).toThrow(
    `--jobs is ${JSON.stringify(text)}; it takes a whole number`,
  );
});

test('what is unknown is named', () => {
  expect(() => readFlags(['--job', '3'], defaults)).toThrow("'--job'");
});

test('lists', () => {
  expect(numberList('schedules', '100, 1000')).toEqual([100, 1_000]);
  expect(() => numberList('schedules', '100,x')).toThrow('--schedules is "x"');
  expect(variables('A=1,B=x=y')).toEqual({ A: '1', B: 'x=y' });
  expect(() => variables('a=1')).toThrow('--env holds "a=1"');
});
