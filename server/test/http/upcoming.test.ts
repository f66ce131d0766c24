import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';

const START = '2027-03-01T09:00:00Z';
const [MINE, THEIRS] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];

let world: World;
beforeAll(async () => {
  world = await World.open(START);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.call('POST', '/v1/schedules/bulk-actions', { filter: { all: true }, action: 'DELETE' });
});

const ask = async (query = '', key = world.key) =>
  await world.call('GET', `/v1/upcoming${query}`, undefined, { 'X-Api-Key': key });
const names = async (query = '', key = world.key) => {
  const { status, body } = await ask(query, key);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.upcoming.map(({ schedule }: { schedule: { name: string } }) => schedule.name);
};
const at = async (name: string, when: string, fields: object = {}) =>
  await world.create({ name, schedule_type: 'ONE_TIME', schedule_expression: `2027-03-${when}:00Z`, ...fields });

describe('GET /v1/upcoming', () => {
  it('has each schedule that will fire once, the next one first, and no other', async () => {
    await at('third', '03T08:00');
    await at('first', '01T10:00');
    await world.create({ name: 'second', schedule_expression: '0 */6 * * *' });
    const paused = await at('paused', '01T11:00');
    await world.call('POST', `/v1/schedules/${paused.id}/pause`);
    const gone = await at('gone', '01T11:00');
    await world.call('DELETE', `/v1/schedules/${gone.id}`);
    const { body } = await ask();
    expect(body).toMatchObject({ total: 3, limit: 50, offset: 0 });
    expect(
      body.upcoming.map(({ schedule, scheduled_for, fire_at }: Record<string, { name?: string }>) => [
        schedule?.name,
        scheduled_for,
        fire_at,
      ]),
    ).toEqual([
      ['first', '2027-03-01T10:00:00.000Z', '2027-03-01T10:00:00.000Z'],
      ['second', '2027-03-01T12:00:00.000Z', '2027-03-01T12:00:00.000Z'],
      ['third', '2027-03-03T08:00:00.000Z', '2027-03-03T08:00:00.000Z'],
    ]);
    const [first] = body.upcoming;
    expect(first.schedule).toEqual(await world.get(first.schedule.id));
  });

  it('goes by when it fires, within the flexible window', async () => {
    const spread = await at('spread', '01T10:00', { flexible_window_minutes: 60 });
    const preview = await world.call('GET', `/v1/schedules/${spread.id}/preview`);
    const { fire_at } = preview.body.occurrences[0];
    expect(Date.parse(fire_at)).toBeGreaterThan(Date.parse('2027-03-01T10:00:00Z'));
    const moments = [fire_at, new Date(Date.parse(fire_at) - 1).toISOString()];
    await world.create({ name: 'just before', schedule_type: 'ONE_TIME', schedule_expression: moments[1] });
    expect(await names()).toEqual(['just before', 'spread']);
    expect((await ask()).body.upcoming[1]).toMatchObject({ scheduled_for: '2027-03-01T10:00:00.000Z', fire_at });
    expect(await names(`?before=${fire_at}`)).toEqual(['just before']);
    expect(await names(`?before=${moments[1]}`)).toEqual([]);
  });

  it('has RELATIVE schedules by their first date, and those of which none has come not at all', async () => {
    const { body: definition } = await world.call('POST', '/v1/entity-definitions', {
      slug: 'bills',
      name: 'Bills',
      fields: [{ name: 'due_on', type: 'DATE' }],
    });
    await world.call('POST', `/v1/entity-definitions/${definition.id}/records`, { data: { due_on: '2027-03-02' } });
    const by = { relative_entity_definition_id: definition.id, relative_field_name: 'due_on' };
    const relative = { schedule_type: 'RELATIVE', schedule_expression: '09:00', ...by };
    await at('later', '02T09:01');
    await world.create({ name: 'relative', ...relative });
    await world.create({ name: 'long ago', ...relative, relative_offset_days: -60 });
    await at('sooner', '02T08:59');
    expect(await names()).toEqual(['sooner', 'relative', 'later']);
    expect(await names('?before=2027-03-02T09:00:00Z')).toEqual(['sooner']);
    expect((await ask('?name_contains=RELA')).body.upcoming[0]).toMatchObject({
      scheduled_for: '2027-03-02T09:00:00.000Z',
      fire_at: '2027-03-02T09:00:00.000Z',
    });
  });

  it('is narrowed by customer and name, and has pages', async () => {
    for (let i = 0; i < 5; i += 1) await at(`bill ${i}`, `02T0${i}:00`, { customer_id: i % 2 ? THEIRS : MINE });
    await at('100%_sure', '01T10:00');
    expect(await names(`?customer_id=${MINE}`)).toEqual(['bill 0', 'bill 2', 'bill 4']);
    expect(await names(`?customer_id=${THEIRS}&name_contains=BILL%201`)).toEqual(['bill 1']);
    // What LIKE would read otherwise is meant as it stands.
    expect(await names('?name_contains=%25_')).toEqual(['100%_sure']);
    expect(await names('?name_contains=bill_')).toEqual([]);
    expect(await names('?limit=2&offset=1')).toEqual(['bill 0', 'bill 1']);
    expect((await ask('?limit=2&offset=5')).body).toMatchObject({ total: 6, upcoming: [{}] });
    expect((await ask('?offset=60')).body).toMatchObject({ total: 6, upcoming: [] });
  });

  it('shows a key of a customer, and each tenant, its own', async () => {
    await at('mine', '02T09:00', { customer_id: MINE });
    await at('theirs', '02T09:00', { customer_id: THEIRS });
    const made = await world.call('POST', '/v1/api-keys', { name: 'k', scopes: ['schedules:read'], customer_id: MINE });
    expect(await names('', made.body.key)).toEqual(['mine']);
    const { status, body } = await ask(`?customer_id=${THEIRS}`, made.body.key);
    expect([status, body.detail[0].loc]).toEqual([422, ['query', 'customer_id']]);
    const runs = await world.call('POST', '/v1/api-keys', { name: 'r', scopes: ['runs:read'] });
    expect((await ask('', runs.body.key)).status).toBe(403);
    await world.addTenant('another', 'hc_live_another');
    expect(await names('', 'hc_live_another')).toEqual([]);
  });

  it.each([
    ['before=tomorrow', 'before', 'must be an RFC 3339 instant'],
    ['before=2027-03-01', 'before', 'must be an RFC 3339 instant'],
    ['customer_id=nobody', 'customer_id', ''],
    ['name_contains=', 'name_contains', ''],
    ['limit=201', 'limit', '200'],
    ['status=PAUSED', 'status', ''],
  ])('refuses ?%s and says why', async (query, field, words) => {
    const { status, body } = await ask(`?${query}`);
    expect([status, body.detail[0].loc]).toEqual([422, ['query', field]]);
    expect(body.detail[0].msg).toContain(words);
  });

  it('counts up to 10,000, and has pages beyond', async () => {
    await world.db
      .query(`INSERT INTO schedules (bucket, tenant_id, id, name, schedule_type, schedule_expression, timezone,
        action_type, action_config, action_after_completion, overlap_policy, catchup_window_minutes, flexible_window_minutes,
        max_retries, retry_backoff_seconds, pause_on_failure_count, status, next_run_at, due_at, created_at, updated_at)
      SELECT bucket, tenant_id, gen_random_uuid(), 'many', schedule_type, schedule_expression, timezone,
        action_type, action_config, action_after_completion, overlap_policy, catchup_window_minutes, flexible_window_minutes,
        max_retries, retry_backoff_seconds, pause_on_failure_count, status, next_run_at + i * interval '1 second',
        due_at + i * interval '1 second', created_at, updated_at FROM schedules CROSS JOIN generate_series(1, 11000) i
      WHERE id = '${(await at('seed', '05T00:00')).id}'`);
    const { body } = await ask('?offset=10990&limit=20');
    expect(body).toMatchObject({ total: 10_000, upcoming: Array.from({ length: 11 }, () => ({})) });
    expect((await ask('?limit=1')).body.upcoming[0].schedule.name).toBe('seed');
  });
});
