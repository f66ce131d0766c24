import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serve, serveBytes, type Receiver } from '../../src/actions/testing.ts';
import { findAction } from '../../src/actions/registry.ts';
import { createLog } from '../../src/log.ts';
import { everythingStored, formsOf } from '../support/everything.ts';
import { World, type Reply } from '../support/world.ts';

/** Each place that holds a secret has one of its own, so that a failure says which. */
const SECRETS = {
  inHeader: 'marker-in-header-9fk2',
  inAuth: 'marker-in-auth-x81b',
  inPassword: 'marker-in-password-7q3',
  inBody: 'marker "in" body 5c\n2',
  literalToken: 'marker-literal-token-4d',
  literalPassword: 'marker-literal-password-2a',
  overlay: 'marker-of-overlay-6z',
  replaced: 'marker-replaced-0p',
  zone: 'Marker/Zone-8y',
};

let world: World;
let logged: string;
let answers: string;
let echo: Receiver;
let broken: Receiver;
let status: number;

beforeEach(async () => {
  [logged, answers, status] = ['', '', 200];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => ((logged += String(chunk)), done()) });
  const log = createLog('debug', sink);
  world = await World.open('2027-03-01T09:00:00Z', { log: (level, message, data) => log[level](data, message) });
  world.script = async (target, signal) => {
    const action = findAction(
      'completionToken' in target && 'url' in (target.config as object) ? 'WEBHOOK' : 'LOG_EVENT',
    );
    if (!action) throw new Error('it is there');
    const now = () => world.clock.now();
    return await action.perform(target, {
      signal,
      egress: world.egress,
      now,
      log: (level, text, data) => log[level](data, text),
    });
  };
  // Sends back all that it got, in headers and body.
  echo = await serve((request, response, body) => {
    response.statusCode = status;
    for (const [name, value] of Object.entries(request.headers)) {
      if (!/^(content-length|connection|host)$/.test(name)) response.setHeader(`x-echo-${name}`, String(value));
    }
    response.end(JSON.stringify({ headers: request.headers, body, again: body }));
  });
  // Sends some of it back, and breaks off in the middle of a secret.
  broken = await serveBytes((socket) => {
    const part = SECRETS.inAuth.slice(0, -3);
    socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nyou sent ${SECRETS.inHeader} and ${part}`);
  });
});
afterEach(async () => {
  await echo[Symbol.asyncDispose]();
  await broken[Symbol.asyncDispose]();
  await world.close();
});

const call = async (method: string, path: string, body?: unknown, headers = {}): Promise<Reply> => {
  const reply = await world.call(method, path, body, headers);
  answers += `${JSON.stringify(reply.body)} ${JSON.stringify([...reply.headers])}\n`;
  return reply;
};

async function create(config: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await call('POST', '/v1/schedules', {
    name: 'hook',
    schedule_type: 'RATE',
    schedule_expression: 'rate(1 day)',
    action_type: 'WEBHOOK',
    action_config: config,
    max_retries: 0,
    ...more,
  });
  expect(status).toBe(201);
  return body.id;
}

async function fire(id: string, body?: unknown): Promise<Reply['body']> {
  const { body: run } = await call('POST', `/v1/schedules/${id}/trigger`, body, {
    'Idempotency-Key': `${id}${answers.length}`,
  });
  await world.settle();
  return (await call('GET', `/v1/runs/${run.id}`)).body;
}

it('a secret is in no table, no answer and no line of the log, whatever becomes of the runs that use it', async () => {
  const named = {
    IN_HEADER: 'inHeader',
    IN_AUTH: 'inAuth',
    IN_PASSWORD: 'inPassword',
    IN_BODY: 'inBody',
    ZONE: 'zone',
  } as const;
  await call('PUT', '/v1/secrets/IN_HEADER', { value: SECRETS.replaced });
  for (const [name, key] of Object.entries(named)) await call('PUT', `/v1/secrets/${name}`, { value: SECRETS[key] });

  const parts = {
    headers: { 'X-Plain': 'v {{ secrets.IN_HEADER }}', 'X-Api-Key': '{{ secrets.IN_HEADER }}' },
    body: {
      plain: '{{ secrets.IN_BODY }}',
      deep: [{ more: 'x{{ secrets.IN_BODY }}y' }],
      base64: '{{ secrets.IN_BODY | base64_encode }}',
      url: '{{ secrets.IN_BODY | url_encode }}',
      chosen: '{% if secrets.IN_BODY contains "marker" %}{{ secrets.IN_HEADER }}{% endif %}',
    },
  };
  const bearer = { auth: { type: 'bearer', token: '{{ secrets.IN_AUTH }}' } };
  const basic = { auth: { type: 'basic', username: 'me', password: '{{ secrets.IN_PASSWORD }}' } };
  const literal = [
    { auth: { type: 'bearer', token: SECRETS.literalToken } },
    { auth: { type: 'basic', username: 'me', password: SECRETS.literalPassword } },
  ];
  const outcomes: unknown[] = [];
  const ended = async (id: string, body?: unknown) => {
    const run = await fire(id, body);
    outcomes.push(run.error?.code ?? run.status);
    return run;
  };
  // Success and failure, at a receiver that sends everything back.
  const whole = await create({ url: echo.url, ...parts, ...bearer }, { deduplication_key: 'k' });
  const run = await ended(whole);
  expect(JSON.stringify(run.response)).toContain('********');
  expect(run.request.body).toContain('********');
  status = 400;
  for (const auth of [basic, ...literal]) await ended(await create({ url: echo.url, ...parts, ...auth }));
  status = 200;
  // Connections that are refused, that break off, and what can't be sent at all.
  await ended(await create({ url: 'http://127.0.0.1:1/', ...parts, ...bearer }));
  await ended(await create({ url: broken.url, ...parts, ...bearer }));
  await ended(await create({ url: echo.url, headers: { 'X-A': '{{ secrets.IN_BODY }}' } }));
  await ended(await create({ url: echo.url, body: '{{ "now" | date: "%Y", secrets.ZONE }}' }));
  // Overlays, tried again by hand.
  status = 500;
  const failed = await ended(whole, { action_config: { auth: { type: 'bearer', token: SECRETS.overlay } } });
  await call('POST', `/v1/runs/${failed.id}/retry`);
  await world.settle();
  status = 200;
  // Changes, the same again, other content, and what is refused.
  const kept = await world.get(whole);
  await call('PUT', `/v1/schedules/${whole}`, { action_config: { ...kept.action_config, timeout_seconds: 7 } });
  const same = {
    name: 'hook',
    schedule_type: 'RATE',
    schedule_expression: 'rate(1 day)',
    action_type: 'WEBHOOK',
    max_retries: 0,
  };
  await call('POST', '/v1/schedules', {
    ...same,
    deduplication_key: 'k',
    action_config: { url: echo.url, ...literal[0] },
  });
  await call('POST', '/v1/schedules', {
    ...same,
    action_config: { url: 'x', auth: { type: 'bearer', token: [SECRETS.literalToken].length } },
  });
  await call('POST', `/v1/schedules/${whole}/backfill`, { start_at: '2027-02-01', end_at: '2027-02-03' });
  // Rotated, and deleted while it is used.
  const { body: rotated } = await call('POST', '/v1/webhook-secrets/rotate', {}, { 'Idempotency-Key': 'rotate' });
  answers = answers.replace(rotated.webhook_secret, 'told once');
  await call('POST', '/v1/webhook-secrets/rotate', {}, { 'Idempotency-Key': 'rotate' });
  await call('DELETE', '/v1/secrets/IN_AUTH');
  await ended(whole);
  for (const path of ['schedules', 'runs', 'secrets', 'webhook-secrets', 'tenants', 'api-keys'])
    await call('GET', `/v1/${path}`);
  // The database fails in the middle of a write that holds them.
  await world.db.query('ALTER TABLE schedules ADD CONSTRAINT never CHECK (length(name) > 1000) NOT VALID');
  await world.db.query('ALTER TABLE secrets ADD CONSTRAINT never CHECK (length(name) > 1000) NOT VALID');
  expect(
    (await call('POST', '/v1/schedules', { ...same, action_config: { url: echo.url, ...literal[0] } })).status,
  ).toBe(500);
  expect((await call('PUT', '/v1/secrets/OTHER', { value: SECRETS.inHeader })).status).toBe(500);

  expect(outcomes).toEqual([
    'SUCCEEDED',
    'http_status',
    'http_status',
    'http_status',
    'connect_failed',
    'connection_reset',
    'header_invalid',
    'template_error',
    'http_status',
    'template_error',
  ]);
  const places = [...(await everythingStored(world.db)), ['the log', logged], ['answers', answers]] as const;
  const texts = new Map(places);
  for (const table of ['runs', 'schedules', 'secrets', 'tenants', 'data_keys', 'idempotency_keys']) {
    expect(texts.get(table)?.length).toBeGreaterThan(50);
  }
  for (const [place, text] of places) {
    for (const [name, secret] of Object.entries({ ...SECRETS, signing: rotated.webhook_secret })) {
      for (const form of formsOf(secret)) expect([place, name, text.includes(form)]).toEqual([place, name, false]);
    }
    // Nor the beginning of one, or one with its quotation marks escaped.
    expect([place, /marker[ -](?:in|of|literal|replaced|\\+"in)/i.exec(text)?.[0]]).toEqual([place, undefined]);
  }
});
