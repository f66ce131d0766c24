import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JwtVerifier } from '../../src/http/jwt/verifier.ts';
import { Issuer } from '../support/issuer.ts';
import { operationsOf, type ApiOperation } from '../support/operations.ts';
import { World } from '../support/world.ts';

const SCOPES = [
  'schedules:read',
  'schedules:write',
  'schedules:trigger',
  'runs:read',
  'runs:write',
  'entities:read',
  'entities:write',
  'egress:read',
  'egress:write',
  'secrets:read',
  'secrets:write',
  'keys:manage',
  'audit:read',
  'tenants:manage',
];

/** What no row has. */
const UNKNOWN = '01990000-0000-7000-8000-0000000000ff';

describe('each operation of the API page', () => {
  let world: World;
  let operations: ApiOperation[];
  let issuer: Issuer;
  const keys = new Map<string, string>();
  beforeAll(async () => {
    issuer = await Issuer.open();
    const jwt = new JwtVerifier(issuer.config(), { now: () => world.clock.now(), log: () => undefined });
    world = await World.open('2027-03-01T00:00:00Z', { jwt });
    operations = await operationsOf(world);
    for (const scope of [...SCOPES, '*']) {
      const { status, body } = await world.call('POST', '/v1/api-keys', { name: scope, scopes: [scope] });
      expect(status).toBe(201);
      keys.set(scope, body.key);
    }
  });
  afterAll(async () => {
    await world.close();
    await issuer.close();
  });

  /** With ids that nobody has and an empty body: nothing comes of it, and who may do it is asked first. */
  const attempt = async ({ method, path, body }: ApiOperation, key: string, headers: Record<string, string> = {}) =>
    await world.call(
      method,
      path(() => UNKNOWN),
      body ? {} : undefined,
      { 'X-Api-Key': key, ...headers },
    );

  it('asks for a scope that there is, and each scope is asked for by some', () => {
    expect(operations.length).toBeGreaterThan(40);
    const asked = new Set(operations.map((operation) => operation.scope));
    expect([...asked].sort()).toEqual([...SCOPES, 'completion token', 'any'].sort());
    // What tells everybody who they are.
    expect(operations.filter(({ scope }) => scope === 'any').map(({ id }) => id)).toEqual(['whoAmI']);
  });

  it('is open to a key with its scope alone, and to no other key with one scope', async () => {
    for (const operation of operations.filter(({ scope }) => scope !== 'completion token')) {
      for (const scope of SCOPES) {
        const { status, body } = await attempt(operation, keys.get(scope) ?? '');
        const what = `${operation.id} with ${scope}: ${status} ${JSON.stringify(body)}`;
        if (scope === operation.scope || operation.scope === 'any') {
          expect([200, 201, 202, 204, 404, 409, 422], what).toContain(status);
        } else {
          expect(status, what).toBe(403);
          expect(body, what).toEqual({ detail: `This API key lacks the scope ${operation.scope}.`, code: 'forbidden' });
        }
      }
    }
  }, 60_000);

  it('is open to *, but for the operator’s', async () => {
    for (const operation of operations.filter(({ scope }) => scope !== 'completion token')) {
      const { status } = await attempt(operation, keys.get('*') ?? '');
      expect([operation.id, status === 403]).toEqual([operation.id, operation.scope === 'tenants:manage']);
    }
  });

  it('is closed without a credential, with a mistyped, an unknown, an expired and a revoked key, with JWTs that are not right', async () => {
    const { body: expiring } = await world.call('POST', '/v1/api-keys', {
      name: 'expiring',
      scopes: ['*'],
      expires_at: '2027-03-01T00:00:01Z',
    });
    const { body: revoked } = await world.call('POST', '/v1/api-keys', { name: 'revoked', scopes: ['*'] });
    await world.call('DELETE', `/v1/api-keys/${revoked.id}`);
    world.clock.set(Date.parse('2027-03-01T00:00:01Z'));
    const good = keys.get('*') ?? '';
    const jwt = async (claims: Record<string, unknown>) => ({
      Authorization: `Bearer ${await issuer.token({ tenant_id: world.tenantId, scope: '*', exp: 2e9, ...claims })}`,
    });
    expect((await world.call('GET', '/v1/schedules', undefined, { 'X-Api-Key': '', ...(await jwt({})) })).status).toBe(
      200,
    );
    const cases: [key: string, code: string, headers?: Record<string, string>][] = [
      ['', 'unauthorized'],
      ['', 'token_invalid', { Authorization: 'Bearer a.b.c' }],
      ['', 'token_expired', await jwt({ exp: 1 })],
      ['', 'token_claims', await jwt({ tenant_id: UNKNOWN })],
      [`${good.slice(0, -1)}${good.endsWith('x') ? 'y' : 'x'}`, 'unauthorized'],
      ['hc_live_that-nobody-has-ever-been-given', 'unauthorized'],
      [expiring.key, 'key_expired'],
      [revoked.key, 'key_revoked'],
    ];
    for (const operation of operations) {
      for (const [key, code, given] of cases) {
        const { status, body, headers } = await attempt(operation, key, given);
        // A key or a JWT is not what a receiver shows.
        const expected = operation.scope === 'completion token' ? 'unauthorized' : code;
        expect([operation.id, status, body.code]).toEqual([operation.id, 401, expected]);
        expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
    }
  });
});
