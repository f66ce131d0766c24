import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAction } from '../../src/actions/registry.ts';
import { serve, type Receiver } from '../../src/actions/testing.ts';
import { DELIVERED, World } from '../support/world.ts';

/** What the names of these tests resolve to; a test may change it. */
let resolved: string[];
let world: World;
let receiver: Receiver;
let requests: number;
/** Statements that read a policy. */
let reads: number;

beforeEach(async () => {
  resolved = ['127.0.0.1'];
  requests = 0;
  reads = 0;
  receiver = await serve((_req, res) => {
    requests += 1;
    res.end('here');
  });
  const lookup = () => Promise.resolve(resolved.map((address) => ({ address, family: 4 })));
  const onStatement = (name: string) => void (reads += name === 'read_egress_policy' ? 1 : 0);
  world = await World.open('2027-03-01T08:59:30Z', { onStatement }, { lookup });
  // The real webhook, with the way out that the engine gives it.
  world.script = async (target, _signal, context) =>
    (await findAction('WEBHOOK')?.perform(target, context)) ?? DELIVERED;
});
afterEach(async () => {
  await world.close();
  await receiver[Symbol.asyncDispose]();
});

const ONCE = { schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T09:00:00Z', max_retries: 3 };
const policy = async (lists: { allow?: string[]; deny?: string[] }, key = world.key) => {
  const { status } = await world.call(
    'PUT',
    '/v1/egress-policy',
    { allow: [], deny: [], ...lists },
    { 'X-Api-Key': key },
  );
  expect(status).toBe(200);
};
const hook = async (url: string, fields: object = {}) =>
  await world.create({ ...ONCE, action_type: 'WEBHOOK', action_config: { url }, ...fields });
/** What became of the only run of a schedule. */
const fate = async (id: string) => {
  const runs = await world.runs(id);
  expect(runs).toHaveLength(1);
  return runs[0];
};
const blocked = (message: string) => ({
  status: 'FAILED',
  reason: 'REJECTED',
  attempt: 1,
  error: { code: 'egress_blocked', message: expect.stringContaining(message) },
});

describe('a run that may not go where it is to go is FAILED, and not tried again', () => {
  it.each([
    ['a literal address that a template makes', 'http://169.254.169.{{ 200 | plus: 54 }}/', ['127.0.0.1'], 'metadata'],
    ['a name that resolves to a private address', 'http://inside.test/', ['10.0.0.7'], 'inside.test is 10.0.0.7'],
    ['a name with a public and a private address', 'http://both.test/', ['93.184.216.34', '10.0.0.7'], 'private'],
  ])('by the server: %s', async (_, url, addresses, message) => {
    resolved = addresses;
    const { id } = await hook(url);
    await world.advanceTo('2027-03-01T12:00:00Z');
    const run = await fate(id);
    expect(run).toMatchObject(blocked(message));
    expect(run.attempts).toHaveLength(1);
    expect(requests).toBe(0);
  });

  it.each([
    ['a denied name', { deny: ['*.test'] }, 'the egress policy denies *.test'],
    ['a denied range', { deny: ['127.0.0.0/8'] }, 'the egress policy denies 127.0.0.0/8'],
    ['a name that is not allowed', { allow: ['example.com'] }, 'it is not on the allow list'],
    ['a name with an address that is not allowed', { allow: ['192.0.2.0/24'] }, 'it is not on the allow list'],
  ])('by the policy: %s', async (_, lists, message) => {
    const { id } = await hook(`http://hook.test:${receiver.port}/`);
    await policy(lists);
    await world.advanceTo('2027-03-01T12:00:00Z');
    expect(await fate(id)).toMatchObject(blocked(message));
    expect(requests).toBe(0);
  });

  it('a name that can not be resolved is tried again', async () => {
    resolved = [];
    const { id } = await hook(`http://hook.test:${receiver.port}/`, { max_retries: 1, retry_backoff_seconds: 60 });
    await world.advanceTo('2027-03-01T09:00:01Z');
    expect(await fate(id)).toMatchObject({ status: 'PENDING', error: { code: 'dns_failed' } });
    resolved = ['127.0.0.1'];
    await world.advanceTo('2027-03-01T09:02:00Z');
    expect(await fate(id)).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
  });
});

describe('a change of the policy', () => {
  it('holds for every attempt that starts after it, also over connections that are open', async () => {
    const url = `http://hook.test:${receiver.port}/`;
    const { id } = await world.create({ action_type: 'WEBHOOK', action_config: { url }, pause_on_failure_count: 100 });
    await world.advanceTo('2027-03-01T09:00:00Z');
    const steps = [
      { deny: ['hook.test'] },
      { deny: [] },
      { deny: ['127.0.0.1'] },
      { allow: ['hook.test'] },
      { allow: ['x.test'] },
    ];
    for (const [i, lists] of steps.entries()) {
      await policy(lists);
      await world.advanceTo(`2027-03-01T09:0${i + 1}:00Z`);
    }
    const statuses = (await world.runs(id)).map(({ status }) => status);
    expect(statuses).toEqual(['SUCCEEDED', 'FAILED', 'SUCCEEDED', 'FAILED', 'SUCCEEDED', 'FAILED']);
    expect(requests).toBe(3);
  });

  it('holds for a retry of a run that began before it', async () => {
    resolved = [];
    const { id } = await hook(`http://hook.test:${receiver.port}/`, { retry_backoff_seconds: 60 });
    await world.advanceTo('2027-03-01T09:00:01Z');
    resolved = ['127.0.0.1'];
    await policy({ deny: ['hook.test'] });
    await world.advanceTo('2027-03-01T12:00:00Z');
    expect(await fate(id)).toMatchObject({ ...blocked('denies hook.test'), attempt: 2 });
  });

  it('is the tenant’s own, though connections are shared', async () => {
    const other = 'hc_live_test_key_of_another_tenant';
    await world.addTenant('other', other);
    const url = `http://hook.test:${receiver.port}/`;
    const mine = await world.create({ action_type: 'WEBHOOK', action_config: { url } });
    const theirs = await world.call(
      'POST',
      '/v1/schedules',
      { ...ONCE, name: 'theirs', action_type: 'WEBHOOK', action_config: { url } },
      { 'X-Api-Key': other },
    );
    await world.advanceTo('2027-03-01T08:59:59Z');
    await policy({ deny: ['127.0.0.0/8'] }, other);
    await world.advanceTo('2027-03-01T09:00:00Z');
    expect(await world.ledger(mine.id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED']);
    const { body } = await world.call('GET', `/v1/schedules/${theirs.body.id}/runs`, undefined, { 'X-Api-Key': other });
    expect(body.runs).toMatchObject([blocked('denies 127.0.0.0/8')]);
    expect(requests).toBe(1);
  });

  it('is read once, whatever starts by it; without a policy nothing is read', async () => {
    const url = `http://hook.test:${receiver.port}/`;
    await world.create({ action_type: 'WEBHOOK', action_config: { url } });
    reads = 0;
    await world.advanceTo('2027-03-01T09:03:00Z');
    expect(reads).toBe(0);
    await policy({ deny: ['192.0.2.0/24'] });
    await world.advanceTo('2027-03-01T09:06:00Z');
    expect(requests).toBe(7);
    expect(reads).toBe(1);
  });

  it('that can not be read lets nothing go, and the run goes on once it can', async () => {
    const { id } = await hook(`http://hook.test:${receiver.port}/`);
    await policy({ deny: ['192.0.2.0/24'] });
    await world.db.query(`UPDATE egress_policies SET deny = ARRAY['no entry']`);
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await world.node.plan();
    await world.node.dispatcher.settle();
    const run = await fate(id);
    expect(run).toMatchObject({ status: 'PENDING', error: { code: 'interrupted' } });
    expect(requests).toBe(0);
    await world.db.query(`UPDATE egress_policies SET deny = '{}'`);
    await world.settle();
    expect(await fate(id)).toMatchObject({ status: 'SUCCEEDED' });
  });
});
