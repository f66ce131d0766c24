import { getSigner, openSigning } from '../../src/store/signing.ts';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashKey, newApiKey } from '../../src/store/api-key.ts';
import { PEPPER, World, type Reply } from '../support/world.ts';

const START = '2027-03-01T09:00:00.000Z';
const KEYS = '/v1/api-keys';
const MINUTE = 60_000;

let world: World;
let statements: string[] = [];
beforeEach(async () => {
  statements = [];
  world = await World.open(START, { onStatement: (name) => void statements.push(name) });
});
afterEach(() => world.close());

async function make(fields: Record<string, unknown> = {}): Promise<Reply['body']> {
  const { status, body } = await world.call('POST', KEYS, { name: 'a key', scopes: ['*'], ...fields });
  expect([status, body]).toEqual([201, expect.anything()]);
  return body;
}

const as = async (key: string, method: string, path: string, body?: unknown) =>
  await world.call(method, path, body, { 'X-Api-Key': key });

describe('an API key', () => {
  it('is made, shown once, listed, read and used', async () => {
    const made = await make({
      scopes: ['schedules:read', 'runs:read', 'runs:read'],
      expires_at: '2028-01-01T00:00:00+01:00',
    });
    const { key, ...shown } = made;
    expect(key).toMatch(/^hc_live_[0-9A-Za-z]{33}$/);
    expect(shown).toEqual({
      id: expect.any(String),
      tenant_id: world.tenantId,
      name: 'a key',
      scopes: ['schedules:read', 'runs:read'],
      customer_id: null,
      status: 'ACTIVE',
      expires_at: '2027-12-31T23:00:00.000Z',
      revoked_at: null,
      last_used_at: null,
      created_at: START,
    });
    expect((await world.call('GET', `${KEYS}/${made.id}`)).body).toEqual(shown);
    const list = await world.call('GET', `${KEYS}?limit=1`);
    expect(list.body).toEqual({ api_keys: [shown], total: 2, limit: 1, offset: 0 });
    expect((await as(key, 'GET', '/v1/schedules')).status).toBe(200);
    expect((await as(key, 'POST', '/v1/schedules', {})).status).toBe(403);
    const bearer = await world.call('GET', '/v1/schedules', undefined, {
      'X-Api-Key': '',
      Authorization: `Bearer ${key}`,
    });
    expect(bearer.status).toBe(200);
  });

  it('is stored by its HMAC with the pepper; one of before goes on working', async () => {
    const { key, id } = await make();
    const rows = await world.db.query(
      'SELECT key_hash, hashed_with, api_keys::text AS whole FROM api_keys WHERE id = $1',
      [id],
    );
    expect(rows).toEqual([
      {
        key_hash: hashKey(key, PEPPER).hash,
        hashed_with: hashKey(key, PEPPER).hashed_with,
        whole: expect.not.stringContaining(key),
      },
    ]);
    const old = newApiKey();
    await world.db.query(
      `INSERT INTO api_keys (tenant_id, id, name, key_hash, scopes, created_at) VALUES ($1, gen_random_uuid(), 'old', $2, '{*}', now())`,
      [world.tenantId, createHash('sha256').update(old).digest()],
    );
    expect((await as(old, 'GET', KEYS)).status).toBe(200);
  });

  it('is not looked up where it is mistyped', async () => {
    const { key } = await make();
    const before = statements.length;
    for (const wrong of [`${key}0`.slice(1), key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'), 'x'.repeat(20)]) {
      const { status, body } = await as(wrong, 'GET', '/v1/schedules');
      expect([status, body.code, body.detail]).toEqual([
        401,
        'unauthorized',
        expect.stringContaining('typing mistake'),
      ]);
    }
    expect(statements.length).toBe(before);
    expect((await as(newApiKey(), 'GET', '/v1/schedules')).body.detail).toContain('unknown');
    expect(statements.slice(before)).toEqual(['find_key']);
  });

  it('says every problem of its fields', async () => {
    const told = async (fields: unknown) => {
      const { status, body } = await world.call('POST', KEYS, fields);
      expect(status).toBe(422);
      return body.detail
        .map(({ loc, type }: { loc: string[]; type: string }) => `${loc.slice(1).join('.')} ${type}`)
        .sort();
    };
    const customer_id = '160c0c4b-9966-4dc1-a916-8407eb10d74e';
    expect(await told({})).toEqual(['name missing', 'scopes missing']);
    expect(await told({ name: '', scopes: [], expires_at: 'soon', extra: 1 })).toHaveLength(4);
    const { body } = await world.call('POST', KEYS, { name: 'a', scopes: ['*'], expires_at: '2028-01-01' });
    expect(body.detail[0].msg).toBe(
      'must be an RFC 3339 instant with Z or an offset, such as 2027-01-01T00:00:00Z, got "2028-01-01"',
    );
    expect(await told({ name: 'a', scopes: ['schedules:fly'] })).toEqual(['scopes.0 enum']);
    expect(await told({ name: 'a', scopes: ['*'], expires_at: START, tenant_id: customer_id })).toEqual([
      'expires_at in_past',
      'tenant_id tenant_unknown',
    ]);
    expect(await told({ name: 'a', scopes: ['runs:read', 'keys:manage'], customer_id })).toEqual([
      'scopes scope_unbound',
    ]);
  });

  it('expires to the millisecond', async () => {
    const { key, id } = await make({ expires_at: '2027-03-01T10:00:00Z' });
    world.clock.set(Date.parse('2027-03-01T09:59:59.999Z'));
    expect((await as(key, 'GET', '/v1/schedules')).status).toBe(200);
    world.clock.set(Date.parse('2027-03-01T10:00:00Z'));
    const { status, body } = await as(key, 'GET', '/v1/schedules');
    expect([status, body]).toEqual([
      401,
      { code: 'key_expired', detail: 'This API key expired at 2027-03-01T10:00:00.000Z.' },
    ]);
    expect((await world.call('GET', `${KEYS}/${id}`)).body.status).toBe('EXPIRED');
  });

  it('is revoked at once and for good', async () => {
    const { key, id } = await make();
    expect((await as(key, 'GET', '/v1/schedules')).status).toBe(200);
    for (let times = 0; times < 2; times += 1) expect((await world.call('DELETE', `${KEYS}/${id}`)).status).toBe(204);
    const { status, body } = await as(key, 'GET', '/v1/schedules');
    expect([status, body.code]).toEqual([401, 'key_revoked']);
    expect((await world.call('GET', `${KEYS}/${id}`)).body).toMatchObject({ status: 'REVOKED', revoked_at: START });
    expect((await world.call('POST', `${KEYS}/${id}/rotate`)).body.code).toBe('key_inactive');
  });

  it('can revoke itself, but not as the last that makes keys, whoever asks at the same time', async () => {
    const list = await world.call('GET', KEYS);
    const first = list.body.api_keys[0].id;
    await make({ scopes: ['schedules:read'] });
    await make({ scopes: ['keys:manage'], expires_at: '2027-03-01T09:30:00Z' });
    const other = await make({ scopes: ['keys:manage'] });
    const ended = await make();
    expect((await as(ended.key, 'DELETE', `${KEYS}/${ended.id}`)).status).toBe(204);
    world.clock.set(Date.parse('2027-03-01T09:30:00Z'));
    const both = await Promise.all([
      as(world.key, 'DELETE', `${KEYS}/${other.id}`),
      as(world.key, 'DELETE', `${KEYS}/${first}`),
    ]);
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 409]);
    expect(both.find(({ status }) => status === 409)?.body.code).toBe('last_managing_key');
  });

  it('is rotated: the successor is like it, and it works on for the overlap', async () => {
    const old = await make({
      scopes: ['schedules:read'],
      expires_at: '2027-03-11T09:00:00Z',
      customer_id: '160c0c4b-9966-4dc1-a916-8407eb10d74e',
    });
    world.clock.set(Date.parse(START) + MINUTE);
    const { status, body } = await world.call('POST', `${KEYS}/${old.id}/rotate`, { overlap_minutes: 5 });
    expect(status).toBe(201);
    const { name, scopes, customer_id } = old;
    expect(body).toMatchObject({ name, scopes, customer_id, status: 'ACTIVE', expires_at: '2027-03-11T09:01:00.000Z' });
    expect(body.key).not.toBe(old.key);
    expect((await world.call('GET', `${KEYS}/${old.id}`)).body.expires_at).toBe('2027-03-01T09:06:00.000Z');
    for (const key of [old.key, body.key]) expect((await as(key, 'GET', '/v1/schedules')).status).toBe(200);
    world.clock.set(Date.parse(START) + 6 * MINUTE);
    expect((await as(old.key, 'GET', '/v1/schedules')).body.code).toBe('key_expired');
    expect((await as(body.key, 'GET', '/v1/schedules')).status).toBe(200);

    const again = await world.call('POST', `${KEYS}/${body.id}/rotate`);
    expect((await world.call('GET', `${KEYS}/${body.id}`)).body.expires_at).toBe('2027-03-01T10:06:00.000Z');
    await world.call('POST', `${KEYS}/${again.body.id}/rotate`, { overlap_minutes: 0 });
    expect((await as(again.body.key, 'GET', '/v1/schedules')).body.code).toBe('key_expired');
    expect((await world.call('POST', `${KEYS}/${body.id}/rotate`, { overlap_minutes: 10_081 })).status).toBe(422);
  });

  it('is not prolonged by the overlap', async () => {
    const { id } = await make({ expires_at: '2027-03-01T09:10:00Z' });
    await world.call('POST', `${KEYS}/${id}/rotate`);
    expect((await world.call('GET', `${KEYS}/${id}`)).body.expires_at).toBe('2027-03-01T09:10:00.000Z');
  });

  it('gives no scope that it lacks, by making a key or by rotating one', async () => {
    const { key } = await make({ scopes: ['keys:manage', 'runs:read'] });
    const { key: all } = await make();
    for (const [who, scopes, status] of [
      [key, ['runs:read'], 201],
      [key, ['keys:manage', 'runs:read'], 201],
      [key, ['runs:read', 'runs:write'], 403],
      [key, ['*'], 403],
      [all, ['*'], 201],
      [all, ['schedules:write', 'keys:manage'], 201],
      [all, ['tenants:manage'], 403],
      [all, ['*', 'tenants:manage'], 403],
      [world.key, ['tenants:manage'], 201],
    ] as const) {
      const reply = await as(who, 'POST', KEYS, { name: 'b', scopes });
      expect([scopes, reply.status]).toEqual([scopes, status]);
    }
    const { body } = await as(all, 'GET', `${KEYS}?limit=200`);
    for (const { id, scopes } of body.api_keys) {
      const mine = scopes.every((scope: string) => ['keys:manage', 'runs:read'].includes(scope));
      expect([scopes, (await as(key, 'POST', `${KEYS}/${id}/rotate`)).status]).toEqual([scopes, mine ? 201 : 403]);
    }
  });

  it('is made for another tenant by the operator alone, and stays out of sight of others', async () => {
    const acme = (await world.call('POST', '/v1/tenants', { name: 'acme' })).body;
    const made = await make({ tenant_id: acme.id });
    expect(made.tenant_id).toBe(acme.id);
    const { body } = await as(made.key, 'GET', KEYS);
    expect(body.api_keys.map(({ id }: { id: string }) => id)).toEqual([made.id]);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/rotate'],
    ] as const) {
      const unknown = await world.call(method, `${KEYS}/01990000-0000-7000-8000-0000000000ff${path}`);
      const others = await world.call(method, `${KEYS}/${made.id}${path}`);
      expect([others.status, others.body]).toEqual([404, unknown.body]);
    }
    const crossing = await as(made.key, 'POST', KEYS, { name: 'b', scopes: ['*'], tenant_id: world.tenantId });
    expect([crossing.status, crossing.body.detail]).toEqual([403, 'This API key lacks the scope tenants:manage.']);
  });

  it('is not kept for the Idempotency-Key that it was made with', async () => {
    const header = { 'Idempotency-Key': 'once' };
    const body = { name: 'a', scopes: ['*'] };
    const first = await world.call('POST', KEYS, body, header);
    expect((await as(first.body.key, 'GET', KEYS)).status).toBe(200);
    const again = await world.call('POST', KEYS, body, header);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect([again.status, again.body]).toEqual([201, { ...first.body, key: null }]);
    const [row] = await world.db.query<{ kept: string }>('SELECT body AS kept FROM idempotency_keys');
    expect(row?.kept).toContain(first.body.id);
    expect(row?.kept).not.toContain(first.body.key);
  });

  it('notes when it was used, once an hour', async () => {
    const { key, id } = await make({ scopes: ['keys:manage'] });
    const used = async () => (await world.call('GET', `${KEYS}/${id}`)).body.last_used_at;
    const notedAt = async (at: string) => {
      world.clock.set(Date.parse(at));
      await as(key, 'GET', KEYS);
    };
    await notedAt(START);
    await vi.waitFor(async () => expect(await used()).toBe(START));
    const before = statements.filter((name) => name === 'note_key_use').length;
    await notedAt('2027-03-01T09:59:59.999Z');
    expect(statements.filter((name) => name === 'note_key_use').length).toBe(before);
    await notedAt('2027-03-01T10:00:00.000Z');
    await vi.waitFor(async () => expect(await used()).toBe('2027-03-01T10:00:00.000Z'));
  });
});

describe('a tenant', () => {
  it('is made with a signing secret, listed, read and renamed', async () => {
    const made = await world.call('POST', '/v1/tenants', { name: 'acme' });
    const { webhook_secret, ...acme } = made.body;
    expect([made.status, acme]).toEqual([201, { id: expect.any(String), name: 'acme', created_at: START }]);
    expect(webhook_secret).toMatch(/^whsec_[A-Za-z0-9+/]{32,}=*$/);
    const signer = await getSigner(world.db, acme.id);
    expect(JSON.stringify(signer)).not.toContain(webhook_secret);
    expect(openSigning(await world.vault.of(world.db, acme.id), signer?.webhook_secrets ?? [])).toEqual([
      webhook_secret,
    ]);
    expect((await world.call('GET', `/v1/tenants/${acme.id}`)).body).toEqual(acme);
    const renamed = await world.call('PUT', `/v1/tenants/${acme.id}`, { name: 'Acme' });
    expect([renamed.status, renamed.body]).toEqual([200, { ...acme, name: 'Acme' }]);
    expect((await world.call('PUT', `/v1/tenants/${acme.id}`, { name: 'Acme' })).status).toBe(200);
    const { body } = await world.call('GET', '/v1/tenants?limit=1');
    expect(body).toEqual({ tenants: [renamed.body], total: 2, limit: 1, offset: 0 });
    expect(JSON.stringify(body)).not.toContain('whsec_');
  });

  it('has a name of its own, and the default one keeps its', async () => {
    const { body: acme } = await world.call('POST', '/v1/tenants', { name: 'acme' });
    const code = async (method: string, path: string, name: string) =>
      (await world.call(method, `/v1/tenants${path}`, { name })).body.code;
    expect(await code('POST', '', 'acme')).toBe('tenant_name_taken');
    expect(await code('PUT', `/${acme.id}`, 'default')).toBe('tenant_name_taken');
    expect(await code('PUT', `/${world.tenantId}`, 'mine')).toBe('default_tenant');
    expect(await code('PUT', '/01990000-0000-7000-8000-0000000000ff', 'x')).toBe('not_found');
    expect((await world.call('POST', '/v1/tenants', { name: '' })).status).toBe(422);
    const both = await Promise.all([1, 2].map(() => world.call('POST', '/v1/tenants', { name: 'twin' })));
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
  });

  it('sees nothing of others', async () => {
    await world.create({ name: 'secret of default' });
    const acme = (await world.call('POST', '/v1/tenants', { name: 'acme' })).body;
    const { key } = await make({ tenant_id: acme.id });
    expect((await as(key, 'GET', '/v1/schedules')).body.total).toBe(0);
  });
});
