import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, WebhookVerificationError } from './webhook.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes long').toString('base64')}`;
const NEXT = `whsec_${Buffer.from('its successor, as long as that is').toString('base64')}`;
const AT = Date.parse('2027-03-01T09:00:00Z');
const BODY = '{"schedule":{"name":"Zürich"},"run":{"attempt":1}}';

/** What a sender of the specification's own library sends. */
function sent(body = BODY, secret = SECRET, at = AT) {
  return {
    'webhook-id': '01990000-0000-7000-8000-000000000001',
    'webhook-timestamp': String(at / 1_000),
    'webhook-signature': new Webhook(secret).sign('01990000-0000-7000-8000-000000000001', new Date(at), body),
  };
}

const reason = async (verifying: Promise<unknown>) => {
  const error = await verifying.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof WebhookVerificationError ? error.reason : error;
};

describe('a webhook as the standardwebhooks library signs it', () => {
  it('is verified, whatever form body and headers come in', async () => {
    const headers = sent();
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
    for (const given of [headers, new Headers(headers), upper]) {
      for (const body of [BODY, new TextEncoder().encode(BODY)]) {
        const verified = await verifyWebhook<{ schedule: { name: string } }>(body, given, SECRET, { now: AT });
        expect(verified).toEqual({ id: headers['webhook-id'], timestamp: new Date(AT), payload: JSON.parse(BODY) });
      }
    }
  });

  it('is verified by the present time, unless told another', async () => {
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    expect((await verifyWebhook('plain', sent('plain', SECRET, now), SECRET)).payload).toBe('plain');
    expect(await reason(verifyWebhook(BODY, sent(), SECRET, { now: AT + 301_000 }))).toBe('too_old');
  });

  it('is verified by either secret while they are rotated, and by either of two signatures', async () => {
    const [old, fresh] = [sent(), sent(BODY, NEXT)];
    for (const headers of [old, fresh]) await verifyWebhook(BODY, headers, [NEXT, SECRET], { now: AT });
    const both = `${fresh['webhook-signature']} ${old['webhook-signature']}`;
    await verifyWebhook(BODY, { ...old, 'webhook-signature': both }, SECRET, { now: AT });
    expect(await reason(verifyWebhook(BODY, fresh, SECRET, { now: AT }))).toBe('signature_mismatch');
  });
});

it("the specification's own example is verified", async () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const options = { now: 1_614_265_330_000 };
  const verified = await verifyWebhook(
    '{"test": 2432232314}',
    headers,
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    options,
  );
  expect(verified.payload).toEqual({ test: 2_432_232_314 });
});

describe('a webhook that is not to be trusted', () => {
  it.each([
    ['another body', () => verifyWebhook(`${BODY} `, sent(), SECRET, { now: AT }), 'signature_mismatch'],
    [
      'another id',
      () => verifyWebhook(BODY, { ...sent(), 'webhook-id': 'x' }, SECRET, { now: AT }),
      'signature_mismatch',
    ],
    [
      'another time',
      () => verifyWebhook(BODY, { ...sent(), 'webhook-timestamp': String(AT / 1_000 + 1) }, SECRET, { now: AT }),
      'signature_mismatch',
    ],
    [
      'no base64',
      () => verifyWebhook(BODY, { ...sent(), 'webhook-signature': 'v1,%' }, SECRET, { now: AT }),
      'signature_mismatch',
    ],
    [
      'another version of signature',
      () =>
        verifyWebhook(
          BODY,
          { ...sent(), 'webhook-signature': sent()['webhook-signature'].replace('v1,', 'v2,') },
          SECRET,
          {
            now: AT,
          },
        ),
      'signature_mismatch',
    ],
    [
      'its signature behind more than a sender makes',
      () =>
        verifyWebhook(
          BODY,
          { ...sent(), 'webhook-signature': `${'v1,AAAA '.repeat(20)}${sent()['webhook-signature']}` },
          SECRET,
          {
            now: AT,
          },
        ),
      'signature_mismatch',
    ],
    ['older than five minutes', () => verifyWebhook(BODY, sent(), SECRET, { now: AT + 300_001 }), 'too_old'],
    ['from the future', () => verifyWebhook(BODY, sent(), SECRET, { now: AT - 300_001 }), 'too_new'],
    [
      'no number as time',
      () => verifyWebhook(BODY, { ...sent(), 'webhook-timestamp': '1e9' }, SECRET),
      'timestamp_invalid',
    ],
    ['no id', () => verifyWebhook(BODY, { ...sent(), 'webhook-id': undefined }, SECRET, { now: AT }), 'header_missing'],
  ] as const)('%s', async (_, verify, expected) => {
    expect(await reason(verify())).toBe(expected);
  });

  it('is accepted to the last moment of the tolerance, either way', async () => {
    for (const now of [AT + 300_000, AT - 300_000]) await verifyWebhook(BODY, sent(), SECRET, { now });
    await verifyWebhook(BODY, sent(), SECRET, { now: AT + 3_000_000, toleranceSeconds: 3_000 });
  });

  it('a secret that is none is a mistake of the receiver, and is not repeated in its message', async () => {
    for (const secret of ['whsec_c2hvcnQ=', 'whsec_%%%', '']) {
      const error = await verifyWebhook(BODY, sent(), secret).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).not.toContain('c2hvcnQ');
    }
    await expect(verifyWebhook(BODY, sent(), [])).rejects.toThrow('no signing secret');
  });
});
