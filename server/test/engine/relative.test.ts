import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { Contracts } from '../support/contracts.ts';
import { DELIVERED, Node, type Reply, type World } from '../support/world.ts';

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
const record: Contracts['record'] = (id) => contracts.record(id);
const fired: Contracts['fired'] = (id) => contracts.fired(id);

describe('when a record is due', () => {
  it.each([
    [
      'three days before, at nine in New York',
      { relative_offset_days: -3, schedule_expression: '09:00', timezone: 'America/New_York' },
      { renews_on: '2027-03-17' },
      '2027-03-14T13:00:00',
    ],
    [
      'the day itself, at midnight in Kathmandu',
      { timezone: 'Asia/Kathmandu' },
      { renews_on: '2027-03-10' },
      '2027-03-09T18:15:00',
    ],
    ['thirty days after', { relative_offset_days: 30 }, { renews_on: '2027-02-10' }, '2027-03-12T00:00:00'],
    [
      'a time of day in the gap',
      { timezone: 'America/New_York', schedule_expression: '02:30' },
      { renews_on: '2027-03-14' },
      '2027-03-14T07:00:00',
    ],
    [
      'an instant, at its own local time, across the gap',
      { relative_field_name: 'meets_at', relative_offset_days: 1, timezone: 'America/New_York' },
      { meets_at: '2027-03-13T10:00:00-05:00' },
      '2027-03-14T14:00:00',
    ],
    [
      'an instant, by the day that it has in Sydney',
      { relative_field_name: 'meets_at', schedule_expression: '08:00', timezone: 'Australia/Sydney' },
      { meets_at: '2027-03-10T20:00:00Z' },
      '2027-03-10T21:00:00',
    ],
  ])('%s', async (_name, rule, data, due) => {
    const { id, next_run_at } = await schedule(rule);
    expect(next_run_at).toBeNull();
    const { id: recordId } = await put('a', data);
    expect(await next(id)).toBe(`${due}.000Z`);
    await world.advanceTo('2027-03-31T00:00:00Z');
    expect(await fired(id)).toEqual([`${due} SUCCEEDED`]);
    expect((await world.runs(id))[0].record_id).toBe(recordId);
    expect(await next(id)).toBeNull();
    expect((await world.get(id)).status).toBe('ACTIVE');
  });

  it('in the first pass of a repeated hour', async () => {
    await world.close();
    await open('2027-11-01T00:00:00Z');
    const { id } = await schedule({ timezone: 'America/New_York', schedule_expression: '01:30' });
    await put('a', { renews_on: '2027-11-07' });
    await world.advanceTo('2027-11-09T00:00:00Z');
    expect(await fired(id)).toEqual(['2027-11-07T05:30:00 SUCCEEDED']);
  });

  it.each([
    ['MONTHLY', '2027-12-07T06:10:00.000Z'],
    ['YEARLY', '2028-11-07T06:10:00.000Z'],
  ])(
    '%s, an instant in a second pass at itself first, also where the planner stands in that pass',
    async (recurrence, then) => {
      await world.close();
      await open('2027-11-07T00:00:00Z');
      const { id } = await schedule({
        relative_field_name: 'meets_at',
        relative_recurrence: recurrence,
        timezone: 'America/New_York',
      });
      await put('a', { meets_at: '2027-11-07T06:30:00Z' });
      expect(await next(id)).toBe('2027-11-07T06:30:00.000Z');
      await put('b', { meets_at: '2027-11-07T06:10:00Z' });
      await world.advanceTo('2027-11-07T06:10:00Z');
      expect(await next(id)).toBe('2027-11-07T06:30:00.000Z');
      await world.advanceTo('2027-11-07T06:40:00Z');
      expect(await fired(id)).toEqual(['2027-11-07T06:10:00 SUCCEEDED', '2027-11-07T06:30:00 SUCCEEDED']);
      await put('c', { meets_at: '2027-11-07T06:45:00Z' });
      expect(await next(id)).toBe('2027-11-07T06:45:00.000Z');
      await put('c', {});
      expect(await next(id)).toBe(then);
      // Later turns go by its local time, 01:10.
      await world.advanceTo(then);
      expect(await fired(id)).toContain(`${then.slice(0, 19)} SUCCEEDED`);
    },
  );

  it('again and again where it comes round, short months by their last day', async () => {
    const monthly = await schedule({
      relative_recurrence: 'MONTHLY',
      timezone: 'Europe/Berlin',
      schedule_expression: '09:00',
    });
    const yearly = await schedule({ relative_recurrence: 'YEARLY' });
    await put('a', { renews_on: '2024-02-29' });
    await put('b', { renews_on: '2026-12-31' });
    expect(await next(monthly.id)).toBe('2027-03-29T07:00:00.000Z');
    expect(await next(yearly.id)).toBe('2027-12-31T00:00:00.000Z');
    await world.advanceTo('2027-05-01T00:00:00Z');
    expect(await fired(monthly.id)).toEqual([
      '2027-03-29T07:00:00 SUCCEEDED',
      '2027-03-31T07:00:00 SUCCEEDED',
      '2027-04-29T07:00:00 SUCCEEDED',
      '2027-04-30T07:00:00 SUCCEEDED',
    ]);
    await world.advanceTo('2028-03-01T00:00:00Z');
    expect(await fired(yearly.id)).toEqual(['2027-12-31T00:00:00 SUCCEEDED', '2028-02-29T00:00:00 SUCCEEDED']);
  });

  it.each([
    ['MONTHLY', '2027-10-07', '2027-10-07T13:00:00', '2027-11-07T14:00:00.000Z'],
    ['YEARLY', '2026-11-06', '2027-11-06T13:00:00', '2028-11-06T14:00:00.000Z'],
  ])('%s, also where clocks were set back since, after the longest of them', async (recurrence, day, now, then) => {
    await world.close();
    await open('2027-10-01T00:00:00Z');
    const { id } = await schedule({
      relative_recurrence: recurrence,
      timezone: 'America/New_York',
      schedule_expression: '09:00',
    });
    await put('a', { renews_on: day });
    expect(await next(id)).toBe(`${now}.000Z`);
    await world.advanceTo(`${now}Z`);
    expect(await fired(id)).toEqual([`${now} SUCCEEDED`]);
    expect(await next(id)).toBe(then);
  });
});

describe('a record that is written', () => {
  it('moves the next occurrence at once, there and back', async () => {
    const { id } = await schedule();
    const a = await put('a', { renews_on: '2027-03-20' });
    await put('b', { renews_on: '2027-03-10' });
    expect(await next(id)).toBe('2027-03-10T00:00:00.000Z');
    await put('b', { renews_on: '2027-04-10' });
    expect(await next(id)).toBe('2027-03-20T00:00:00.000Z');
    await put('a', {});
    expect(await next(id)).toBe('2027-04-10T00:00:00.000Z');
    await put('a', { renews_on: '2027-03-05' });
    expect(await next(id)).toBe('2027-03-05T00:00:00.000Z');
    expect((await world.call('DELETE', record(a.id))).status).toBe(204);
    expect(await next(id)).toBe('2027-04-10T00:00:00.000Z');
  });

  it('fires once for each date that came, not again for the same', async () => {
    const { id } = await schedule({ schedule_expression: '09:00' });
    await put('a', { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T09:00:00Z');
    await put('a', { renews_on: '2027-03-02', status: 'reminded' });
    expect(await next(id)).toBeNull();
    await put('a', { renews_on: '2027-03-04' });
    await world.advanceTo('2027-03-03T00:00:00Z');
    await put('a', { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-10T00:00:00Z');
    expect(await fired(id)).toEqual(['2027-03-02T09:00:00 SUCCEEDED']);
  });

  it('is not next any more at a date that it has left, also for one that has had its turn', async () => {
    const { id } = await schedule({ relative_field_name: 'meets_at' });
    const { id: recordId } = await put('a', { meets_at: '2027-03-01T12:00:00Z' });
    await put('b', { meets_at: '2027-03-01T20:00:00Z' });
    await world.advanceTo('2027-03-01T12:01:00Z');
    await put('a', { meets_at: '2027-03-01T13:00:00Z' });
    await world.advanceTo('2027-03-01T12:02:00Z');
    await put('a', { meets_at: '2027-03-01T12:00:00Z' });
    expect(await next(id)).toBe('2027-03-01T20:00:00.000Z');
    await put('b', {});
    expect(await next(id)).toBeNull();
    await world.call('PUT', record(recordId), { data: { meets_at: '2027-03-01T14:00:00Z' } });
    await world.call('PUT', record(recordId), { data: { meets_at: '2027-03-01T12:00:00Z' } });
    expect(await next(id)).toBeNull();
    await world.advanceTo('2027-03-01T21:00:00Z');
    expect(await fired(id)).toEqual(['2027-03-01T12:00:00 SUCCEEDED']);
  });

  it('that comes round goes on with its next turn, where its date moves away and back', async () => {
    const { id } = await schedule({ relative_recurrence: 'MONTHLY' });
    await put('a', { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T00:01:00Z');
    await put('a', { renews_on: '2029-01-01' });
    await world.advanceTo('2027-03-02T00:02:00Z');
    expect(await next(id)).toBe('2029-01-01T00:00:00.000Z');
    await put('a', { renews_on: '2027-03-02' });
    expect(await next(id)).toBe('2027-04-02T00:00:00.000Z');
    await world.advanceTo('2027-04-03T00:00:00Z');
    expect(await fired(id)).toEqual(['2027-03-02T00:00:00 SUCCEEDED', '2027-04-02T00:00:00 SUCCEEDED']);
  });

  it('late runs inside the catch-up window, and has no occurrence outside of it', async () => {
    const { id } = await schedule({ schedule_expression: '09:00', catchup_window_minutes: 10 });
    await put('a', { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T09:05:00Z');
    await put('b', { renews_on: '2027-03-02' });
    expect(await next(id)).toBe('2027-03-02T09:00:00.000Z');
    await world.settle();
    await world.advanceTo('2027-03-02T09:20:00Z');
    await put('c', { renews_on: '2027-03-02' });
    await world.settle();
    expect(await fired(id)).toEqual(['2027-03-02T09:00:00 SUCCEEDED', '2027-03-02T09:00:00 SUCCEEDED']);
    expect(await next(id)).toBeNull();
  });

  it('late runs after a change of the schedule, too; one that was there before it has no occurrence any more', async () => {
    const { id } = await schedule({
      schedule_expression: '23:59:30',
      relative_offset_days: -3,
      catchup_window_minutes: 120,
    });
    await put('before', { renews_on: '2027-03-01' });
    await world.advanceTo('2027-03-02T00:01:00Z');
    await world.call('PUT', `/v1/schedules/${id}`, { relative_offset_days: 0 });
    await world.settle();
    expect(await fired(id)).toEqual([]);
    await put('after', { renews_on: '2027-03-01' });
    await world.settle();
    expect(await fired(id)).toEqual(['2027-03-01T23:59:30 SUCCEEDED']);
    expect(await next(id)).toBeNull();
  });

  it('is found by schedules that are made late, in the same way', async () => {
    await put('a', { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T00:05:00Z');
    const soon = await schedule({ catchup_window_minutes: 10 });
    expect(soon.next_run_at).toBe('2027-03-02T00:00:00.000Z');
    await world.settle();
    expect(await fired(soon.id)).toEqual(['2027-03-02T00:00:00 SUCCEEDED']);
    const late = await schedule({ catchup_window_minutes: 1 });
    await world.settle();
    expect(await fired(late.id)).toEqual([]);
    expect(late.next_run_at).toBeNull();
  });

  it('counts while its filter holds', async () => {
    const { id } = await schedule({ relative_filter: { status: 'active', reminders: { $gte: 1 } } });
    await put('a', { renews_on: '2027-03-05', status: 'active', reminders: 1 });
    await put('b', { renews_on: '2027-03-04', status: 'draft', reminders: 1 });
    expect(await next(id)).toBe('2027-03-05T00:00:00.000Z');
    await put('b', { renews_on: '2027-03-04', status: 'active', reminders: 2 });
    expect(await next(id)).toBe('2027-03-04T00:00:00.000Z');
    await put('a', { renews_on: '2027-03-05', status: 'cancelled', reminders: 1 });
    await world.advanceTo('2027-03-10T00:00:00Z');
    expect(await fired(id)).toEqual(['2027-03-04T00:00:00 SUCCEEDED']);
  });

  it('counts for the customer of the schedule alone', async () => {
    const [mine, yours] = ['160c0c4b-9966-4dc1-a916-8407eb10d74e', '497f6eca-6276-4993-bfeb-53cbbbba6f08'];
    const { id } = await schedule({ customer_id: mine });
    const a = await put('a', { renews_on: '2027-03-04' }, { customer_id: yours });
    await put('b', { renews_on: '2027-03-06' }, { customer_id: mine });
    expect(await next(id)).toBe('2027-03-06T00:00:00.000Z');
    await world.call('PUT', record(a.id), { customer_id: mine });
    expect(await next(id)).toBe('2027-03-04T00:00:00.000Z');
    await world.call('PUT', record(a.id), { customer_id: yours });
    expect(await next(id)).toBe('2027-03-06T00:00:00.000Z');
    await world.call('PUT', `/v1/schedules/${id}`, { customer_id: yours });
    expect(await next(id)).toBe('2027-03-04T00:00:00.000Z');
  });

  it('in bulk, too', async () => {
    const { id } = await schedule();
    const records = Array.from({ length: 600 }, (_, i) => ({
      external_id: `r${i}`,
      data: { renews_on: `2027-03-${10 + (i % 10)}` },
    }));
    await world.call('POST', `/v1/entity-definitions/${definition}/records/bulk`, { records });
    expect(await next(id)).toBe('2027-03-10T00:00:00.000Z');
    await world.advanceTo('2027-03-11T00:00:00Z');
    const { body } = await world.call('GET', `/v1/schedules/${id}/runs`);
    expect(body.total).toBe(120);
    expect((await world.get(id)).run_count).toBe(120);
  });
});

describe('as a run starts', () => {
  /** A schedule whose second run waits a minute under its rate limit. */
  async function waiting(): Promise<{ id: string; records: Reply['body'][] }> {
    const { id } = await schedule({ rate_limit_per_minute: 1, relative_filter: { status: 'active' } });
    const records = [
      await put('a', { renews_on: '2027-03-02', status: 'active' }),
      await put('b', { renews_on: '2027-03-02', status: 'active' }),
    ];
    await world.advanceTo('2027-03-02T00:00:30Z');
    return { id, records };
  }
  /** A node without room plans what is due: it waits for another. */
  async function waitsAtStart(): Promise<void> {
    world.clock.set(Date.parse('2027-03-02T00:00:00Z'));
    await new Node(world, 'full', 0).planRelative();
  }
  const second = async (id: string) => (await fired(id)).filter((line) => !line.endsWith('SUCCEEDED'));
  /** Which of the two waits. */
  async function held(id: string): Promise<string> {
    return (await world.runs(id)).find((run) => run.status === 'PENDING').record_id;
  }

  it('a record that is gone is skipped', async () => {
    const { id } = await waiting();
    await world.call('DELETE', record(await held(id)));
    await world.advanceTo('2027-03-02T00:05:00Z');
    expect(await second(id)).toEqual(['2027-03-02T00:00:00 SKIPPED RECORD_GONE']);
    expect(await world.get(id)).toMatchObject({ run_count: 1, last_run_status: 'SUCCEEDED', consecutive_failures: 0 });
  });

  it('one that does not meet the filter any more is skipped', async () => {
    const { id } = await waiting();
    await world.call('PUT', record(await held(id)), { data: { status: 'paid' } });
    await world.advanceTo('2027-03-02T00:05:00Z');
    expect(await second(id)).toEqual(['2027-03-02T00:00:00 SKIPPED FILTER']);
  });

  it('one whose date has moved is skipped, and fires at its new date', async () => {
    const { id } = await waiting();
    await world.call('PUT', record(await held(id)), { data: { renews_on: '2027-03-04' } });
    await world.advanceTo('2027-03-05T00:00:00Z');
    expect(await fired(id)).toEqual(
      [
        '2027-03-02T00:00:00 SUCCEEDED',
        '2027-03-02T00:00:00 SKIPPED DATE_CHANGED',
        '2027-03-04T00:00:00 SUCCEEDED',
      ].sort(),
    );
  });

  it('a record that can not be read leaves the run for another try', async () => {
    const { id } = await waiting();
    await world.db.query('ALTER TABLE entity_records RENAME TO out_of_reach');
    world.clock.set(Date.parse('2027-03-02T00:01:00Z'));
    await world.node.release();
    await world.node.dispatcher.settle();
    const open = (await world.runs(id)).find((run) => run.status !== 'SUCCEEDED');
    expect(open).toMatchObject({
      status: 'PENDING',
      attempts: [{ outcome: 'INTERRUPTED', error: { code: 'interrupted' } }],
    });
    await world.db.query('ALTER TABLE out_of_reach RENAME TO entity_records');
    await world.settle();
    expect(await second(id)).toEqual([]);
  });

  it('the try after one that could not read the record reads it: it may have changed, or be gone', async () => {
    const seen: unknown[] = [];
    world.script = (target) => {
      seen.push((target.record as { data: { reminders: number } } | null)?.data.reminders);
      return seen.length === 1
        ? { kind: 'retryable', error: { code: 'http_5xx', message: 'x' }, request: null, response: null }
        : { kind: 'delivered', request: null, response: null };
    };
    const { id } = await schedule({ relative_filter: { status: 'active' }, retry_backoff_seconds: 60 });
    for (const name of ['a', 'b']) await put(name, { renews_on: '2027-03-02', status: 'active', reminders: 1 });
    // Another node plans both without room for them: they have to wait, so they are read as they start.
    await waitsAtStart();
    await world.db.query('ALTER TABLE entity_records RENAME TO out_of_reach');
    await world.node.dispatch();
    await world.node.dispatcher.settle();
    await world.db.query('ALTER TABLE out_of_reach RENAME TO entity_records');
    const [kept, gone] = await world.runs(id);
    for (const run of [kept, gone])
      expect(run).toMatchObject({ status: 'PENDING', attempts: [{ outcome: 'INTERRUPTED' }] });
    await world.call('PUT', record(kept.record_id), { data: { reminders: 7 } });
    await world.call('DELETE', record(gone.record_id));
    await world.node.dispatch();
    await world.node.dispatcher.settle();
    expect(await fired(id)).toEqual(['2027-03-02T00:00:00 PENDING', '2027-03-02T00:00:00 SKIPPED RECORD_GONE']);
    // It is no run, as any that was skipped, though an attempt of it had begun.
    expect(await world.get(id)).toMatchObject({ run_count: 1, last_run_status: null, consecutive_failures: 0 });
    // What has been read is sent again as it was: a retry is the same message.
    await world.call('PUT', record(kept.record_id), { data: { reminders: 8 } });
    await world.advanceTo('2027-03-02T00:05:00Z');
    expect(seen).toEqual([7, 7]);
    expect(await fired(id)).toEqual(['2027-03-02T00:00:00 SKIPPED RECORD_GONE', '2027-03-02T00:00:00 SUCCEEDED']);
  });

  it('one whose schedule has another rule by now is cancelled, though the record meets that, too', async () => {
    const { id } = await schedule();
    for (const name of ['a', 'b']) await put(name, { renews_on: '2027-03-02', status: 'active' });
    await waitsAtStart();
    const small = new Node(world, 'small', 10, {}, false, { node: 1, tenant: 1, host: 1 });
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    world.script = () => promise;
    await small.dispatch();
    expect([small.dispatcher.inFlight(), small.dispatcher.waiting()]).toEqual([1, 1]);
    world.clock.set(world.clock.now() + 5_000);
    await world.call('PUT', `/v1/schedules/${id}`, { relative_filter: { status: 'active' } });
    resolve(DELIVERED);
    await small.dispatcher.settle();
    expect(await fired(id)).toEqual(['2027-03-02T00:00:00 CANCELLED REPLANNED', '2027-03-02T00:00:00 SUCCEEDED']);
  });

  it('the action sees the record as it is then', async () => {
    const seen: unknown[] = [];
    world.script = (target) => {
      seen.push(target.record?.['data']);
      return { kind: 'delivered', request: null, response: null };
    };
    const { id } = await waiting();
    await world.call('PUT', record(await held(id)), { data: { reminders: 7 } });
    await world.advanceTo('2027-03-02T00:05:00Z');
    expect(seen).toEqual([
      { renews_on: '2027-03-02', status: 'active' },
      { renews_on: '2027-03-02', status: 'active', reminders: 7 },
    ]);
    expect(await second(id)).toEqual([]);
  });
});

describe('a schedule that is steered', () => {
  it('paused over an instant that is not late yet leaves it out for good, whatever else of the record is written', async () => {
    const { id } = await schedule({ relative_field_name: 'meets_at', catchup_window_minutes: 120 });
    await put('a', { meets_at: '2027-03-01T01:00:00Z', status: 'active' });
    await put('b', { meets_at: '2027-03-01T01:02:00Z', status: 'active' });
    await world.call('POST', `/v1/schedules/${id}/pause`);
    await world.advanceTo('2027-03-01T01:05:00Z');
    await world.call('POST', `/v1/schedules/${id}/resume`);
    await put('a', { meets_at: '2027-03-01T01:00:00Z', status: 'paid' });
    // Who comes to that instant afterwards is late, and was not among those.
    await put('b', { meets_at: '2027-03-01T01:01:00Z', status: 'active' });
    await put('c', { meets_at: '2027-03-01T01:00:00Z', status: 'active' });
    await world.advanceTo('2027-03-01T01:10:00Z');
    const told = (await world.runs(id)).map(
      (run) => `${run.scheduled_for.slice(11, 16)} ${run.status} ${run.missed_count}`,
    );
    expect(told.toSorted()).toEqual(['01:00 MISSED 2', '01:00 SUCCEEDED null', '01:01 SUCCEEDED null']);
  });

  it('paused over a due day records what it missed as one row', async () => {
    const { id } = await schedule();
    await put('a', { renews_on: '2027-03-02' });
    await put('b', { renews_on: '2027-03-03' });
    await put('c', { renews_on: '2027-03-09' });
    await world.call('POST', `/v1/schedules/${id}/pause`);
    expect(await next(id)).toBeNull();
    await put('d', { renews_on: '2027-03-04' });
    await world.advanceTo('2027-03-05T00:00:00Z');
    await world.call('POST', `/v1/schedules/${id}/resume`);
    expect(await next(id)).toBe('2027-03-09T00:00:00.000Z');
    await world.advanceTo('2027-03-10T00:00:00Z');
    expect(await fired(id)).toEqual(['2027-03-02T00:00:00 MISSED PAUSED 3', '2027-03-09T00:00:00 SUCCEEDED'].sort());
  });

  it('by another offset plans from now', async () => {
    const { id } = await schedule({ relative_offset_days: -3 });
    await put('a', { renews_on: '2027-03-10' });
    await put('b', { renews_on: '2027-03-04' });
    await world.advanceTo('2027-03-01T12:00:00Z');
    await world.call('PUT', `/v1/schedules/${id}`, { relative_offset_days: -1 });
    expect(await next(id)).toBe('2027-03-03T00:00:00.000Z');
    await world.call('PUT', `/v1/schedules/${id}`, { relative_offset_days: -5 });
    expect(await next(id)).toBe('2027-03-05T00:00:00.000Z');
    await world.advanceTo('2027-03-10T00:00:00Z');
    expect(await fired(id)).toEqual(['2027-03-01T00:00:00 SUCCEEDED', '2027-03-05T00:00:00 SUCCEEDED']);
  });

  it('by another zone plans from now; what waits is cancelled', async () => {
    const { id } = await schedule({ timezone: 'Asia/Tokyo', rate_limit_per_minute: 1 });
    await put('a', { renews_on: '2027-03-02' });
    await put('b', { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-01T15:00:00Z');
    await world.call('PUT', `/v1/schedules/${id}`, { timezone: 'America/New_York' });
    expect(await next(id)).toBe('2027-03-02T05:00:00.000Z');
    await world.advanceTo('2027-03-03T00:00:00Z');
    expect(await fired(id)).toEqual(
      [
        '2027-03-01T15:00:00 SUCCEEDED',
        '2027-03-01T15:00:00 CANCELLED REPLANNED',
        '2027-03-02T05:00:00 SUCCEEDED',
        '2027-03-02T05:00:00 SUCCEEDED',
      ].sort(),
    );
  });

  it('deleted while something is due records it', async () => {
    const { id } = await schedule();
    await put('a', { renews_on: '2027-03-02' });
    world.clock.set(Date.parse('2027-03-02T00:00:10Z'));
    expect((await world.call('DELETE', `/v1/schedules/${id}`)).status).toBe(204);
    await world.settle();
    const { body } = await world.call('GET', `/v1/runs?schedule_id=${id}`);
    expect(body.runs).toMatchObject([{ status: 'CANCELLED', reason: 'SCHEDULE_DELETED', missed_count: 1 }]);
  });

  it('ends with its bounds', async () => {
    const { id } = await schedule({ start_at: '2027-03-03T00:00:00Z', end_at: '2027-03-05T00:00:00Z' });
    for (const day of ['02', '03', '05', '06']) await put(day, { renews_on: `2027-03-${day}` });
    expect(await next(id)).toBe('2027-03-03T00:00:00.000Z');
    await world.advanceTo('2027-03-07T00:00:00Z');
    expect(await fired(id)).toEqual(['2027-03-03T00:00:00 SUCCEEDED', '2027-03-05T00:00:00 SUCCEEDED']);
    expect(await world.get(id)).toMatchObject({ status: 'COMPLETED', status_reason: 'END_REACHED' });
  });

  it('after an outage misses what is too late, as one row', async () => {
    const { id } = await schedule({ catchup_window_minutes: 60 });
    for (const day of ['02', '03', '04']) await put(day, { renews_on: `2027-03-${day}` });
    world.clock.set(Date.parse('2027-03-04T00:30:00Z'));
    await world.settle();
    expect(await fired(id)).toEqual(
      ['2027-03-02T00:00:00 MISSED CATCHUP_WINDOW 2', '2027-03-04T00:00:00 SUCCEEDED'].sort(),
    );
  });
});

it('an outage of many months is counted in steps', async () => {
  const { id } = await schedule({ relative_recurrence: 'MONTHLY' });
  await put('a', { renews_on: '2027-03-05' });
  await world.settle();
  world.clock.set(Date.parse('2027-12-31T00:00:00Z'));
  await world.settle();
  const runs = await world.runs(id);
  expect(runs.every((run) => run.reason === 'CATCHUP_WINDOW')).toBe(true);
  expect(runs.reduce((sum, run) => sum + run.missed_count, 0)).toBe(10);
  expect(runs.length).toBeGreaterThan(1);
  expect(await next(id)).toBe('2028-01-05T00:00:00.000Z');
});
