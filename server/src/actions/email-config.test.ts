import { afterAll, describe, expect, it } from 'vitest';
import { emailConfig } from './email-config.ts';
import { email } from './email.ts';
import { testEgress } from './testing.ts';

const egress = testEgress();
afterAll(() => egress.close());

const problems = (input: unknown): string[] => {
  const result = emailConfig.safeParse(input);
  if (result.success) return email.check(result.data, egress).map(({ path, msg }) => `${path.join('.')}: ${msg}`);
  return result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

const least = { to: 'ada@example.com', subject: 'Hello', text: 'x' };

it.each([
  {},
  { to: ['ada@example.com', 'Bob <bob@example.com>', '{{ record.email }}'] },
  { to: '{{ record.email }}', cc: 'cc@example.com', bcc: ['b@example.com'], reply_to: 'r@example.com' },
  { text: undefined, html: '<p>{{ record.name | escape }}</p>' },
  { text: 'The token is {{ secrets.TOKEN }}' },
])('has nothing against %j', (changes) => {
  expect(problems({ ...least, ...changes })).toEqual([]);
});

describe('problems', () => {
  it.each([
    [{ to: undefined }, /^to: must be an e-mail address/],
    [{ to: [] }, /^to: /],
    [{ to: 'ada' }, /^to: is not one e-mail address/],
    [{ to: 'a@example.com, b@example.com' }, /^to: .*several are given as a list/],
    [{ to: ['a@example.com', 'b'] }, /^to.*: is not one e-mail address/],
    [{ cc: 'a@example.com\r\nBcc: b@example.com' }, /^cc: is not one e-mail address/],
    [{ to: Array.from({ length: 51 }, (_, i) => `a${i}@example.com`) }, /^to: /],
    [
      {
        to: Array.from({ length: 30 }, (_, i) => `a${i}@example.com`),
        cc: Array.from({ length: 21 }, () => 'c@example.com'),
      },
      'to: to, cc and bcc hold 51 addresses; a message has at most 50',
    ],
    [{ subject: '' }, /^subject: /],
    [{ subject: 'a\r\nBcc: b@example.com' }, 'subject: must be one line'],
    [{ subject: 'x'.repeat(999) }, /^subject: Too big/],
    [{ text: undefined }, 'text: is needed, or html, or both'],
    [{ from: 'ceo@example.com' }, /Unrecognized key/],
    [{ subject: '{{ 1 | foo }}' }, /^subject: undefined filter: foo/],
    [{ to: '{{ secrets.WHO }}' }, /^to: names secrets, which only/],
    [{ subject: '{{ secrets.TOKEN }}' }, /^subject: names secrets, which only/],
    [{ text: '{{ secrets[record.x] }}' }, /^text: must name each secret/],
  ])('%j', (changes, expected) => {
    const found = problems({ ...least, ...changes });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });
});
