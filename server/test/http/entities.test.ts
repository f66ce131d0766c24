import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockDefinition } from '../../src/store/entity-definitions.ts';
import { upsertRecords } from '../../src/store/entity-writes.ts';
import { newId } from '../../src/store/ids.ts';
import { World, type Reply } from '../support/world.ts';

const START = '2027-03-01T09:00:00Z';
const OTHER_KEY = 'hc_live_test_key_of_another_tenant';
const NO_ID = '01990000-0000-7000-8000-000000000000';
const CUSTOMER = '160c0c4b-9966-4dc1-a916-8407eb10d74e';
const FIELDS = [
  { name: 'status', type: 'STRING', required: true },
  { name: 'amount', type: 'NUMBER', required: false },
  { name: 'due_on', type: 'DATE', required: false },
  { name: 'seen_at', type: 'DATETIME', required: false },
  { name: 'extra', type: 'JSON', required: false },
];
const DEFINITIONS = '/v1/entity-definitions';

let world: World;
let made = 0;
beforeAll(async () => {
  world = await World.open(START);
  await world.addTenant('other', OTHER_KEY);
});
afterAll(() => world.close());

/** A definition of its own for each test. */
async function define(fields: unknown = FIELDS): Promise<string> {
  made += 1;
  const { status, body } = await world.call('POST', DEFINITIONS, {
    slug: `invoices-${made}`,
    name: 'Invoices',
    fields,
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return `${DEFINITIONS}/${body.id}`;
}

async function put(definition: string, body: unknown, status = 201): Promise<Reply['body']> {
  const reply = await world.call('POST', `${definition}/records`, body);
  expect(reply).toMatchObject({ status });
  return reply.body;
}

/** Problems as short lines: `data.due_on date`. */
function told(reply: Reply): string[] {
  expect(reply.status).toBe(422);
  return reply.body.detail
    .map(({ loc, type }: { loc: string[]; type: string }) => `${loc.slice(1).join('.')} ${type}`)
    .sort();
}

/** The dates that are stored for a record. */
async function dates(recordId: string): Promise<unknown[]> {
  return await world.db.query(
    "SELECT field, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS at FROM entity_dates WHERE record_id = $1 ORDER BY field",
    [recordId],
  );
}

describe('a definition', () => {
  it('is created, read, listed, changed and deleted', async () => {
    const created = await world.call('POST', DEFINITIONS, {
      slug: 'people',
      name: 'People',
      fields: [{ name: 'born_on', type: 'date' }],
    });
    expect(created).toMatchObject({
      status: 201,
      body: {
        slug: 'people',
        name: 'People',
        fields: [{ name: 'born_on', type: 'DATE', required: false }],
        version: 1,
        created_at: '2027-03-01T09:00:00.000Z',
        updated_at: '2027-03-01T09:00:00.000Z',
      },
    });
    const path = `${DEFINITIONS}/${created.body.id}`;
    expect((await world.call('GET', path)).body).toEqual(created.body);
    expect((await world.call('GET', `${DEFINITIONS}?slug=people`)).body).toEqual({
      entity_definitions: [created.body],
      total: 1,
      limit: 50,
      offset: 0,
    });
    const changed = await world.call('PUT', path, {
      slug: 'people',
      name: 'Persons',
      fields: [...created.body.fields, { name: 'vip', type: 'BOOLEAN', required: false }],
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'Persons', version: 2, fields: [{}, { name: 'vip' }] },
    });
    expect(changed.headers.get('etag')).toBe('"2"');
    const same = await world.call('PUT', path, { name: 'Persons', fields: changed.body.fields });
    expect(same.body).toEqual(changed.body);
    expect((await world.call('PUT', path, { name: 'x' }, { 'If-Match': '"1"' })).body.code).toBe('stale_version');
    expect((await world.call('DELETE', path, undefined, { 'If-Match': '"1"' })).body.code).toBe('stale_version');
    expect((await world.call('DELETE', path)).status).toBe(204);
    expect((await world.call('GET', path)).status).toBe(404);
  });

  it('has a slug of its own', async () => {
    const first = await world.call('POST', DEFINITIONS, { slug: 'only-one', name: 'x', fields: [] });
    const second = await world.call('POST', DEFINITIONS, { slug: 'only-one', name: 'y', fields: [] });
    expect(second).toMatchObject({ status: 409, body: { code: 'slug_taken', definition_id: first.body.id } });
    const elsewhere = await world.call(
      'POST',
      DEFINITIONS,
      { slug: 'only-one', name: 'x', fields: [] },
      { 'X-Api-Key': OTHER_KEY },
    );
    expect(elsewhere.status).toBe(201);
  });

  it('that is not valid is told all its problems', async () => {
    const reply = await world.call('POST', DEFINITIONS, {
      slug: 'No Slug',
      name: '',
      fields: [{ name: '1st', type: 'TEXT', required: 'yes', more: 1 }],
      extra: 1,
    });
    expect(told(reply)).toEqual(
      [
        'extra extra_forbidden',
        'fields.0.more extra_forbidden',
        'fields.0.name field_name',
        'fields.0.required boolean_type',
        'fields.0.type enum',
        'name string_too_short',
        'slug slug',
      ].sort(),
    );
    const twice = { slug: 'x', name: 'x', fields: [...FIELDS, FIELDS[0], { name: '__proto__', type: 'STRING' }] };
    expect(told(await world.call('POST', DEFINITIONS, twice))).toEqual([
      'fields.5.name duplicate',
      'fields.6.name reserved',
    ]);
    const many = Array.from({ length: 101 }, (_, i) => ({ name: `f${i}`, type: 'STRING' }));
    expect(told(await world.call('POST', DEFINITIONS, { slug: 'x', name: 'x', fields: many }))).toEqual([
      'fields too_long',
    ]);
    expect(told(await world.call('PUT', await define(), { slug: 'another' }))).toEqual(['slug immutable']);
  });

  it('does not change against its records, and says how many stand against it', async () => {
    const definition = await define();
    await put(definition, { data: { status: 'a', amount: 1 } });
    await put(definition, { data: { status: 'b', amount: 2, due_on: '2027-03-01' } });
    await put(definition, { data: { status: 'c' } });
    const fields = [
      { name: 'status', type: 'JSON', required: true },
      { name: 'due_on', type: 'DATE', required: true },
      { name: 'fresh', type: 'STRING', required: true },
      { name: 'seen_at', type: 'STRING' },
    ];
    const reply = await world.call('PUT', definition, { fields });
    expect(reply).toMatchObject({ status: 409, body: { code: 'definition_conflict' } });
    expect(reply.body.conflicts).toEqual([
      { field: 'status', value: 'forbidden', records: 3 },
      { field: 'amount', value: 'forbidden', records: 2 },
      { field: 'due_on', value: 'required', records: 2 },
      { field: 'fresh', value: 'required', records: 3 },
    ]);
    expect(reply.body.detail).toContain('due_on would be required and 2 records have no value in it');
    expect((await world.call('GET', definition)).body).toMatchObject({ version: 1, fields: FIELDS });
    // What no record has a value in may go, and get another type.
    const free = [FIELDS[0], FIELDS[1], FIELDS[2], { name: 'seen_at', type: 'NUMBER' }];
    expect((await world.call('PUT', definition, { fields: free })).status).toBe(200);
  });

  it('with records is deleted only with them', async () => {
    const definition = await define();
    const { id } = await put(definition, { data: { status: 'a', due_on: '2027-03-01' } });
    const refused = await world.call('DELETE', definition);
    expect(refused).toMatchObject({ status: 409, body: { code: 'definition_in_use', records: 1 } });
    expect(await dates(id)).toHaveLength(1);
    expect((await world.call('DELETE', `${definition}?cascade=true`)).status).toBe(204);
    expect(await dates(id)).toEqual([]);
    expect(await world.db.query('SELECT FROM entity_records WHERE id = $1', [id])).toEqual([]);
    expect((await world.call('GET', `${definition}/records/${id}`)).status).toBe(404);
  });

  it('that changes waits for a record that is just being written', async () => {
    const definition = await define();
    const place = { tenant_id: world.tenantId, definition_id: definition.split('/').at(-1) ?? '' };
    const now = world.clock.now();
    let change: Promise<Reply> | undefined;
    await world.db.transaction(async (tx) => {
      await lockDefinition(tx, place.tenant_id, place.definition_id, 'share');
      const fields = FIELDS.map((field) => (field.name === 'amount' ? { ...field, required: true } : field));
      change = world.call('PUT', definition, { fields });
      for (;;) {
        const waiting = await world.db.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        if (waiting.length > 0) break;
      }
      const data = { data: {}, json: '{"status":"a"}', dates: [] };
      await upsertRecords(tx, place, [{ ...data, id: newId(now), external_id: null, customer_id: null }], now);
    });
    expect(await change).toMatchObject({ status: 409, body: { code: 'definition_conflict' } });
  });
});

describe('a record', () => {
  it('is created, and written over by its external_id', async () => {
    const definition = await define();
    const first = await put(definition, {
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
    expect(await dates(first.id)).toEqual([
      { field: 'due_on', at: '2027-04-30 00:00' },
      { field: 'seen_at', at: '2027-03-01 09:00' },
    ]);

    world.clock.set(Date.parse('2027-03-01T10:00:00Z'));
    const second = await put(
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
    expect(await dates(first.id)).toEqual([{ field: 'due_on', at: '2027-05-31 00:00' }]);

    // The same again is not a change.
    world.clock.set(Date.parse('2027-03-01T11:00:00Z'));
    const again = { external_id: 'inv-1', data: { due_on: '2027-05-31', status: 'paid' } };
    expect(await put(definition, again, 200)).toEqual(second);
    expect(await dates(first.id)).toEqual([{ field: 'due_on', at: '2027-05-31 00:00' }]);
    world.clock.set(Date.parse(START));
  });

  it('is changed field by field', async () => {
    const definition = await define();
    const { id } = await put(definition, {
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
    expect(await dates(id)).toEqual([{ field: 'seen_at', at: '2027-03-02 00:00' }]);
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
    expect(await dates(id)).toEqual([]);
    expect((await world.call('DELETE', path)).status).toBe(404);
  });

  it('can not take the external_id of another', async () => {
    const definition = await define();
    const a = await put(definition, { external_id: 'a', data: { status: 'x' } });
    const b = await put(definition, { external_id: 'b', data: { status: 'x' } });
    const reply = await world.call('PUT', `${definition}/records/${b.id}`, { external_id: 'a' });
    expect(reply).toMatchObject({ status: 409, body: { code: 'external_id_taken', record_id: a.id } });
    // Of another definition it can.
    await put(await define(), { external_id: 'a', data: { status: 'x' } });
  });

  it('that is not valid is told all its problems', async () => {
    const definition = await define();
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
    definition = await define();
    for (let i = 0; i < 5; i += 1) {
      await put(definition, {
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
    expect(told(await world.call('GET', `${definition}/records?filter=${encodeURIComponent(filter)}`))).toEqual([
      problem,
    ]);
  });
});

describe('another tenant', () => {
  it('gets the same bytes as for what does not exist', async () => {
    const definition = await define();
    const { id } = await put(definition, { external_id: 'a', data: { status: 'x' } });
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
    const elsewhere = await world.call('GET', `${await define()}/records/${id}`);
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
    const definition = await define();
    const headers = { 'X-Api-Key': reader };
    expect((await world.call('GET', `${definition}/records`, undefined, headers)).status).toBe(200);
    const refused = await world.call('POST', `${definition}/records`, { data: { status: 'x' } }, headers);
    expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('entities:write') } });
    expect((await world.call('GET', '/v1/schedules', undefined, headers)).status).toBe(403);
  });
});
