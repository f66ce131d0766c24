import type { IncomingHttpHeaders } from 'node:http';
import type net from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { ActionContext, ActionTarget, Outcome } from './action.ts';
import type { Egress } from './egress.ts';
import { serve, serveBytes, testContext, testEgress, testTarget } from './testing.ts';
import type { WebhookConfig, webhookConfig } from './webhook-config.ts';
import { webhook } from './webhook.ts';

type Input = z.input<typeof webhookConfig>;

let egress: Egress;
beforeEach(() => (egress = testEgress()));
afterEach(() => egress.close());

/** Past the schema, so that a test's time-out may be shorter than the least a user may choose. */
const configOf = (input: Input, timeoutSeconds?: number): WebhookConfig => ({
  ...webhook.config.parse(input),
  ...(timeoutSeconds === undefined ? {} : { timeout_seconds: timeoutSeconds }),
});
const fire = (
  input: Input | WebhookConfig,
  changes: Partial<ActionTarget<WebhookConfig>> = {},
  context: Partial<ActionContext> = {},
): Promise<Outcome> => {
  const config = 'completion' in input ? (input as WebhookConfig) : configOf(input);
  return webhook.perform(testTarget(config, changes), testContext(egress, context));
};

const closing = (socket: net.Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));
/** With one connection per host at most, a second one would mean that the first was closed. */
const oneConnection = async (): Promise<void> => {
  await egress.close();
  egress = testEgress({ maxConnectionsPerHost: 1 });
};

describe('what is sent', () => {
  interface Seen {
    method: string | undefined;
    url: string | undefined;
    headers: IncomingHttpHeaders;
    body: string;
  }
  const record = async (input: Omit<Input, 'url'>, path = '', changes: Partial<ActionTarget<WebhookConfig>> = {}) => {
    const seen: Seen[] = [];
    await using receiver = await serve((req, res, body) => {
      seen.push({ method: req.method, url: req.url, headers: req.headers, body });
      res.end('thanks');
    });
    const outcome = await fire({ ...input, url: receiver.url + path }, changes);
    const [request] = seen;
    if (request === undefined) throw new Error(`nothing arrived: ${JSON.stringify(outcome)}`);
    expect(seen).toHaveLength(1);
    return { request, outcome, receiver };
  };

  it('is the standard envelope, signed, with the headers of the run', async () => {
    const { request, outcome } = await record({});
    expect(JSON.parse(request.body)).toEqual({
      type: 'schedule.fired',
      timestamp: '2026-11-20T08:00:01Z',
      data: {
        run_id: '01990000-0000-7000-8000-000000000001',
        schedule_id: '01990000-0000-7000-8000-00000000000a',
        schedule_name: 'Nightly "sync"',
        external_id: null,
        customer_id: 'c-1',
        trigger: 'SCHEDULE',
        scheduled_for: '2026-11-20T08:00:00Z',
        attempt: 2,
      },
    });
    expect(request).toMatchObject({
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'HydraCore-Schedules/0.1',
        'webhook-id': '01990000-0000-7000-8000-000000000001',
        'webhook-timestamp': '1795161602',
        'x-hydracore-schedule-id': '01990000-0000-7000-8000-00000000000a',
        'x-hydracore-scheduled-for': '2026-11-20T08:00:00Z',
        'x-hydracore-attempt': '2',
      },
    });
    expect(request.headers['traceparent']).toMatch(/^00-01990000000070008000000000000001-[0-9a-f]{16}-01$/);
    expect(outcome).toMatchObject({
      kind: 'delivered',
      request: {
        method: 'POST',
        body: request.body,
        body_truncated: false,
        headers: { 'webhook-signature': '********' },
      },
      response: { status: 200, body: 'thanks', body_truncated: false },
    });
  });

  it('is verified by the standardwebhooks package with either secret of a rotation', async () => {
    const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${Buffer.alloc(32, 7).toString('base64')}`];
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    const seen: Seen[] = [];
    await using receiver = await serve((req, res, body) => {
      seen.push({ method: req.method, url: req.url, headers: req.headers, body });
      res.end();
    });
    await fire({ url: receiver.url, body: { ä: '✓' } }, { signingSecrets: secrets }, { now: () => now });
    const [{ headers, body } = { headers: {}, body: '' }] = seen;
    for (const secret of secrets) {
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual({ ä: '✓' });
    }
  });

  it('goes unsigned where there is no secret', async () => {
    const { request } = await record({}, '', { signingSecrets: [] });
    expect(request.headers).not.toHaveProperty('webhook-signature');
  });

  it('is rendered from templates in the URL, headers, body and auth', async () => {
    const { request, outcome } = await record(
      {
        method: 'put',
        headers: { 'X-Name': '{{ schedule.name }}', 'X-Api-Key': 'k3y' },
        body: { id: '{{ run.id }}', n: 1, list: ['{{ record.email }}'] },
        auth: { type: 'bearer', token: 't-{{ customer_id }}' },
      },
      'c/{{ record.email | url_encode }}?api_key=s3cret&b=1',
      { record: { email: 'a b@example.com' } },
    );
    expect(request).toMatchObject({
      method: 'PUT',
      url: '/c/a+b%40example.com?api_key=s3cret&b=1',
      headers: { 'x-name': 'Nightly "sync"', authorization: 'Bearer t-c-1', 'x-api-key': 'k3y' },
      body: '{"id":"01990000-0000-7000-8000-000000000001","n":1,"list":["a b@example.com"]}',
    });
    expect(outcome.request).toMatchObject({
      url: expect.stringMatching(/\/c\/a\+b%40example\.com\?api_key=\*{8}&b=1$/),
      headers: { authorization: '********', 'x-api-key': '********', 'x-name': 'Nightly "sync"' },
    });
    expect(JSON.stringify(outcome)).not.toMatch(/t-c-1|s3cret|k3y/);
  });

  it('is text for a string body', async () => {
    const { request } = await record({ body: 'run {{ run.attempt }}' });
    expect(request).toMatchObject({ body: 'run 2', headers: { 'content-type': 'text/plain; charset=utf-8' } });
  });

  it('takes the content type and user agent of the user', async () => {
    const { request } = await record({ body: '<a/>', headers: { 'Content-Type': 'text/xml', 'User-Agent': 'me' } });
    expect(request).toMatchObject({ body: '<a/>', headers: { 'content-type': 'text/xml', 'user-agent': 'me' } });
  });

  it('is basic auth in UTF-8', async () => {
    const { request } = await record({ auth: { type: 'basic', username: 'ü', password: 'p:w' } });
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from('ü:p:w').toString('base64')}`);
  });

  it.each(['GET', 'HEAD', 'DELETE'] as const)('has no body for a %s', async (method) => {
    const { request, outcome } = await record({ method });
    expect(request).toMatchObject({ method, body: '' });
    expect(request.headers).not.toHaveProperty('content-type');
    expect(outcome).toMatchObject({ kind: 'delivered', request: { body: null } });
  });

  it('is empty for an empty string', async () => {
    const { request } = await record({ body: '' });
    expect(request).toMatchObject({ body: '', headers: { 'content-length': '0' } });
  });

  it('is cut to 16 KiB and free of NUL in the ledger only', async () => {
    const { request, outcome } = await record({ body: `a\0${'é'.repeat(20_000)}` });
    expect(request.body).toHaveLength(20_002);
    expect(outcome.request).toMatchObject({ body_truncated: true, body: expect.stringMatching(/^aé+$/) });
  });

  it('reuses what it prepared and the connection', async () => {
    await oneConnection();
    const ports = new Set<number | undefined>();
    await using receiver = await serve((req, res) => {
      ports.add(req.socket.remotePort);
      res.end();
    });
    const config = configOf({ url: receiver.url });
    for (let attempt = 1; attempt <= 5; attempt++) {
      const { run } = testTarget(config);
      const outcome = await fire(config, { run: { ...run, id: `run-${attempt}`, attempt } });
      expect(outcome).toMatchObject({ kind: 'delivered', request: { headers: { 'webhook-id': `run-${attempt}` } } });
    }
    expect(ports.size).toBe(1);
  });
});

const answer = async (status: number, headers: Record<string, string> = {}, input: Partial<Input> = {}) => {
  await using receiver = await serve((_req, res) => res.writeHead(status, headers).end());
  // Awaited here, as the receiver closes when this function returns.
  return await fire({ ...input, url: receiver.url });
};

describe('what a status means', () => {
  it.each([200, 201, 202, 204, 299])('%i is delivered', async (status) => {
    expect(await answer(status)).toMatchObject({ kind: 'delivered', response: { status } });
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('%i is worth another try', async (status) => {
    const outcome = await answer(status);
    expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'http_status' }, response: { status } });
    expect(outcome).not.toHaveProperty('retryAfterMs');
  });

  it.each([300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 409, 422, 499])('%i is final', async (status) => {
    const outcome = await answer(status, { location: 'http://10.0.0.1/' });
    expect(outcome).toMatchObject({ kind: 'rejected', error: { code: 'http_status' }, response: { status } });
    expect(outcome).not.toHaveProperty('park');
  });

  it('410 parks the schedule', async () => {
    expect(await answer(410)).toMatchObject({
      kind: 'rejected',
      park: true,
      error: { code: 'http_status', message: 'The receiver answered 410 Gone.' },
    });
  });

  it.each([
    [429, '7', 7_000],
    [503, 'Fri, 20 Nov 2026 08:01:02 GMT', 59_500],
    [500, '999999999', 86_400_000],
  ])('%i with Retry-After %s waits %i ms', async (status, header, ms) => {
    expect(await answer(status, { 'retry-after': header })).toMatchObject({ kind: 'retryable', retryAfterMs: ms });
  });

  it('is what success_statuses say', async () => {
    const only = { success_statuses: [204, '3XX', '404-410'] };
    for (const status of [204, 302, 404, 410])
      expect(await answer(status, {}, only)).toMatchObject({ kind: 'delivered' });
    for (const status of [200, 400, 411]) expect(await answer(status, {}, only)).toMatchObject({ kind: 'rejected' });
  });
});

describe('answers out of the ordinary', () => {
  it('cuts an endless body and closes the connection', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    await using receiver = await serve((req, res) => {
      closed = closing(req.socket);
      const more = (): void => {
        while (!res.destroyed && res.write('x'.repeat(4_096)));
        res.once('drain', more);
      };
      more();
    });
    const outcome = await fire({ url: receiver.url });
    expect(outcome).toMatchObject({ kind: 'delivered', response: { body: 'x'.repeat(16_384), body_truncated: true } });
    await closed;
  });

  it('keeps a body of exactly 16 KiB and the connection', async () => {
    await oneConnection();
    const ports = new Set<number | undefined>();
    await using receiver = await serve((req, res) => {
      ports.add(req.socket.remotePort);
      res.end('y'.repeat(16_384));
    });
    for (let i = 0; i < 2; i++) {
      expect(await fire({ url: receiver.url })).toMatchObject({ response: { body_truncated: false } });
    }
    expect(ports.size).toBe(1);
  });

  it('ends a dripping body by the time-out and keeps what came', async () => {
    await using receiver = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\ndrip');
    });
    const outcome = await fire(configOf({ url: receiver.url }, 0.3));
    expect(outcome).toMatchObject({
      kind: 'retryable',
      error: { code: 'timeout', message: 'The exchange was not complete within 0.3 s.' },
      response: { status: 200, body: 'drip' },
    });
  });

  it('gives up a receiver that says nothing', async () => {
    await using receiver = await serveBytes(() => {});
    expect(await fire(configOf({ url: receiver.url }, 0.1))).toMatchObject({
      kind: 'retryable',
      error: { code: 'timeout' },
      response: null,
    });
  });

  it('counts the wait for a free connection too', async () => {
    await using receiver = await serveBytes(() => {});
    const config = configOf({ url: receiver.url }, 0.1);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => fire(config)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'retryable', error: { code: 'timeout' } });
  });

  it('reads NUL and what is not UTF-8', async () => {
    await using receiver = await serve((_req, res) => res.end(Buffer.from([0x61, 0, 0xff, 0x62])));
    expect(await fire({ url: receiver.url })).toMatchObject({ kind: 'delivered', response: { body: 'a\ufffdb' } });
  });

  it('passes over informational answers', async () => {
    await using receiver = await serve((_req, res) => {
      res.writeProcessing();
      res.writeEarlyHints({ link: '</a>; rel=preload' });
      res.writeHead(201).end('done');
    });
    expect(await fire({ url: receiver.url })).toMatchObject({
      kind: 'delivered',
      response: { status: 201, body: 'done' },
    });
  });

  it.each([
    ['reset before the answer', (s: net.Socket): unknown => s.resetAndDestroy(), 'connection_reset', null],
    ['closed before the answer', (s: net.Socket): unknown => s.end(), 'connection_reset', null],
    [
      'closed in the body',
      (s: net.Socket): unknown => s.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
      'connection_reset',
      { status: 200, body: 'half' },
    ],
    ['not HTTP', (s: net.Socket): unknown => s.end('SSH-2.0-OpenSSH_9.2\r\n'), 'response_invalid', null],
    [
      'huge headers',
      (s: net.Socket): unknown => s.write(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(100_000)}\r\n\r\n`),
      'response_invalid',
      null,
    ],
  ])('%s is worth another try', async (_, misbehave, code, response) => {
    await using receiver = await serveBytes(misbehave);
    expect(await fire({ url: receiver.url })).toMatchObject({ kind: 'retryable', error: { code }, response });
  });

  it('bounds many headers', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, 'v']));
    await using receiver = await serve((_req, res) => res.writeHead(200, many).end());
    const outcome = await fire({ url: receiver.url });
    expect(outcome.kind).toBe('delivered');
    expect(Object.keys(outcome.response?.['headers'] ?? {})).toHaveLength(100);
  });
});

describe('no answer at all', () => {
  it('is connect_failed for a closed port', async () => {
    const receiver = await serveBytes(() => {});
    await receiver[Symbol.asyncDispose]();
    expect(await fire({ url: receiver.url })).toMatchObject({
      kind: 'retryable',
      error: { code: 'connect_failed', message: expect.stringContaining('ECONNREFUSED') },
      request: { url: receiver.url },
      response: null,
    });
  });

  it('is tls_failed where the receiver speaks no TLS', async () => {
    await using receiver = await serveBytes((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await fire({ url: receiver.url.replace('http:', 'https:') })).toMatchObject({
      kind: 'retryable',
      error: { code: 'tls_failed' },
    });
  });

  it('is dns_failed where the name resolves to nothing', async () => {
    await egress.close();
    egress = testEgress({ lookup: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await fire({ url: 'http://nowhere.test/' })).toMatchObject({
      kind: 'retryable',
      error: { code: 'dns_failed' },
    });
  });
});

describe('the guard', () => {
  it('rejects a name that resolves to a private address, at every attempt', async () => {
    await egress.close();
    egress = testEgress({ lookup: () => Promise.resolve([{ address: '10.0.0.1', family: 4 }]) });
    const config = configOf({ url: 'http://inside.test/' });
    for (let i = 0; i < 2; i++) {
      expect(await fire(config)).toMatchObject({
        kind: 'rejected',
        error: { code: 'egress_blocked', message: expect.stringContaining('10.0.0.1') },
      });
    }
  });

  it('rejects a literal address, also one that a template makes', async () => {
    for (const url of ['http://10.0.0.1/', 'http://{{ record.host }}/', 'http://0x0a.1/?token=abc']) {
      const outcome = await fire({ url }, { record: { host: '10.0.0.1' } });
      expect(outcome).toMatchObject({ kind: 'rejected', error: { code: 'egress_blocked' }, response: null });
      expect(JSON.stringify(outcome)).not.toContain('abc');
    }
  });

  it('does not follow a redirect to a private address', async () => {
    await using receiver = await serve((_req, res) =>
      res.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    );
    expect(await fire({ url: receiver.url })).toMatchObject({
      kind: 'rejected',
      error: { code: 'http_status', message: 'The receiver answered 302 Found.' },
    });
  });
});

describe('rendering that goes wrong', () => {
  it.each([
    [{ url: 'http://x.test/{{ "now" | date: "%Y", "No/Zone" }}' }, 'template_error'],
    [{ url: '{{ record.nothing }}' }, 'url_invalid'],
    [{ url: 'ftp://x.test/{{ run.id }}' }, 'url_invalid'],
    [{ url: 'http://user:hunter2@x.test/{{ run.id }}' }, 'url_invalid'],
    [{ url: `http://x.test/{{ record.long }}` }, 'url_invalid'],
    [{ url: 'http://x.test/', headers: { 'X-A': '{{ record.crlf }}' } }, 'header_invalid'],
    [{ url: 'http://x.test/', headers: { 'X-A': '{{ record.snow }}' } }, 'header_invalid'],
    [{ url: 'http://x.test/', auth: { type: 'bearer', token: '{{ record.crlf }}' } }, 'header_invalid'],
  ] as [Input, string][])('%j is rejected as %s', async (input, code) => {
    const record = { crlf: 'a\r\nx-evil: 1', snow: '☃', long: 'a'.repeat(2_048) };
    const outcome = await fire(input, { record });
    expect(outcome).toMatchObject({ kind: 'rejected', error: { code }, response: null });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });
});

describe('the signal', () => {
  it('stops an attempt before it begins', async () => {
    let asked = 0;
    await using receiver = await serve((_req, res) => res.end(String(++asked)));
    const outcome = await fire({ url: receiver.url }, {}, { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ kind: 'aborted', error: { code: 'aborted' }, response: null });
    expect(asked).toBe(0);
  });

  it('stops an attempt that waits for an answer, and closes the connection', async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> = Promise.resolve();
    await using receiver = await serveBytes((socket) => {
      closed = closing(socket);
      controller.abort();
    });
    const outcome = await fire({ url: receiver.url }, {}, { signal: controller.signal });
    expect(outcome).toMatchObject({ kind: 'aborted', error: { code: 'aborted' }, request: { method: 'POST' } });
    await closed;
  });

  it('stops attempts that wait for a connection', async () => {
    const controller = new AbortController();
    let sockets = 0;
    await using receiver = await serveBytes(() => {
      if (++sockets === 4) controller.abort();
    });
    const config = configOf({ url: receiver.url });
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => fire(config, {}, { signal: controller.signal })),
    );
    for (const outcome of outcomes) expect(outcome.kind).toBe('aborted');
  });
});

it('is a retryable failure where the guard is closed under it', async () => {
  await using receiver = await serveBytes(() => void egress.close());
  expect(await fire({ url: receiver.url })).toMatchObject({ kind: 'retryable', error: { code: 'connection_reset' } });
  expect(await fire({ url: receiver.url })).toMatchObject({ kind: 'retryable', error: { code: 'connection_reset' } });
});
