import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve, type Receiver } from '../../src/actions/testing.ts';
import { World } from '../support/world.ts';

let world: World;
let receiver: Receiver;
/** What arrived, the oldest first. */
let got: { headers: Record<string, unknown>; body: string }[];
let answer: { status: number; text: string };
beforeEach(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
  got = [];
  answer = { status: 200, text: 'ok' };
  receiver = await serve((request, response, body) => {
    got.push({ headers: request.headers, body });
    response.statusCode = answer.status;
    response.end(answer.text);
  });
  world.performs = true;
});
afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
  await world.close();
});

const set = async (name: string, value: unknown, headers: Record<string, string> = {}) =>
  await world.call('PUT', `/v1/secrets/${name}`, { value }, headers);
const hook = (config: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => ({
  name: 'hook',
  schedule_type: 'RATE',
  schedule_expression: 'rate(1 day)',
  action_type: 'WEBHOOK',
  action_config: { url: receiver.url, ...config },
  ...more,
});
/** Triggers a schedule and lets its run end. */
const fire = async (id: string, body?: unknown) => {
  const { status, body: run } = await world.call('POST', `/v1/schedules/${id}/trigger`, body);
  expect(status).toBe(202);
  await world.settle();
  return (await world.call('GET', `/v1/runs/${run.id}`)).body;
};

describe('/v1/secrets', () => {
  it('sets, changes, lists and deletes, and never answers a value', async () => {
    const made = await set('TOKEN', 'first-value');
    const at = '2027-03-01T09:00:00.000Z';
    expect([made.status, made.body]).toEqual([201, { name: 'TOKEN', created_at: at, updated_at: at }]);
    world.clock.set(Date.parse('2027-03-01T10:00:00Z'));
    const changed = await set('TOKEN', 'second-value');
    const later = '2027-03-01T10:00:00.000Z';
    expect([changed.status, changed.body]).toEqual([200, { name: 'TOKEN', created_at: at, updated_at: later }]);
    await set('_a', 'x');
    const list = await world.call('GET', '/v1/secrets');
    expect(list.body).toMatchObject({ secrets: [{ name: 'TOKEN' }, { name: '_a' }], total: 2 });
    expect(JSON.stringify([made, changed, list])).not.toContain('-value');
    expect((await world.call('DELETE', '/v1/secrets/TOKEN')).status).toBe(204);
    expect((await world.call('GET', '/v1/secrets')).body.total).toBe(1);
    const gone = await world.call('DELETE', '/v1/secrets/TOKEN');
    expect([gone.status, gone.body.code]).toEqual([404, 'not_found']);
  });

  it.each([
    ['', 'string_too_short'],
    ['x'.repeat(8_193), 'string_too_long'],
    ['ä'.repeat(4_097), 'string_too_long'],
    [12_345_678, 'string_type'],
    [{ marker: 1 }, 'string_type'],
    [undefined, 'string_type'],
    ['a\u0000marker', 'nul_character'],
  ])('refuses the value %j, and does not repeat it', async (value, type) => {
    const { status, body } = await set('TOKEN', value);
    expect([status, body.detail[0].loc, body.detail[0].type]).toEqual([422, ['body', 'value'], type]);
    expect(JSON.stringify(body)).not.toMatch(/marker|12345678|xxx|ää/);
  });

  it.each(['1A', 'A-B', 'a.b', 'A%20B', 'ä', 'A'.repeat(65)])('refuses the name %s', async (name) => {
    const { status, body } = await set(name, 'x');
    expect([status, body.detail[0].loc]).toEqual([422, ['path', 'name']]);
  });

  it('takes the longest name and value', async () => {
    expect((await set('A'.repeat(64), 'ä'.repeat(4_096))).status).toBe(201);
  });

  it('holds 200 for a tenant, also where several are set at once; those that are there can be changed', async () => {
    for (let i = 0; i < 198; i += 1) expect((await set(`S${i}`, 'x')).status).toBe(201);
    const replies = await Promise.all([1, 2, 3, 4].map((i) => set(`LAST${i}`, 'x')));
    expect(replies.map((reply) => reply.status).sort((a, b) => a - b)).toEqual([201, 201, 409, 409]);
    expect(replies.find((reply) => reply.status === 409)?.body.code).toBe('too_many_secrets');
    expect((await world.call('GET', '/v1/secrets')).body.total).toBe(200);
    expect((await set('S0', 'y')).status).toBe(200);
    const other = { 'X-Api-Key': 'hc_live_test_key_of_another_tenant' };
    await world.addTenant('other', other['X-Api-Key']);
    expect((await set('S0', 'x', other)).status).toBe(201);
  });

  it('are each tenant’s own', async () => {
    const other = { 'X-Api-Key': 'hc_live_test_key_of_another_tenant' };
    await world.addTenant('other', other['X-Api-Key']);
    await set('MINE', 'x');
    expect((await world.call('GET', '/v1/secrets', undefined, other)).body).toEqual({ secrets: [], total: 0 });
    expect((await world.call('DELETE', '/v1/secrets/MINE', undefined, other)).status).toBe(404);
    const config = { headers: { 'X-A': '{{ secrets.MINE }}' } };
    const { status, body } = await world.call('POST', '/v1/schedules', hook(config), other);
    expect([status, body.detail[0].type]).toEqual([422, 'secret_unknown']);
  });
});

describe('a credential that is not valid', () => {
  it.each([
    [{ type: 'bearer', token: ['marker'] }, 'auth.token'],
    [{ type: 'bearer', token: { marker: 1 } }, 'auth.token'],
    [{ type: 'basic', username: 'u', password: { marker: 1 } }, 'auth.password'],
    [{ type: 'beaver', token: 'marker' }, 'auth.type'],
    [{ token: 'marker', password: 'marker' }, 'auth.type'],
    [{ type: 'bearer', token: `marker${'x'.repeat(5_000)}` }, 'auth.token'],
  ])('is told without it: %j', async (auth, place) => {
    const { status, body } = await world.call('POST', '/v1/schedules', hook({ auth }));
    expect([status, body.detail[0].loc.slice(2).join('.')]).toEqual([422, place]);
    expect(JSON.stringify(body)).not.toContain('marker');
  });
});

describe('a schedule that names secrets', () => {
  it('must name those that there are, where they may stand', async () => {
    const problems = async (fields: Record<string, unknown>) =>
      (await world.call('POST', '/v1/schedules', fields)).body.detail?.map(
        ({ loc, type, msg }: { loc: string[]; type: string; msg: string }) => [loc.join('.'), type, msg],
      );
    expect(await problems(hook({ headers: { A: '{{ secrets.NONE }}' }, body: ['{{ secrets.NEITHER }}'] }))).toEqual([
      ['body.action_config.headers.A', 'secret_unknown', expect.stringContaining('PUT /v1/secrets/NONE')],
      ['body.action_config.body.0', 'secret_unknown', expect.stringContaining('there is no secret NEITHER')],
    ]);
    await set('TOKEN', 'x');
    expect(await problems(hook({ url: `${receiver.url}?t={{ secrets.TOKEN }}` }))).toEqual([
      ['body.action_config.url', 'secret_not_allowed', expect.stringContaining('headers, auth and body of a WEBHOOK')],
    ]);
    const log = { action_type: 'LOG_EVENT', action_config: { message: '{{ secrets.TOKEN }}' } };
    expect(await problems(hook({}, log))).toEqual([
      ['body.action_config.message', 'secret_not_allowed', expect.anything()],
    ]);
    const record = { entity_definition_id: crypto.randomUUID(), external_id: 'a' };
    const fields = { a: '{{ secrets.TOKEN }}' };
    const update = { action_type: 'UPDATE_ENTITY', action_config: { set: fields, record } };
    expect(await problems(hook({}, update))).toEqual([
      ['body.action_config.set.a', 'secret_not_allowed', expect.anything()],
    ]);
    expect(await problems(hook({ body: '{{ secrets }}' }))).toEqual([
      ['body.action_config.body', 'secret_reference', expect.anything()],
    ]);
  });

  it('uses what they hold when an attempt starts', async () => {
    await set('TOKEN', 'one');
    const { id } = await world.create(hook({ headers: { 'X-A': '{{ secrets.TOKEN }}' } }));
    await fire(id);
    await fire(id);
    await set('TOKEN', 'two');
    await fire(id);
    answer = { status: 503, text: 'later' };
    await fire(id);
    await set('TOKEN', 'three');
    answer = { status: 200, text: 'ok' };
    await world.advanceTo(world.clock.now() + 3_600_000);
    expect(got.map(({ headers }) => headers['x-a'])).toEqual(['one', 'one', 'two', 'two', 'three']);
  });

  it('fails with the name of one that was deleted, and sends nothing', async () => {
    await set('TOKEN', 'one');
    const { id } = await world.create(hook({ body: { t: '{{ secrets.TOKEN }}' } }));
    await world.call('DELETE', '/v1/secrets/TOKEN');
    const run = await fire(id);
    expect(run).toMatchObject({
      status: 'FAILED',
      reason: 'REJECTED',
      error: { code: 'template_error', message: 'body.t: there is no secret TOKEN any more' },
    });
    expect(got).toEqual([]);
    // Made anew it is another value, not the old one from memory.
    await set('TOKEN', 'two');
    await fire(id);
    expect(got.map(({ body }) => body)).toEqual(['{"t":"two"}']);
  });

  it('is told from another with the same deduplication key by what its secrets are', async () => {
    const key = { deduplication_key: 'k' };
    const auth = (token: string) => ({ auth: { type: 'bearer', token } });
    const made = await world.create(hook(auth('one'), key));
    const same = await world.call('POST', '/v1/schedules', hook(auth('one'), key));
    expect([same.status, same.body.id]).toEqual([200, made.id]);
    const other = await world.call('POST', '/v1/schedules', hook(auth('two'), key));
    expect([other.status, other.body.code]).toEqual([409, 'deduplication_conflict']);
    const unchanged = await world.call('PUT', `/v1/schedules/${made.id}`, { action_config: made.action_config });
    expect(unchanged.body.version).toBe(made.version);
  });

  it('keeps the overlay of a trigger for its run, and for the run that tries it again', async () => {
    await set('TOKEN', 'from-secret');
    const { id } = await world.create(hook({ auth: { type: 'bearer', token: 'of-schedule' } }, { max_retries: 0 }));
    answer = { status: 500, text: 'no' };
    const run = await fire(id, { action_config: { auth: { type: 'bearer', token: 'of-{{ secrets.TOKEN }}' } } });
    expect(run.status).toBe('FAILED');
    answer = { status: 200, text: 'ok' };
    const again = await world.call('POST', `/v1/runs/${run.id}/retry`);
    await world.settle();
    expect((await world.call('GET', `/v1/runs/${again.body.id}`)).body.status).toBe('SUCCEEDED');
    await fire(id);
    expect(got.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer of-from-secret',
      'Bearer of-from-secret',
      'Bearer of-schedule',
    ]);
    const unknown = await world.call('POST', `/v1/schedules/${id}/trigger`, {
      action_config: { body: '{{ secrets.NO }}' },
    });
    expect([unknown.status, unknown.body.detail[0].type]).toEqual([422, 'secret_unknown']);
  });
});

describe('a secret that does not open', () => {
  const auth = { auth: { type: 'bearer', token: 'top-secret' } };

  it('fails the attempts, which are made again, and is never taken for another or an empty one', async () => {
    const [one, two] = [
      await world.create(hook(auth)),
      await world.create(hook({ auth: { type: 'bearer', token: 'other' } })),
    ];
    // Moved to another row.
    await world.db.query(
      `UPDATE schedules SET action_config = (SELECT action_config FROM schedules WHERE id = $2) WHERE id = $1`,
      [one.id, two.id],
    );
    await fire(one.id);
    expect(got).toEqual([]);
    const [run] = await world.runs(one.id);
    expect(run).toMatchObject({ status: 'PENDING', error: { code: 'secret_unreadable' } });
    expect(run.error.message).toContain('auth.token: it was altered, moved, or encrypted with another key');
    // Put right, the retry goes through.
    const { status } = await world.call('PUT', `/v1/schedules/${one.id}`, {
      action_config: { url: receiver.url, ...auth },
    });
    expect(status).toBe(200);
    await world.advanceTo(world.clock.now() + 600_000);
    expect(got.map(({ headers }) => headers['authorization'])).toEqual(['Bearer top-secret']);
  });

  it('can be replaced but not kept, and is in nobody’s way', async () => {
    const made = await world.create(hook(auth));
    const path = `/v1/schedules/${made.id}`;
    await world.db.query(
      `UPDATE schedules SET action_config = jsonb_set(action_config, '{auth,token}', '{"$sealed":"1.1.AAAA"}') WHERE id = $1`,
      [made.id],
    );
    expect((await world.get(made.id)).action_config.auth).toEqual({ type: 'bearer', token: '********' });
    expect((await world.call('PUT', path, { name: 'renamed' })).status).toBe(200);
    const kept = await world.call('PUT', path, { action_config: { ...made.action_config, timeout_seconds: 5 } });
    expect([kept.status, kept.body.detail]).toEqual([
      422,
      [
        {
          loc: ['body', 'action_config', 'auth', 'token'],
          msg: expect.stringContaining('give it anew'),
          type: 'secret_unreadable',
        },
      ],
    ]);
    expect((await world.call('PUT', path, { action_config: { url: receiver.url, ...auth } })).status).toBe(200);
    expect(await fire(made.id)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('of the tenant, or of what signs, fails the run as well', async () => {
    await set('TOKEN', 'x');
    const named = await world.create(hook({ body: '{{ secrets.TOKEN }}' }, { max_retries: 0 }));
    await world.db.query(`UPDATE secrets SET value = '{"$sealed":"1.1.AAAA"}'`);
    expect(await fire(named.id)).toMatchObject({ status: 'FAILED', error: { code: 'secret_unreadable' } });
    const signed = await world.create(hook({}, { max_retries: 0 }));
    await world.db.query(
      `UPDATE tenants SET webhook_secrets = jsonb_set(webhook_secrets, '{0,secret,$sealed}', '"1.1.AAAA"')`,
    );
    expect(await fire(signed.id)).toMatchObject({ status: 'FAILED', error: { code: 'secret_unreadable' } });
    expect(got).toEqual([]);
    // Out of it by a new one, at once.
    expect((await world.call('POST', '/v1/webhook-secrets/rotate', { overlap_minutes: 0 })).status).toBe(201);
    expect(await fire(signed.id)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a key that is bound to a customer', () => {
  const customer_id = '11111111-1111-4111-8111-111111111111';
  let mine: Record<string, string>;
  beforeEach(async () => {
    const { body } = await world.call('POST', '/v1/api-keys', { name: 'bound', scopes: ['*'], customer_id });
    mine = { 'X-Api-Key': body.key };
    await set('TOKEN', 'tenant-secret');
  });
  const problems = (reply: Awaited<ReturnType<World['call']>>) => [
    reply.status,
    reply.body.detail?.map?.(({ loc, type }: { loc: string[]; type: string }) => `${loc.slice(2).join('.')} ${type}`),
  ];

  it('has no secrets, and can have none of these scopes by name', async () => {
    for (const [method, path] of [
      ['GET', '/v1/secrets'],
      ['PUT', '/v1/secrets/A'],
      ['DELETE', '/v1/secrets/TOKEN'],
      ['GET', '/v1/webhook-secrets'],
      ['POST', '/v1/webhook-secrets/rotate'],
    ] as const) {
      const reply = await world.call(method, path, method === 'PUT' ? { value: 'x' } : undefined, mine);
      expect([path, reply.status, reply.body.code]).toEqual([path, 403, 'forbidden']);
    }
    const scoped = await world.call('POST', '/v1/api-keys', { name: 'x', scopes: ['secrets:write'], customer_id });
    expect([scoped.status, scoped.body.detail[0].type]).toEqual([422, 'scope_unbound']);
  });

  it('can write them into no schedule', async () => {
    const config = { headers: { 'X-A': '{{ secrets.TOKEN }}' } };
    const created = await world.call('POST', '/v1/schedules', hook(config), mine);
    expect(problems(created)).toEqual([422, ['headers.X-A customer']]);
    expect(JSON.stringify(created.body)).toContain('bound to a customer');
    const preview = await world.call('POST', '/v1/schedules/preview', hook(config), mine);
    expect(problems(preview)).toEqual([422, ['headers.X-A customer']]);
    const bulk = await world.call('POST', '/v1/schedules/bulk', { schedules: [hook(config)] }, mine);
    expect(bulk.body).toMatchObject({ failed: 1, results: [{ status: 422 }] });
  });

  it('can’t change where one with secrets goes, nor what it sends; the rest it can', async () => {
    const theirs = await world.create(
      hook({ headers: { 'X-A': '{{ secrets.TOKEN }}' }, auth: { type: 'bearer', token: 'kept' } }, { customer_id }),
    );
    const path = `/v1/schedules/${theirs.id}`;
    const change = async (config: Record<string, unknown>) =>
      problems(await world.call('PUT', path, { action_config: { ...theirs.action_config, ...config } }, mine));
    expect(await change({ url: 'http://127.0.0.1:9/evil' })).toEqual([
      422,
      ['headers.X-A customer', 'auth.token customer'],
    ]);
    expect(await change({ body: 'x' })).toEqual([422, ['headers.X-A customer']]);
    const overlay = async (config: Record<string, unknown>) =>
      problems(await world.call('POST', `${path}/trigger`, { action_config: config }, mine));
    expect(await overlay({ url: 'http://127.0.0.1:9/evil' })).toEqual([
      422,
      ['headers.X-A customer', 'auth.token customer'],
    ]);
    expect(await overlay({ body: '{{ secrets.TOKEN }}' })).toEqual([422, ['headers.X-A customer', 'body customer']]);
    expect(await change({})).toEqual([200, undefined]);
    expect((await world.call('PUT', path, { name: 'renamed' }, mine)).status).toBe(200);
    expect((await world.call('POST', `${path}/trigger`, {}, mine)).status).toBe(202);
    await world.settle();
    expect(got[0]?.headers).toMatchObject({ 'x-a': 'tenant-secret', authorization: 'Bearer kept' });
  });

  it('can’t take the credential of a schedule elsewhere; to the same host, or with one of its own, it can', async () => {
    const theirs = await world.create(
      hook({ auth: { type: 'basic', username: 'u', password: 'kept' } }, { customer_id }),
    );
    const change = async (config: Record<string, unknown>) =>
      problems(
        await world.call(
          'PUT',
          `/v1/schedules/${theirs.id}`,
          { action_config: { ...theirs.action_config, ...config } },
          mine,
        ),
      );
    expect(await change({ url: 'http://127.0.0.1:9/' })).toEqual([422, ['auth.password customer']]);
    expect(await change({ url: 'http://{{ customer_id }}.example/' })).toEqual([422, ['auth.password customer']]);
    expect(await change({ url: `${receiver.url}other` })).toEqual([200, undefined]);
    const own = { type: 'basic', username: 'u', password: 'own' };
    expect(await change({ url: 'http://127.0.0.1:9/', auth: own })).toEqual([200, undefined]);
  });
});
