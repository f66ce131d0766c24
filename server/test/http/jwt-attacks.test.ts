import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { base64url, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '../../src/domain/errors.ts';
import { JwtVerifier, looksLikeJwt } from '../../src/http/jwt/verifier.ts';
import { AUDIENCE, Issuer, ISSUER, makeKey, type IssuerKey } from '../support/issuer.ts';

const NOW = Date.parse('2027-03-01T09:00:00Z');
const SECOND = NOW / 1_000;
const TENANT = '01990000-0000-7000-8000-000000000001';
const CLAIMS = { tenant_id: TENANT, scope: 'schedules:read', exp: SECOND + 300 };

let issuer: Issuer;
let verifier: JwtVerifier;
beforeAll(async () => {
  issuer = await Issuer.open();
  await issuer.addKey('curve', 'ES256');
  await issuer.addKey('edwards', 'Ed25519');
  verifier = new JwtVerifier(issuer.config(), { now: () => NOW, log: (_, message) => expect.unreachable(message) });
});
afterAll(() => issuer.close());

async function refusal(token: string): Promise<[code: string, message: string]> {
  const error = await verifier.verify(token).then(
    (principal) => expect.unreachable(`let in: ${JSON.stringify(principal)}`),
    (thrown: unknown) => thrown as AppError,
  );
  expect(error.name).toBe('AppError');
  expect(error.message).not.toContain(token);
  return [error.code, error.message];
}

const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
const good = { iss: ISSUER, aud: AUDIENCE, ...CLAIMS };
const one = () => issuer.keys[0] as IssuerKey;

/** A token made by hand, signed with a secret instead of a key. */
const bySecret = async (secret: string | Uint8Array, header: object = {}) =>
  await new SignJWT(good)
    .setProtectedHeader({ alg: 'HS256', kid: 'one', ...header })
    .sign(typeof secret === 'string' ? new TextEncoder().encode(secret) : secret);

describe('a JWT', () => {
  it.each([
    ['one', 0],
    ['curve', 1],
    ['edwards', 2],
  ])('signed with the key %s is taken', async (kid, index) => {
    const key = issuer.keys[index];
    expect(key?.kid).toBe(kid);
    expect(await verifier.verify(await issuer.token(CLAIMS, {}, key))).toEqual({
      tenant_id: TENANT,
      key_id: null,
      subject: 'somebody',
      scopes: ['schedules:read'],
      customer_id: null,
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['expired 29 seconds ago', { exp: SECOND - 29 }],
    ['valid in 30 seconds', { nbf: SECOND + 30 }],
    ['for others, too', { aud: ['others', AUDIENCE] }],
  ])('that is %s is taken: clocks may differ', async (_, claims) => {
    expect(await verifier.verify(await issuer.token({ ...CLAIMS, ...claims }))).toMatchObject({ tenant_id: TENANT });
  });

  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+jwt'])('of the type %s is taken', async (typ) => {
    expect(await verifier.verify(await issuer.token(CLAIMS, { typ }))).toMatchObject({ tenant_id: TENANT });
  });

  it('that names no key is taken where one alone fits its algorithm', async () => {
    const token = await issuer.token(CLAIMS, { kid: undefined });
    expect(await verifier.verify(token)).toMatchObject({ tenant_id: TENANT });
  });
});

describe('a JWT that is forged', () => {
  const forged: [string, () => Promise<string>, RegExp][] = [
    ['without a signature', async () => `${encode({ alg: 'none' })}.${encode(good)}.`, /not signed by an algorithm/],
    [
      'as None',
      async () => `${encode({ alg: 'None', kid: 'one' })}.${encode(good)}.AAAA`,
      /not signed by an algorithm/,
    ],
    ['without alg', async () => `${encode({ kid: 'one' })}.${encode(good)}.AAAA`, /"alg"/],
    ['by HS256 with the public key as PEM', async () => await bySecret(one().pem), /not signed by an algorithm/],
    [
      'by HS256 with the public key as a JWK',
      async () => await bySecret(JSON.stringify(one().jwk)),
      /not signed by an algorithm/,
    ],
    [
      'by HS256 with the modulus',
      async () => await bySecret(base64url.decode(one().jwk.n ?? '')),
      /not signed by an algorithm/,
    ],
    [
      'by an algorithm that is not configured',
      async () => await issuer.token(CLAIMS, {}, await makeKey('one', 'PS256')),
      /RS256, ES256, EdDSA, Ed25519/,
    ],
    [
      'with a key of another issuer under a kid of ours',
      async () => await issuer.token(CLAIMS, {}, await makeKey('one', 'RS256')),
      /signature/,
    ],
    [
      'with a key under an unknown kid',
      async () => await issuer.token(CLAIMS, {}, await makeKey('zzz', 'RS256')),
      /does not have for RS256; its kid is "zzz"/,
    ],
    [
      'with our key, under the kid of one for another algorithm',
      async () => await issuer.token(CLAIMS, { kid: 'curve' }),
      /does not have for RS256; its kid is "curve"/,
    ],
    [
      'with a kid that is a path',
      async () => await issuer.token(CLAIMS, { kid: '../../../../dev/null' }),
      /does not have/,
    ],
    [
      'with its payload exchanged',
      async () => {
        const [header, , signature] = (await issuer.token(CLAIMS)).split('.');
        return `${header}.${encode({ ...good, scope: '*' })}.${signature}`;
      },
      /signature/,
    ],
    [
      'with its header exchanged',
      async () => {
        const [, payload, signature] = (await issuer.token(CLAIMS)).split('.');
        return `${encode({ alg: 'RS256', kid: 'one', x: 1 })}.${payload}.${signature}`;
      },
      /signature/,
    ],
    ['with its signature cut off', async () => (await issuer.token(CLAIMS)).replace(/[^.]*$/, ''), /signature/],
    [
      'with an extension that must be understood',
      async () => `${encode({ alg: 'RS256', kid: 'one', crit: ['x'], x: 1 })}.${encode(good)}.AAAA`,
      /can't be read: .*"x"/,
    ],
    [
      'with an unencoded payload',
      async () => `${encode({ alg: 'RS256', kid: 'one', crit: ['b64'], b64: false })}.${encode(good)}.AAAA`,
      /signature/,
    ],
    ['of nothing that is JSON', async () => 'aaaa.bbbb.cccc', /can't be read/],
    [
      'of a payload that is no object',
      async () => {
        const signed = await new (await import('jose')).CompactSign(new TextEncoder().encode('[1]'))
          .setProtectedHeader({ alg: 'RS256', kid: 'one' })
          .sign(one().secret);
        return signed;
      },
      /can't be read/,
    ],
    ['as a logout token', async () => await issuer.token(CLAIMS, { typ: 'logout+jwt' }), /type "logout\+jwt"/],
    [
      'longer than 8 KiB',
      async () => await issuer.token({ ...CLAIMS, filler: 'x'.repeat(8_192) }),
      /the most are 8192/,
    ],
  ];

  it.each(forged)('%s is refused', async (_, forge, why) => {
    const token = await forge();
    // Else it would be refused as an API key, and prove nothing.
    expect(looksLikeJwt(token)).toBe(true);
    const [code, message] = await refusal(token);
    expect([code, message]).toEqual(['token_invalid', expect.stringMatching(why)]);
  });

  it('of 8192 characters is looked at, one more is not', async () => {
    const parts = (length: number) => `a.b.${'c'.repeat(length - 4)}`;
    expect(await refusal(parts(8_192))).toEqual(['token_invalid', expect.stringContaining("can't be read")]);
    expect(await refusal(parts(8_193))).toEqual(['token_invalid', expect.stringContaining('has 8193 characters')]);
  });

  it('is not helped by a key that it brings along (jwk) or names (jku, x5u, x5c): nobody goes there', async () => {
    let visits = 0;
    const own = await makeKey('mine', 'RS256');
    const trap = createServer((_request, response) => {
      visits += 1;
      response.end(JSON.stringify({ keys: [own.jwk] }));
    }).listen(0, '127.0.0.1');
    await once(trap, 'listening');
    try {
      const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/`;
      const header = { jwk: own.jwk, jku: url, x5u: url, x5c: [own.pem.replaceAll(/-.*-|\n/g, '')] };
      expect(await refusal(await issuer.token(CLAIMS, header, own))).toEqual(['token_invalid', expect.any(String)]);
      const asOurs = await issuer.token(CLAIMS, { ...header, kid: 'one' }, own);
      expect(await refusal(asOurs)).toEqual(['token_invalid', expect.stringContaining('signature')]);
      const without = await issuer.token(CLAIMS, { ...header, kid: undefined }, own);
      expect(await refusal(without)).toEqual(['token_invalid', expect.stringContaining('signature')]);
      expect(visits).toBe(0);
    } finally {
      trap.close();
    }
  });

  it('can name no key where several fit', async () => {
    const two = await Issuer.open();
    await two.addKey('two', 'RS256');
    const both = new JwtVerifier(two.config(), { now: () => NOW, log: () => undefined });
    const token = await two.token(CLAIMS, { kid: undefined });
    await expect(both.verify(token)).rejects.toMatchObject({
      code: 'token_invalid',
      message: expect.stringContaining('any of several keys'),
    });
    expect(await both.verify(await two.token(CLAIMS))).toMatchObject({ tenant_id: TENANT });
    await two.close();
  });
});

describe('a JWT with the signature of the issuer', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    ['31 s late', { exp: SECOND - 31 }, 'token_expired', 'This JWT expired at 2027-03-01T08:59:29.000Z.'],
    ['exactly 30 s late', { exp: SECOND - 30 }, 'token_expired', 'This JWT expired at 2027-03-01T08:59:30.000Z.'],
    ['long ago', { exp: -1e20 }, 'token_expired', 'This JWT expired at the second -100000000000000000000.'],
    ['without exp', { exp: undefined }, 'token_claims', 'has no claim exp; it must be the second'],
    ['with exp as text', { exp: '2099-01-01' }, 'token_claims', 'has the claim exp "2099-01-01"; it must be'],
    [
      'not valid for 31 s yet',
      { nbf: SECOND + 31 },
      'token_claims',
      'has the claim nbf 1803891631; it is not valid before 2027-03-01T09:00:31.000Z.',
    ],
    ['with nbf as text', { nbf: 'soon' }, 'token_claims', 'has the claim nbf "soon"; it must be a second'],
    ['for others', { aud: 'billing' }, 'token_claims', 'has the claim aud "billing"; it must be or list "hydracore"'],
    ['for several others', { aud: ['a', 'b'] }, 'token_claims', 'has the claim aud ["a","b"]; it must be or list'],
    ['for nobody', { aud: undefined }, 'token_claims', 'has no claim aud; it must be or list "hydracore"'],
    ['for nearly us', { aud: 'HydraCore' }, 'token_claims', 'has the claim aud "HydraCore"'],
    [
      'of another issuer',
      { iss: 'https://login.example.com' },
      'token_claims',
      'has the claim iss "https://login.example.com"; it must be "https://login.example.com/"',
    ],
    ['of no issuer', { iss: undefined }, 'token_claims', 'has no claim iss'],
    ['of no tenant', { tenant_id: undefined }, 'token_claims', 'has no claim tenant_id; it must be the id of a tenant'],
  ])('%s is refused', async (_, claims, code, message) => {
    expect(await refusal(await issuer.token({ ...CLAIMS, ...claims }))).toEqual([
      code,
      expect.stringContaining(message),
    ]);
  });
});
