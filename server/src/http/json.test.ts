import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_DEPTH, readJson, tooDeepAt } from './json.ts';

const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;

describe('JSON of callers', () => {
  it('is read to a depth of 64, and no further', () => {
    expect(readJson(nested(MOST_DEPTH))).toMatchObject({ value: [{}] });
    expect(readJson(nested(MOST_DEPTH + 2))).toMatchObject({
      problem: { type: 'too_deep', msg: 'is nested more than 64 deep, at character 193' },
    });
  });

  it.each([10_000, 1_000_000])('of nothing but %d brackets is not parsed at all', (depth) => {
    for (const text of ['['.repeat(depth), '{"a":'.repeat(depth), nested(depth)]) {
      expect(readJson(text)).toMatchObject({ problem: { type: 'too_deep' } });
    }
  });

  it.each([
    ['brackets in a text', `{"a":"${'['.repeat(500)}"}`],
    ['behind an escaped quote', `{"a":"\\"${'{'.repeat(500)}"}`],
    ['behind escaped backslashes', String.raw`{"a":"\\","b":"\\\"[["}`],
    ['side by side', `[${'[],'.repeat(500)}[]]`],
  ])('is not deep for %s', (_what, text) => {
    expect(readJson(text)).toEqual({ value: JSON.parse(text) as unknown });
  });

  it.each([
    ['unterminated text', `{"a":"${'['.repeat(100)}`],
    ['a backslash at the end', '"\\'],
    ['nothing', ''],
  ])('that ends too early is no JSON: %s', (_what, text) => {
    expect(readJson(text)).toMatchObject({ problem: { type: 'json_invalid' } });
  });

  it.each([
    '{"__proto__":{"scopes":["*"]}}',
    String.raw`{"a":[{"\u005f_proto__":1}]}`,
    '{"constructor":{"prototype":{}}}',
  ])('with %s names what it may not', (text) => {
    expect(readJson(text)).toMatchObject({
      problem: { type: 'forbidden_key', msg: expect.stringContaining('__proto__') },
    });
  });

  it('may say those words where they are no keys', () => {
    expect(readJson('{"a":"__proto__","constructor":"me","prototype":1}')).toHaveProperty('value.a');
  });

  it('has the depth that its values have', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.integer({ min: 60, max: 66 }), (value, around) => {
        const text = `${'['.repeat(around)}${JSON.stringify(value)}${']'.repeat(around)}`;
        expect(tooDeepAt(text) !== null).toBe(around + depthOf(value) > MOST_DEPTH);
      }),
    );
  });
});
