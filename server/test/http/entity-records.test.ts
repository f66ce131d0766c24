import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dates, define, DEFINITIONS, FIELDS, put, told } from '../support/entities.ts';
import { World } from '../support/world.ts';

const START = '2027-03-01T09:00:00Z';
const OTHER_KEY = 'hc_live_test_key_of_another_tenant';
const NO_ID = '01990000-0000-7000-8000-000000000000';
const CUSTOMER = '160c0c4b-9966-4dc1-a916-8407eb10d74e';

let world: World;
beforeAll(async () => {
  world = await World.open(START);
  await world.addTenant('other', OTHER_KEY);
});
afterAll(() => world.close());

describe('a record', () => {
  it('is created, and written over by its external_id', async () => {
    const definition = await define(world);
    const first = await put(world, definition, {
      external_id: 'inv-1',
      customer_id: CUSTOMER,
      data: {
        due_on: '2027-04-30',
        status: 'open',
        amount: 12.5,
        seen_at: '2027-03-01T10:00:00+01:00',
        extra: { a: [1] },
      },
    });
    expect(first).toEqual({
      id: expect.any(String),
      definition_id: definition.split('/').at(-1),
      external_id: 'inv-1',
      customer_id: CUSTOMER,
      data: {
        status: 'open',
        amount: 12.5,
        due_on: '2027-04-30',
        seen_at: '2027-03-01T09:00:00.000Z',
        extra: { a: [1] },
      },
      created_at: '2027-03-01T09:00:00.000Z',
      updated_at: '2027-03-01T09:00:00.000Z',
    });
    expect(Object.keys(first.data)).toEqual(FIELDS.map(({ name }) => name));
    expect((await world.call('GET', `${definition}/records/${first.id}`)).body).toEqual(first);
    expect(await dates(world, first.id)).toEqual([
      { field: 'due_on', at: '2027-04-30 00:00' },
      { field: 'seen_at', at: '2027-03-01 09:00' },
    ]);

    world.clock.set(Date.parse('2027-03-01T10:00:00Z'));
    const second = await put(
      world,
      definition,
      { external_id: 'inv-1', data: { status: 'paid', amount: null, due_on: '2027-05-31' } },
      200,
    );
    expect(second).toEqual({
      ...first,
      customer_id: null,
      data: { status: 'paid', due_on: '2027-05-31' },
      updated_at: '2027-03-01T10:00:00.000Z',
    });
    expect(await dates(world, first.id)).toEqual([{ field: 'due_on', at: '2027-05-31 00:00' }]);

    // The same again is not a change.
    world.clock.set(Date.parse('2027-03-01T11:00:00Z'));
    const again = { external_id: 'inv-1', data: { due_on: '2027-05-31', status: 'paid' } };
    expect(await put(world, definition, again, 200)).toEqual(second);
    expect(await dates(world, first.id)).toEqual([{ field: 'due_on', at: '2027-05-31 00:00' }]);
    world.clock.set(Date.parse(START));
  });

  it('is changed field by field', async () => {
    const definition = await define(world);
    const { id } = await put(world, definition, {
      external_id: 'a',
      customer_id: CUSTOMER,
      data: { status: 'open', amount: 1, due_on: '2027-04-30' },
    });
    const path = `${definition}/records/${id}`;
    const changed = await world.call('PUT', path, {
      data: { amount: 2, due_on: null, seen_at: '2027-03-02T00:00:00Z' },
    });
    expect(changed).toMatchObject({ status: 200, body: { external_id: 'a', customer_id: CUSTOMER } });
    expect(changed.body.data).toEqual({ status: 'open', amount: 2, seen_at: '2027-03-02T00:00:00.000Z' });
    expect(await dates(world, id)).toEqual([{ field: 'seen_at', at: '2027-03-02 00:00' }]);
    expect((await world.call('PUT', path, {})).body).toEqual(changed.body);
    expect((await world.call('PUT', path, { external_id: null, customer_id: null })).body).toMatchObject({
      external_id: null,
      customer_id: null,
      data: changed.body.data,
    });
    expect(told(await world.call('PUT', path, { data: { status: null, due_on: 'x' }, customer_id: 7 }))).toEqual([
      'customer_id string_type',
      'data.due_on date',
      'data.status missing',
    ]);
    expect((await world.call('DELETE', path)).status).toBe(204);
    expect(await dates(world, id)).toEqual([]);
    expect((await world.call('DELETE', path)).status).toBe(404);
  });

  it('can not take the external_id of another', async () => {
    const definition = await define(world);
    const a = await put(world, definition, { external_id: 'a', data: { status: 'x' } });
    const b = await put(world, definition, { external_id: 'b', data: { status: 'x' } });
    const reply = await world.call('PUT', `${definition}/records/${b.id}`, { external_id: 'a' });
    expect(reply).toMatchObject({ status: 409, body: { code: 'external_id_taken', record_id: a.id } });
    // Of another definition it can.
    await put(world, await define(world), { external_id: 'a', data: { status: 'x' } });
  });

  it('that is not valid is told all its problems', async () => {
    const definition = await define(world);
    const reply = await world.call('POST', `${definition}/records`, {
      external_id: '',
      customer_id: 'x',
      data: { amount: '1', due_on: '2027-02-30', surprise: 1 },
      more: 1,
    });
    expect(told(reply)).toEqual(
      [
        'customer_id guid_format',
        'data.amount number_type',
        'data.due_on date',
        'data.status missing',
        'data.surprise extra_forbidden',
        'external_id string_too_short',
        'more extra_forbidden',
      ].sort(),
    );
    const due = reply.body.detail.find(({ loc }: { loc: string[] }) => loc[2] === 'due_on');
    expect(due).toMatchObject({ loc: ['body', 'data', 'due_on'], msg: expect.stringContaining('"2027-02-30"') });
    expect(told(await world.call('POST', `${definition}/records`, {}))).toEqual(['data missing']);
    expect(told(await world.call('POST', `${definition}/records`, '[1]'))).toEqual([' object_type']);
    expect(told(await world.call('POST', `${definition}/records`, { data: { status: 'a\u0000' } }))).toEqual([
      'data.status nul_character',
    ]);
    expect((await world.call('GET', `${definition}/records`)).body.total).toBe(0);
  });
});

describe('a list of records', () => {
  let definition: string;
  beforeAll(async () => {
    definition = await define(world);
    for (let i = 0; i < 5; i += 1) {
      await put(world, definition, {
        external_id: `r${i}`,
        customer_id: i < 2 ? CUSTOMER : null,
        data: {
          status: i % 2 === 0 ? 'even' : 'odd',
          amount: i * 10,
          ...(i === 3 ? {} : { due_on: `2027-03-0${i + 1}` }),
        },
      });
    }
  });

  async function found(query: string): Promise<string[]> {
    const { status, body } = await world.call('GET', `${definition}/records?${query}`);
    expect(status).toBe(200);
    expect(body.total).toBe(body.records.length);
    return body.records.map((record: { external_id: string }) => record.external_id);
  }

  it('is newest first, page by page', async () => {
    const { body } = await world.call('GET', `${definition}/records?limit=2&offset=1`);
    expect(body).toMatchObject({
      records: [{ external_id: 'r3' }, { external_id: 'r2' }],
      total: 5,
      limit: 2,
      offset: 1,
    });
  });

  it.each([
    ['customer_id', `customer_id=${CUSTOMER}`, ['r1', 'r0']],
    ['external_id', 'external_id=r2', ['r2']],
    ['a filter', { status: 'odd' }, ['r3', 'r1']],
    ['two conditions', { status: 'even', amount: { $gte: 20 } }, ['r4', 'r2']],
    ['a missing date', { due_on: null }, ['r3']],
    ['a date', { $or: [{ due_on: { $gt: '2027-03-04' } }, { due_on: '2027-03-01' }] }, ['r4', 'r0']],
    ['nothing', { amount: { $in: [] } }, []],
  ])('by %s', async (_what, query, expected) => {
    const text = typeof query === 'string' ? query : `filter=${encodeURIComponent(JSON.stringify(query))}`;
    expect(await found(text)).toEqual(expected);
  });

  it.each([
    ['{"status":', 'filter json_invalid'],
    ['[]', 'filter object_type'],
    ['{"stauts":"x"}', 'filter.stauts field_unknown'],
    ['{"amount":{"$gte":"x"}}', 'filter.amount.$gte number_type'],
    ['{"status":"\\u0000"}', 'filter.status nul_character'],
    ['{"status":"\\ud800"}', 'filter.status unicode'],
  ])('refuses %s', async (filter, problem) => {
    const path = `${definition}/records?filter=${encodeURIComponent(filter)}`;
    expect(told(await world.call('GET', path))).toEqual([problem]);
    // Together with what else is wrong with the query.
    expect(told(await world.call('GET', `${path}&limit=0&bogus=1`))).toEqual(
      ['bogus extra_forbidden', problem, 'limit greater_than_equal'].sort(),
    );
  });
});

describe('another tenant', () => {
  it('gets the same bytes as for what does not exist', async () => {
    const definition = await define(world);
    const { id } = await put(world, definition, { external_id: 'a', data: { status: 'x' } });
    const nowhere = `${DEFINITIONS}/${NO_ID}`;
    const headers = { 'X-Api-Key': OTHER_KEY };
    const body = { data: { status: 'y' } };
    const calls: [string, string, unknown?][] = [
      ['GET', ''],
      ['PUT', '', { name: 'x' }],
      ['DELETE', ''],
      ['DELETE', '?cascade=true'],
      ['GET', '/records'],
      ['POST', '/records', body],
      ['POST', '/records/bulk', { records: [body] }],
      ['POST', '/records/bulk', { records: [] }],
      ['GET', `/records/${id}`],
      ['PUT', `/records/${id}`, body],
      ['DELETE', `/records/${id}`],
    ];
    for (const [method, rest, sent] of calls) {
      const theirs = await world.call(method, `${definition}${rest}`, sent, headers);
      const none = await world.call(method, `${nowhere}${rest}`, sent, headers);
      expect([method, rest, theirs.status, theirs.body]).toEqual([method, rest, 404, none.body]);
    }
    // A record is looked for in its definition only, and what is unknown there is the same as what is unknown everywhere.
    const elsewhere = await world.call('GET', `${await define(world)}/records/${id}`);
    expect(elsewhere).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await world.call('GET', `${definition}/records/${NO_ID}`)).body).toEqual(elsewhere.body);
    expect((await world.call('GET', `${definition}/records`)).body).toMatchObject({
      total: 1,
      records: [{ id, data: { status: 'x' } }],
    });
    const theirs = (await world.call('GET', DEFINITIONS, undefined, headers)).body.entity_definitions;
    expect(theirs.map((each: { id: string }) => each.id)).not.toContain(definition.split('/').at(-1));
  });
});

describe('a key', () => {
  it('needs the scope', async () => {
    const reader = 'hc_live_test_key_that_only_reads_entities';
    await world.addTenant('default', reader, ['entities:read']);
    const definition = await define(world);
    const headers = { 'X-Api-Key': reader };
    expect((await world.call('GET', `${definition}/records`, undefined, headers)).status).toBe(200);
    const refused = await world.call('POST', `${definition}/records`, { data: { status: 'x' } }, headers);
    expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('entities:write') } });
    expect((await world.call('GET', '/v1/schedules', undefined, headers)).status).toBe(403);
  });
});
