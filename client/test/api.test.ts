import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../../server/test/support/world.ts';
import { ConnectionError, createClient, HydraCoreError, ValidationError, verifyWebhook } from '../src/index.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
});
afterAll(() => world.close());

const HELLO = {
  name: 'hello',
  schedule_type: 'CRON',
  schedule_expression: '0 2 * * *',
  action_type: 'LOG_EVENT',
  action_config: { message: 'hello' },
} as const;

const BASE = { baseUrl: 'http://hydracore.test' };

/** A client of the real app, and the requests that it sent. */
function clientOf(options: { breakAfter?: (request: Request) => boolean; token?: string; retries?: number } = {}) {
  const sent: Request[] = [];
  const { breakAfter, token, retries } = options;
  const client = createClient({
    ...BASE,
    ...(token === undefined ? { apiKey: world.key } : { token }),
    retries: { max: retries ?? 3, baseMs: 1 },
    fetch: async (request) => {
      sent.push(request.clone());
      const answer = await world.fetch(request);
      if (breakAfter?.(request) === true) throw new TypeError('fetch failed');
      return answer;
    },
  });
  return { client, sent };
}

describe('schedules', () => {
  it('are made, read, changed, steered and deleted', async () => {
    const { client } = clientOf();
    const made = await client.schedules.create(HELLO);
    expect(made).toMatchObject({ status: 'ACTIVE', next_run_at: '2027-03-02T02:00:00.000Z', version: 1 });
    expect(await client.schedules.get(made.id)).toEqual(made);
    const changed = await client.schedules.update(made.id, { timezone: 'Europe/Berlin' }, { ifMatch: made.version });
    expect(changed.next_run_at).toBe('2027-03-02T01:00:00.000Z');
    expect((await client.schedules.pause(made.id)).status).toBe('PAUSED');
    expect((await client.schedules.resume(made.id)).status).toBe('ACTIVE');
    const run = await client.schedules.trigger(made.id, { action_config: { message: 'now' } });
    expect(run).toMatchObject({ schedule_id: made.id, trigger: 'MANUAL' });
    expect((await client.schedules.runs(made.id)).runs.map(({ id }) => id)).toEqual([run.id]);
    const { occurrences } = await client.schedules.preview(made.id, { count: 2 });
    expect(occurrences.map((one) => one.local_time)).toEqual([
      '2027-03-02T02:00:00+01:00',
      '2027-03-03T02:00:00+01:00',
    ]);
    expect((await client.schedules.previewNew(HELLO, { count: 1 })).description).toBe('At 02:00');
    expect(await client.schedules.delete(made.id)).toBeUndefined();
    await expect(client.schedules.get(made.id)).rejects.toMatchObject({ status: 404, code: 'not_found' });
  });

  it('are listed one by one over all pages, also while they are deleted', async () => {
    const { client, sent } = clientOf();
    const { results } = await client.schedules.bulk({
      schedules: Array.from({ length: 25 }, (_, index) => ({ ...HELLO, name: `paged ${index}` })),
    });
    expect(results.map(({ status }) => status)).toEqual(Array(25).fill(201));
    const before = sent.length;
    let count = 0;
    for await (const schedule of client.schedules.iterate({ name_contains: 'paged', limit: 10 })) {
      await client.schedules.delete(schedule.id);
      count += 1;
    }
    expect(count).toBe(25);
    expect(sent.slice(before).filter(({ method }) => method === 'GET').length).toBeGreaterThan(2);
    expect((await client.schedules.list({ name_contains: 'paged' })).total).toBe(0);
  });
});

describe('entities', () => {
  it('are written one by one and many at a time, as objects and as lines', async () => {
    const { client, sent } = clientOf();
    const { id } = await client.entities.create({
      slug: 'invoices',
      name: 'Invoices',
      fields: [{ name: 'amount', type: 'NUMBER', required: true }],
    });
    await client.entities.records.put(id, { external_id: 'a', data: { amount: 1 } });
    const { created, updated } = await client.entities.records.bulk(id, {
      records: [
        { external_id: 'a', data: { amount: 2 } },
        { external_id: 'b', data: { amount: 3 } },
      ],
    });
    expect({ created, updated }).toEqual({ created: 1, updated: 1 });
    const lines = await client.entities.records.bulk(id, '{"external_id":"c","data":{"amount":4}}\n{"data":{}}\n');
    expect(lines).toMatchObject({ created: 1, failed: 1 });
    expect(sent.at(-1)?.headers.get('content-type')).toBe('application/x-ndjson');
    const found = await Array.fromAsync(client.entities.records.iterate(id, { filter: '{"amount":{"$gte":3}}' }));
    expect(found.map((record) => record.external_id)).toEqual(['c', 'b']);
  });
});

describe('a call whose answer is lost', () => {
  it('is done once by its Idempotency-Key, and answers what it did', async () => {
    let broken = false;
    const { client, sent } = clientOf({ breakAfter: () => !broken && (broken = true) });
    const made = await client.schedules.create({ ...HELLO, name: 'lost once' });
    const keys = sent.map((request) => request.headers.get('idempotency-key'));
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys).toEqual([keys[0], keys[0]]);
    const { schedules } = await client.schedules.list({ name_contains: 'lost once' });
    expect(schedules.map(({ id }) => id)).toEqual([made.id]);
  });

  it('takes a key of your own; what only reads takes none', async () => {
    const { client, sent } = clientOf();
    const options = { idempotencyKey: 'order-17' };
    const first = await client.schedules.create(HELLO, options);
    expect(await client.schedules.create(HELLO, options)).toEqual(first);
    await client.schedules.previewNew(HELLO);
    expect(sent.map((request) => request.headers.get('idempotency-key'))).toEqual(['order-17', 'order-17', null]);
  });

  it('is a ConnectionError once all tries are used up, and not tried again where that could do harm', async () => {
    const { client, sent } = clientOf({ breakAfter: ({ method }) => method === 'PUT' });
    const { id } = await client.schedules.create(HELLO);
    const error = await client.schedules.update(id, { name: 'x' }, { ifMatch: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ status: 0, code: 'connection_failed' });
    expect(sent.length).toBe(2);
    await expect(client.schedules.update(id, { name: 'y' }, { retries: 1 })).rejects.toThrow('2 tries');
  });
});

describe('errors', () => {
  it('of a request: every problem with its place', async () => {
    const { client } = clientOf();
    const error = await client.schedules
      .create({ ...HELLO, timezone: 'Europe/Belin', max_retries: 99 })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ValidationError);
    const { problems, status, message } = error as ValidationError;
    expect(status).toBe(422);
    expect(problems.map(({ loc }) => loc.join('.')).toSorted()).toEqual(['body.max_retries', 'body.timezone']);
    expect(message).toContain('timezone: Europe/Belin is not a time zone');
  });

  it('of the rest: code, sentence, the id of the request, and further members', async () => {
    const { client } = clientOf();
    await client.schedules.create({ ...HELLO, deduplication_key: 'd' });
    const error = await client.schedules
      .create({ ...HELLO, name: 'other', deduplication_key: 'd' }, { headers: { 'X-Request-Id': 'mine' } })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HydraCoreError);
    expect(error).toMatchObject({
      status: 409,
      code: 'deduplication_conflict',
      requestId: 'mine',
      body: { schedule_id: expect.any(String) },
    });
    await expect(clientOf({ token: 'hc_live_none' }).client.runs.list()).rejects.toMatchObject({ status: 401 });
  });

  it.each([
    ['a page', () => new Response('<html>', { status: 200 }), /not JSON/],
    ['an error of a proxy', () => new Response('<html>', { status: 500, statusText: 'Oops' }), /answered 500 Oops/],
    [
      'a redirect',
      () => new Response(null, { status: 308, headers: { location: 'https://x.test/' } }),
      /sends the request on to https:\/\/x\.test\//,
    ],
    ['text in quotes', () => new Response('"hello"', { status: 200 }), /not as HydraCore does/],
  ])('of what is no HydraCore: %s', async (_, answer, expected) => {
    const seen: string[] = [];
    const client = createClient({
      ...BASE,
      apiKey: 'k',
      fetch: (request) => {
        seen.push(request.redirect);
        return Promise.resolve(answer());
      },
    });
    const error = await client.schedules.list().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unexpected_answer', detail: expect.stringMatching(expected) });
    expect(seen, 'the credential goes nowhere else').toEqual(['manual']);
  });

  it('of the caller: no request is made', async () => {
    const { client, sent } = clientOf();
    await expect(client.schedules.get('')).rejects.toThrow('schedule_id must be a string');
    // @ts-expect-error -- what a program without types may do
    await expect(client.schedules.delete(undefined)).rejects.toThrow(TypeError);
    await expect(client.schedules.list({}, { signal: AbortSignal.abort(new Error('no more')) })).rejects.toThrow(
      'no more',
    );
    expect(sent).toEqual([]);
    expect(() => createClient({ baseUrl: 'localhost:8080' })).toThrow('baseUrl is "localhost:8080"');
    expect(() => createClient({ ...BASE, apiKey: 'k', token: 't' })).toThrow('not both');
  });
});

describe('credentials', () => {
  it('are an API key, a bearer token, one that is asked for before each call, or one of a call', async () => {
    const seen: (string | null)[][] = [];
    const fetch = (request: Request) => {
      seen.push([request.headers.get('x-api-key'), request.headers.get('authorization')]);
      return world.fetch(request);
    };
    let turn = 0;
    await createClient({ ...BASE, fetch, apiKey: world.key }).actionTypes.list();
    await createClient({ ...BASE, fetch, token: world.key }).actionTypes.list();
    const asked = createClient({ ...BASE, fetch, token: () => Promise.resolve(`turn-${(turn += 1)}`) });
    await expect(asked.runs.list()).rejects.toThrow('not valid');
    await expect(asked.runs.list()).rejects.toThrow('not valid');
    const receiver = createClient({ ...BASE, fetch, apiKey: world.key });
    const completing = receiver.runs.complete(
      '01990000-0000-7000-8000-000000000001',
      { status: 'SUCCEEDED' },
      { token: 'hc_run_x' },
    );
    await expect(completing).rejects.toThrow('This completion token is not valid');
    expect(seen).toEqual([
      [world.key, null],
      [null, `Bearer ${world.key}`],
      [null, 'Bearer turn-1'],
      [null, 'Bearer turn-2'],
      [null, 'Bearer hc_run_x'],
    ]);
  });

  it('serve raw too', async () => {
    const { data, response } = await clientOf().client.raw.GET('/v1/schedules', { params: { query: { limit: 1 } } });
    expect(data?.limit).toBe(1);
    expect(response.headers.get('x-request-id')).toBeTruthy();
  });
});

it('the webhooks of the server are verified', async () => {
  const { sign } = await import('../../server/src/actions/signature.ts');
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const at = Date.parse('2027-03-01T09:00:00Z');
  const signature = sign('run-1', at / 1_000, '{"ä":1}', ['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', secret]);
  const headers = { 'webhook-id': 'run-1', 'webhook-timestamp': String(at / 1_000), 'webhook-signature': signature };
  expect((await verifyWebhook('{"ä":1}', headers, secret, { now: at })).payload).toEqual({ ä: 1 });
});
