import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX = 'hc_live_';

/** 27 base62 digits hold 160 random bits; a CRC-32 in six more lets scanners and people spot a mistyped key. */
const RANDOM_DIGITS = 27;
const CHECK_DIGITS = 6;

/** A new API key. It is shown once; only its hash is stored. */
export function newApiKey(): string {
  const body = PREFIX + Array.from({ length: RANDOM_DIGITS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  let check = crc32(body);
  let digits = '';
  for (let i = 0; i < CHECK_DIGITS; i += 1) {
    digits = ALPHABET[check % 62] + digits;
    check = Math.floor(check / 62);
  }
  return body + digits;
}
