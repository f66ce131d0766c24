import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePartitions } from '../../src/store/partitions.ts';
import { lockDates } from '../../src/store/relative.ts';
import { Contracts } from '../support/contracts.ts';
import { DELIVERED, Node, type World } from '../support/world.ts';

let contracts: Contracts;
let world: World;
let definition: string;

async function open(at: string): Promise<void> {
  contracts = await Contracts.open(at);
  ({ world, definition } = contracts);
}
beforeEach(() => open('2027-03-01T00:00:00Z'));
afterEach(() => world.close());

const put: Contracts['put'] = (...args) => contracts.put(...args);
const schedule: Contracts['schedule'] = (...args) => contracts.schedule(...args);
const next: Contracts['next'] = (id) => contracts.next(id);
const fired: Contracts['fired'] = (id) => contracts.fired(id);

describe('many at once', () => {
  it('are planned in bounded steps, by two nodes, each once', async () => {
    const { id } = await schedule();
    const records = Array.from({ length: 1_800 }, (_, i) => ({
      external_id: `r${i}`,
      data: { renews_on: '2027-03-02' },
    }));
    await world.call('POST', `/v1/entity-definitions/${definition}/records/bulk`, { records });
    world.clock.set(Date.parse('2027-03-02T00:00:00Z'));
    const other = new Node(world, 'node-2', 1_000);
    const steps: number[] = [];
    for (;;) {
      const [a, b] = await Promise.all([world.node.planRelative(), other.planRelative()]);
      steps.push(a.planned, b.planned);
      expect(Math.max(a.planned, b.planned)).toBeLessThanOrEqual(500);
      if (a.looked + b.looked === 0) break;
    }
    expect(steps.reduce((x, y) => x + y)).toBe(1_800);
    await Promise.all([world.settle(), other.dispatcher.settle()]);
    await world.settle();
    const { body } = await world.call('GET', `/v1/runs?schedule_id=${id}&status=SUCCEEDED`);
    expect(body.total).toBe(1_800);
    expect((await world.get(id)).run_count).toBe(1_800);
  });

  it.each([
    ['runs once, and counts once', false, [{ status: 'SUCCEEDED', n: 1_200 }], 1_200],
    [
      'is missed once, where it is paused',
      true,
      [
        { status: 'MISSED', n: 700 },
        { status: 'SUCCEEDED', n: 500 },
      ],
      500,
    ],
  ])('written again midway %s', async (_, paused, fates, runs) => {
    const { id } = await schedule({ overlap_policy: 'ALLOW_ALL' });
    const records = Array.from({ length: 1_200 }, (_, i) => ({
      external_id: `r${i}`,
      data: { renews_on: '2027-03-02' },
    }));
    await world.call('POST', `/v1/entity-definitions/${definition}/records/bulk`, { records });
    world.clock.set(Date.parse('2027-03-02T00:00:00Z'));
    await world.node.planRelative();
    const left = await world.db.query<{ external_id: string }>(
      `SELECT external_id FROM entity_records e WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.record_id = e.id)
       ORDER BY id LIMIT 5`,
    );
    for (const { external_id } of left) await put(external_id, { renews_on: '2027-03-02', status: 'changed' });
    if (paused) for (const verb of ['pause', 'resume']) await world.call('POST', `/v1/schedules/${id}/${verb}`);
    await world.settle();
    const counts = await world.db.query(
      'SELECT status, sum(coalesce(missed_count, 1))::int AS n FROM runs WHERE schedule_id = $1 GROUP BY status ORDER BY status',
      [id],
    );
    expect(counts).toEqual(fates);
    expect((await world.get(id)).run_count).toBe(runs);
  });

  it('paused midway: what is left is missed', async () => {
    const { id } = await schedule();
    const records = Array.from({ length: 1_200 }, (_, i) => ({
      external_id: `r${i}`,
      data: { renews_on: '2027-03-02' },
    }));
    await world.call('POST', `/v1/entity-definitions/${definition}/records/bulk`, { records });
    world.clock.set(Date.parse('2027-03-02T00:00:00Z'));
    await world.node.planRelative();
    await world.call('POST', `/v1/schedules/${id}/pause`);
    await world.settle();
    await world.call('POST', `/v1/schedules/${id}/resume`);
    await world.settle();
    const counts = await world.db.query<{ status: string; n: number }>(
      'SELECT status, sum(coalesce(missed_count, 1))::int AS n FROM runs WHERE schedule_id = $1 GROUP BY status ORDER BY status',
      [id],
    );
    expect(counts).toEqual([
      { status: 'MISSED', n: 700 },
      { status: 'SUCCEEDED', n: 500 },
    ]);
  });

  it('a rate limit spreads a big day', async () => {
    const { id } = await schedule({ rate_limit_per_minute: 2 });
    for (const name of ['a', 'b', 'c', 'd']) await put(name, { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T00:05:00Z');
    const starts = (await world.runs(id)).map((run) => run.started_at.slice(11, 19));
    expect(starts.toSorted((a, b) => a.localeCompare(b))).toEqual(['00:00:00', '00:00:30', '00:01:00', '00:01:30']);
  });

  it('overlap is each record’s own', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    world.script = async (target) => {
      if (target.record?.['external_id'] === 'slow' && target.run.scheduled_for.startsWith('2027-03-31')) await gate;
      return { kind: 'delivered', request: null, response: null };
    };
    const { id } = await schedule({
      relative_recurrence: 'MONTHLY',
      overlap_policy: 'BUFFER_ONE',
      catchup_window_minutes: 1440,
    });
    await put('slow', { renews_on: '2027-03-31' });
    await put('quick', { renews_on: '2027-03-31' });
    await world.settle();
    const node = world.node;
    world.clock.set(Date.parse('2027-03-31T00:00:00Z'));
    await makePartitions(world.db, world.clock.now());
    await node.planRelative();
    world.clock.set(Date.parse('2027-04-30T00:00:00Z'));
    await makePartitions(world.db, world.clock.now());
    // The run that hangs keeps its lease.
    await node.dispatcher.renew(world.clock.now());
    await node.dispatcher.flush();
    await node.planRelative();
    await node.dispatcher.flush();
    const now = (await world.runs(id)).map((run) => `${run.scheduled_for.slice(5, 10)} ${run.status} ${run.reason}`);
    expect(now.toSorted()).toEqual([
      '03-31 RUNNING null',
      '03-31 SUCCEEDED null',
      '04-30 PENDING OVERLAP',
      '04-30 SUCCEEDED null',
    ]);
    const slow = (await world.runs(id)).filter((run) => ['RUNNING', 'PENDING'].includes(run.status));
    expect(slow.map((run) => run.blocked_by)).toEqual([null, slow[0].id]);
    release();
    await node.dispatcher.settle();
    await world.settle();
    expect((await world.runs(id)).map((run) => run.status)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      'SUCCEEDED',
      'SUCCEEDED',
    ]);
  });

  it('the flexible window spreads the records', async () => {
    const { id } = await schedule({ flexible_window_minutes: 30 });
    for (let i = 0; i < 5; i += 1) await put(`r${i}`, { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T01:00:00Z');
    const runs = await world.runs(id);
    expect(new Set(runs.map((run) => run.fire_at)).size).toBe(5);
    for (const run of runs) {
      expect(run).toMatchObject({ scheduled_for: '2027-03-02T00:00:00.000Z', status: 'SUCCEEDED', lateness_ms: 0 });
      expect(run.started_at).toBe(run.fire_at);
      expect(Date.parse(run.fire_at) - Date.parse(run.scheduled_for)).toBeLessThan(30 * 60_000);
    }
  });
});

describe('the flexible window', () => {
  const runsOf = async (id: string) => (await world.runs(id)).toSorted((a, b) => (a.fire_at < b.fire_at ? -1 : 1));

  it('holds where a rate limit spaces the starts', async () => {
    const { id } = await schedule({ flexible_window_minutes: 60, rate_limit_per_minute: 1 });
    for (let i = 0; i < 60; i += 1) await put(`r${i}`, { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T03:00:00Z');
    const runs = await runsOf(id);
    expect(runs.length).toBe(60);
    for (const run of runs) expect(Date.parse(run.started_at)).toBeGreaterThanOrEqual(Date.parse(run.fire_at));
    const starts = runs.map((run) => Date.parse(run.started_at)).toSorted((a, b) => a - b);
    for (const [i, start] of starts.entries()) expect(start - (starts[i - 1] ?? 0)).toBeGreaterThanOrEqual(60_000);
  });

  it.each(['BUFFER_ONE', 'TERMINATE_OTHER'])('holds behind a run of its record: %s', async (policy) => {
    world.script = ({ run }) =>
      run.scheduled_for.startsWith('2027-03-02')
        ? { kind: 'accepted', completesWithinSeconds: 172_800, request: null, response: null }
        : DELIVERED;
    const { id } = await schedule({ flexible_window_minutes: 60, overlap_policy: policy });
    await put('a', { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T02:00:00Z');
    await put('a', { renews_on: '2027-03-03' });
    await world.advanceTo('2027-03-03T00:00:00Z');
    const [open] = await runsOf(id);
    if (policy === 'BUFFER_ONE') await world.call('POST', `/v1/runs/${open.id}/cancel`);
    await world.node.release();
    await world.advanceTo('2027-03-03T02:00:00Z');
    const [first, second] = await runsOf(id);
    expect([first.status, second.status]).toEqual(['CANCELLED', 'SUCCEEDED']);
    expect(second.started_at).toBe(second.fire_at);
    if (policy === 'TERMINATE_OTHER') expect(first.finished_at).toBe(second.fire_at);
  });
});

describe('a writer that takes its time', () => {
  it('is waited for: no date is passed before it is committed', async () => {
    const { id } = await schedule();
    await put('b', { renews_on: '2027-03-02' });
    world.clock.set(Date.parse('2027-03-02T00:00:00Z'));
    await world.db.transaction(async (tx) => {
      // What writing a record does, up to its commit.
      await lockDates(tx, definition, 'share');
      const turn = await world.node.planRelative();
      expect(turn).toMatchObject({ planned: 0, looked: 1 });
    });
    await world.settle();
    expect(await fired(id)).toEqual(['2027-03-02T00:00:00 SUCCEEDED']);
  });
});

describe('by hand', () => {
  it('a trigger may name a record, and a retry keeps it', async () => {
    const seen: unknown[] = [];
    world.script = (target) => {
      seen.push(target.record?.['external_id']);
      return { kind: 'rejected', error: { code: 'x', message: 'x' }, request: null, response: null };
    };
    const { id } = await schedule();
    const a = await put('a', { renews_on: '2027-06-01' });
    const { status, body } = await world.call('POST', `/v1/schedules/${id}/trigger`, { record_id: a.id });
    expect(status).toBe(202);
    expect(body).toMatchObject({ trigger: 'MANUAL', record_id: a.id });
    await world.settle();
    expect((await world.call('POST', `/v1/runs/${body.id}/retry`)).body).toMatchObject({ record_id: a.id });
    await world.settle();
    expect(seen).toEqual(['a', 'a']);
    expect(await next(id)).toBe('2027-06-01T00:00:00.000Z');
  });

  it('a record that is not there, or a schedule of another type, is refused', async () => {
    const unknown = '160c0c4b-9966-4dc1-a916-8407eb10d74e';
    const { id } = await schedule();
    const one = await world.call('POST', `/v1/schedules/${id}/trigger`, { record_id: unknown });
    expect(one).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'record_id'], type: 'not_found' }] } });
    const cron = await world.create();
    const two = await world.call('POST', `/v1/schedules/${cron.id}/trigger`, { record_id: unknown });
    expect(two).toMatchObject({ status: 422, body: { detail: [{ type: 'not_relative' }] } });
  });
});
