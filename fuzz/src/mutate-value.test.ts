import { describe, expect, it } from 'vitest';
import { Random } from '../../faults/src/random.ts';
import { Members, Verbatim, write } from './json-text.ts';
import { edgesOf, mutated, tamed } from './mutate-value.ts';

describe('JSON text', () => {
  it('holds what no value can', () => {
    const value = new Members([
      ['__proto__', 1],
      ['a', new Verbatim('1e400')],
      ['a', [null, { b: 'ü' }]],
    ]);
    expect(write(value)).toBe('{"__proto__":1,"a":1e400,"a":[null,{"b":"ü"}]}');
  });
});

describe('changes of a value', () => {
  const value = { name: 'x', list: [{ count: 1 }], nothing: null };

  it('are the same for the same seed, and others for another', () => {
    const of = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 50 }, () => write(mutated(value, null, random)));
    };
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('reach every part, and leave the value itself as it is', () => {
    const random = new Random(7);
    const texts = Array.from({ length: 2_000 }, () => write(mutated(value, null, random)));
    expect(texts.filter((text) => text === write(value)).length).toBeLessThan(100);
    for (const part of ['"name":"x"', '"count":1', '"nothing":null', '"list":'])
      expect(
        texts.some((text) => !text.includes(part)),
        part,
      ).toBe(true);
    expect(value).toEqual({ name: 'x', list: [{ count: 1 }], nothing: null });
  });

  it('know the edges of a schema', () => {
    expect(edgesOf({ minimum: 0, maximum: 10 })).toEqual(expect.arrayContaining([-1, 0, 10, 11]));
    const lengths = edgesOf({ maxLength: 5 }).map((text) => (text as string).length);
    expect(lengths).toEqual(expect.arrayContaining([4, 5, 6]));
    expect(edgesOf({ enum: ['ACTIVE'] })).toEqual(['ACTIVE', 'active', ' ACTIVE']);
  });
});

it('no URL leads off this machine', () => {
  const given = {
    url: 'https://example.com/x',
    list: [' http://8.8.8.8/'],
    own: 'http://127.0.0.1:80/a',
    text: 'a: b',
  };
  expect(JSON.parse(write(tamed(given)))).toEqual({
    url: 'http://127.0.0.1:9/',
    list: ['http://127.0.0.1:9/'],
    own: 'http://127.0.0.1:80/a',
    text: 'a: b',
  });
});
