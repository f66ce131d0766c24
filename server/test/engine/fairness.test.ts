import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { Lanes, type Lane } from '../../src/engine/lanes.ts';
import { DELIVERED, Node, World } from '../support/world.ts';

const AT = '2027-03-01T09:00:00Z';
const TIMES_OUT: Outcome = {
  kind: 'retryable',
  error: { code: 'timeout', message: 'x' },
  request: null,
  response: null,
};
const ABORTED: Outcome = { kind: 'aborted', error: { code: 'aborted', message: 'x' }, request: null, response: null };

let world: World;
beforeEach(async () => {
  world = await World.open(AT);
});
afterEach(() => world.close());

const webhook = (host: string, fields: Record<string, unknown> = {}) => ({
  schedule_expression: '0 0 1 1 *',
  action_type: 'WEBHOOK',
  action_config: { url: `http://${host}/hook` },
  ...fields,
});

/** A schedule to a host with so many runs waiting. */
async function waiting(host: string, count: number, fields: Record<string, unknown> = {}): Promise<string> {
  const { id } = await world.create(webhook(host, { name: host, ...fields }));
  for (let i = 0; i < count; i += 1) await world.call('POST', `/v1/schedules/${id}/trigger`);
  return id;
}

/** The hosts of the runs in flight; attempts last until `end`. */
function hanging() {
  const hosts: string[] = [];
  const ends: ((outcome: Outcome) => void)[] = [];
  world.script = (target, signal) => {
    hosts.push(target.schedule.name);
    return new Promise((resolve) => {
      ends.push(resolve);
      signal.addEventListener('abort', () => resolve(ABORTED));
    });
  };
  return { hosts, end: (outcome = DELIVERED) => ends.splice(0).forEach((resolve) => resolve(outcome)) };
}

const count = (hosts: readonly string[], host: string) => hosts.filter((other) => other === host).length;

describe('a host that hangs', () => {
  it('takes its share of the slots and no more: what is due elsewhere starts at once', async () => {
    const node = new Node(world, 'n', 10, { host: 4 });
    const { hosts, end } = hanging();
    await waiting('hangs.test', 150);
    await waiting('quiet.test', 2);
    for (let i = 0; i < 4; i += 1) await node.dispatch();
    expect(count(hosts, 'hangs.test')).toBe(4);
    expect(count(hosts, 'quiet.test')).toBe(2);
    end(ABORTED);
    await node.dispatcher.settle();
  });

  it('leaves due, for a while, what it has no place for: it starts here or elsewhere as it is planned, or then waits', async () => {
    const node = new Node(world, 'n', 10, { host: 1 });
    node.patienceMs = 1_000;
    const { hosts, end } = hanging();
    const ids = [];
    for (const name of ['first', 'second', 'third']) {
      ids.push((await world.create(webhook('hangs.test', { name, schedule_expression: '1 9 * * *' }))).id);
    }
    const due = Date.parse('2027-03-01T09:01:00Z');
    world.clock.set(due);
    expect(await node.plan()).toMatchObject({ planned: 1, left: 2, waiting: false, next: due + 1_000 });
    const other = new Node(world, 'other', 10, { host: 1 });
    other.patienceMs = 1_000;
    expect(await other.plan()).toMatchObject({ planned: 1, left: 1 });
    // An attempt begins a turn after its start.
    await new Promise((resolve) => setImmediate(resolve));
    expect(hosts).toHaveLength(2);
    world.clock.set(due + 999);
    expect(await node.plan()).toMatchObject({ planned: 0, left: 1 });
    world.clock.set(due + 1_000);
    expect(await node.plan()).toMatchObject({ planned: 1, left: 0, waiting: true });
    const fates = await Promise.all(ids.map((id) => world.ledger(id)));
    expect(fates.flat().sort()).toEqual([
      'SCHEDULE 09:01:00 PENDING',
      'SCHEDULE 09:01:00 RUNNING',
      'SCHEDULE 09:01:00 RUNNING',
    ]);
    end();
    await node.dispatcher.settle();
    await other.dispatcher.settle();
  });

  it('has no more of its schedules locked than there is room for, but for a few to see whether others follow', async () => {
    const node = new Node(world, 'n', 400, { host: 60 });
    node.patienceMs = 1_000;
    const { hosts, end } = hanging();
    const due = Date.parse('2027-03-01T09:01:00Z');
    const slow = webhook('slow.test', { name: 'slow.test', schedule_type: 'CRON', schedule_expression: '1 9 * * *' });
    await world.call('POST', '/v1/schedules/bulk', { schedules: Array.from({ length: 320 }, () => slow) });
    await world.create(webhook('quiet.test', { name: 'quiet.test', schedule_expression: '2 9 * * *' }));
    world.clock.set(due);
    // Of the first hundred, then of those that a pass looks at where nothing is free.
    expect(await node.plan()).toMatchObject({ planned: 60, left: 40 });
    expect(await node.plan()).toMatchObject({ planned: 0, left: 25 });
    for (const left of [25, 25, 25, 20]) {
      end();
      await node.dispatcher.settle();
      expect(await node.plan()).toMatchObject({ planned: 60, left });
    }
    // What is due behind those that wait is found all the same.
    world.clock.set(due + 60_000);
    node.patienceMs = 1_000_000;
    expect(await node.plan()).toMatchObject({ planned: 1, left: 20 });
    expect(count(hosts, 'quiet.test')).toBe(1);
    end();
    await node.dispatcher.settle();
    expect(await node.plan()).toMatchObject({ planned: 20, left: 0 });
    end();
    await node.dispatcher.settle();
  });

  it('does not slow the planning of what goes elsewhere, though some of its own are left in each pass', async () => {
    const node = new Node(world, 'n', 2_000, { host: 1_000 });
    node.patienceMs = 1_000;
    const { end } = hanging();
    const at = (host: string, minute: number) =>
      webhook(host, { name: host, schedule_type: 'CRON', schedule_expression: `${minute} 9 * * *` });
    const many = (host: string, length: number) =>
      world.call('POST', '/v1/schedules/bulk', { schedules: Array.from({ length }, () => at(host, 1)) });
    await many('hangs.test', 5);
    await many('quick.test', 400);
    world.clock.set(Date.parse('2027-03-01T09:01:00Z'));
    // All places to the one host are taken; the other has as many as there are schedules.
    const [lane] = await world.db.query<Lane>(
      `SELECT tenant_id, destination FROM schedules WHERE name = 'hangs.test' LIMIT 1`,
    );
    if (!lane) throw new Error('there are such schedules');
    for (let i = 0; i < 1_000; i += 1) node.lanes.take(lane);
    expect(await node.plan()).toMatchObject({ left: 5, planned: 95 });
    expect(await node.plan()).toMatchObject({ left: 5, planned: 195 });
    expect(await node.plan()).toMatchObject({ left: 5, planned: 110 });
    end();
    await node.dispatcher.settle();
  });

  it('is limited for planning, too: what has no place waits for any node', async () => {
    const node = new Node(world, 'n', 10, { host: 1 });
    const { hosts, end } = hanging();
    const fields = { schedule_expression: '1 9 * * *' };
    const ids = [];
    for (const host of ['hangs.test', 'hangs.test', 'quiet.test']) {
      ids.push((await world.create(webhook(host, { name: host, ...fields }))).id);
    }
    world.clock.set(Date.parse('2027-03-01T09:01:00Z'));
    expect((await node.plan()).waiting).toBe(true);
    expect(hosts.toSorted()).toEqual(['hangs.test', 'quiet.test']);
    const other = new Node(world, 'other', 10, { host: 1 });
    await other.dispatch();
    expect(hosts.toSorted()).toEqual(['hangs.test', 'hangs.test', 'quiet.test']);
    end();
    await node.dispatcher.settle();
    await other.dispatcher.settle();
    expect((await Promise.all(ids.map((id) => world.ledger(id)))).flat()).toEqual(
      Array.from({ length: 3 }, () => 'SCHEDULE 09:01:00 SUCCEEDED'),
    );
  });
});

describe('a tenant with much due', () => {
  it('does not hide what another has due', async () => {
    const node = new Node(world, 'n', 10, { tenant: 7 });
    const { hosts, end } = hanging();
    for (const host of ['a.test', 'b.test', 'c.test']) await waiting(host, 60);
    await world.addTenant('other', 'hc_live_key_of_the_other_tenant');
    world.key = 'hc_live_key_of_the_other_tenant';
    await waiting('other.test', 1);
    for (let i = 0; i < 4; i += 1) await node.dispatch();
    expect(count(hosts, 'other.test')).toBe(1);
    expect(hosts).toHaveLength(8);
    end(ABORTED);
    await node.dispatcher.settle();
  });

  it('does not keep another from being planned', async () => {
    const bulk = Array.from({ length: 1_000 }, (_, i) => ({
      name: `n${i}`,
      schedule_type: 'ONE_TIME',
      schedule_expression: '2027-03-01T09:05:00Z',
      action_type: 'LOG_EVENT',
      action_config: { message: 'x' },
    }));
    expect((await world.call('POST', '/v1/schedules/bulk', { schedules: bulk })).body.created).toBe(1_000);
    await world.addTenant('other', 'hc_live_key_of_the_other_tenant');
    world.key = 'hc_live_key_of_the_other_tenant';
    const { id } = await world.create({ schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T09:05:01Z' });
    world.clock.set(Date.parse('2027-03-01T09:05:01Z'));
    // The first pass does not reach the end of the first tenant's, and has the second one's all the same.
    const { planned } = await world.node.plan();
    expect(planned).toBeLessThan(1_001);
    expect(await world.runs(id)).toHaveLength(1);
    await world.settle();
    const [row] = await world.db.query<{ n: number }>('SELECT count(*) AS n FROM runs');
    expect(row?.n).toBe(1_001);
  });
});

describe('a rate limit where there is no room', () => {
  it('gives no turn away: what waited for room starts one by one all the same', async () => {
    const node = new Node(world, 'n', 1);
    const { end } = hanging();
    await waiting('busy.test', 1);
    await node.dispatch();
    const { id } = await world.create({
      schedule_expression: '* * * * *',
      overlap_policy: 'ALLOW_ALL',
      rate_limit_per_minute: 1,
      catchup_window_minutes: 60,
      end_at: '2027-03-01T09:03:00Z',
    });
    for (const minute of [1, 2, 3]) {
      world.clock.set(Date.parse(AT) + minute * 60_000);
      await node.plan();
      await node.release();
    }
    expect(await world.ledger(id)).toEqual([1, 2, 3].map((m) => `SCHEDULE 09:0${m}:00 PENDING RATE_LIMIT`));
    world.script = () => DELIVERED;
    end();
    await node.dispatcher.settle();
    await world.advanceTo('2027-03-01T09:20:00Z');
    const starts = (await world.runs(id)).map((run) => Date.parse(run.started_at)).sort((a, b) => a - b);
    expect(starts).toHaveLength(3);
    for (const [i, start] of starts.entries()) {
      if (i > 0) expect(start - (starts[i - 1] ?? 0)).toBeGreaterThanOrEqual(60_000);
    }
  });
});

describe('the account of what is in flight', () => {
  it('never exceeds a limit, and gives back what was taken', () => {
    const lane = fc.record({
      tenant_id: fc.constantFrom('t1', 't2', 't3'),
      destination: fc.constantFrom('', 'a:1', 'b:1', 'c:1'),
    });
    const step = fc.oneof(fc.record({ take: lane }), fc.record({ give: fc.nat(100) }));
    const limits = fc.record({
      node: fc.integer({ min: 1, max: 9 }),
      tenant: fc.integer({ min: 1, max: 5 }),
      host: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 60 }), (most, steps) => {
        const lanes = new Lanes(
          most,
          () => 0,
          () => undefined,
        );
        const held: NonNullable<ReturnType<Lanes['take']>>[] = [];
        for (const one of steps) {
          if ('take' in one) {
            const slot = lanes.take(one.take);
            if (slot) held.push(slot);
          } else if (held.length > 0) {
            const [slot] = held.splice(one.give % held.length, 1);
            if (slot) lanes.give(slot, 'answered');
          }
          expect(held.length).toBeLessThanOrEqual(most.node);
          for (const { tenant_id, destination } of held) {
            expect(held.filter((s) => s.tenant_id === tenant_id).length).toBeLessThanOrEqual(most.tenant);
            if (destination !== '')
              expect(held.filter((s) => s.destination === destination).length).toBeLessThanOrEqual(most.host);
          }
          expect(lanes.free()).toBe(most.node - held.length);
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('nobody starves: with more lanes than slots each gets its turn', async () => {
    const node = new Node(world, 'n', 2);
    world.script = () => DELIVERED;
    const hosts = Array.from({ length: 12 }, (_, i) => `h${i}.test`);
    for (const host of hosts) await waiting(host, 10);
    const seen = new Set<string>();
    world.script = (target) => {
      seen.add(target.schedule.name);
      return DELIVERED;
    };
    // Twelve lanes of ten, two at a time: after three rounds each has had one, long before the first is through.
    for (let i = 0; i < 18 && seen.size < hosts.length; i += 1) {
      await node.dispatch();
      await node.dispatcher.settle();
    }
    expect(seen.size).toBe(hosts.length);
    const [left] = await world.db.query<{ n: number }>(`SELECT count(*) AS n FROM runs WHERE status = 'PENDING'`);
    expect(left?.n).toBeGreaterThan(80);
  });

  it('two nodes claim disjointly, all there is', async () => {
    const { hosts, end } = hanging();
    await waiting('a.test', 12);
    await waiting('b.test', 12);
    const nodes = ['x', 'y'].map((name) => new Node(world, name, 12));
    for (let i = 0; i < 3; i += 1) await Promise.all(nodes.map((node) => node.dispatch()));
    expect(hosts).toHaveLength(24);
    const rows = await world.db.query<{ attempt: number }>(`SELECT attempt FROM runs WHERE status = 'RUNNING'`);
    expect(rows.map((row) => row.attempt)).toEqual(Array.from({ length: 24 }, () => 1));
    end();
    for (const node of nodes) await node.dispatcher.settle();
  });
});

describe('the breaker of a host', () => {
  it('opens after ten time-outs in a row; its runs wait, fail nothing and use up no retry; a probe closes it', async () => {
    const { node } = world;
    world.script = () => TIMES_OUT;
    const id = await waiting('down.test', 10, { max_retries: 0 });
    await node.dispatch();
    await node.dispatcher.settle();
    expect(node.turns).toMatchObject([{ destination: 'down.test', state: 'open' }]);
    expect(node.lanes.breakers()).toMatchObject({ open: 1 });

    await waiting('up.test', 1);
    for (let i = 0; i < 3; i += 1) await world.call('POST', `/v1/schedules/${id}/trigger`);
    const seen: string[] = [];
    world.script = (target) => {
      seen.push(target.schedule.name);
      return DELIVERED;
    };
    const { next } = await node.dispatch();
    await node.dispatcher.settle();
    expect(seen).toEqual(['up.test']);
    // The loop knows when to come again.
    expect(next).toBe(Date.parse(AT) + 5_000);

    world.clock.set(next ?? 0);
    await node.dispatch();
    await node.dispatcher.settle();
    expect(seen).toEqual(['up.test', 'down.test']);
    expect(node.turns.at(-1)).toMatchObject({ destination: 'down.test', state: 'closed' });
    await world.settle();
    const runs = await world.runs(id);
    expect(runs.filter((run) => run.status === 'FAILED')).toHaveLength(10);
    expect(runs.filter((run) => run.status === 'SUCCEEDED').map((run) => run.attempt)).toEqual([1, 1, 1]);
  });

  it('is one tenant’s own: another goes on sending to the same host', async () => {
    world.script = () => TIMES_OUT;
    await waiting('shared.test', 10, { max_retries: 0 });
    await world.node.dispatch();
    await world.node.dispatcher.settle();
    await world.addTenant('other', 'hc_live_key_of_the_other_tenant');
    world.key = 'hc_live_key_of_the_other_tenant';
    world.script = () => DELIVERED;
    const id = await waiting('shared.test', 1);
    await world.node.dispatch();
    await world.node.dispatcher.settle();
    expect((await world.runs(id))[0].status).toBe('SUCCEEDED');
  });
});
