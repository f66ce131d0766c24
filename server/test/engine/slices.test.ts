import { afterEach, expect, it } from 'vitest';
import { Slices } from '../../src/engine/slices.ts';
import { BUCKETS, bucketOf, WHOLE } from '../../src/store/buckets.ts';
import { Node, World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const EVERY_MINUTE = { schedule_type: 'CRON', schedule_expression: '* * * * *', overlap_policy: 'ALLOW_ALL' };

it('nodes share out the buckets among those that are there, and take over from those that go or fall silent', async () => {
  world = await World.open('2027-03-01T09:00:00Z');
  const now = () => world.clock.now();
  const [a, b, c] = ['a', 'b', 'c'].map((id) => new Slices(world.engineDb, id)) as [Slices, Slices, Slices];
  const refresh = async (...nodes: Slices[]) => {
    for (const node of nodes) await node.refresh(now());
  };
  await refresh(a);
  expect(a.mine()).toBe(WHOLE);
  await refresh(b, c, a, b);
  expect([a, b, c].map((node) => node.mine())).toEqual([
    { first: 0, last: 84 },
    { first: 85, last: 169 },
    { first: 170, last: BUCKETS - 1 },
  ]);
  await b.leave();
  await refresh(a, c);
  expect([a.mine(), c.mine()]).toEqual([
    { first: 0, last: 127 },
    { first: 128, last: BUCKETS - 1 },
  ]);
  // Who has left comes back by no look that was begun before, nor by one that is asked for as it goes.
  await Promise.all([c.refresh(now()), c.leave(), c.refresh(now())]);
  await refresh(a);
  expect(a.mine()).toBe(WHOLE);

  await refresh(new Slices(world.engineDb, 'silent'), a);
  expect(a.mine()).not.toBe(WHOLE);
  world.clock.set(now() + 30_000);
  await refresh(a);
  expect(a.mine()).toBe(WHOLE);
});

it('a node plans what is of its slice, and of others what has been left lying', async () => {
  world = await World.open('2027-03-01T09:00:30Z');
  const { id } = await world.create(EVERY_MINUTE);
  const bucket = bucketOf(world.tenantId);
  const other = new Node(world, 'other', 10);
  other.slice = bucket === 0 ? { first: 1, last: BUCKETS - 1 } : { first: 0, last: bucket - 1 };
  const owner = new Node(world, 'owner', 10);
  owner.slice = { first: bucket, last: bucket };

  world.clock.set(Date.parse('2027-03-01T09:01:00Z'));
  const passed = await other.plan();
  expect(passed).toMatchObject({ planned: 0, next: Date.parse('2027-03-01T09:01:00.250Z') });
  expect(await owner.plan()).toMatchObject({ planned: 1 });

  world.clock.set(Date.parse('2027-03-01T09:02:00.249Z'));
  expect(await other.plan()).toMatchObject({ planned: 0 });
  world.clock.set(Date.parse('2027-03-01T09:02:00.250Z'));
  expect(await other.plan()).toMatchObject({ planned: 1 });
  expect(await owner.plan()).toMatchObject({ planned: 0 });
  await Promise.all([other.dispatcher.settle(), owner.dispatcher.settle()]);
  expect((await world.ledger(id)).toSorted()).toEqual(['SCHEDULE 09:01:00 SUCCEEDED', 'SCHEDULE 09:02:00 SUCCEEDED']);
});

it('of many tenants each is planned by the node of its slice, also where they fill a batch', async () => {
  world = await World.open('2027-03-01T09:00:30Z');
  const tenants = [world.tenantId];
  const keys = [world.key];
  for (let i = 0; i < 7; i += 1) {
    const key = `hc_live_test_key_of_tenant_${i}`;
    tenants.push(await world.addTenant(`t${i}`, key));
    keys.push(key);
  }
  for (const key of keys) {
    for (let i = 0; i < 20; i += 1) await world.create(EVERY_MINUTE, key);
  }
  const low = new Node(world, 'low', 1_000);
  const high = new Node(world, 'high', 1_000);
  const half = tenants.map(bucketOf).toSorted((a, b) => a - b)[4] ?? 0;
  low.slice = { first: 0, last: half - 1 };
  high.slice = { first: half, last: BUCKETS - 1 };
  world.clock.set(Date.parse('2027-03-01T09:01:00Z'));
  const planned = async (node: typeof low) => {
    let sum = 0;
    for (;;) {
      const tick = await node.plan();
      sum += tick.planned;
      if (tick.planned === 0) return sum;
    }
  };
  const [fewer, more] = [await planned(low), await planned(high)];
  const below = tenants.filter((tenant) => bucketOf(tenant) < half).length;
  expect({ fewer, more }).toEqual({ fewer: 20 * below, more: 20 * (tenants.length - below) });
  await Promise.all([low.dispatcher.settle(), high.dispatcher.settle()]);
});

it('each hot statement about rows of one bucket is bound to it', async () => {
  const asked = new Set<string>();
  world = await World.open('2027-03-01T09:00:30Z', { onStatement: (name) => void asked.add(name) });
  const bucket = bucketOf(world.tenantId);
  const node = new Node(world, 'one', 10, {}, true);
  node.slice = { first: bucket, last: bucket };
  await world.create({ ...EVERY_MINUTE, overlap_policy: 'SKIP', max_retries: 1, retry_backoff_seconds: 1 });
  world.script = () => ({ kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null });
  asked.clear();
  for (const at of ['09:01:00', '09:02:00', '09:02:10']) {
    world.clock.set(Date.parse(`2027-03-01T${at}Z`));
    await node.plan();
    await node.dispatch();
    await node.dispatcher.renew(world.clock.now());
    await node.dispatcher.settle();
  }
  const hot = ['lock_due', 'name_open_runs', 'insert_runs', 'advance', 'claim_runs', 'write_results', 'lock_schedules'];
  for (const name of hot) expect([...asked], name).toContain(`${name}_of_bucket`);
  for (const name of hot) expect([...asked], name).not.toContain(name);
});
