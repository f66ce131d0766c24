import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { eventually } from '../process/waiting.ts';
import { Listener } from '../support/listener.ts';
import { World } from '../support/world.ts';

const START = '2027-03-01T09:00:00Z';
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let world: World;
let listeners: Listener[];
beforeEach(async () => {
  world = await World.open(START);
  listeners = [];
});
afterEach(async () => {
  for (const listener of listeners) await listener.leave();
  await world.close();
});

/** Opens a stream, a moment after what was before. */
const listen = async (query = '', headers: Record<string, string> = {}) => {
  world.clock.set(world.clock.now() + SECOND);
  const listener = await Listener.open(world, query, headers);
  listeners.push(listener);
  return listener;
};

/** A moment later, with a look of the server's. */
const later = async (ms = SECOND) => {
  world.clock.set(world.clock.now() + ms);
  await world.streams.tick();
};

describe('GET /v1/events', () => {
  it('tells of a schedule and of its runs, in order, as they happen, and of nothing that was before', async () => {
    const before = await world.create();
    await world.advanceTo('2027-03-01T09:01:00Z');
    const listener = await listen();
    const { id } = await world.create({ name: 'told', schedule_expression: '*/2 * * * *' });
    await later();
    await world.advanceTo('2027-03-01T09:02:00Z');
    await world.streams.tick();
    await world.call('PUT', `/v1/schedules/${id}`, { name: 'changed' });
    await later();
    await world.call('POST', `/v1/schedules/${id}/pause`);
    await later();
    await world.call('DELETE', `/v1/schedules/${id}`);
    await later();
    await eventually('all is told', () => listener.events.length >= 6);
    expect(listener.of(id)).toEqual([
      'schedule CREATED told ACTIVE 1',
      'run SUCCEEDED 09:02:00 attempt 1',
      'schedule CHANGED changed ACTIVE 2',
      'schedule CHANGED changed PAUSED 3',
      'schedule DELETED changed PAUSED 4',
    ]);
    expect(listener.of(before.id)).toEqual(['run SUCCEEDED 09:02:00 attempt 1']);
    expect(listener.events.find(({ type }) => type === 'run')?.data).toMatchObject({
      trigger: 'SCHEDULE',
      status: 'SUCCEEDED',
      lateness_ms: 0,
      reason: null,
      scheduled_for: '2027-03-01T09:02:00.000Z',
      finished_at: '2027-03-01T09:02:00.000Z',
    });
    expect(listener.text).toMatch(/^retry: 3000\n\n: heartbeat /);
  });

  it('tells that a run has started, waits for a retry, is tried again, and has ended', async () => {
    const ends: ((outcome: Outcome) => void)[] = [];
    world.script = () => new Promise((resolve) => ends.push(resolve));
    const { id } = await world.create({ schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T09:00:10Z' });
    const listener = await listen('?types=run');
    world.clock.set(Date.parse('2027-03-01T09:00:10Z'));
    await world.node.plan();
    await world.streams.tick();
    ends[0]?.({
      kind: 'failed',
      request: null,
      response: null,
      error: { code: 'http_status', message: '500' },
      retryable: true,
    } as never);
    await world.node.dispatcher.settle();
    await later();
    world.script = () => ({ kind: 'delivered', request: null, response: { status: 200 } });
    await world.advanceTo('2027-03-01T09:02:00Z');
    await later();
    await eventually('its end is told', () => listener.of(id).length === 3);
    expect(listener.of(id)).toEqual([
      'run RUNNING 09:00:10 attempt 1',
      'run PENDING 09:00:10 attempt 1',
      'run SUCCEEDED 09:00:10 attempt 2',
    ]);
  });

  it('goes on behind the last event that a reader had, after minutes too, and without one from now', async () => {
    const { id } = await world.create();
    const first = await listen('?types=run');
    await world.advanceTo('2027-03-01T09:01:00Z');
    await world.streams.tick();
    await eventually('the first is told', () => first.events.length === 1);
    await first.leave();
    await world.advanceTo('2027-03-01T09:10:00Z');
    const fresh = await listen('?types=run');
    const resumed = await listen('?types=run', { 'Last-Event-ID': first.events[0]?.id ?? '' });
    await world.advanceTo('2027-03-01T09:11:00Z');
    await world.streams.tick();
    await eventually('all is told', () => resumed.of(id).some((line) => line.includes('09:11')));
    // What was sent may come again; what was not is all there.
    const minutes = [...new Set(resumed.of(id))].map((line) => line.split(' ')[2]);
    expect(minutes.filter((minute) => minute !== '09:01:00')).toEqual(
      ['02', '03', '04', '05', '06', '07', '08', '09', '10', '11'].map((minute) => `09:${minute}:00`),
    );
    await eventually('it is told', () => fresh.events.length > 0);
    expect(fresh.of(id)).toEqual(['run SUCCEEDED 09:11:00 attempt 1']);
  });

  it('goes on behind a heartbeat, where nothing has happened for long', async () => {
    const { id } = await world.create({ schedule_expression: '0 12 * * *' });
    const first = await listen('?types=run');
    const began = first.lastId;
    await later(50 * MINUTE);
    await later(50 * MINUTE);
    await eventually('a heartbeat has come', () => first.lastId !== began);
    await first.leave();
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.settle();
    const second = await listen('?types=run', { 'Last-Event-ID': first.lastId });
    await eventually('it is told', () => second.events.length > 0);
    expect(second.events.map(({ type }) => type)).toEqual(['run']);
  });

  it('says to load anew where the last event is too old, or its id is of something else', async () => {
    const first = await listen();
    world.clock.set(world.clock.now() + 61 * MINUTE);
    for (const [id, reason] of [
      [first.lastId, 'TOO_OLD'],
      ['17', 'UNKNOWN_ID'],
      ['ezzzzzzzzz', 'UNKNOWN_ID'],
    ] as const) {
      const listener = await listen('', { 'Last-Event-ID': id });
      await eventually('it says so', () => listener.events.length > 0);
      expect(listener.events).toEqual([
        { type: 'reset', id: expect.any(String), data: { reason, detail: expect.stringContaining('anew') } },
      ]);
    }
  });

  it('tells of what was written before the last look and committed after it', async () => {
    const { id } = await world.create();
    const listener = await listen('?types=schedule');
    const [open, committed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const written = world.clock.now() + SECOND;
    const change = world.db.transaction(async (tx) => {
      await tx.query(`UPDATE schedules SET version = version + 1, name = 'late', updated_at = $2 WHERE id = $1`, [
        id,
        new Date(written).toISOString(),
      ]);
      open.resolve();
      await committed.promise;
    });
    await open.promise;
    for (let i = 0; i < 14; i += 1) await later();
    const other = await world.create({ name: 'in between' });
    await later();
    await eventually('the other is told', () => listener.of(other.id).length === 1);
    expect(listener.of(id)).toEqual([]);
    committed.resolve();
    await change;
    // Who goes on behind an event that was sent before that gets it, too.
    const resumed = await listen('?types=schedule', { 'Last-Event-ID': listener.lastId });
    await eventually('the late one is told', () => resumed.of(id).length === 1);
    for (let i = 0; i < 11; i += 1) await later();
    await eventually('the late one is told', () => listener.of(id).length === 1);
    expect(listener.of(id)).toEqual(['schedule CHANGED late ACTIVE 2']);
    // Its id does not lead back: who resumes behind it has the other one behind it.
    const ids = listener.events.map(({ id: event }) => Number.parseInt(event.slice(1), 36));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  it('tells of thousands of changes that were missed, in order, page by page', async () => {
    const first = await listen();
    await first.leave();
    const { id } = await world.create({ schedule_expression: '0 0 1 1 *' });
    const bulk = Array.from({ length: 1_000 }, (_, i) => ({
      name: `${i}`,
      schedule_type: 'CRON',
      schedule_expression: '0 0 1 1 *',
      action_type: 'LOG_EVENT',
      action_config: { message: 'x' },
    }));
    for (let i = 0; i < 3; i += 1) {
      world.clock.set(world.clock.now() + SECOND);
      await world.call('POST', `/v1/schedules/${id}/trigger`);
      await world.settle();
      world.clock.set(world.clock.now() + SECOND);
      expect((await world.call('POST', '/v1/schedules/bulk', { schedules: bulk })).body.created).toBe(1_000);
    }
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.settle();
    const resumed = await listen('', { 'Last-Event-ID': first.lastId });
    await eventually('all is told', () => resumed.events.length >= 3_005);
    const at = resumed.events.map(({ data }) => data.at);
    expect(at).toEqual(at.toSorted((a: string, b: string) => a.localeCompare(b)));
    const told = resumed.events.map(({ data }) => data.run_id ?? data.schedule_id);
    expect([new Set(told).size, told.length]).toEqual([3_005, 3_005]);
    const ids = resumed.events.map(({ id: event, data }) => [Number.parseInt(event.slice(1), 36), Date.parse(data.at)]);
    expect(ids.every(([place, instant]) => place === instant)).toBe(true);
  });

  it('tells each reader what it asked for', async () => {
    const customer_id = '11111111-1111-4111-8111-111111111111';
    const [one, two] = [await world.create({ customer_id }), await world.create()];
    const all = await listen();
    const runs = await listen('?types=run');
    const schedules = await listen('?types=schedule');
    const ofOne = await listen(`?schedule_id=${one.id}`);
    const ofCustomer = await listen(`?customer_id=${customer_id}`);
    await world.advanceTo('2027-03-01T09:01:00Z');
    for (const { id } of [one, two]) await world.call('PUT', `/v1/schedules/${id}`, { name: 'x' });
    await later();
    await eventually('all is told', () => all.events.length === 4);
    const kinds = (listener: Listener, id: string) => listener.of(id).map((line) => line.split(' ')[0]);
    expect([kinds(runs, one.id), kinds(runs, two.id)]).toEqual([['run'], ['run']]);
    expect([kinds(schedules, one.id), kinds(schedules, two.id)]).toEqual([['schedule'], ['schedule']]);
    for (const listener of [ofOne, ofCustomer]) {
      expect([new Set(kinds(listener, one.id)), kinds(listener, two.id)]).toEqual([new Set(['run', 'schedule']), []]);
    }
    const { status, body } = await world.call('GET', '/v1/events?types=run,job&schedule_id=x');
    expect(status).toBe(422);
    expect(body.detail.map(({ loc }: { loc: string[] }) => loc.slice(0, 2))).toEqual([
      ['query', 'types'],
      ['query', 'schedule_id'],
    ]);
  });

  it('tells a key of a customer of nobody else, and a key for runs of no schedules', async () => {
    const [a, b] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
    const [mine, theirs] = [await world.create({ customer_id: a }), await world.create({ customer_id: b })];
    const make = async (fields: object) =>
      (await world.call('POST', '/v1/api-keys', { name: 'k', scopes: ['runs:read', 'schedules:read'], ...fields })).body
        .key;
    const bound = await listen('', { 'X-Api-Key': await make({ customer_id: a }) });
    const runsOnly = await make({ scopes: ['runs:read'] });
    const narrow = await listen('', { 'X-Api-Key': runsOnly });
    await world.advanceTo('2027-03-01T09:01:00Z');
    for (const { id } of [mine, theirs]) await world.call('PUT', `/v1/schedules/${id}`, { name: 'x' });
    await later();
    await eventually('all is told', () => bound.events.length === 2 && narrow.events.length === 2);
    expect([bound.of(mine.id).length, bound.of(theirs.id).length]).toEqual([2, 0]);
    expect(narrow.events.map(({ type }) => type)).toEqual(['run', 'run']);
    const asked = await world.call('GET', '/v1/events?types=schedule', undefined, { 'X-Api-Key': runsOnly });
    expect([asked.status, asked.body.code]).toEqual([403, 'forbidden']);
    const other = await world.call('GET', `/v1/events?customer_id=${b}`, undefined, {
      'X-Api-Key': await make({ customer_id: a }),
    });
    expect(other.status).toBe(422);
  });

  it('ends within seconds when its key is revoked, or its session is ended or idle, and not before', async () => {
    const { body: key } = await world.call('POST', '/v1/api-keys', { name: 'k', scopes: ['runs:read'] });
    const byKey = await listen('', { 'X-Api-Key': key.key });
    const sessions = await Promise.all(
      [0, 1].map(async () => {
        const opened = await world.call('POST', '/v1/session', { api_key: world.key }, { 'X-Api-Key': '' });
        return opened.headers.get('set-cookie')?.split(';')[0] ?? '';
      }),
    );
    const [ended = '', idle = ''] = sessions;
    const byEnded = await listen('', { 'X-Api-Key': '', Cookie: ended });
    const byIdle = await listen('', { 'X-Api-Key': '', Cookie: idle });
    await later(6 * SECOND);
    expect(world.streams.size).toBe(3);
    await world.call('DELETE', `/v1/api-keys/${key.id}`);
    const gone = await world.call('DELETE', '/v1/session', undefined, {
      'X-Api-Key': '',
      Cookie: ended,
      'Sec-Fetch-Site': 'same-origin',
    });
    expect(gone.status).toBe(204);
    await later(6 * SECOND);
    await Promise.all([byKey.ended, byEnded.ended]);
    expect(world.streams.size).toBe(1);
    // To be open is no request: it keeps no session awake.
    for (let i = 0; i < 61; i += 1) await later(MINUTE);
    await byIdle.ended;
    expect(world.streams.size).toBe(0);
  });

  it('drops a reader that does not read, and keeps the others', async () => {
    const reading = await listen('?types=schedule');
    let destroyed = 0;
    const destroy = () => (destroyed += 1);
    const sleeping = await Listener.open(world, '?types=schedule', {}, { reads: false, destroy });
    expect(world.streams.size).toBe(2);
    const schedules = Array.from({ length: 1_000 }, (_, i) => ({
      name: `${i} ${'x'.repeat(190)}`,
      schedule_type: 'CRON',
      schedule_expression: '0 0 1 1 *',
      action_type: 'LOG_EVENT',
      action_config: { message: 'x' },
    }));
    await world.call('POST', '/v1/schedules/bulk', { schedules });
    await later();
    expect([world.streams.size, destroyed]).toEqual([1, 1]);
    await eventually('who reads is told of all', () => reading.events.length === 1_000);
    expect(reading.isOpen).toBe(true);
    await sleeping.leave();
    // What is not read at all for a minute is over, too, however little it is.
    const dead = await Listener.open(world, '?types=run', {}, { reads: false });
    for (let i = 0; i < 4; i += 1) await later(20 * SECOND);
    expect(world.streams.size).toBe(2);
    await later(20 * SECOND);
    expect(world.streams.size).toBe(1);
    await dead.leave();
  });

  it('has room for so many of a tenant and of a server, and says so', async () => {
    const small = await World.open(START, { streamLimits: { tenant: 2, server: 3 } });
    const other = 'hc_live_key_of_another_tenant';
    await small.addTenant('other', other);
    const open = [await Listener.open(small), await Listener.open(small)];
    const third = await small.call('GET', '/v1/events');
    expect([third.status, third.body.code, third.headers.get('retry-after')]).toEqual([429, 'too_many_streams', '10']);
    open.push(await Listener.open(small, '', { 'X-Api-Key': other }));
    const fourth = await small.call('GET', '/v1/events', undefined, { 'X-Api-Key': other });
    expect([fourth.status, fourth.body.code, fourth.headers.get('retry-after')]).toEqual([
      503,
      'streams_exhausted',
      '10',
    ]);
    await open[0]?.leave();
    open.push(await Listener.open(small));
    // A HEAD request has no stream.
    await open[1]?.leave();
    expect((await small.request('/v1/events', { method: 'HEAD', headers: { 'X-Api-Key': small.key } })).status).toBe(
      200,
    );
    open.push(await Listener.open(small));
    small.streams.stop();
    for (const listener of open) await listener.ended;
    await small.close();
  });

  it('looks at the database for all readers of a tenant at once, and not at all without one', async () => {
    const statements: string[] = [];
    const watched = await World.open(START, { onStatement: (name) => void statements.push(name) });
    const count = async () => {
      statements.length = 0;
      watched.clock.set(watched.clock.now() + SECOND);
      await watched.streams.tick();
      return statements.length;
    };
    expect(await count()).toBe(0);
    const one = await Listener.open(watched);
    const alone = await count();
    const two = await Listener.open(watched);
    expect(await count()).toBe(alone);
    await Promise.all([one.leave(), two.leave()]);
    expect(await count()).toBe(0);
    await watched.close();
  });
});
