import { describe, expect, it } from 'vitest';
import { formatMailbox, parseMailbox } from './mailbox.ts';

it.each([
  ['ada@example.com', '', 'ada@example.com'],
  [' <ada@example.com> ', '', 'ada@example.com'],
  ['Ada Lovelace <ada+x@mail.example.com>', 'Ada Lovelace', 'ada+x@mail.example.com'],
  ['"Lovelace, Ada" <ada@example.com>', 'Lovelace, Ada', 'ada@example.com'],
  ["O'Neil <o'neil@example.com>", "O'Neil", "o'neil@example.com"],
  ['Ünal <ünal@bücher.example>', 'Ünal', 'ünal@bücher.example'],
  ['root@localhost', '', 'root@localhost'],
])('reads %j', (text, name, address) => {
  expect(parseMailbox(text)).toEqual({ name, address });
  expect(parseMailbox(formatMailbox({ name, address }))).toEqual({ name, address });
});

describe('reads nothing where there is no address, or more than one', () => {
  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@@example.com',
    'ada@example..com',
    'ada@-example.com',
    '.ada@example.com',
    'ada @example.com',
    'a@example.com, b@example.com',
    'a@example.com;b@example.com',
    'a@example.com b@example.com',
    'a@example.com <b@example.com>',
    'x, evil@example.com <a@example.com>',
    'x <a@example.com> <b@example.com>',
    'x <a@example.com>, b@example.com',
    '"x" <a@example.com>, "y" <b@example.com>',
    '"evil@x" y@example.com',
    'all: a@example.com;',
    '"a b"@example.com',
    'a@[127.0.0.1]',
    'a@example.com\r\nBcc: evil@example.com',
    'x\n <a@example.com>',
    'a\0@example.com',
    'a@example.com>\r\nRCPT TO:<evil@example.com',
    `${'a'.repeat(250)}@example.com`,
    '\ud800 <a@example.com>',
  ])('%j', (text) => expect(parseMailbox(text)).toBeUndefined());
});
