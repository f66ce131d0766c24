import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World, type Reply } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
});
afterEach(() => world.close());

const PATH = '/v1/egress-policy';
const put = (body: unknown, headers: Record<string, string> = {}) => world.call('PUT', PATH, body, headers);

describe('the egress policy', () => {
  it('is empty until it is set, and then what was set, as it was normalised', async () => {
    const before = await world.call('GET', PATH);
    expect(before).toMatchObject({ status: 200, body: { allow: [], deny: [], updated_at: null } });
    const set = await put({
      allow: ['API.Example.com.', '*.bücher.de:8443', 'api.example.com'],
      deny: ['203.0.113.9/24'],
    });
    const body = {
      allow: ['api.example.com', '*.xn--bcher-kva.de:8443'],
      deny: ['203.0.113.0/24'],
      updated_at: '2027-03-01T09:00:00.000Z',
    };
    expect(set).toMatchObject({ status: 200, body });
    const after = await world.call('GET', PATH);
    expect(after.body).toEqual(body);
    expect([before, set, after].map(({ headers }) => headers.get('etag'))).toEqual(['"0"', '"1"', '"1"']);
  });

  it('is the tenant’s own', async () => {
    const other = { 'X-Api-Key': 'hc_live_test_key_of_another_tenant' };
    await world.addTenant('other', other['X-Api-Key']);
    await put({ allow: [], deny: ['example.com'] });
    expect((await world.call('GET', PATH, undefined, other)).body).toMatchObject({ deny: [] });
    await put({ allow: ['example.com'], deny: [] }, other);
    expect((await world.call('GET', PATH)).body).toMatchObject({ allow: [], deny: ['example.com'] });
    expect((await webhook('https://example.com/')).status).toBe(422);
    expect((await webhook('https://example.com/', other)).status).toBe(201);
  });

  it('is changed only at the version that If-Match names, and the same lists are no change', async () => {
    expect((await put({ allow: [], deny: ['a.test'] }, { 'If-Match': '"1"' })).body).toMatchObject({
      code: 'stale_version',
    });
    expect((await world.call('GET', PATH)).headers.get('etag')).toBe('"0"');
    expect((await put({ allow: [], deny: ['a.test'] }, { 'If-Match': '"0"' })).status).toBe(200);
    world.clock.set(Date.parse('2027-03-01T10:00:00Z'));
    const same = await put({ allow: [], deny: ['A.test'] });
    expect(same.headers.get('etag')).toBe('"1"');
    expect(same.body.updated_at).toBe('2027-03-01T09:00:00.000Z');
    const stale = await put({ allow: [], deny: [] }, { 'If-Match': '"0"' });
    expect(stale).toMatchObject({ status: 412, body: { code: 'stale_version' } });
    const [first, second] = await Promise.all([
      put({ allow: [], deny: ['b.test'] }, { 'If-Match': '"1"' }),
      put({ allow: [], deny: ['c.test'] }, { 'If-Match': '"1"' }),
    ]);
    expect([first.status, second.status].toSorted((a, b) => a - b)).toEqual([200, 412]);
  });

  it('tells every entry that is none, by its place', async () => {
    const { status, body } = await put({
      allow: ['https://example.com', 'fine.example.com'],
      deny: ['1.2.3.0/24', '0x7f.1', '10.0.0.0/33', 'a'.repeat(262), 7],
    });
    expect(status).toBe(422);
    expect(body.detail).toEqual([
      {
        loc: ['body', 'allow', 0],
        msg: '"https://example.com" is a URL; write the host alone, such as example.com or example.com:8443',
        type: 'egress_entry',
      },
      {
        loc: ['body', 'deny', 1],
        msg: '"0x7f.1" is another spelling of 127.0.0.1; write that',
        type: 'egress_entry',
      },
      expect.objectContaining({ loc: ['body', 'deny', 2], type: 'egress_entry' }),
      expect.objectContaining({ loc: ['body', 'deny', 3], type: 'string_too_long' }),
      expect.objectContaining({ loc: ['body', 'deny', 4], type: 'string_type' }),
    ]);
    expect((await world.call('GET', PATH)).body).toMatchObject({ allow: [], deny: [] });
  });

  it('tells an entry that is none, also where its characters take two places each', async () => {
    const { status, body } = await put({ allow: [], deny: ['😀'.repeat(200)] });
    expect([status, body.detail]).toMatchObject([422, [{ loc: ['body', 'deny', 0], type: 'egress_entry' }]]);
  });

  it('takes 200 entries in a list, not more, and both lists', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => `h${i}.${'x'.repeat(60)}.${'y'.repeat(60)}.test`);
    expect((await put({ allow: many(200), deny: many(200) })).status).toBe(200);
    expect((await put({ allow: [], deny: many(201) })).body.detail).toEqual([
      expect.objectContaining({ loc: ['body', 'deny'], type: 'too_long' }),
    ]);
    expect((await put({ allow: [] })).body.detail).toMatchObject([{ loc: ['body', 'deny'], type: 'missing' }]);
    expect((await put({ allow: [], deny: [], ports: [] })).body.detail).toMatchObject([{ loc: ['body', 'ports'] }]);
    expect((await put({ allow: ['a\u0000.test'], deny: [] })).status).toBe(422);
  });

  it('is not for a key of one customer, and no such key can get its scopes', async () => {
    const customer_id = '11111111-1111-4111-8111-111111111111';
    const { body } = await world.call('POST', '/v1/api-keys', { name: 'bound', scopes: ['*'], customer_id });
    for (const method of ['GET', 'PUT']) {
      const reply = await world.call(method, PATH, method === 'PUT' ? { allow: [], deny: [] } : undefined, {
        'X-Api-Key': body.key,
      });
      expect(reply).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    for (const scope of ['egress:read', 'egress:write']) {
      const reply = await world.call('POST', '/v1/api-keys', { name: 'bound', scopes: [scope], customer_id });
      expect(reply.status).toBe(422);
      await expect(
        world.db.query(`UPDATE api_keys SET scopes = ARRAY[$1::text] WHERE customer_id = $2`, [scope, customer_id]),
      ).rejects.toThrow(/api_keys_bound_egress/);
    }
  });
});

const HOOK = {
  name: 'hook',
  schedule_type: 'CRON',
  schedule_expression: '* * * * *',
  action_type: 'WEBHOOK',
};
const webhook = (url: string, headers: Record<string, string> = {}) =>
  world.call('POST', '/v1/schedules', { ...HOOK, action_config: { url } }, headers);

describe('what shows when a schedule is made', () => {
  const refusal = (msg: string, at: readonly (string | number)[] = ['body']) => ({
    loc: [...at, 'action_config', 'url'],
    msg,
    type: 'egress_blocked',
  });
  const DENIED = 'bad.test may not be reached (the egress policy denies *.test)';
  const detail = ({ status, body }: Reply) => [status, body.detail];

  it('is a 422 on the URL: by the server’s rule and by the policy, in create, preview, update, overlay and bulk', async () => {
    const { body: schedule } = await webhook('https://bad.test/');
    await put({ allow: ['example.com', '8.8.8.8'], deny: ['*.test'] });
    const cases = [
      ['https://bad.test/', DENIED],
      ['http://9.9.9.9/', '9.9.9.9 may not be reached (it is not on the allow list of the egress policy)'],
      [
        'http://0xa9fea9fe/',
        '169.254.169.254 may not be reached from here (metadata), unless HYDRACORE_EGRESS_ALLOW of the server names it',
      ],
    ] as const;
    for (const [url, msg] of cases) {
      const asked = { ...HOOK, action_config: { url } };
      const expected = [422, [refusal(msg)]];
      expect(detail(await webhook(url))).toEqual(expected);
      expect(detail(await world.call('POST', '/v1/schedules/preview', asked))).toEqual(expected);
      expect(detail(await world.call('PUT', `/v1/schedules/${schedule.id}`, { action_config: { url } }))).toEqual(
        expected,
      );
      const overlay = { action_config: { url } };
      expect(detail(await world.call('POST', `/v1/schedules/${schedule.id}/trigger`, overlay))).toEqual(expected);
      const { status, body } = await world.call('POST', '/v1/schedules/bulk', {
        schedules: [asked, { ...asked, action_config: { url: 'https://example.com/' } }],
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({ created: 1, failed: 1 });
      expect(body.results[0].error.detail).toEqual([refusal(msg, ['body', 'schedules', 0])]);
    }
    // It is looked at where it is given: what is stored may still be renamed.
    expect((await world.call('PUT', `/v1/schedules/${schedule.id}`, { name: 'renamed' })).status).toBe(200);
    expect((await webhook('https://example.com/')).status).toBe(201);
  });

  it('is nothing where the host is known only once it is rendered, or by its addresses', async () => {
    await put({ allow: ['203.0.113.0/24'], deny: ['*.test'] });
    expect((await webhook('https://{{ schedule.external_id }}.test/')).status).toBe(201);
    expect((await webhook('https://somewhere.example.com/')).status).toBe(201);
  });

  it('is read once for a bulk create, not for each schedule', async () => {
    const statements: string[] = [];
    await using disposable = new AsyncDisposableStack();
    const watched = await World.open('2027-03-01T09:00:00Z', { onStatement: (name) => statements.push(name) });
    disposable.defer(() => watched.close());
    const schedules = Array.from({ length: 50 }, () => ({ ...HOOK, action_config: { url: 'https://example.com/' } }));
    expect((await watched.call('POST', '/v1/schedules/bulk', { schedules })).body).toMatchObject({ created: 50 });
    expect(statements.filter((name) => name === 'read_egress_policy')).toHaveLength(1);
  });
});
