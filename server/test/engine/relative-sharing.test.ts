import { afterEach, beforeEach, expect, it } from 'vitest';
import { Contracts } from '../support/contracts.ts';

let contracts: Contracts;
/** Statements that were asked, by name. */
let asked: string[];

beforeEach(async () => {
  asked = [];
  contracts = await Contracts.open('2027-03-01T00:00:00Z', { onStatement: (name) => asked.push(name) });
});
afterEach(() => contracts.world.close());

const looks = () => asked.filter((name) => /^dates_\d/.test(name)).length;

it('a write finds what is next for many rules in one look, whatever their order', async () => {
  await contracts.put('first', { renews_on: '2027-06-01' });
  await contracts.put('second', { renews_on: '2027-06-10' });
  const offsets = [0, 3, -2, 7, 5, -8, 10];
  const ids: string[] = [];
  for (const days of offsets) ids.push((await contracts.schedule({ relative_offset_days: days })).id);
  await contracts.world.settle();
  asked.length = 0;
  await contracts.put('first', { renews_on: '2027-07-01' });
  expect(looks()).toBe(1);
  const next = await Promise.all(ids.map((id) => contracts.next(id)));
  expect(next).toEqual(offsets.map((days) => new Date(Date.UTC(2027, 5, 10 + days)).toISOString()));
});

it('a pass asks once for schedules that ask the same, and each has its own runs', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 8; i += 1) {
    const filter = { relative_filter: { status: i < 6 ? 'active' : 'trial' } };
    ids.push((await contracts.schedule({ ...filter, overlap_policy: 'ALLOW_ALL' })).id);
  }
  for (const name of ['a', 'b', 'c']) await contracts.put(name, { status: 'active', renews_on: '2027-03-02' });
  await contracts.put('d', { status: 'trial', renews_on: '2027-03-02' });
  await contracts.put('later', { status: 'active', renews_on: '2027-03-09' });
  await contracts.world.settle();
  contracts.world.clock.set(Date.parse('2027-03-02T00:00:00Z'));
  asked.length = 0;
  expect((await contracts.world.node.planRelative()).planned).toBe(6 * 3 + 2);
  // One for the active, one for the trials; and three to be sure that no date further on is a trial's.
  expect(looks()).toBe(5);
  await contracts.world.settle();
  const ledgers = await Promise.all(ids.map((id) => contracts.fired(id)));
  expect(ledgers.map((rows) => rows.length)).toEqual([3, 3, 3, 3, 3, 3, 1, 1]);
  expect(await contracts.next(ids[0] ?? '')).toBe('2027-03-09T00:00:00.000Z');
  expect(await contracts.next(ids[7] ?? '')).toBeNull();
});
