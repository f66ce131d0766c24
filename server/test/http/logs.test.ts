import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { World } from '../support/world.ts';

let world: World;
let text: string;
beforeEach(async () => {
  text = '';
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => ((text += String(chunk)), done()) });
  const log = createLog('debug', sink);
  world = await World.open('2027-03-01T08:59:30Z', { log: (level, message, data) => log[level](data, message) });
});
afterEach(() => world.close());

const lines = () =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const last = (message: string) => lines().findLast((line) => line['msg'] === message);

describe('a request', () => {
  it('has a line with its id, its route and the rows that it is about', async () => {
    const { id } = await world.create();
    expect(last('request')).toMatchObject({
      level: 'debug',
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: 'POST',
      route: '/v1/schedules',
      status: 201,
      tenant_id: world.tenantId,
      schedule_id: id,
    });
    const { body } = await world.call('POST', `/v1/schedules/${id}/trigger`);
    expect(last('request')).toMatchObject({ tenant_id: world.tenantId, schedule_id: id, run_id: body.id, status: 202 });
  });

  it.each(['order-4711', 'a'.repeat(128), '~!@#$%^&*()'])('keeps the id that the caller gave: %s', async (given) => {
    const { headers } = await world.call('GET', '/v1/schedules', undefined, { 'X-Request-Id': given });
    expect(headers.get('x-request-id')).toBe(given);
    expect(last('request')).toMatchObject({ request_id: given });
  });

  it.each(['', 'a'.repeat(129), 'with space', 'tab\there', 'ümlaut'])(
    'gets another one where that is no id: %j',
    async (given) => {
      const { headers } = await world.call('GET', '/v1/schedules', undefined, { 'X-Request-Id': given });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    },
  );

  it('that fails inside the server has a line with its id and the cause', async () => {
    await world.db.query('ALTER TABLE schedules RENAME TO elsewhere');
    const { status, headers } = await world.call('GET', '/v1/schedules');
    expect(status).toBe(500);
    expect(last('a request failed')).toMatchObject({
      level: 'error',
      request_id: headers.get('x-request-id'),
      tenant_id: world.tenantId,
      error: { message: expect.stringContaining('"schedules" does not exist') },
    });
  });
});

describe('a run', () => {
  it('that does not succeed has a line that says which, how and why', async () => {
    const error = { code: 'http_status', message: 'The receiver answered 503.' };
    world.script = () => ({ kind: 'retryable', error, request: null, response: null });
    const { id } = await world.create({ max_retries: 1, retry_backoff_seconds: 5 });
    await world.advanceTo('2027-03-01T09:00:30Z');
    const [run] = await world.runs(id);
    expect(lines().filter((line) => line['msg'] === 'a run did not succeed')).toMatchObject([
      {
        level: 'info',
        run_id: run.id,
        schedule_id: id,
        tenant_id: world.tenantId,
        status: 'FAILED',
        reason: 'RETRIES_EXHAUSTED',
        attempts: 2,
        error_code: 'http_status',
      },
    ]);
  });

  it('that was missed has one, too', async () => {
    const { id } = await world.create({ catchup_window_minutes: 0 });
    world.clock.set(Date.parse('2027-03-01T09:05:00Z'));
    await world.settle();
    expect(last('occurrences were missed')).toMatchObject({
      level: 'info',
      schedule_id: id,
      tenant_id: world.tenantId,
      status: 'MISSED',
      reason: 'CATCHUP_WINDOW',
      occurrences: 4,
    });
  });

  it('whose action throws has one with the cause', async () => {
    world.script = () => {
      throw new Error('a bug');
    };
    const { id } = await world.create({ max_retries: 0 });
    await world.advanceTo('2027-03-01T09:00:00Z');
    expect(last('an action threw')).toMatchObject({
      schedule_id: id,
      tenant_id: world.tenantId,
      error: { message: 'a bug' },
    });
  });
});

describe('secrets', () => {
  // One for each place that holds any, so that a failure says which.
  const SECRETS = {
    bearer: 'secret-of-bearer',
    password: 'secret-of-basic',
    header: 'secret-of-header',
    body: 'secret-of-body',
    query: 'secret-of-query',
    badField: 'secret-of-bad-field',
    invalidJson: 'secret-of-invalid-json',
    wrongKey: 'hc_live_secret-of-wrong-key',
    keyInPath: 'hc_live_secret-of-path',
    jwt: 'eyJhbGciOiJSUzI1NiJ9.eyJzZWNyZXQiOiJvZiBqd3QifQ.c2VjcmV0LW9mLWp3dA',
    jwtInPath: 'eyJhbGciOiJFUzI1NiJ9.eyJzZWNyZXQiOiJvZiBwYXRoIn0.c2VjcmV0LW9mLXBhdGg',
    idempotency: 'secret-of-idempotency-key',
  };

  it('of requests, configurations and deliveries that fail are not in the log', async () => {
    world.performs = true;
    const config = {
      url: `http://127.0.0.1:1/hook?key=${SECRETS.query}`,
      headers: { 'X-Api-Key': SECRETS.header },
      body: { token: SECRETS.body },
    };
    const base = { action_type: 'WEBHOOK', max_retries: 0 };
    await world.create({ ...base, action_config: { ...config, auth: { type: 'bearer', token: SECRETS.bearer } } });
    const basic = { type: 'basic', username: 'me', password: SECRETS.password };
    await world.create({ ...base, action_config: { ...config, auth: basic } });
    // Rendered to a header that can't be sent, and a template that fails: the errors quote neither.
    const bad = `{{ "a\\nb" | append: "${SECRETS.header}" | newline_to_br }}{{ schedule.name | unknown_filter }}`;
    await world.call('POST', '/v1/schedules', { ...base, action_config: { ...config, headers: { 'X-Bad': bad } } });
    await world.call('POST', '/v1/schedules', { name: { secret: SECRETS.badField } });
    await world.call('POST', '/v1/schedules', `{"name": "${SECRETS.invalidJson}`);
    await world.call('GET', '/v1/schedules', undefined, { 'X-Api-Key': SECRETS.wrongKey });
    await world.call('GET', '/v1/schedules', undefined, { 'X-Api-Key': '', Authorization: `Bearer ${SECRETS.jwt}` });
    await world.call('GET', `/v1/schedules/${SECRETS.jwtInPath}`);
    await world.call('GET', `/v1/schedules/${SECRETS.keyInPath}?token=${SECRETS.query}`);
    const key = { 'Idempotency-Key': SECRETS.idempotency };
    await world.call('POST', '/v1/schedules', { ...base, name: 'x', action_config: config }, key);
    await world.advanceTo('2027-03-01T09:01:00Z');
    // And where the database fails in the middle: its errors know the values.
    await world.db.query('ALTER TABLE schedules ADD CONSTRAINT never CHECK (length(name) > 1000) NOT VALID');
    const { status } = await world.call('POST', '/v1/schedules', {
      ...base,
      name: 'refused',
      schedule_type: 'RATE',
      schedule_expression: '1m',
      action_config: { ...config, auth: { type: 'bearer', token: SECRETS.bearer } },
    });
    expect(status).toBe(500);
    expect(text).toContain('connect_failed');
    expect(text).toContain('violates check constraint');
    for (const [place, secret] of Object.entries(SECRETS))
      expect([place, text.includes(secret)]).toEqual([place, false]);
    expect(text).not.toContain(world.key);
    expect(text).not.toContain('whsec_');
  });
});
