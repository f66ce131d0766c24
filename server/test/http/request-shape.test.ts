import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterAll(() => world.close());

const VALID = {
  name: 'x',
  schedule_type: 'CRON',
  schedule_expression: '0 9 * * *',
  action_type: 'LOG_EVENT',
  action_config: { message: 'x' },
};
const types = (body: { detail: { type: string }[] }) => body.detail.map(({ type }) => type);

describe('a body', () => {
  it.each(['gzip', 'br', 'deflate', 'gzip, identity'])('compressed by %s is a 415', async (encoding) => {
    const reply = await world.call('POST', '/v1/schedules', VALID, { 'Content-Encoding': encoding });
    expect(reply).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });

  it('may say that it is not compressed', async () => {
    const reply = await world.call('POST', '/v1/schedules/preview', VALID, { 'Content-Encoding': 'identity' });
    expect(reply.status).toBe(200);
  });

  it('that announces to be too large is refused before it comes', async () => {
    const reply = await world.call('POST', '/v1/schedules', '{}', { 'Content-Length': '262145' });
    expect(reply).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
  });

  it('with a key that could become a prototype is told so', async () => {
    const { status, body } = await world.call('POST', '/v1/schedules/preview', '{"name":"x","__proto__":{"a":1}}');
    expect({ status, types: types(body) }).toEqual({ status: 422, types: ['forbidden_key'] });
  });

  it('tells no more than a hundred problems', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}`, 1]));
    const { status, body } = await world.call('POST', '/v1/schedules', { ...VALID, ...unknown });
    expect(status).toBe(422);
    expect(body.detail).toHaveLength(101);
    expect(body.detail.at(-1)).toEqual({
      loc: ['body'],
      msg: 'has 5000 problems; the first 100 are told',
      type: 'too_many_problems',
    });
  });

  it.each([
    ['fields', Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`f${i}`, 1])), 'too_many_values'],
    ['items', Array.from({ length: 10_001 }, () => 1), 'too_many_values'],
  ])('holds at most 10,000 %s', async (_what, data, type) => {
    const body = { ...VALID, action_config: { message: 'x', data } };
    const reply = await world.call('POST', '/v1/schedules', body);
    expect(reply.status).toBe(422);
    expect(types(reply.body)).toContain(type);
  });

  it('of many items bounds each as if it came alone', async () => {
    const large = { ...VALID, action_config: { message: 'x', data: 'y'.repeat(300_000) } };
    const { status, body } = await world.call('POST', '/v1/schedules/bulk', { schedules: [VALID, large] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ created: 1, failed: 1 });
    expect(types(body.results[1].error)).toContain('too_large');
  });

  it('of lines bounds the depth of each', async () => {
    const { body: definition } = await world.call('POST', '/v1/entity-definitions', {
      slug: 'things',
      name: 'Things',
      fields: [{ name: 'any', type: 'JSON' }],
    });
    const deep = `{"data":{"any":${'['.repeat(100_000)}`;
    const { status, body } = await world.call(
      'POST',
      `/v1/entity-definitions/${definition.id}/records/bulk`,
      `{"data":{}}\n${deep}\n{"data":{"any":{"__proto__":1}}}\n`,
      { 'Content-Type': 'application/x-ndjson' },
    );
    expect(status).toBe(200);
    expect(body.results.map((result: { status: number }) => result.status)).toEqual([201, 422, 422]);
    expect(types(body.results[1].error)).toEqual(['too_deep']);
    expect(types(body.results[2].error)).toEqual(['forbidden_key']);
  });
});

describe('a URL', () => {
  it('has at most 8 KiB', async () => {
    const path = (length: number) => `/v1/schedules?name_contains=${'x'.repeat(length - 28)}`;
    expect(await world.call('GET', path(8_193))).toMatchObject({ status: 414, body: { code: 'uri_too_long' } });
    expect(await world.call('GET', path(8_192))).toMatchObject({ status: 422 });
  });

  it('gives each parameter once, and only those that there are', async () => {
    const { status, body } = await world.call('GET', '/v1/schedules?limit=1&limit=2&limit=3&statsu=ACTIVE&offset=x');
    expect(status).toBe(422);
    expect(body.detail).toEqual([
      { loc: ['query', 'limit'], msg: 'is given 3 times; give it once', type: 'duplicate' },
      {
        loc: ['query', 'statsu'],
        msg: '"statsu" is not a parameter here; there are customer_id, external_id, status, schedule_type, name_contains, limit, offset',
        type: 'extra_forbidden',
      },
      expect.objectContaining({ loc: ['query', 'offset'] }),
    ]);
    const none = await world.call('POST', '/v1/schedules?dry_run=true', VALID);
    expect(none).toMatchObject({ status: 422, body: { detail: [{ loc: ['query', 'dry_run'] }] } });
  });
});

describe('a method that a path has not', () => {
  it.each([
    ['PATCH', '/v1/schedules', 'GET, HEAD, POST'],
    ['DELETE', '/v1/schedules/497f6eca-6276-4993-bfeb-53cbbbba6f08/pause', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['OPTIONS', '/v1/schedules/497f6eca-6276-4993-bfeb-53cbbbba6f08', 'GET, HEAD, PUT, DELETE'],
  ])('%s %s is a 405 that says which it has', async (method, path, allow) => {
    const { status, body, headers } = await world.call(method, path);
    expect({ status, code: body.code, allow: headers.get('allow') }).toEqual({
      status: 405,
      code: 'method_not_allowed',
      allow,
    });
  });

  it('is a 404 where the path is none', async () => {
    expect(await world.call('PATCH', '/v1/shedules')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
