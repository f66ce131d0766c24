import { afterEach, expect, it } from 'vitest';
import type { Egress } from '../actions/egress.ts';
import type { EgressLists } from '../actions/egress-rules.ts';
import type { Queryable } from '../store/db.ts';
import { TenantEgress } from './tenant-egress.ts';

/** Ways out that say who reads and who is closed. */
const closed: string[] = [];
const read: unknown[] = [];
let stored: Record<string, string>;
let fails = 0;

const way = (name: string): Egress => ({
  get dispatcher(): never {
    throw new Error('nothing is sent here');
  },
  mail: null,
  checkUrl: () => ({ ok: true }),
  narrowed: ({ deny }: EgressLists) => way(deny.join()),
  close: () => Promise.resolve(void closed.push(name)),
});
const db: Queryable = {
  query: async <Row>(_text: string, [tenant]: readonly unknown[] = []): Promise<Row[]> => {
    read.push(tenant);
    if (fails-- > 0) throw new Error('away');
    return await Promise.resolve([{ allow: [], deny: [stored[String(tenant)]] }] as Row[]);
  },
};
afterEach(() => {
  closed.length = 0;
  read.length = 0;
  fails = 0;
});

const open = (ways: TenantEgress, tenant_id: string, egress_version: number | null) =>
  ways.open({ tenant_id, egress_version });
const later = () => new Promise((resolve) => setImmediate(resolve));

it('reads a policy once for all who start by it, and again for a later version', async () => {
  stored = { a: 'one' };
  const ways = new TenantEgress(db, way('shared'));
  const both = await Promise.all([open(ways, 'a', 1), open(ways, 'a', 1)]);
  expect(both[0].egress === both[1].egress).toBe(true);
  stored = { a: 'two' };
  const third = await open(ways, 'a', 2);
  expect(third.egress === both[0].egress).toBe(false);
  // Leased before the change, started after it.
  expect((await open(ways, 'a', 1)).egress === third.egress).toBe(true);
  expect((await open(ways, 'a', null)).egress === third.egress).toBe(true);
  expect(read).toEqual(['a', 'a']);
});

it('reads nothing for who never set a policy', async () => {
  const shared = way('shared');
  const ways = new TenantEgress(db, shared);
  using one = await open(ways, 'a', null);
  expect(one.egress === shared).toBe(true);
  expect(read).toEqual([]);
});

it('closes the way of an earlier version when its last user is done', async () => {
  stored = { a: 'one' };
  const ways = new TenantEgress(db, way('shared'));
  const [first, second] = [await open(ways, 'a', 1), await open(ways, 'a', 1)];
  stored = { a: 'two' };
  using _ = await open(ways, 'a', 2);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await later();
  expect(closed).toEqual([]);
  second[Symbol.dispose]();
  await later();
  expect(closed).toEqual(['one']);
});

it('tries again to read what could not be read', async () => {
  stored = { a: 'one' };
  const ways = new TenantEgress(db, way('shared'));
  fails = 1;
  await expect(Promise.all([open(ways, 'a', 1), open(ways, 'a', 1)])).rejects.toThrow('away');
  expect((await open(ways, 'a', 1)).egress.checkUrl('x')).toEqual({ ok: true });
  expect(read).toEqual(['a', 'a']);
});

it('keeps a thousand, and closes the one that was not used for the longest', async () => {
  stored = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`t${i}`, `t${i}`]));
  const ways = new TenantEgress(db, way('shared'));
  for (let i = 0; i < 1_000; i += 1) (await open(ways, `t${i}`, 1))[Symbol.dispose]();
  (await open(ways, 't0', 1))[Symbol.dispose]();
  (await open(ways, 't1000', 1))[Symbol.dispose]();
  await later();
  expect(closed).toEqual(['t1']);
  expect(read).toHaveLength(1_001);
});
