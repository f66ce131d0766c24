import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { exportJWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/clock.ts';
import { JwtVerifier } from '../../src/http/jwt/verifier.ts';
import { temporaryFolder } from '../process/server.ts';
import { Issuer, makeKey, type Mood } from '../support/issuer.ts';

const NOW = Date.parse('2027-03-01T09:00:00Z');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const CLAIMS = { tenant_id: '01990000-0000-7000-8000-000000000001', exp: NOW / 1_000 + 86_400 };

/** How long the tests wait for an issuer that hangs: long enough for one that does not. */
const SHORT = 2_000;

let issuer: Issuer;
let clock: ManualClock;
let lines: [level: string, message: string][];
beforeEach(async () => {
  issuer = await Issuer.open();
  clock = new ManualClock(NOW);
  lines = [];
});
afterEach(() => issuer.close());

/** @param place where its keys are; else with the issuer */
function verifierOf(place = issuer.config().jwks, timeoutMs?: number): JwtVerifier {
  const log = (level: string, message: string) => void lines.push([level, message]);
  return new JwtVerifier(issuer.config({ jwks: place }), { now: () => clock.now(), log, timeoutMs });
}

/** `in`, or the code of the error. */
async function outcome(verifier: JwtVerifier, token: string): Promise<string> {
  return await verifier.verify(token).then(
    () => 'in',
    (error: { code: string }) => error.code,
  );
}

const later = (ms: number) => clock.set(clock.now() + ms);

describe('the JWKS of an issuer', () => {
  it('is got once for many tokens that come together', async () => {
    const verifier = verifierOf();
    const token = await issuer.token(CLAIMS);
    expect(await Promise.all(Array.from({ length: 20 }, () => outcome(verifier, token)))).toEqual(Array(20).fill('in'));
    later(4 * MINUTE);
    expect(await outcome(verifier, token)).toBe('in');
    expect(issuer.asked).toBe(1);
  });

  it('is not asked for what is refused without a key', async () => {
    const verifier = verifierOf();
    expect(await outcome(verifier, 'a.b.c')).toBe('token_invalid');
    expect(await outcome(verifier, await issuer.token(CLAIMS, {}, await makeKey('one', 'PS256')))).toBe(
      'token_invalid',
    );
    expect(issuer.asked).toBe(0);
  });

  it('is looked at again after five minutes: a key that was withdrawn is no more', async () => {
    const verifier = verifierOf();
    const token = await issuer.token(CLAIMS);
    expect(await outcome(verifier, token)).toBe('in');
    issuer.keys = [await makeKey('two', 'RS256')];
    later(5 * MINUTE - 1);
    expect(await outcome(verifier, token)).toBe('in');
    later(1);
    expect(await outcome(verifier, token)).toBe('token_invalid');
    expect(issuer.asked).toBe(2);
  });

  it('is looked at for a new key, but not more than twice a minute: made-up kids do not besiege it', async () => {
    const verifier = verifierOf();
    expect(await outcome(verifier, await issuer.token(CLAIMS))).toBe('in');
    const two = await issuer.addKey('two', 'ES256');
    const token = await issuer.token(CLAIMS, {}, two);
    later(29 * SECOND);
    expect(await outcome(verifier, token)).toBe('token_invalid');
    later(SECOND);
    expect(await outcome(verifier, token)).toBe('in');
    expect(issuer.asked).toBe(2);
    for (let i = 0; i < 60; i += 1) {
      later(SECOND);
      expect(await outcome(verifier, await issuer.token(CLAIMS, { kid: `made-up-${i}` }))).toBe('token_invalid');
    }
    expect(issuer.asked).toBe(4);
    expect(lines).toEqual([]);
  });

  const AWAY: Mood[] = ['fails', 'talks nonsense', 'moves', 'hangs', 'drips'];
  it.each(AWAY)(
    'that %s at the first use is a 401 of its own, told to the operator; tried again soon',
    async (mood) => {
      const verifier = verifierOf(undefined, SHORT);
      const token = await issuer.token(CLAIMS);
      issuer.mood = mood;
      expect(await outcome(verifier, token)).toBe('jwks_unavailable');
      expect(await outcome(verifier, token)).toBe('jwks_unavailable');
      later(4 * SECOND);
      expect(await outcome(verifier, token)).toBe('jwks_unavailable');
      expect(issuer.asked).toBe(1);
      expect(lines).toEqual([['error', "the JWKS can't be got: no JWT can be checked"]]);
      issuer.mood = 'serves';
      later(SECOND);
      expect(await outcome(verifier, token)).toBe('in');
      expect(lines.slice(1)).toEqual([['info', 'the JWKS answers again']]);
    },
  );

  it.each(AWAY)('that %s later goes on with the keys that it gave before', async (mood) => {
    const verifier = verifierOf(undefined, SHORT);
    const token = await issuer.token(CLAIMS);
    expect(await outcome(verifier, token)).toBe('in');
    issuer.mood = mood;
    later(6 * 60 * MINUTE);
    expect(await outcome(verifier, token)).toBe('in');
    expect(lines).toEqual([['error', "the JWKS can't be got: the keys got before go on serving"]]);
    // A key that is not among them may be a new one: that can't be told now.
    const unknown = await issuer.token(CLAIMS, { kid: 'zzz' });
    expect(await outcome(verifier, unknown)).toBe('jwks_unavailable');
    expect(await outcome(verifier, await issuer.token({ ...CLAIMS, exp: 1 }))).toBe('token_expired');
    expect(issuer.asked).toBe(2);
    issuer.mood = 'serves';
    later(5 * SECOND);
    expect(await outcome(verifier, unknown)).toBe('token_invalid');
    expect(await outcome(verifier, token)).toBe('in');
    expect(lines.slice(1)).toEqual([['info', 'the JWKS answers again']]);
  });

  it('that is known to be away keeps nobody waiting who has a key', async () => {
    const verifier = verifierOf(undefined, SHORT);
    const token = await issuer.token(CLAIMS);
    expect(await outcome(verifier, token)).toBe('in');
    issuer.mood = 'fails';
    later(5 * MINUTE);
    expect(await outcome(verifier, token)).toBe('in');
    issuer.mood = 'hangs';
    later(5 * SECOND);
    // The look is under way, and the token is in before it has failed.
    expect(await outcome(verifier, token)).toBe('in');
    expect(lines).toHaveLength(1);
    // Who has no key waits for it.
    expect(await outcome(verifier, await issuer.token(CLAIMS, { kid: 'zzz' }))).toBe('jwks_unavailable');
    expect(lines).toHaveLength(2);
    expect(issuer.asked).toBe(3);
  });

  it('that is not there at all is the same', async () => {
    const verifier = verifierOf();
    const token = await issuer.token(CLAIMS);
    await issuer.close();
    await verifier.prepare();
    expect(await outcome(verifier, token)).toBe('jwks_unavailable');
    expect(lines).toHaveLength(1);
  });

  it.each<[string, () => Promise<object>]>([
    ['is a private one', async () => await exportJWK((issuer.keys[0] ?? expect.unreachable()).secret)],
    ['has 1024 bits', async () => await exportJWK(generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey)],
    ['is damaged', async () => ({ kty: 'RSA', n: '!', e: 'AQAB' })],
  ])('with a key that %s lets nobody in by it, and says so once', async (_, jwk) => {
    const [one] = issuer.keys;
    if (!one) expect.unreachable();
    const token = await issuer.token(CLAIMS, {}, one);
    issuer.keys = [{ ...one, jwk: { ...(await jwk()), kid: 'one' } }];
    const verifier = verifierOf();
    for (let i = 0; i < 3; i += 1) expect(await outcome(verifier, token)).toBe('jwks_unavailable');
    expect(lines).toEqual([['error', "a key of the JWKS can't be used: JWTs signed with it are refused"]]);
    later(30 * SECOND);
    expect(await outcome(verifier, token)).toBe('jwks_unavailable');
    expect(lines).toHaveLength(2);
  });

  it('with a symmetric key lets nobody in by it', async () => {
    const [one] = issuer.keys;
    if (!one) expect.unreachable();
    issuer.keys = [{ ...one, jwk: { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA', kid: 'one' } }];
    expect(await outcome(verifierOf(), await issuer.token(CLAIMS, {}, one))).toBe('token_invalid');
  });
});

describe('a JWKS in a file', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder, 'jwks.json');
    await writeFile(file, JSON.stringify(issuer.jwks));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is read again when it changes', async () => {
    const verifier = verifierOf({ file });
    await verifier.prepare();
    const token = await issuer.token(CLAIMS);
    expect(await outcome(verifier, token)).toBe('in');
    const two = await makeKey('two', 'EdDSA');
    await writeFile(file, JSON.stringify({ keys: [two.jwk] }));
    expect(await outcome(verifier, token)).toBe('token_invalid');
    expect(await outcome(verifier, await issuer.token(CLAIMS, {}, two))).toBe('in');
    await writeFile(`${file}.new`, JSON.stringify(issuer.jwks));
    await rename(`${file}.new`, file);
    expect(await outcome(verifier, token)).toBe('in');
    expect([issuer.asked, lines]).toEqual([0, []]);
  });

  it('that breaks goes on with the keys that it had, and the operator is told, twice a minute at most', async () => {
    const verifier = verifierOf({ file });
    const token = await issuer.token(CLAIMS);
    expect(await outcome(verifier, token)).toBe('in');
    const told = ['error', "the JWKS file can't be read: the keys read before go on serving"];
    await writeFile(file, '{"keys": [');
    for (let i = 0; i < 3; i += 1) expect(await outcome(verifier, token)).toBe('in');
    expect(lines).toEqual([told]);
    await rm(file);
    later(30 * SECOND);
    expect(await outcome(verifier, token)).toBe('in');
    expect(lines).toEqual([told, told]);
    await writeFile(file, '{"keys": []}');
    expect(await outcome(verifier, token)).toBe('token_invalid');
  });

  it('that is not there stops the start; if it goes away right after, that is a 401 of its own', async () => {
    const missing = verifierOf({ file: `${file}.not` });
    await expect(missing.prepare()).rejects.toThrow(/ENOENT/);
    expect(await outcome(missing, await issuer.token(CLAIMS))).toBe('jwks_unavailable');
    expect(lines).toEqual([['error', "the JWKS file can't be read: no JWT can be checked"]]);
    await writeFile(file, '{"key": 1}');
    await expect(verifierOf({ file }).prepare()).rejects.toThrow(/malformed/);
  });
});
