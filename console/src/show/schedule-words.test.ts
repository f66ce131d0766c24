import { expect, it } from 'vitest';
import { actionWords } from './schedule-words.ts';

it.each([
  ['WEBHOOK', { url: 'https://a.example/x' }, 'POST a.example/x'],
  ['LOG_EVENT', { message: 'hello' }, 'Log: hello'],
  ['EMAIL', { to: 'ada@example.com' }, 'E-mail to ada@example.com'],
  ['EMAIL', { to: ['ada@example.com', 'Bob <bob@example.com>'] }, 'E-mail to ada@example.com, Bob <bob@example.com>'],
  ['UPDATE_ENTITY', { set: { status: 'x', n: 1 } }, 'Sets status, n'],
  ['OF_A_LATER_VERSION', {}, 'OF_A_LATER_VERSION'],
])('%s with %j is told as %j', (action_type, action_config, words) => {
  expect(actionWords({ action_type, action_config })).toBe(words);
});
