import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { generateSecret, parseSecret, sign } from './signature.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('sign', () => {
  it("gives the signature of the specification's vector", () => {
    const signature = sign('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}', [SECRET]);
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('agrees with the standardwebhooks package on any id, body and secret', () => {
    const texts = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(texts, texts, fc.uint8Array({ minLength: 24, maxLength: 64 }), (id, body, key) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        const theirs = new Webhook(secret).sign(id, new Date(1_614_265_330_000), body);
        expect(sign(id, 1_614_265_330, body, [secret])).toBe(theirs);
      }),
    );
  });

  it('signs with each secret of a rotation, so that a receiver with either verifies', () => {
    const secrets = [generateSecret(), generateSecret()];
    const now = Math.floor(Date.now() / 1_000);
    const body = '{"ä":1}';
    const headers = {
      'webhook-id': 'run',
      'webhook-timestamp': String(now),
      'webhook-signature': sign('run', now, body, secrets),
    };
    for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toEqual({ ä: 1 });
    expect(() => new Webhook(generateSecret()).verify(body, headers)).toThrow('No matching signature');
  });

  it('goes on after more secrets than the cache holds', () => {
    const first = sign('a', 1, 'b', [SECRET]);
    for (let i = 0; i < 1_100; i++) sign('a', 1, 'b', [generateSecret()]);
    expect(sign('a', 1, 'b', [SECRET])).toBe(first);
  });
});

describe('parseSecret', () => {
  it('reads what generateSecret makes: 32 bytes, never the same', () => {
    expect(parseSecret(generateSecret())).toHaveLength(32);
    expect(generateSecret()).not.toBe(generateSecret());
  });

  it.each(['', 'whsec_', SECRET.slice(6), `whsec_${'!'.repeat(40)}`, 'whsec_AAAA', `whsec_${'A'.repeat(100)}`])(
    'refuses %j without repeating it',
    (secret) => {
      expect(() => parseSecret(secret)).toThrow('a signing secret is "whsec_" and 24 to 64 bytes in base64');
    },
  );
});
