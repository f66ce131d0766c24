import { describe, expect, it } from 'vitest';
import { MOST_BODY } from './ledger.ts';
import { SecretMask } from './secret-mask.ts';

const mask = new SecretMask(['s3cret-value', 's3cret-value-and-more', 'a "quoted"\nline', 'abc']);
const body = (text: string, broken = false) => mask.body(Buffer.from(text), broken);

describe('a mask', () => {
  it('takes out every occurrence, the longer secret first', () => {
    expect(mask.text('s3cret-value, s3cret-value-and-more; s3cret-value.')).toBe('********, ********; ********.');
  });

  it('knows a secret inside a JSON string, inside a URL and in base64, too', () => {
    const value = 'a "quoted"\nline';
    expect(mask.text(JSON.stringify({ echo: value }))).toBe('{"echo":"********"}');
    expect(mask.text(JSON.stringify({ data: JSON.stringify({ echo: value }) }))).toBe(
      '{"data":"{\\"echo\\":\\"********\\"}"}',
    );
    expect(mask.text(`https://x/?q=${encodeURIComponent(value)}`)).toBe('https://x/?q=********');
    expect(mask.text(`"${Buffer.from('s3cret-value').toString('base64')}"`)).toBe('"********"');
  });

  it('leaves what is shorter than four characters: it is part of too much', () => {
    expect(mask.text('abcdef')).toBe('abcdef');
  });

  it('masks headers of one and of several values', () => {
    expect(mask.headers({ a: 'x s3cret-value', b: ['s3cret-value', 'y'], c: undefined })).toEqual({
      a: 'x ********',
      b: ['********', 'y'],
      c: undefined,
    });
  });

  it('masks a body before it is cut, and still says that it was cut', () => {
    const secret = 's3cret-value-and-more';
    for (let over = 0; over <= secret.length; over++) {
      // More has arrived than is kept: the secret lies across the border.
      const text = 'x'.repeat(MOST_BODY - over) + secret + 'tail';
      const kept = body(text);
      expect(kept.body_truncated).toBe(true);
      expect(kept.body).not.toMatch(/s3cr/);
    }
  });

  it('takes out the beginning of a secret where no more of it arrived', () => {
    expect(body('echo: s3cret-val', true)).toEqual({ body: 'echo: ********', body_truncated: false });
    expect(body('echo: s3cret-val', false).body).toBe('echo: s3cret-val');
    expect(body(`${'x'.repeat(MOST_BODY + 1)}s3cret-va`).body).not.toContain('s3cr');
    expect(body('ä: s3cre\uFFFD', true).body).toBe('ä: ********');
  });

  it('is nothing where there are no secrets', () => {
    const none = new SecretMask([]);
    expect(none.text('any')).toBe('any');
    expect(none.body(Buffer.from('any'), true)).toEqual({ body: 'any', body_truncated: false });
  });
});
