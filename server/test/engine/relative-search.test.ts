import { expect, it, vi } from 'vitest';
import { Contracts } from '../support/contracts.ts';
import { MODEL_TIMEOUT } from '../support/random-cases.ts';
import { compareWithModel } from '../support/relative-model.ts';
import { World } from '../support/world.ts';

// So few that hardly any look finds what is next at once.
vi.mock('../../src/store/look-ahead.ts', () => ({ MOST_LOOKED_AT: 1, AT_FIRST: 1, MOST_READ: 1 }));

it(
  'what is next is found in many looks, too: the same as the naive model',
  async () => {
    await compareWithModel(20_000, 6);
  },
  MODEL_TIMEOUT,
);

it('while it is looked for, what is written is next, and what is due runs', async () => {
  const world = await World.open('2027-03-01T00:00:00Z');
  const fields = [
    { name: 'kind', type: 'STRING' },
    { name: 'day', type: 'DATE' },
  ];
  const { body: definition } = await world.call('POST', '/v1/entity-definitions', {
    slug: 'things',
    name: 'Things',
    fields,
  });
  const path = `/v1/entity-definitions/${definition.id}/records`;
  const put = async (kind: string, day: string) => await world.call('POST', path, { data: { kind, day } });
  for (let i = 10; i < 28; i += 1) await put('common', `2027-03-${i}`);
  await put('rare', '2027-03-28');
  const { id } = await world.create({
    schedule_type: 'RELATIVE',
    schedule_expression: null,
    relative_entity_definition_id: definition.id,
    relative_field_name: 'day',
    relative_filter: { kind: 'rare' },
  });
  const next = async () => (await world.get(id)).next_run_at;
  expect(await next()).toBeNull();
  const preview = await world.call('GET', `/v1/schedules/${id}/preview`);
  expect(preview.body).toMatchObject({ occurrences: [], searched_until: '2027-03-10T00:00:00.000Z' });
  await world.settle();
  await put('rare', '2027-03-29');
  expect(await next()).toBe('2027-03-29T00:00:00.000Z');
  await world.advanceTo('2027-03-01T00:01:00Z');
  expect(await next()).toBe('2027-03-28T00:00:00.000Z');
  await world.advanceTo('2027-03-30T00:00:00Z');
  expect((await world.ledger(id)).length).toBe(2);
  expect(await next()).toBeNull();
  await world.close();
});

it('of many dates that come round at one instant the one that meets the filter is found, wherever it stands', async () => {
  const contracts = await Contracts.open('2027-03-01T00:00:00Z');
  const { world } = contracts;
  for (const [i, day] of ['2026-11-10', '2026-12-10', '2027-01-10'].entries()) {
    await contracts.put(day, { status: i === 2 ? 'rare' : 'common', renews_on: day });
  }
  const { id } = await contracts.schedule({ relative_filter: { status: 'rare' }, relative_recurrence: 'MONTHLY' });
  await world.advanceTo('2027-03-01T00:00:30Z');
  expect(await contracts.next(id)).toBe('2027-03-10T00:00:00.000Z');
  await world.advanceTo('2027-03-11T00:00:00Z');
  expect(await contracts.fired(id)).toEqual(['2027-03-10T00:00:00 SUCCEEDED']);
  expect(await contracts.next(id)).toBe('2027-04-10T00:00:00.000Z');
  await world.close();
});

it.each(['MONTHLY', 'YEARLY'])(
  '%s, a date that is years ahead is found behind all that come round before it',
  async (relative_recurrence) => {
    const contracts = await Contracts.open('2027-03-01T00:00:00Z');
    const { world } = contracts;
    for (const day of ['2026-11-10', '2026-12-24', '2027-01-11', '2029-05-01']) {
      await contracts.put(day, { status: 'common', renews_on: day });
    }
    await contracts.put('rare', { status: 'rare', renews_on: '2029-05-03' });
    const { id } = await contracts.schedule({ relative_filter: { status: 'rare' }, relative_recurrence });
    await world.advanceTo('2027-03-01T00:02:00Z');
    expect(await contracts.next(id)).toBe('2029-05-03T00:00:00.000Z');
    await world.close();
  },
);

it('a date that was written too late has no occurrence, though what is next is still looked for', async () => {
  const contracts = await Contracts.open('2027-03-01T00:00:00Z');
  const { world } = contracts;
  await contracts.put('b', { status: 'common', renews_on: '2027-01-25' });
  await contracts.put('c', { status: 'rare', renews_on: '2027-01-26' });
  const { id } = await contracts.schedule({ relative_filter: { status: 'rare' }, relative_recurrence: 'MONTHLY' });
  await world.advanceTo('2027-03-22T00:00:00Z');
  expect(await contracts.next(id)).toBe('2027-03-26T00:00:00.000Z');
  await contracts.put('c', { status: 'rare', renews_on: '2027-03-20' });
  expect(await contracts.next(id)).toBeNull();
  await world.advanceTo('2027-03-22T00:01:00Z');
  expect(await world.runs(id)).toEqual([]);
  expect(await contracts.next(id)).toBe('2027-04-20T00:00:00.000Z');
  await world.close();
});

it('what was due while it was looked for has its fate, where it is paused before anybody looks', async () => {
  const contracts = await Contracts.open('2027-03-01T00:00:00Z');
  const { world } = contracts;
  for (const day of ['10', '11', '12', '13', '14'])
    await contracts.put(day, { status: 'common', renews_on: `2027-03-${day}` });
  await contracts.put('rare', { status: 'rare', renews_on: '2027-03-15' });
  const { id, next_run_at } = await contracts.schedule({ relative_filter: { status: 'rare' } });
  expect(next_run_at).toBeNull();
  world.clock.set(Date.parse('2027-03-15T00:00:30Z'));
  for (const verb of ['pause', 'resume']) await world.call('POST', `/v1/schedules/${id}/${verb}`);
  await world.settle();
  expect(await contracts.fired(id)).toEqual(['2027-03-15T00:00:00 MISSED PAUSED 1']);
  await world.close();
});
