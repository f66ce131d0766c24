import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World, type Reply } from '../support/world.ts';

const UNKNOWN = '497f6eca-6276-4993-bfeb-53cbbbba6f08';
const CUSTOMER = '160c0c4b-9966-4dc1-a916-8407eb10d74e';

let world: World;
let definition: string;
const records = () => `/v1/entity-definitions/${definition}/records`;

beforeAll(async () => {
  world = await World.open('2027-03-01T00:00:00Z');
  const { body } = await world.call('POST', '/v1/entity-definitions', {
    slug: 'contracts',
    name: 'Contracts',
    fields: [
      { name: 'status', type: 'STRING' },
      { name: 'amount', type: 'NUMBER' },
      { name: 'renews_on', type: 'DATE' },
      { name: 'meets_at', type: 'DATETIME' },
    ],
  });
  definition = body.id;
});
afterAll(() => world.close());

const wanted = (fields: Record<string, unknown> = {}) => ({
  name: 'reminder',
  schedule_type: 'relative',
  relative_entity_definition_id: definition,
  relative_field_name: 'renews_on',
  action_type: 'LOG_EVENT',
  action_config: { message: 'hello' },
  ...fields,
});
const create = (fields: Record<string, unknown> = {}): Promise<Reply> =>
  world.call('POST', '/v1/schedules', wanted(fields));
async function put(
  external_id: string,
  data: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<string> {
  return (await world.call('POST', records(), { external_id, data, ...more })).body.id;
}
const problems = ({ status, body }: Reply) => {
  expect(status).toBe(422);
  return body.detail.map((problem: { loc: unknown[]; msg: string }) => `${problem.loc.join('.')}: ${problem.msg}`);
};

describe('the fields of a RELATIVE schedule', () => {
  it('are answered, with their defaults', async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      schedule_type: 'RELATIVE',
      schedule_expression: null,
      relative_entity_definition_id: definition,
      relative_field_name: 'renews_on',
      relative_filter: null,
      relative_offset_days: 0,
      relative_recurrence: 'NONE',
      next_run_at: null,
      status: 'ACTIVE',
    });
  });

  it.each([
    [
      { relative_entity_definition_id: undefined },
      ['body.relative_entity_definition_id: RELATIVE schedules need one: whose records they go by'],
    ],
    [
      { relative_entity_definition_id: UNKNOWN },
      [`body.relative_entity_definition_id: there is no entity definition "${UNKNOWN}"`],
    ],
    [
      { relative_field_name: null },
      ['body.relative_field_name: RELATIVE schedules need one: its dates are renews_on, meets_at'],
    ],
    [
      { relative_field_name: 'renewal' },
      ['body.relative_field_name: "renewal" is not a field of it; its dates are renews_on, meets_at'],
    ],
    [
      { relative_field_name: 'status' },
      ['body.relative_field_name: "status" is a STRING; its dates are renews_on, meets_at'],
    ],
    [{ relative_offset_days: 3_651 }, [expect.stringMatching(/^body.relative_offset_days: .*3650/)]],
    [{ relative_offset_days: -3_651 }, [expect.stringMatching(/^body.relative_offset_days: .*-3650/)]],
    [{ relative_filter: { nope: 1 } }, [expect.stringMatching(/^body.relative_filter.nope: .*not a field/)]],
    [{ relative_filter: { amount: { $near: 1 } } }, [expect.stringMatching(/^body.relative_filter.amount.\$near: /)]],
    [
      { schedule_expression: '9 o’clock' },
      [expect.stringMatching(/^body.schedule_expression: .*is not a time of day.*09:00/)],
    ],
    [{ relative_recurrence: 'WEEKLY' }, [expect.stringMatching(/^body.relative_recurrence: /)]],
    [
      { schedule_type: 'CRON', schedule_expression: '* * * * *' },
      [
        'body.relative_entity_definition_id: belongs to RELATIVE schedules, and this one is CRON; leave it out',
        'body.relative_field_name: belongs to RELATIVE schedules, and this one is CRON; leave it out',
      ],
    ],
  ])('%j is refused', async (fields, expected) => {
    expect(problems(await create(fields))).toEqual(expected);
  });

  it('another tenant’s definition is not there', async () => {
    const key = 'hc_live_key_of_another_tenant_relative';
    await world.addTenant('another', key);
    const reply = await world.call('POST', '/v1/schedules', wanted(), { 'X-Api-Key': key });
    expect(problems(reply)).toEqual([
      `body.relative_entity_definition_id: there is no entity definition "${definition}"`,
    ]);
  });

  it('change by PUT, but for the definition', async () => {
    const { body } = await create({ schedule_expression: '09:00', relative_filter: { status: 'active' } });
    const path = `/v1/schedules/${body.id}`;
    const changed = await world.call('PUT', path, {
      schedule_expression: null,
      relative_filter: null,
      relative_offset_days: null,
      relative_recurrence: 'yearly',
      relative_field_name: 'meets_at',
    });
    expect(changed.body).toMatchObject({
      schedule_expression: null,
      relative_filter: null,
      relative_offset_days: 0,
      relative_recurrence: 'YEARLY',
      relative_field_name: 'meets_at',
    });
    expect(problems(await world.call('PUT', path, { relative_entity_definition_id: UNKNOWN }))[0]).toMatch(
      /relative_entity_definition_id: can't change/,
    );
    expect(
      problems(await world.call('PUT', path, { relative_filter: { gone: 1 }, relative_field_name: null })),
    ).toHaveLength(2);
  });

  it('a CRON schedule’s expression can not be cleared', async () => {
    const { id } = await world.create();
    expect(problems(await world.call('PUT', `/v1/schedules/${id}`, { schedule_expression: null }))).toEqual([
      'body.schedule_expression: CRON schedules need one, such as "0 9 * * MON-FRI"',
    ]);
    // Every minute of the days that later tests pass over would be many.
    await world.call('DELETE', `/v1/schedules/${id}`);
  });

  it('a backfill is refused with its reason', async () => {
    const { body } = await create();
    const reply = await world.call('POST', `/v1/schedules/${body.id}/backfill`, {
      start_at: '2027-02-01T00:00:00Z',
      end_at: '2027-02-02T00:00:00Z',
    });
    expect(reply).toMatchObject({ status: 409, body: { code: 'backfill_not_available' } });
  });

  it('bulk and deduplication know them', async () => {
    const { body } = await world.call('POST', '/v1/schedules/bulk', {
      schedules: [
        wanted({ deduplication_key: 'once' }),
        wanted({ deduplication_key: 'once' }),
        wanted({ relative_field_name: 'x' }),
      ],
    });
    expect(body.results.map((result: { status: number }) => result.status)).toEqual([201, 200, 422]);
    const list = await world.call('GET', '/v1/schedules?schedule_type=RELATIVE&limit=1');
    expect(list.body.total).toBeGreaterThan(0);
  });
});

describe('a definition that schedules go by', () => {
  it('keeps the fields that they need, and stays', async () => {
    const made = await world.call('POST', '/v1/entity-definitions', {
      slug: 'kept',
      name: 'Kept',
      fields: [
        { name: 'day', type: 'DATE' },
        { name: 'kind', type: 'STRING' },
      ],
    });
    const path = `/v1/entity-definitions/${made.body.id}`;
    const { body } = await create({
      relative_entity_definition_id: made.body.id,
      relative_field_name: 'day',
      relative_filter: { kind: 'a' },
    });
    for (const fields of [
      [{ name: 'kind', type: 'STRING' }],
      [{ name: 'day', type: 'DATE' }],
      [{ name: 'day', type: 'STRING' }],
    ]) {
      const reply = await world.call('PUT', path, { fields });
      expect(reply).toMatchObject({
        status: 409,
        body: { code: 'definition_conflict', schedules: [{ schedule_id: body.id }] },
      });
    }
    const refused = await world.call('DELETE', `${path}?cascade=true`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'definition_in_use', schedules: 1 } });
    expect(refused.body.detail).toContain(body.id);
    await world.call('DELETE', `/v1/schedules/${body.id}`);
    expect((await world.call('DELETE', path)).status).toBe(204);
  });
});

describe('the preview', () => {
  const preview = async (fields: Record<string, unknown>, query = '') =>
    await world.call('POST', `/v1/schedules/preview${query}`, wanted(fields));

  it('shows the next records with their instants', async () => {
    const a = await put('p-a', { renews_on: '2027-04-10', status: 'p' });
    const b = await put('p-b', { renews_on: '2027-04-05', status: 'p' });
    await put('p-c', { renews_on: '2027-04-01', status: 'other' });
    const { status, body } = await preview({
      relative_offset_days: -3,
      schedule_expression: '09:00',
      timezone: 'America/New_York',
      relative_filter: { status: 'p' },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      description: '3 days before "renews_on" of each record of "contracts" that meets relative_filter, at 09:00',
      timezone: 'America/New_York',
      record: null,
      searched_until: null,
      occurrences: [
        {
          scheduled_for: '2027-04-02T13:00:00.000Z',
          fire_at: '2027-04-02T13:00:00.000Z',
          local_time: '2027-04-02T09:00:00-04:00',
          notes: [],
          record_id: b,
        },
        {
          scheduled_for: '2027-04-07T13:00:00.000Z',
          fire_at: '2027-04-07T13:00:00.000Z',
          local_time: '2027-04-07T09:00:00-04:00',
          notes: [],
          record_id: a,
        },
      ],
    });
  });

  it('of dates that come round goes on and on, with notes where a month is short', async () => {
    const id = await put('q-a', { renews_on: '2027-01-31', status: 'q' });
    const { body } = await preview({ relative_recurrence: 'MONTHLY', relative_filter: { status: 'q' } }, '?count=3');
    expect(body.description).toBe(
      'On "renews_on" of each record of "contracts" that meets relative_filter, at 00:00, every month',
    );
    expect(
      body.occurrences.map((o: { scheduled_for: string; record_id: string }) => [
        o.scheduled_for.slice(0, 10),
        o.record_id,
      ]),
    ).toEqual([
      ['2027-03-31', id],
      ['2027-04-30', id],
      ['2027-05-31', id],
    ]);
    expect(body.occurrences[1].notes).toEqual([
      "The record's day is the 31st, which April 2027 does not have: the last day of the month counts.",
    ]);
  });

  it('has a note where the clock shows a time twice', async () => {
    await put('s-a', { renews_on: '2027-11-07', status: 's' });
    const rule = { schedule_expression: '01:30', timezone: 'America/New_York', relative_filter: { status: 's' } };
    const { body } = await preview(rule, '?count=1');
    expect(body.occurrences).toMatchObject([
      {
        scheduled_for: '2027-11-07T05:30:00.000Z',
        notes: [
          '01:30 on 2027-11-07 is shown twice: the clock goes back from 02:00 to 01:00. It fires in the first pass only.',
        ],
      },
    ]);
  });

  it('says why a record has no occurrence', async () => {
    const past = await put('r-past', { renews_on: '2027-02-01', status: 'r' });
    const none = await put('r-none', { status: 'r' });
    const other = await put('r-other', { renews_on: '2027-05-01', status: 'x' });
    const theirs = await put('r-theirs', { renews_on: '2027-05-01', status: 'r' }, { customer_id: UNKNOWN });
    const fine = await put('r-fine', { renews_on: '2027-05-01', status: 'r' }, { customer_id: CUSTOMER });
    const why = async (id: string, fields: Record<string, unknown> = {}) =>
      (await preview({ relative_filter: { status: 'r' }, ...fields }, `?record_id=${id}`)).body;
    expect((await why(past)).record).toMatchObject({
      reason: 'PAST',
      detail: expect.stringContaining('2027-02-01T00:00:00.000Z'),
    });
    expect((await why(none)).record).toMatchObject({ reason: 'NO_DATE' });
    expect((await why(other)).record).toMatchObject({ reason: 'FILTER' });
    expect((await why(theirs, { customer_id: CUSTOMER })).record).toMatchObject({ reason: 'CUSTOMER' });
    const shown = await why(fine, { customer_id: CUSTOMER });
    expect(shown.record).toEqual({ id: fine, reason: null, detail: null });
    expect(shown.occurrences).toMatchObject([{ scheduled_for: '2027-05-01T00:00:00.000Z', record_id: fine }]);
    expect(await preview({}, `?record_id=${UNKNOWN}`)).toMatchObject({ status: 404 });
  });

  it('of a stored schedule is the same', async () => {
    const { body } = await create({ relative_filter: { status: 'p' } });
    const shown = await world.call('GET', `/v1/schedules/${body.id}/preview?count=1`);
    expect(shown.body.occurrences).toMatchObject([{ scheduled_for: '2027-04-05T00:00:00.000Z' }]);
  });
});

it('runs are found by their record', async () => {
  const id = await put('found', { renews_on: '2027-03-02', status: 'found' });
  const { body } = await create({ relative_filter: { status: 'found' } });
  await world.advanceTo('2027-03-02T00:00:00Z');
  const runs = await world.call('GET', `/v1/runs?record_id=${id}&schedule_id=${body.id}`);
  expect(runs.body).toMatchObject({ total: 1, runs: [{ record_id: id, schedule_id: body.id, status: 'SUCCEEDED' }] });
  expect((await world.call('GET', `/v1/runs?record_id=${UNKNOWN}`)).body).toMatchObject({ total: 0, runs: [] });
  world.clock.set(Date.parse('2027-03-01T00:00:00Z'));
});

it('upcoming tells what will happen to a record, and why not', async () => {
  const made = await world.call('POST', '/v1/entity-definitions', {
    slug: 'up',
    name: 'Up',
    fields: [{ name: 'day', type: 'DATE' }],
  });
  const of = { relative_entity_definition_id: made.body.id, relative_field_name: 'day' };
  await create({ ...of, name: 'later', relative_offset_days: 1 });
  await create({ ...of, name: 'sooner', relative_offset_days: -1 });
  await create({ ...of, name: 'past', relative_offset_days: -90 });
  const paused = await create({ ...of, name: 'paused' });
  await world.call('POST', `/v1/schedules/${paused.body.id}/pause`);
  const path = `/v1/entity-definitions/${made.body.id}/records`;
  const { body: record } = await world.call('POST', path, { data: { day: '2027-03-10' } });
  const { status, body } = await world.call('GET', `${path}/${record.id}/upcoming`);
  expect(status).toBe(200);
  expect(
    body.upcoming.map((u: Record<string, unknown>) => [u['schedule_name'], u['scheduled_for'], u['reason']]),
  ).toEqual([
    ['sooner', '2027-03-09T00:00:00.000Z', null],
    ['later', '2027-03-11T00:00:00.000Z', null],
    ['past', null, 'PAST'],
    ['paused', null, 'PAUSED'],
  ]);
  expect(body).toMatchObject({ total: 4, limit: 50, offset: 0 });
  expect((await world.call('GET', `${path}/${UNKNOWN}/upcoming`)).status).toBe(404);
});
