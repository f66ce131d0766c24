import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockDefinition } from '../../src/store/entity-definitions.ts';
import { upsertRecords } from '../../src/store/entity-writes.ts';
import { newId } from '../../src/store/ids.ts';
import { dates, define, DEFINITIONS, FIELDS, put, told } from '../support/entities.ts';
import { World, type Reply } from '../support/world.ts';

const START = '2027-03-01T09:00:00Z';
const OTHER_KEY = 'hc_live_test_key_of_another_tenant';

let world: World;
beforeAll(async () => {
  world = await World.open(START);
  await world.addTenant('other', OTHER_KEY);
});
afterAll(() => world.close());

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
    const bad = [...twice.fields, { name: 'x', type: 'NONE' }, { name: 'amount' }, 'status', null];
    expect(told(await world.call('POST', DEFINITIONS, { ...twice, slug: 'A', fields: bad }))).toEqual([
      'fields.10 object_type',
      'fields.5.name duplicate',
      'fields.6.name reserved',
      'fields.7.type enum',
      'fields.8.name duplicate',
      'fields.8.type missing',
      'fields.9 object_type',
      'slug slug',
    ]);
    const renamed = { name: '', slug: 'another', fields: twice.fields };
    expect(told(await world.call('PUT', await define(world), renamed))).toEqual([
      'fields.5.name duplicate',
      'fields.6.name reserved',
      'name string_too_short',
      'slug immutable',
    ]);
    const many = Array.from({ length: 101 }, (_, i) => ({ name: `f${i}`, type: 'STRING' }));
    expect(told(await world.call('POST', DEFINITIONS, { slug: 'x', name: 'x', fields: many }))).toEqual([
      'fields too_long',
    ]);
    expect(told(await world.call('PUT', await define(world), { slug: 'another' }))).toEqual(['slug immutable']);
  });

  it('does not change against its records, and says how many stand against it', async () => {
    const definition = await define(world);
    await put(world, definition, { data: { status: 'a', amount: 1 } });
    await put(world, definition, { data: { status: 'b', amount: 2, due_on: '2027-03-01' } });
    await put(world, definition, { data: { status: 'c' } });
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
    const definition = await define(world);
    const { id } = await put(world, definition, { data: { status: 'a', due_on: '2027-03-01' } });
    const refused = await world.call('DELETE', definition);
    expect(refused).toMatchObject({ status: 409, body: { code: 'definition_in_use', records: 1 } });
    expect(await dates(world, id)).toHaveLength(1);
    expect((await world.call('DELETE', `${definition}?cascade=true`)).status).toBe(204);
    expect(await dates(world, id)).toEqual([]);
    expect(await world.db.query('SELECT FROM entity_records WHERE id = $1', [id])).toEqual([]);
    expect((await world.call('GET', `${definition}/records/${id}`)).status).toBe(404);
  });

  it('that changes waits for a record that is just being written', async () => {
    const definition = await define(world);
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
      await upsertRecords(tx, place, [{ ...data, id: newId(now), external_id: null, customer_id: null }], now, null);
    });
    expect(await change).toMatchObject({ status: 409, body: { code: 'definition_conflict' } });
  });
});
