import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSchedule } from '../../src/http/sealing.ts';
import { getSchedule } from '../../src/store/schedules.ts';
import { World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterAll(() => world.close());

const REQUIRED = {
  name: 'Nightly',
  schedule_type: 'cron',
  schedule_expression: '0 2 * * *',
  action_type: 'webhook',
  action_config: { url: 'http://127.0.0.1:9/hook' },
};

describe('create', () => {
  it('fills in every default of the API, and answers every field', async () => {
    const { status, body, headers } = await world.call('POST', '/v1/schedules', REQUIRED);
    expect(status).toBe(201);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      tenant_id: world.tenantId,
      name: 'Nightly',
      description: null,
      external_id: null,
      customer_id: null,
      deduplication_key: null,
      schedule_type: 'CRON',
      schedule_expression: '0 2 * * *',
      timezone: 'UTC',
      start_at: null,
      end_at: null,
      action_type: 'WEBHOOK',
      action_config: expect.objectContaining({ url: 'http://127.0.0.1:9/hook', method: 'POST', timeout_seconds: 30 }),
      action_after_completion: 'NONE',
      overlap_policy: 'SKIP',
      catchup_window_minutes: 10,
      flexible_window_minutes: 0,
      max_retries: 3,
      retry_backoff_seconds: 60,
      pause_on_failure_count: 5,
      rate_limit_per_minute: null,
      relative_entity_definition_id: null,
      relative_field_name: null,
      relative_filter: null,
      relative_offset_days: null,
      relative_recurrence: null,
      status: 'ACTIVE',
      status_reason: null,
      status_detail: null,
      next_run_at: '2027-03-02T02:00:00.000Z',
      last_run_at: null,
      last_run_status: null,
      run_count: 0,
      consecutive_failures: 0,
      version: 1,
      created_at: '2027-03-01T08:59:30.000Z',
      updated_at: '2027-03-01T08:59:30.000Z',
    });
    expect((await world.call('GET', `/v1/schedules/${body.id}`)).body).toEqual(body);
  });

  it('reads times without an offset in the schedule’s zone', async () => {
    const made = await world.create({ timezone: 'Asia/Kathmandu', start_at: '2027-04-01T09:00', end_at: '2027-05-01' });
    expect(made).toMatchObject({ start_at: '2027-04-01T03:15:00.000Z', end_at: '2027-04-30T18:15:00.000Z' });
  });

  it('never shows a secret again, and keeps it when the mask comes back', async () => {
    const auth = { type: 'bearer', token: 'top-secret' };
    const made = await world.create({ ...REQUIRED, action_config: { ...REQUIRED.action_config, auth } });
    expect(JSON.stringify(made)).not.toContain('top-secret');
    await world.call('PUT', `/v1/schedules/${made.id}`, {
      action_config: { ...made.action_config, timeout_seconds: 5 },
    });
    const stored = await getSchedule(world.db, world.tenantId, made.id);
    if (!stored) throw new Error('it is there');
    expect(JSON.stringify(stored)).not.toContain('top-secret');
    const opened = await openSchedule(world.vault, world.db, stored);
    expect(opened.action_config).toMatchObject({ auth, timeout_seconds: 5 });
  });

  it('refuses the mask of a secret where none is stored, so that no copy goes out with a credential of asterisks', async () => {
    const auth = { type: 'bearer', token: 'top-secret' };
    const made = await world.create({ ...REQUIRED, action_config: { ...REQUIRED.action_config, auth } });
    const copy = { ...REQUIRED, action_config: made.action_config };
    const other = { ...made.action_config, auth: { type: 'basic', username: 'u', password: '********' } };
    const replies = [
      await world.call('POST', '/v1/schedules', copy),
      await world.call('POST', '/v1/schedules/preview', copy),
      await world.call('PUT', `/v1/schedules/${made.id}`, { action_config: other }),
      await world.call('POST', `/v1/schedules/${made.id}/trigger`, { action_config: { auth: other.auth } }),
    ];
    const field = expect.stringMatching(/^(token|password)$/);
    for (const { status, body } of replies) {
      expect([status, body.detail[0].type]).toEqual([422, 'secret_masked']);
      expect(body.detail).toHaveLength(1);
      expect(body.detail[0].loc).toEqual(['body', 'action_config', 'auth', field]);
      expect(body.detail[0].msg).toMatch(/no secret is stored here: give it itself/);
    }
    const bulk = await world.call('POST', '/v1/schedules/bulk', { schedules: [copy] });
    expect(bulk.body.results[0]).toMatchObject({ status: 422, error: { detail: [{ type: 'secret_masked' }] } });
    const kept = await world.call('POST', `/v1/schedules/${made.id}/trigger`, { action_config: made.action_config });
    expect(kept.status).toBe(202);
  });

  it.each([
    ['auth.type', 'must be one of none, bearer, basic; got "x"', { type: 'x' }],
    ['auth.type', 'must be one of none, bearer, basic; got null', { type: null }],
    ['auth.type', 'this field is required: one of none, bearer, basic', { token: 'marker' }],
    ['auth.token', 'must not be empty', { type: 'bearer', token: '' }],
    ['auth.token', 'must be a string', { type: 'bearer', token: 5 }],
    ['auth.token', 'must have at most 4096 characters', { type: 'bearer', token: 'marker'.repeat(1_000) }],
    ['auth', 'must be an object', 'marker'],
    ['auth', 'must be an object', ['marker']],
    ['auth', 'must be an object, got null', null],
  ])('says of wrong credentials what they must be, and nothing of what they are: %s %s', async (place, msg, auth) => {
    const action_config = { ...REQUIRED.action_config, auth };
    const { status, body, text } = await world.call('POST', '/v1/schedules', { ...REQUIRED, action_config });
    expect(status).toBe(422);
    expect(body.detail).toMatchObject([{ loc: ['body', 'action_config', ...place.split('.')], msg }]);
    expect(text).not.toContain('marker');
  });

  it('refuses a webhook to a private address when it is made', async () => {
    const { status, body } = await world.call('POST', '/v1/schedules', {
      ...REQUIRED,
      action_config: { url: 'http://169.254.169.254/' },
    });
    expect(status).toBe(422);
    expect(body.detail[0]).toMatchObject({ loc: ['body', 'action_config', 'url'], type: 'egress_blocked' });
  });
});

describe('deduplication_key', () => {
  const keyed = { ...REQUIRED, deduplication_key: 'k1' };

  it('answers the existing schedule for the same content, 409 with its id for other content', async () => {
    const first = await world.call('POST', '/v1/schedules', keyed);
    const again = await world.call('POST', '/v1/schedules', { ...keyed, overlap_policy: 'skip', timezone: 'utc' });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    const other = await world.call('POST', '/v1/schedules', { ...keyed, name: 'Other' });
    expect(other).toMatchObject({ status: 409, body: { code: 'deduplication_conflict', schedule_id: first.body.id } });
    await world.call('DELETE', `/v1/schedules/${first.body.id}`);
    expect((await world.call('POST', '/v1/schedules', keyed)).status).toBe(201);
  });

  it('makes one schedule of many requests at once', async () => {
    const body = { ...REQUIRED, deduplication_key: 'race' };
    const replies = await Promise.all(Array.from({ length: 8 }, () => world.call('POST', '/v1/schedules', body)));
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(1);
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(7);
    expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
  });

  it('can not be taken over by an update', async () => {
    const a = await world.create({ deduplication_key: 'a' });
    const b = await world.create({ deduplication_key: 'b' });
    const { status, body } = await world.call('PUT', `/v1/schedules/${b.id}`, { deduplication_key: 'a' });
    expect({ status, body }).toMatchObject({ status: 409, body: { schedule_id: a.id } });
  });
});

describe('Idempotency-Key', () => {
  const headers = { 'Idempotency-Key': 'once' };

  it('does a request once and answers the same again', async () => {
    const replies = [];
    for (let i = 0; i < 2; i += 1)
      replies.push(await world.call('POST', '/v1/schedules', { ...REQUIRED, name: 'idem' }, headers));
    const [first, second] = replies;
    expect(second?.status).toBe(201);
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers.get('idempotent-replayed')).toBe('true');
    expect(second?.headers.get('etag')).toBe('"1"');
    const other = await world.call('POST', '/v1/schedules', { ...REQUIRED, name: 'other' }, headers);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
  });

  it('holds for requests at the same time', async () => {
    const { id } = await world.create();
    const key = { 'Idempotency-Key': 'trigger-race' };
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => world.call('POST', `/v1/schedules/${id}/trigger`, undefined, key)),
    );
    expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
    expect((await world.get(id)).run_count).toBe(1);
  });

  it('keeps nothing of a request that failed', async () => {
    const key = { 'Idempotency-Key': 'failed-first' };
    expect((await world.call('POST', '/v1/schedules', {}, key)).status).toBe(422);
    expect((await world.call('POST', '/v1/schedules', REQUIRED, key)).status).toBe(201);
  });
});

describe('If-Match', () => {
  it('lets a change through only on the version it names', async () => {
    const { id } = await world.create();
    const change = (tag: string) => world.call('PUT', `/v1/schedules/${id}`, { name: `n${tag}` }, { 'If-Match': tag });
    expect(await change('"1"')).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await change('"1"')).toMatchObject({ status: 412, body: { code: 'stale_version' } });
    expect((await change('*')).status).toBe(200);
    const past = { start_at: '2027-03-01T00:00:00Z', end_at: '2027-03-01T01:00:00Z' };
    for (const [method, path, body] of [
      ['DELETE', '', undefined],
      ['POST', '/pause', undefined],
      ['POST', '/trigger', undefined],
      ['POST', '/backfill', past],
    ] as const) {
      const { status } = await world.call(method, `/v1/schedules/${id}${path}`, body, { 'If-Match': '"1"' });
      expect(`${method} ${path}: ${status}`).toBe(`${method} ${path}: 412`);
    }
    expect((await world.call('POST', `/v1/schedules/${id}/backfill`, past, { 'If-Match': '"3"' })).status).toBe(202);
  });
});

describe('lists', () => {
  it('page and filter, newest first', async () => {
    const customer_id = '160c0c4b-9966-4dc1-a916-8407eb10d74e';
    const ids = [];
    for (let i = 0; i < 5; i += 1) ids.unshift((await world.create({ customer_id, external_id: `e${i % 2}` })).id);
    const list = async (query: string) =>
      (await world.call('GET', `/v1/schedules?customer_id=${customer_id}${query}`)).body;
    expect(await list('')).toMatchObject({ total: 5, limit: 50, offset: 0, schedules: ids.map((id) => ({ id })) });
    expect(await list('&limit=2&offset=3')).toMatchObject({
      total: 5,
      limit: 2,
      offset: 3,
      schedules: [{ id: ids[3] }, { id: ids[4] }],
    });
    expect(await list('&external_id=e1')).toMatchObject({ total: 2, schedules: [{ id: ids[1] }, { id: ids[3] }] });
    await world.call('POST', `/v1/schedules/${ids[0]}/pause`);
    expect(await list('&status=paused')).toMatchObject({ total: 1, schedules: [{ id: ids[0] }] });
  });

  it('of runs page as well', async () => {
    const { id } = await world.create();
    for (let i = 0; i < 3; i += 1) await world.call('POST', `/v1/schedules/${id}/trigger`);
    const { body } = await world.call('GET', `/v1/schedules/${id}/runs?limit=1&offset=1`);
    expect(body).toMatchObject({ total: 3, limit: 1, offset: 1, runs: [{ trigger: 'MANUAL' }] });
    expect((await world.call('GET', `/v1/schedules/${id}/runs`)).body.limit).toBe(20);
  });
});

describe('credentials', () => {
  const path = '/v1/schedules';

  it('are taken from X-Api-Key or as a bearer token; none or a bad one is 401', async () => {
    const bearer = { 'X-Api-Key': '', Authorization: `Bearer ${world.key}` };
    expect((await world.call('GET', path, undefined, bearer)).status).toBe(200);
    for (const headers of [{ 'X-Api-Key': '' }, { 'X-Api-Key': 'hc_live_wrong' }, { 'X-Api-Key': 'x'.repeat(5000) }]) {
      const reply = await world.call('GET', path, undefined, headers);
      expect(reply).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  it('without the scope are 403, with it they work; a revoked one is 401', async () => {
    await world.addTenant('default', 'hc_live_reader', ['schedules:read']);
    const as = { 'X-Api-Key': 'hc_live_reader' };
    expect((await world.call('GET', path, undefined, as)).status).toBe(200);
    expect(await world.call('POST', path, REQUIRED, as)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    await world.db.query("UPDATE api_keys SET revoked_at = now() WHERE name = 'hc_live_reader'");
    expect((await world.call('GET', path, undefined, as)).status).toBe(401);
  });

  it('of another tenant see the same bytes as for a row that does not exist, in every operation', async () => {
    await world.addTenant('other', 'hc_live_other');
    const { id } = await world.create();
    const as = { 'X-Api-Key': 'hc_live_other' };
    const openapi = (await world.call('GET', '/openapi.json')).body;
    let tried = 0;
    for (const [template, methods] of Object.entries<object>(openapi.paths)) {
      if (!template.includes('{schedule_id}')) continue;
      for (const method of Object.keys(methods)) {
        const ask = (target: string) =>
          world.call(
            method.toUpperCase(),
            template.replace('{schedule_id}', target),
            method === 'put' ? {} : undefined,
            as,
          );
        const [theirs, unknown] = [await ask(id), await ask('00000000-0000-4000-8000-000000000000')];
        expect(theirs.status).toBe(404);
        expect(theirs.body).toEqual(unknown.body);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThanOrEqual(7);
    expect((await world.call('GET', path, undefined, as)).body).toMatchObject({ total: 0, schedules: [] });
    expect((await world.get(id)).version).toBe(1);
  });
});

describe('the API page', () => {
  it('says 422 and the shape of errors for every operation, and its examples work', async () => {
    const { body: openapi } = await world.call('GET', '/openapi.json');
    expect(openapi.openapi).toMatch(/^3\.1/);
    for (const [path, methods] of Object.entries<Record<string, { responses: Record<string, unknown> }>>(
      openapi.paths,
    )) {
      for (const operation of Object.values(methods)) {
        expect(operation.responses, path).toMatchObject({ 401: {}, 403: {}, 422: {} });
      }
    }
    const properties: Record<string, { example?: unknown }> = openapi.components.schemas.ScheduleCreate.properties;
    const example = Object.fromEntries(
      Object.entries(properties).flatMap(([field, { example: value }]) =>
        value === undefined ? [] : [[field, value]],
      ),
    );
    expect(Object.keys(example)).toContain('schedule_expression');
    const made = await world.call('POST', '/v1/schedules', example);
    expect(made).toMatchObject({ status: 201 });
    const update = openapi.components.schemas.ScheduleUpdate.example;
    expect((await world.call('PUT', `/v1/schedules/${made.body.id}`, update)).status).toBe(200);
  });

  it('lists each action type with its JSON Schema', async () => {
    const { body } = await world.call('GET', '/v1/action-types');
    expect(body.action_types.map((action: { type: string }) => action.type)).toEqual([
      'WEBHOOK',
      'EMAIL',
      'LOG_EVENT',
      'UPDATE_ENTITY',
    ]);
    for (const { config_schema } of body.action_types)
      expect(config_schema).toMatchObject({ type: 'object', properties: {} });
  });

  it('answers what is not there with a coded 404', async () => {
    expect(await world.call('GET', '/v1/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('readiness', () => {
  it('follows the database', async () => {
    expect(await world.call('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready', reason: null } });
    expect(await world.call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });
});
