import { afterEach, describe, expect, it } from 'vitest';
import { NO_QUOTAS } from '../../src/domain/quota.ts';
import { Node, World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const open = async (runs_per_minute: number | null = null) => {
  world = await World.open('2027-03-01T09:00:00Z', { defaultQuotas: { ...NO_QUOTAS, runs_per_minute } });
};
const schedule = async () => (await world.create({ overlap_policy: 'ALLOW_ALL' })).id as string;
const trigger = async (id: string, times: number) => {
  for (let i = 0; i < times; i += 1) await world.call('POST', `/v1/schedules/${id}/trigger`);
};
const later = async (ms: number) => {
  world.clock.set(world.clock.now() + ms);
  await world.settle();
};
/** How many runs of a tenant stand how. */
async function runs(tenantId = world.tenantId): Promise<Record<string, number>> {
  const rows = await world.db.query<{ status: string; runs: number }>(
    'SELECT status, count(*) AS runs FROM runs WHERE tenant_id = $1 GROUP BY status',
    [tenantId],
  );
  return Object.fromEntries(rows.map((row) => [row.status, row.runs]));
}

describe('runs of a tenant that start in a minute', () => {
  it('are as many as its quota says; the others wait, and start in the minutes after', async () => {
    await open(3);
    await trigger(await schedule(), 8);
    await world.settle();
    expect(await runs()).toEqual({ SUCCEEDED: 3, PENDING: 5 });
    expect((await world.call('GET', '/v1/quotas')).body.runs_per_minute).toMatchObject({ limit: 3, used: 3 });
    await later(59_999);
    expect(await runs()).toEqual({ SUCCEEDED: 3, PENDING: 5 });
    // A minute is over, and the schedule's own occurrence has come due, too.
    await later(1);
    expect(await runs()).toEqual({ SUCCEEDED: 6, PENDING: 3 });
    await world.call('POST', `/v1/schedules/bulk-actions`, { filter: { all: true }, action: 'PAUSE' });
    await later(60_000);
    await later(60_000);
    const { PENDING = 0, SUCCEEDED = 0, CANCELLED = 0 } = await runs();
    expect({ PENDING, all: SUCCEEDED + CANCELLED }).toEqual({ PENDING: 0, all: 9 });
  });

  it('start again after the clock was set back', async () => {
    await open(3);
    const id = await schedule();
    await trigger(id, 3);
    await world.settle();
    await later(-3_600_000);
    await trigger(id, 3);
    await world.settle();
    expect(await runs()).toEqual({ SUCCEEDED: 6 });
  });

  it('are counted whether they were planned, waited or were held', async () => {
    await open(4);
    const planned = await schedule();
    const held = (await world.create({ overlap_policy: 'BUFFER_ALL', rate_limit_per_minute: 60 })).id;
    await trigger(planned, 2);
    // What is held looks for room again some moments later.
    const moments = async () => {
      for (let second = 0; second < 5; second += 1) await later(1_000);
    };
    await later(60_000);
    await moments();
    const first = await runs();
    expect(first['SUCCEEDED']).toBe(4);
    expect((await world.ledger(held)).length + (await world.ledger(planned)).length).toBe(4);
    for (let minute = 0; minute < 3; minute += 1) await later(60_000);
    await moments();
    // A look that came while the minute's points were still being asked for found no room, and the next is five seconds after it.
    await moments();
    expect(await runs()).toEqual({ SUCCEEDED: 10 });
  });

  it('are no matter to another tenant, which starts all of its own at once', async () => {
    await open();
    await world.call('PUT', `/v1/tenants/${world.tenantId}/quotas`, { runs_per_minute: 2 });
    await world.node.starts.refresh();
    const other = await world.addTenant('other', 'hc_live_key_of_another_tenant_for_test');
    const mine = world.key;
    await trigger(await schedule(), 300);
    world.key = 'hc_live_key_of_another_tenant_for_test';
    await trigger(await schedule(), 30);
    world.key = mine;
    await world.settle();
    expect(await runs(other)).toEqual({ SUCCEEDED: 30 });
    expect(await runs()).toEqual({ SUCCEEDED: 2, PENDING: 298 });
  });

  it('start at once when the operator grants more', async () => {
    await open(2);
    await trigger(await schedule(), 5);
    await world.settle();
    expect(await runs()).toEqual({ SUCCEEDED: 2, PENDING: 3 });
    await world.call('PUT', `/v1/tenants/${world.tenantId}/quotas`, { runs_per_minute: 4 });
    await world.node.starts.refresh();
    await world.settle();
    // What has started in this minute already counts.
    expect(await runs()).toEqual({ SUCCEEDED: 4, PENDING: 1 });
  });

  it('are counted together on two nodes', async () => {
    await open(50);
    await trigger(await schedule(), 120);
    const second = new Node(world, 'node-2', 1_000);
    for (let i = 0; i < 60; i += 1) {
      await Promise.all([world.node.dispatch(), second.dispatch()]);
      await Promise.all([world.node.starts.settled(), second.starts.settled()]);
    }
    await Promise.all([world.node.dispatcher.settle(), second.dispatcher.settle()]);
    expect(await runs()).toEqual({ SUCCEEDED: 50, PENDING: 70 });
  });

  it('say when they go on, and ask nobody until then', async () => {
    const asked: string[] = [];
    world = await World.open('2027-03-01T09:00:00Z', {
      defaultQuotas: { ...NO_QUOTAS, runs_per_minute: 1 },
      onStatement: (name) => void asked.push(name),
    });
    await trigger(await schedule(), 3);
    await world.settle();
    const draws = () => asked.filter((name) => name === 'add_points').length;
    const before = draws();
    const { next } = await world.node.dispatch();
    expect(next).toBe(Date.parse('2027-03-01T09:01:00Z'));
    expect(draws()).toBe(before);
  });

  it('that were reserved and not started are given back', async () => {
    await open(100);
    const { starts, lanes } = world.node;
    const lane = { tenant_id: world.tenantId, destination: '' };
    expect(lanes.room(lane)).toBe(0);
    await starts.settled();
    expect(lanes.room(lane)).toBe(2);
    const slot = lanes.take(lane);
    if (!slot) throw new Error('there was room');
    expect(lanes.room(lane)).toBe(1);
    lanes.giveBack(slot);
    expect(lanes.room(lane)).toBe(2);
  });

  it('that are given back in a later minute make that one no longer', async () => {
    await open(50);
    const { starts, lanes } = world.node;
    const lane = { tenant_id: world.tenantId, destination: '' };
    const drawn = async () => {
      lanes.room(lane);
      await starts.settled();
      return lanes.room(lane);
    };
    expect(await drawn()).toBe(1);
    const slot = lanes.take(lane);
    if (!slot) throw new Error('there was room');
    world.clock.set(world.clock.now() + 61_000);
    expect(await drawn()).toBe(1);
    lanes.giveBack(slot);
    expect(lanes.room(lane)).toBe(1);
  });
});
