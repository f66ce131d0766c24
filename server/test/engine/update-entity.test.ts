import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Contracts } from '../support/contracts.ts';
import { DELIVERED, type World } from '../support/world.ts';

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

describe('UPDATE_ENTITY', () => {
  const data = async (id: string) => (await world.call('GET', record(id))).body.data;
  const real = () => {
    world.script = async (target, signal) => {
      const { updateEntity } = await import('../../src/actions/update-entity.ts');
      const config = updateEntity.config.parse(target.config);
      const context = { signal, egress: world.egress, now: () => world.clock.now(), log: () => {} };
      return await updateEntity.perform({ ...target, config }, context);
    };
  };
  const updating = async (set: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    real();
    return await schedule({ action_type: 'UPDATE_ENTITY', action_config: { set }, ...more });
  };

  it('sets fields of the run’s own record, and what goes by them follows in the same transaction', async () => {
    const follower = await schedule({
      name: 'follow-up',
      relative_field_name: 'meets_at',
      relative_offset_days: 7,
      relative_filter: { status: 'reminded' },
    });
    const { id } = await updating(
      { status: 'reminded', meets_at: '$now', reminders: { $increment: 1 } },
      { schedule_expression: '09:00' },
    );
    const a = await put('a', { renews_on: '2027-03-02', status: 'active' });
    await world.advanceTo('2027-03-02T09:00:00Z');
    expect(await data(a.id)).toEqual({
      status: 'reminded',
      renews_on: '2027-03-02',
      meets_at: '2027-03-02T09:00:00.000Z',
      reminders: 1,
    });
    expect(await next(follower.id)).toBe('2027-03-09T09:00:00.000Z');
    const [run] = await world.runs(id);
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      response: {
        record_id: a.id,
        before: { status: 'active', meets_at: null, reminders: null },
        after: { status: 'reminded', meets_at: '2027-03-02T09:00:00.000Z', reminders: 1 },
      },
    });
  });

  it('reads templates as the type of the field', async () => {
    await updating({
      reminders: '{{ record.data.reminders | plus: 5 }}',
      status: 'for {{ record.external_id }}',
      renews_on: '{{ nothing }}',
    });
    const a = await put('a', { renews_on: '2027-03-02', reminders: 2 });
    await world.advanceTo('2027-03-03T00:00:00Z');
    expect(await data(a.id)).toEqual({ status: 'for a', reminders: 7 });
  });

  it('moves its own schedule to the next date', async () => {
    const { id } = await updating({ renews_on: '2027-03-05' }, { relative_filter: { reminders: { $exists: false } } });
    await put('a', { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T00:00:00Z');
    expect(await next(id)).toBe('2027-03-05T00:00:00.000Z');
    await world.advanceTo('2027-03-10T00:00:00Z');
    expect(await fired(id)).toEqual(['2027-03-02T00:00:00 SUCCEEDED', '2027-03-05T00:00:00 SUCCEEDED']);
  });

  it('sets another record by its external_id, from a schedule of any type', async () => {
    real();
    const a = await put('acct-1', { status: 'trial' });
    await world.create({
      schedule_type: 'ONE_TIME',
      schedule_expression: '2027-03-02T00:00:00Z',
      action_type: 'UPDATE_ENTITY',
      action_config: { set: { status: 'over' }, record: { entity_definition_id: definition, external_id: 'acct-1' } },
    });
    await world.advanceTo('2027-03-03T00:00:00Z');
    expect(await data(a.id)).toEqual({ status: 'over' });
  });

  it.each([
    [
      'a value that the definition refuses',
      { reminders: 'many' },
      'update_invalid',
      /reminders: must be a finite number/,
    ],
    ['a field that is not there', { nope: 1 }, 'update_invalid', /"nope" is not a field/],
    ['an increment of what is no number', { status: { $increment: 1 } }, 'update_invalid', /needs a NUMBER/],
    // What PostgreSQL refuses must not come as far: the results of all runs of the node would wait behind it for ever.
    ['a NUL that a template makes', { status: '{{ "%00" | url_decode }}' }, 'update_invalid', /status: holds a NUL/],
    [
      'JSON of a template that holds a NUL',
      { notes: '{"a":["\\u0000"]}{{ nothing }}' },
      'update_invalid',
      /notes: holds a NUL/,
    ],
    [
      'JSON of a template that holds half a character',
      { notes: '{"\\ud800":1}{{ nothing }}' },
      'update_invalid',
      /notes: holds half of a surrogate pair/,
    ],
    [
      'JSON of a template that is nested too deep',
      { notes: `${'['.repeat(10_000)}${']'.repeat(10_000)}{{ nothing }}` },
      'update_invalid',
      /notes: is nested more than 64 deep/,
    ],
  ])('fails on %s, and writes nothing', async (_name, set, code, message) => {
    // A record that is named is looked at when it is there: what the run’s own can’t hold is refused before.
    const config = {
      set: { renews_on: null, ...set },
      record: { entity_definition_id: definition, record_id: '{{ record.id }}' },
    };
    const { id } = await updating({}, { action_config: config });
    const a = await put('a', { renews_on: '2027-03-02', status: 'active' });
    await world.advanceTo('2027-03-03T00:00:00Z');
    const [run] = await world.runs(id);
    expect(run).toMatchObject({ status: 'FAILED', reason: 'REJECTED', error: { code } });
    expect(run.error.message).toMatch(message);
    expect(await data(a.id)).toEqual({ renews_on: '2027-03-02', status: 'active' });
  });

  it('finds no record by an external_id that none can have', async () => {
    real();
    const { id } = await world.create({
      action_type: 'UPDATE_ENTITY',
      action_config: {
        set: { status: 'over' },
        record: { entity_definition_id: definition, external_id: 'a{{ "%00" | url_decode }}' },
      },
    });
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.settle();
    expect((await world.runs(id))[0]).toMatchObject({ status: 'FAILED', error: { code: 'record_not_found' } });
  });

  it('a run about no record fails with its reason', async () => {
    const { id } = await updating({ status: 'x' });
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.settle();
    expect((await world.runs(id))[0]).toMatchObject({ status: 'FAILED', error: { code: 'record_missing' } });
  });

  it('is refused where it sets what its records can not hold, when made and when changed', async () => {
    const set = {
      renewson: '2027-03-05',
      reminders: 'many',
      status: { $increment: 1 },
      meets_at: '{{ x }}',
      renews_on: { $foo: 1 },
      notes: { $foo: 1 },
      open: '$now',
    };
    const operators = '$foo: the only operators are $now and $increment, one at a time';
    const problems = [
      [['renews_on'], operators],
      [['notes'], operators],
      [['status'], '$increment needs a NUMBER, and this is a STRING'],
      [['open'], '$now needs one of DATETIME, DATE, STRING, JSON, and this is a BOOLEAN'],
      [['renewson'], expect.stringContaining('"renewson" is not a field of this definition; it has ')],
      [['reminders'], 'must be a finite number, got "many"'],
    ].map(([path, msg]) => ({ loc: ['body', 'action_config', 'set', ...(path ?? [])], msg }));
    const { id } = await updating({ status: 'x', renews_on: null, meets_at: '$now', reminders: '{{ 1 }}' });
    const made = await world.get(id);
    const fields = ['name', 'schedule_type', 'relative_entity_definition_id', 'relative_field_name', 'action_type'];
    const asked = { ...Object.fromEntries(fields.map((name) => [name, made[name]])), action_config: { set } };
    for (const reply of [
      await world.call('POST', '/v1/schedules', asked),
      await world.call('PUT', `/v1/schedules/${id}`, { action_config: { set } }),
    ]) {
      expect(reply).toMatchObject({ status: 422, body: { detail: problems } });
    }
  });

  it('sets $now where a field can hold it, and is refused where not', async () => {
    const refused = async (set: Record<string, unknown>) => {
      const { status, body } = await world.call('POST', '/v1/schedules', {
        name: 'now',
        schedule_type: 'RELATIVE',
        relative_entity_definition_id: definition,
        relative_field_name: 'renews_on',
        action_type: 'UPDATE_ENTITY',
        action_config: { set },
      });
      expect(status).toBe(422);
      return body.detail.map(({ loc, msg }: { loc: string[]; msg: string }) => `${loc.at(-1)}: ${msg}`);
    };
    for (const now of ['$now', { $now: true }]) {
      expect(await refused({ reminders: now, open: now, meets_at: now })).toEqual([
        'reminders: $now needs one of DATETIME, DATE, STRING, JSON, and this is a NUMBER',
        'open: $now needs one of DATETIME, DATE, STRING, JSON, and this is a BOOLEAN',
      ]);
    }
    await updating({ status: '$now', meets_at: '$now', renews_on: '$now', notes: '$now' });
    const a = await put('a', { renews_on: '2027-03-02' });
    await world.advanceTo('2027-03-02T00:00:00Z');
    const instant = '2027-03-02T00:00:00.000Z';
    expect(await data(a.id)).toEqual({ status: instant, meets_at: instant, renews_on: '2027-03-02', notes: instant });
  });

  it('of a schedule without records can not lose the one that it names', async () => {
    const { body: made } = await world.call('POST', '/v1/schedules', {
      name: 'Named',
      schedule_type: 'RATE',
      schedule_expression: '1h',
      action_type: 'UPDATE_ENTITY',
      action_config: { set: { status: 'x' }, record: { entity_definition_id: definition, external_id: 'a' } },
    });
    const { status, body } = await world.call('PUT', `/v1/schedules/${made.id}`, {
      action_config: { set: { status: 'y' } },
    });
    expect([status, body.detail[0].loc]).toEqual([422, ['body', 'action_config', 'record']]);
  });

  it('a node that lost its lease changes no record', async () => {
    const { id } = await updating({ status: 'late' }, { max_retries: 0 });
    const a = await put('a', { renews_on: '2027-03-02', status: 'active' });
    world.clock.set(Date.parse('2027-03-02T00:00:00Z'));
    const { perform } = { perform: world.script };
    let resume = () => {};
    const gate = new Promise<void>((resolve) => (resume = resolve));
    world.script = async (...given) => {
      await gate;
      return await perform(...given);
    };
    await world.node.planRelative();
    await world.db.query('UPDATE runs SET lease_token = gen_random_uuid() WHERE schedule_id = $1', [id]);
    resume();
    await world.node.dispatcher.settle();
    expect(await data(a.id)).toEqual({ renews_on: '2027-03-02', status: 'active' });
  });

  it('of many runs that end together each has its own verdict, and what several set of one record adds up', async () => {
    real();
    const customer_id = '8d0f0c57-6a43-4c4b-9f6e-2f7ef0a8f0aa';
    const [a, b, gone] = [await put('a', { reminders: 1 }), await put('b', {}), await put('gone', {})];
    const once = async (external_id: string, set: Record<string, unknown>, more: Record<string, unknown> = {}) =>
      await world.create({
        schedule_type: 'ONE_TIME',
        schedule_expression: '2027-03-02T00:00:00Z',
        action_type: 'UPDATE_ENTITY',
        action_config: { set, record: { entity_definition_id: definition, external_id } },
        max_retries: 0,
        ...more,
      });
    const schedules = [
      await once('a', { reminders: { $increment: 2 } }),
      await once('b', { reminders: 'many' }),
      await once('a', { reminders: { $increment: 3 }, status: 'twice' }),
      await once('gone', { status: 'x' }),
      await once('b', { status: 'foreign' }, { customer_id }),
      await once('b', { status: 'fine' }),
      await once('b', { status: 'lost' }),
    ];
    await world.call('DELETE', record(gone.id));
    world.clock.set(Date.parse('2027-03-02T00:00:00Z'));
    let resume = () => {};
    const gate = new Promise<void>((resolve) => (resume = resolve));
    const { script } = world;
    world.script = async (...given) => await gate.then(() => script(...given));
    await world.node.plan();
    const lost = schedules.at(-1)?.id;
    await world.db.query('UPDATE runs SET lease_token = gen_random_uuid() WHERE schedule_id = $1', [lost]);
    resume();
    await world.node.dispatcher.settle();

    const outcome = async (id: string) => {
      const [run] = await world.runs(id);
      return run.error?.code ?? run.response ?? run.status;
    };
    const ends = await Promise.all(schedules.map(({ id }) => outcome(id)));
    expect(ends.slice(1, 2).concat(ends.slice(3))).toEqual([
      'update_invalid',
      'record_not_found',
      'record_not_found',
      { record_id: b.id, before: { status: null }, after: { status: 'fine' } },
      'RUNNING',
    ]);
    // Those of one record: in either order, one after the other.
    expect(await data(a.id)).toEqual({ reminders: 6, status: 'twice' });
    const seen = [ends[0], ends[2]].map((end) => [end.before.reminders, end.after.reminders]);
    expect(seen.toSorted(([x], [y]) => x - y)).toEqual(
      seen[0]?.[0] === 1
        ? [
            [1, 3],
            [3, 6],
          ]
        : [
            [1, 4],
            [4, 6],
          ],
    );
    expect(await data(b.id)).toEqual({ status: 'fine' });
  });

  it('what the database refuses fails its own run alone', async () => {
    const { id } = await updating({ status: 'for {{ record.external_id }}' });
    const [a, b] = [
      await put('venom', { renews_on: '2027-03-02', status: 'active' }),
      await put('b', { renews_on: '2027-03-02' }),
    ];
    await world.db.query(
      `ALTER TABLE entity_records ADD CONSTRAINT refused CHECK (data ->> 'status' IS DISTINCT FROM 'for venom')`,
    );
    await world.advanceTo('2027-03-02T00:00:00Z');
    const ends = new Map((await world.runs(id)).map((run) => [run.record_id, run]));
    expect(ends.get(a.id)).toMatchObject({ status: 'FAILED', reason: 'REJECTED', error: { code: 'unstorable' } });
    expect(ends.get(b.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect([(await data(a.id)).status, (await data(b.id)).status]).toEqual(['active', 'for b']);
  });

  it('a record that somebody has locked holds up no other outcome', async () => {
    const { id } = await updating({ status: 'done' });
    const a = await put('a', { renews_on: '2027-03-02', status: 'active' });
    const event = { action_type: 'LOG_EVENT', action_config: { message: 'x' } };
    const once = { schedule_type: 'ONE_TIME', schedule_expression: '2027-03-02T00:00:00Z' };
    const { perform } = { perform: world.script };
    world.script = async (target, signal, context) =>
      'set' in (target.config as object) ? await perform(target, signal, context) : DELIVERED;
    const other = await world.create({ ...once, ...event });
    world.clock.set(Date.parse('2027-03-02T00:00:00Z'));
    let settled: Promise<void> | undefined;
    await world.db.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM entity_records WHERE id = $1 FOR UPDATE', [a.id]);
      await world.node.planRelative();
      await world.node.plan();
      settled = world.node.dispatcher.settle();
      await expect.poll(async () => (await world.ledger(other.id))[0], { timeout: 10_000 }).toMatch('SUCCEEDED');
      expect((await world.runs(id))[0]).toMatchObject({ status: 'RUNNING' });
    });
    await settled;
    expect((await world.runs(id))[0]).toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each([
    [{ set: {} }, /1 to 100 fields/],
    [{ set: { a: { $increment: 'x' } } }, /\$increment must be a number/],
    [{ set: { a: { $inc: 1 } } }, /the only operators are \$now and \$increment/],
    [
      { set: { a: 1 }, record: { entity_definition_id: '160c0c4b-9966-4dc1-a916-8407eb10d74e' } },
      /either record_id or external_id/,
    ],
  ])('config %j is refused', async (action_config, message) => {
    const { status, body } = await world.call('POST', '/v1/schedules', {
      name: 'x',
      schedule_type: 'CRON',
      schedule_expression: '* * * * *',
      action_type: 'UPDATE_ENTITY',
      action_config,
    });
    expect(status).toBe(422);
    expect(JSON.stringify(body.detail)).toMatch(message);
  });
});
