import { describe, expect, it } from 'vitest';
import { bodyOf, changesOf, newDraft } from './draft.ts';
import { addressesOf, addressesSent, FIRST_EMAIL, namedProblem, textSent } from './email-draft.ts';

describe('addresses', () => {
  it.each([
    ['ada@example.com', ['ada@example.com']],
    [
      ['a@example.com', 'Bob <b@example.com>'],
      ['a@example.com', 'Bob <b@example.com>'],
    ],
    ['', []],
    [undefined, []],
    [{ no: 'list' }, []],
  ])('%j are shown as %j', (value, tags) => {
    expect(addressesOf(value)).toEqual(tags);
  });

  it.each([
    [['a@example.com', ' b@example.com '], undefined, true, ['a@example.com', 'b@example.com']],
    [['a@example.com'], undefined, true, ['a@example.com']],
    [['b@example.com'], 'a@example.com', true, 'b@example.com'],
    [['a@example.com', 'b@example.com'], 'a@example.com', true, ['a@example.com', 'b@example.com']],
    [[], ['a@example.com'], true, []],
    [[' '], ['a@example.com'], false, undefined],
  ])('%j, before %j, needed %j, are sent as %j', (tags, before, isNeeded, sent) => {
    expect(addressesSent(tags, before, isNeeded)).toEqual(sent);
  });

  it.each(['ada@example.com', ['ada@example.com'], ['a@example.com', '{{ record.data.email }}']])(
    '%j that nobody changes is no change',
    (to) => {
      expect(addressesSent(addressesOf(to), to, true)).toEqual(to);
      const draft = { ...newDraft('UTC'), action_type: 'EMAIL', action_config: { ...FIRST_EMAIL, to } };
      const same = {
        ...draft,
        action_config: { ...draft.action_config, to: addressesSent(addressesOf(to), to, true) },
      };
      expect(changesOf(draft, same)).toEqual({});
    },
  );
});

it.each([
  ['1: is not one; no list', 'bob is not one; no list'],
  ['0: is none; 1: is none', 'ada is none; bob is none'],
  ['2: is none', '2: is none'],
  ['to, cc and bcc hold 51 addresses', 'to, cc and bcc hold 51 addresses'],
  [undefined, undefined],
])('the problem %j is told as %j', (problem, told) => {
  expect(namedProblem(problem, ['ada', 'bob'])).toBe(told);
});

it('a new one tells the API what is still empty, for it to say what is needed', () => {
  const draft = { ...newDraft('UTC'), action_type: 'EMAIL', action_config: FIRST_EMAIL };
  expect(bodyOf(draft)).toMatchObject({ action_type: 'EMAIL', action_config: { to: [], subject: '' } });
});

it.each([
  ['', undefined],
  [' ', ' '],
  ['Dear {{ record.data.name }}', 'Dear {{ record.data.name }}'],
])('the text %j is sent as %j', (text, sent) => {
  expect(textSent(text)).toBe(sent);
});
