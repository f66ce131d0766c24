import { describe, expect, it } from 'vitest';
import { principalOf } from './claims.ts';

const TENANT = '01990000-0000-7000-8000-00000000000a';
const CUSTOMER = '11111111-1111-4111-8111-11111111111a';
const claims = { tenant: 'tenant_id', scopes: 'scope', customer: 'customer_id' };
const usual = { claims, operators: false };

describe('the principal of a JWT', () => {
  it('is who its claims name', () => {
    const payload = { tenant_id: TENANT.toUpperCase(), scope: 'runs:read schedules:read', sub: 'auth0|42' };
    expect(principalOf(payload, usual)).toEqual({
      tenant_id: TENANT,
      key_id: null,
      subject: 'auth0|42',
      scopes: ['schedules:read', 'runs:read'],
      customer_id: null,
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['realm.tenant.id', { realm: { tenant: { id: TENANT } } }, { tenant_id: TENANT }],
    ['https://example.com/tenant', { 'https://example.com/tenant': TENANT }, { tenant_id: TENANT }],
    ['custom:tenant.id', { 'custom:tenant.id': TENANT }, { tenant_id: TENANT }],
  ])('may have its tenant in the claim %s', (tenant, payload, expected) => {
    expect(principalOf(payload, { claims: { ...claims, tenant }, operators: false })).toMatchObject(expected);
  });

  it.each([
    ['a.b', { 'a.b': TENANT }],
    ['a.b', { a: TENANT }],
    ['a.b', { a: null }],
    ['a.b', {}],
    ['constructor.name', {}],
    ['__proto__', {}],
    ['toString', {}],
  ])('has no tenant in %s of %j', (tenant, payload) => {
    expect(() => principalOf(payload, { claims: { ...claims, tenant }, operators: false })).toThrow(
      `This JWT has no claim ${tenant}; it must be the id of a tenant.`,
    );
  });

  it.each<[unknown, readonly string[]]>([
    [undefined, []],
    [null, []],
    ['', []],
    ['openid profile email', []],
    ['schedules:write  openid schedules:read', ['schedules:read', 'schedules:write']],
    [['runs:read', 'runs:read', 'admin'], ['runs:read']],
    ['*', ['*']],
    ['* tenants:manage', ['*']],
    ['tenants:manage', []],
    ['SCHEDULES:READ completion token', []],
    ['schedules:read,runs:read', []],
  ])('has of the scopes %j these: %j', (scope, scopes) => {
    expect(principalOf({ tenant_id: TENANT, scope }, usual).scopes).toEqual(scopes);
  });

  it('has the scope of the operator where the configuration allows it', () => {
    const payload = { tenant_id: TENANT, scope: '* tenants:manage' };
    expect(principalOf(payload, { claims, operators: true }).scopes).toEqual(['*', 'tenants:manage']);
  });

  it('of one customer is bound to it, and has no scope that is about the whole tenant', () => {
    const payload = {
      tenant_id: TENANT,
      scope: 'runs:read keys:manage tenants:manage',
      customer_id: CUSTOMER.toUpperCase(),
    };
    expect(principalOf(payload, { claims, operators: true })).toMatchObject({
      customer_id: CUSTOMER,
      scopes: ['runs:read'],
    });
  });

  it('may be nobody in particular', () => {
    expect(principalOf({ tenant_id: TENANT }, usual).subject).toBeNull();
    expect(principalOf({ tenant_id: TENANT, sub: 'x'.repeat(255) }, usual).subject).toHaveLength(255);
  });

  it.each([
    [{ tenant_id: 'acme' }, 'tenant_id "acme"; it must be a UUID'],
    [{ tenant_id: 7 }, 'tenant_id 7; it must be a UUID'],
    [{ tenant_id: [TENANT] }, 'it must be a UUID'],
    [{ tenant_id: `${TENANT}\n` }, 'it must be a UUID'],
    [{ customer_id: '' }, 'customer_id ""; it must be a UUID'],
    [{ customer_id: 'c-1' }, 'customer_id "c-1"; it must be a UUID'],
    [{ customer_id: false }, 'customer_id false; it must be a UUID'],
    [{ scope: { read: true } }, 'scope {"read":true}; it must be scopes separated by spaces, or a list'],
    [{ scope: ['runs:read', 1] }, 'it must be scopes separated by spaces, or a list of them'],
    [{ sub: '' }, 'sub ""; it must be a text of 1 to 255 characters'],
    [{ sub: 12 }, 'sub 12; it must be a text'],
    [{ sub: 'x'.repeat(256) }, 'it must be a text of 1 to 255 characters'],
    [{ sub: 'a\u0000b' }, 'without control characters'],
    [{ sub: '\ud800' }, 'it must be a text'],
  ])('is refused with %j', (payload, message) => {
    const refused = expect.objectContaining({ code: 'token_claims', message: expect.stringContaining(message) });
    expect(() => principalOf({ tenant_id: TENANT, ...(payload as object) }, usual)).toThrow(refused as Error);
  });
});
