import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serve, type Receiver } from '../../src/actions/testing.ts';
import { World } from '../support/world.ts';

const START = '2027-03-01T09:00:00.000Z';
const FIRST = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const HOUR = 3_600_000;
const PATH = '/v1/webhook-secrets';

let world: World;
let receiver: Receiver;
let got: { headers: Record<string, string>; body: string }[];
let schedule: string;

async function open(fixedSigning = false): Promise<void> {
  world = await World.open(START, { fixedSigning });
  world.performs = true;
  const made = await world.create({ action_type: 'WEBHOOK', action_config: { url: receiver.url } });
  schedule = made.id;
}
beforeEach(async () => {
  got = [];
  receiver = await serve((request, response, body) => {
    got.push({ headers: request.headers as Record<string, string>, body });
    response.end();
  });
  await open();
});
afterEach(async () => {
  vi.useRealTimers();
  await receiver[Symbol.asyncDispose]();
  await world.close();
});

const rotate = async (body?: unknown, headers: Record<string, string> = {}) =>
  await world.call('POST', `${PATH}/rotate`, body, headers);

/** Which of the secrets a receiver verifies the next delivery with. */
async function verifiedBy(secrets: readonly string[]): Promise<boolean[]> {
  await world.call('POST', `/v1/schedules/${schedule}/trigger`);
  await world.settle();
  const { headers = {}, body = '' } = got.at(-1) ?? {};
  // The library goes by the clock of the machine.
  vi.useFakeTimers({ now: world.clock.now(), toFake: ['Date'] });
  try {
    return secrets.map((secret) => {
      try {
        new Webhook(secret).verify(body, headers);
        return true;
      } catch {
        return false;
      }
    });
  } finally {
    vi.useRealTimers();
  }
}

describe('the signing secret of a tenant', () => {
  it('is rotated: receivers with the old or the new one verify until the overlap ends, then the new one alone', async () => {
    expect(await verifiedBy([FIRST])).toEqual([true]);
    const { status, body } = await rotate({ overlap_minutes: 60 });
    const fresh = body.webhook_secret;
    expect(status).toBe(201);
    expect(fresh).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const list = [
      { id: expect.any(String), created_at: START, expires_at: null },
      { id: expect.any(String), created_at: START, expires_at: '2027-03-01T10:00:00.000Z' },
    ];
    expect(body.webhook_secrets).toEqual(list);
    expect((await world.call('GET', PATH)).body).toEqual({ webhook_secrets: list, from_environment: false });
    const other = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    expect(await verifiedBy([FIRST, fresh, other])).toEqual([true, true, false]);
    world.clock.set(Date.parse(START) + HOUR - 1_000);
    expect(await verifiedBy([FIRST, fresh])).toEqual([true, true]);
    world.clock.set(Date.parse(START) + HOUR);
    expect(await verifiedBy([FIRST, fresh])).toEqual([false, true]);
    expect((await world.call('GET', PATH)).body.webhook_secrets).toEqual([list[0]]);
  });

  it('overlaps for a day unless it is said, not at all with 0', async () => {
    const { body } = await rotate();
    expect(body.webhook_secrets[1].expires_at).toBe('2027-03-02T09:00:00.000Z');
    const { body: next } = await rotate({ overlap_minutes: 0 });
    expect(next.webhook_secrets).toHaveLength(1);
    expect(await verifiedBy([FIRST, body.webhook_secret, next.webhook_secret])).toEqual([false, false, true]);
  });

  it('may be rotated again before the overlap ends: what was promised to the older ones stays', async () => {
    const made: string[] = [FIRST];
    for (const overlap_minutes of [60, 120, 180, 240])
      made.push((await rotate({ overlap_minutes })).body.webhook_secret);
    expect(await verifiedBy(made)).toEqual([true, true, true, true, true]);
    const full = await rotate();
    expect([full.status, full.body.code]).toEqual([409, 'too_many_rotations']);
    expect(full.body.detail).toContain('2027-03-01T10:00:00.000Z');
    world.clock.set(Date.parse(START) + HOUR);
    expect(await verifiedBy(made)).toEqual([false, true, true, true, true]);
    expect((await rotate()).status).toBe(201);
  });

  it('is told once: not where an Idempotency-Key asks again, and nowhere else', async () => {
    const key = { 'Idempotency-Key': 'once' };
    const { body } = await rotate({}, key);
    const again = await rotate({}, key);
    expect([again.status, again.body]).toEqual([201, { ...body, webhook_secret: null }]);
    expect(await verifiedBy([body.webhook_secret])).toEqual([true]);
  });

  it('from the environment is rotated there; those of other tenants are not from there', async () => {
    await world.close();
    await open(true);
    const { status, body } = await rotate();
    expect([status, body.code]).toEqual([409, 'signing_fixed']);
    expect(body.detail).toContain('HYDRACORE_WEBHOOK_SECRETS');
    expect((await world.call('GET', PATH)).body.from_environment).toBe(true);
    const other = { 'X-Api-Key': 'hc_live_test_key_of_another_tenant' };
    await world.addTenant('other', other['X-Api-Key']);
    expect((await rotate(undefined, other)).status).toBe(201);
    expect((await world.call('GET', PATH, undefined, other)).body.from_environment).toBe(false);
  });

  it.each([-1, 43_201, 1.5, '60'])('refuses an overlap of %j', async (overlap_minutes) => {
    const { status, body } = await rotate({ overlap_minutes });
    expect([status, body.detail[0].loc]).toEqual([422, ['body', 'overlap_minutes']]);
  });
});
