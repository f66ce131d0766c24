import { expect, it } from 'vitest';
import { messageOf, statusOf } from './message.ts';

it('reads a request and a response', () => {
  const request = {
    method: 'PUT',
    url: 'https://a.example/x',
    headers: { 'x-a': 'b' },
    body: '{"a":[1]}',
    body_truncated: false,
  };
  expect(messageOf(request)).toEqual({
    line: 'PUT https://a.example/x',
    headers: [['x-a', 'b']],
    body: '{\n  "a": [\n    1\n  ]\n}',
    mayHaveBody: true,
    isTruncated: false,
    rest: {},
  });
  expect(
    messageOf({ status: 503, headers: { 'set-cookie': ['a', 'b'] }, body: '', body_truncated: false }),
  ).toMatchObject({
    line: 'HTTP 503',
    headers: [['set-cookie', 'a, b']],
    body: null,
  });
});

it('tells what a mail server answered from HTTP', () => {
  expect(messageOf({ status: 250, line: '250 2.0.0 Ok', refused: [] })).toMatchObject({
    line: 'SMTP 250',
    mayHaveBody: false,
    rest: { line: '250 2.0.0 Ok', refused: [] },
  });
  expect(statusOf({ line: '421 no' })).toBeNull();
});

it.each([
  ['{"a":', '{"a":'],
  ['plain', 'plain'],
  ['12', '12'],
  // Digits that a double has no room for stay as they came.
  ['{"id":12345678901234567890}', '{"id":12345678901234567890}'],
])('shows the body %j as %j', (body, shown) => {
  expect(messageOf({ status: 200, body, body_truncated: true })).toMatchObject({ body: shown, isTruncated: true });
});

it('keeps what it does not know', () => {
  expect(messageOf({ level: 'info', message: 'hello' })).toMatchObject({
    line: null,
    rest: { level: 'info', message: 'hello' },
  });
});
