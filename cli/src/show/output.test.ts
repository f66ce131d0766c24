import { expect, it } from 'vitest';
import type { Run, Schedule } from '../api.ts';
import { Output } from './output.ts';
import { whyOf } from './runs.ts';
import { whenOf } from './schedules.ts';

function outputOf(options: { isTTY?: boolean; colour?: boolean; json?: boolean } = {}) {
  const { isTTY = false, colour = true, json = false } = options;
  const said = { out: '', err: '' };
  const stream = (to: 'out' | 'err') => ({ write: (text: string) => (said[to] += text), isTTY });
  return { said, output: new Output(stream('out'), stream('err'), { json, colour }) };
}

const ROWS = [
  { name: 'short', status: 'FAILED' },
  { name: 'much \u001B[2Jlonger', status: null },
];
const COLUMNS = [
  { head: 'Name', text: ({ name }: (typeof ROWS)[number]) => name },
  {
    head: 'Status',
    text: ({ status }: (typeof ROWS)[number]) => status,
    style: ({ status }: (typeof ROWS)[number]) => (status === null ? null : ('red' as const)),
  },
];

it('a table has a head and aligned columns, no frame, no trailing blanks, nothing that steers the terminal', () => {
  const { said, output } = outputOf();
  output.table(ROWS, COLUMNS);
  expect(said.out.split('\n')).toEqual([
    'Name                  Status',
    'short                 FAILED',
    'much \\u001b[2Jlonger  –',
    '',
  ]);
});

it('colours are for terminals, and not with NO_COLOR', () => {
  for (const [options, coloured] of [
    [{ isTTY: true }, true],
    [{ isTTY: true, colour: false }, false],
    [{ isTTY: false }, false],
  ] as const) {
    const { said, output } = outputOf(options);
    output.table(ROWS, COLUMNS);
    expect(said.out.includes('\u001B[31mFAILED\u001B[39m')).toBe(coloured);
    expect(said.out.includes('\u001B')).toBe(coloured);
  }
});

it('an answer is JSON for programs and shown to people', () => {
  const { said, output } = outputOf({ json: true });
  output.answer({ a: 1 }, () => output.line('never'));
  expect(JSON.parse(said.out)).toEqual({ a: 1 });
  const people = outputOf();
  people.output.answer({ a: 1 }, ({ a }) => people.output.line(`a is ${a}`));
  expect(people.said.out).toBe('a is 1\n');
});

it('when a schedule fires is told in one line', () => {
  const plain = {
    relative_field_name: null,
    relative_offset_days: null,
    timezone: 'UTC',
    schedule_expression: '0 2 * * *',
  };
  const when = (fields: object) => whenOf({ ...plain, ...fields } as Schedule);
  expect(when({})).toBe('0 2 * * *');
  expect(when({ timezone: 'Asia/Tokyo' })).toBe('0 2 * * *, Asia/Tokyo');
  expect(when({ schedule_expression: '09:00', relative_field_name: 'due_on', relative_offset_days: -3 })).toBe(
    'due_on − 3 d, 09:00',
  );
  expect(when({ schedule_expression: null, relative_field_name: 'due_on' })).toBe('due_on + 0 d');
});

it('why a run is as it is is told in one line', () => {
  const plain = { reason: null, error: null, missed_count: null, missed_until: null, cancel_requested: false };
  const why = (fields: object) => whyOf({ ...plain, ...fields } as Run);
  expect(why({})).toBeNull();
  expect(why({ reason: 'PAUSED', missed_count: 7, missed_until: '2027-03-01T09:00:00.000Z' })).toBe(
    'PAUSED, 7 until 2027-03-01 09:00:00Z',
  );
  expect(why({ reason: 'REJECTED', error: { code: 'http_status', message: '404' } })).toBe(
    'REJECTED, http_status: 404',
  );
});
