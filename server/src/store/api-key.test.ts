import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashesOf, hashKey, isPlausible, newApiKey } from './api-key.ts';

const PEPPER = Buffer.from('a pepper of thirty-two characters');

describe('a new key', () => {
  it('is hc_live_, 27 digits of 160 random bits and six check digits, always as long', () => {
    const keys = Array.from({ length: 500 }, newApiKey);
    for (const key of keys) {
      expect(key).toMatch(/^hc_live_[0-9A-Za-z]{33}$/);
      expect(isPlausible(key)).toBe(true);
    }
    expect(new Set(keys).size).toBe(500);
    // 2^160 is a little more than half of 62^27: the first digit is one of the first 37.
    expect(keys.every((key) => /[0-9A-Za]/.test(key[8] ?? ''))).toBe(true);
  });

  it('is known to be mistyped where any one character is another, or two have changed places', () => {
    const key = newApiKey();
    for (let i = 8; i < key.length; i += 1) {
      const other = key[i] === 'x' ? 'y' : 'x';
      expect(isPlausible(`${key.slice(0, i)}${other}${key.slice(i + 1)}`)).toBe(false);
      const swapped = `${key.slice(0, i)}${key[i + 1] ?? ''}${key[i]}${key.slice(i + 2)}`;
      if (swapped !== key) expect(isPlausible(swapped)).toBe(false);
    }
  });

  it('has the check digits that CRC-32 gives: a vector of another implementation', () => {
    // Python: zlib.crc32(b'hc_live_' + b'0' * 27) = 818925921, in base62: 0tQ82b
    expect(isPlausible(`hc_live_${'0'.repeat(27)}0tQ82b`)).toBe(true);
  });
});

it('a key of one’s own choice has no check digits, and another prefix is none', () => {
  expect(isPlausible('hc_live_a-key-that-somebody-made-up_1')).toBe(true);
  expect(isPlausible(`hc_live_${'a'.repeat(34)}`)).toBe(true);
  expect(isPlausible(`hc_live_${'a'.repeat(33)}`)).toBe(false);
  expect(isPlausible(`hc_live_${'a'.repeat(300)}`)).toBe(false);
  expect(isPlausible('sk_live_abcdefabcdefabcdefabcdef')).toBe(false);
  expect(isPlausible('')).toBe(false);
});

it('is stored by its HMAC with the pepper, by SHA-256 where there is none, and found by both', () => {
  const key = newApiKey();
  const plain = { hash: createHash('sha256').update(key).digest(), hashed_with: 'SHA256' };
  expect(hashKey(key, null)).toEqual(plain);
  expect(hashesOf(key, null)).toEqual([plain]);
  expect(hashKey(key, PEPPER).hashed_with).toMatch(/^[0-9a-f]{32}$/);
  expect(hashKey(key, PEPPER).hash).not.toEqual(hashKey(key, Buffer.from('another')).hash);
  expect(hashesOf(key, PEPPER)).toEqual([hashKey(key, PEPPER), plain]);
  expect(hashKey(newApiKey(), PEPPER).hashed_with).toBe(hashKey(key, PEPPER).hashed_with);
  expect(hashKey(key, Buffer.from('another')).hashed_with).not.toBe(hashKey(key, PEPPER).hashed_with);
});
