import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { BUCKETS, bucketOf, isIn, oneBucket, WHOLE, withinSlice } from '../store/buckets.ts';
import { BESIDE_MS, nextTurn, sliceOf } from './slices.ts';

const ids = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 300 }).map((all) => all.toSorted());

describe('the slices of the nodes', () => {
  it('cover every bucket once, whoever is there, and differ by one bucket at most', () => {
    fc.assert(
      fc.property(ids, (nodes) => {
        const slices = nodes.map((id) => sliceOf(id, nodes));
        for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
          expect(slices.filter((slice) => isIn(slice, bucket))).toHaveLength(1);
        }
        const sizes = slices.map(({ first, last }) => last - first + 1);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('one that is alone, or not known yet, has them all', () => {
    expect(sliceOf('a', ['a'])).toBe(WHOLE);
    expect(sliceOf('a', ['b', 'c'])).toBe(WHOLE);
  });
});

test.each([
  ['01990000-0000-7000-8000-000000000000', 0],
  ['01990000-0000-7000-8000-0000000000ff', 255],
  ['01990000-0000-7000-8000-0000000000FE', 254],
])('the bucket of %s is %i', (tenant, bucket) => {
  expect(bucketOf(tenant)).toBe(bucket);
  expect(oneBucket([{ tenant_id: tenant }, { tenant_id: tenant }])).toBe(bucket);
});

test('rows of one bucket have one, whatever their tenants; those of several have none', () => {
  const of = (...ends: string[]) => oneBucket(ends.map((end) => ({ tenant_id: `01990000-0000-7000-8000-${end}` })));
  expect(of('000000000001', '111111111101')).toBe(1);
  expect(of('000000000001', '000000000002')).toBeNull();
  expect(of()).toBeNull();
});

test.each([
  [WHOLE, { sql: '', values: [], mark: '' }],
  [
    { first: 7, last: 7 },
    { sql: ' AND s.bucket = $3::smallint', values: [7], mark: '_of_bucket' },
  ],
  [
    { first: 7, last: 9 },
    { sql: ' AND s.bucket::int BETWEEN $3 AND $4', values: [7, 9], mark: '_of_slice' },
  ],
])('a statement within %j', (slice, bound) => {
  expect(withinSlice('s', slice, 3)).toEqual(bound);
});

describe('the next turn of a node', () => {
  const NOW = 1_000_000;
  const mine = { first: 0, last: 99 };
  const next = (slice: typeof mine, instants: [at: number, bucket: number][]) =>
    nextTurn(slice, NOW, async (limit) => instants.slice(0, limit).map(([at, bucket]) => ({ at, bucket })));

  it('is when something of its own is due, or a moment after something of another', async () => {
    expect(await next(mine, [])).toBeNull();
    expect(await next(mine, [[NOW + 5, 3]])).toBe(NOW + 5);
    expect(await next(mine, [[NOW + 5, 200]])).toBe(NOW + 5 + BESIDE_MS);
    expect(
      await next(mine, [
        [NOW + 5, 200],
        [NOW + 9, 3],
      ]),
    ).toBe(NOW + 9);
    expect(
      await next(WHOLE, [
        [NOW + 5, 200],
        [NOW + 9, 3],
      ]),
    ).toBe(NOW + 5);
  });

  it('is soon where so much of others is due that its own may lie behind, and not at once', async () => {
    const others = Array.from({ length: 100 }, (): [number, number] => [NOW - 10, 200]);
    expect(await next(mine, others)).toBe(NOW + 50);
  });
});
