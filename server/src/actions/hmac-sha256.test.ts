import * as fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { HmacSha256 } from './hmac-sha256.ts';

const theirs = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64');

test('is what createHmac makes, of any text by any key', () => {
  // Lone surrogates too: both write them as U+FFFD.
  const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom('', '\ud800'));
  const keys = fc.uint8Array({ maxLength: 200 }).map((key) => Buffer.from(key));
  fc.assert(
    fc.property(keys, fc.array(texts, { minLength: 1, maxLength: 4 }), (key, list) => {
      const mac = new HmacSha256(key);
      expect(list.map((text) => mac.base64(text))).toEqual(list.map((text) => theirs(key, text)));
    }),
    { numRuns: 100 },
  );
});

test('keys do not meet, whichever signs next', () => {
  const keys = [Buffer.alloc(24, 1), Buffer.alloc(64, 2), Buffer.alloc(65, 3)];
  const macs = keys.map((key) => new HmacSha256(key));
  for (let round = 0; round < 3; round += 1) {
    for (const [i, mac] of macs.entries()) expect(mac.base64(`m${round}`)).toBe(theirs(keys[i] as Buffer, `m${round}`));
  }
});

test.each(['a', '€', '\u{1f600}'])('however long a text of %s is', (letter) => {
  const key = Buffer.alloc(32, 7);
  const mac = new HmacSha256(key);
  for (const length of [9_999, 10_000, 10_001, 19_999, 20_000, 20_001, 50_000]) {
    const text = letter.repeat(length);
    expect(mac.base64(text)).toBe(theirs(key, text));
  }
});
