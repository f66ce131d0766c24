import { describe, expect, it } from 'vitest';
import { bytesBody, cleanJson, headersRecord, maskUrl, textBody } from './ledger.ts';

describe('bodies', () => {
  it('keeps a body of exactly 16 KiB whole', () => {
    const text = 'a'.repeat(16_384);
    expect(bytesBody(Buffer.from(text))).toEqual({ body: text, body_truncated: false });
    expect(textBody(text)).toEqual({ body: text, body_truncated: false });
  });

  it.each(['é', '€', '😀'])('does not halve a %s at the cut', (character) => {
    for (let lead = 0; lead < 4; lead++) {
      const text = 'a'.repeat(16_384 - lead) + character.repeat(3);
      const { body, body_truncated } = textBody(text);
      expect(body_truncated).toBe(true);
      expect(text.startsWith(body)).toBe(true);
      expect(Buffer.byteLength(body)).toBeGreaterThan(16_384 - 4);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(16_384);
    }
  });

  it('replaces what is not UTF-8 and removes NUL', () => {
    expect(bytesBody(Buffer.from([0x61, 0, 0xff, 0xc3, 0x28, 0x62])).body).toBe('a\ufffd\ufffd(b');
    expect(textBody('a\0\ud800b').body).toBe('a\ufffdb');
  });

  it('cuts bytes that are no UTF-8 at all', () => {
    expect(bytesBody(Buffer.alloc(20_000, 0x80)).body_truncated).toBe(true);
  });
});

it('cleans keys and leaves of JSON', () => {
  expect(cleanJson({ 'a\0': ['\0', { b: '\udc00' }, 1, null, true] })).toEqual({
    a: ['', { b: '\ufffd' }, 1, null, true],
  });
});

it('bounds headers in number and length', () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x-${i}`, 'v'.repeat(5_000)]));
  const kept = headersRecord({ 'set-cookie': ['a', 'b'], ...many });
  expect(Object.keys(kept)).toHaveLength(100);
  expect(kept['set-cookie']).toEqual(['a', 'b']);
  expect(kept['x-0']).toHaveLength(2_048);
});

it('masks secrets in the query', () => {
  expect(maskUrl(new URL('https://h/p?a=1&api_key=s3cr3t&Token=t'))).toBe(
    'https://h/p?a=1&api_key=********&Token=********',
  );
  expect(maskUrl(new URL('https://h/p?a=%20'))).toBe('https://h/p?a=%20');
});
