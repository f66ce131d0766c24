import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { ActionContext, ActionTarget, Outcome } from './action.ts';
import type { Egress } from './egress.ts';
import { webhook } from './webhook.ts';
import { fireWebhook, serve, testEgress, testTarget, webhookConfigOf } from './testing.ts';
import type { WebhookConfig, webhookConfig } from './webhook-config.ts';

type Input = z.input<typeof webhookConfig>;

let egress: Egress;
beforeEach(() => (egress = testEgress()));
afterEach(() => egress.close());

const fire = (
  input: Input | WebhookConfig,
  target: Partial<ActionTarget<WebhookConfig>> = {},
  context: Partial<ActionContext> = {},
): Promise<Outcome> =>
  fireWebhook(egress, 'completion' in input ? (input as WebhookConfig) : webhookConfigOf(input), target, context);

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
        record: null,
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
    const config = webhookConfigOf({ url: receiver.url });
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

describe('where it goes', () => {
  it.each([
    ['https://api.example.com/hook', 'api.example.com'],
    ['HTTPS://API.example.com:8443', 'api.example.com:8443'],
    ['https://api.example.com/{{ schedule.external_id }}?at={{ run.scheduled_for }}', 'api.example.com'],
    ['https://api.example.com?x={% if record %}{{ record.data.n }}{% endif %}', 'api.example.com'],
    ['http://[2001:db8::7]:81/{{ run.id }}', '[2001:db8::7]:81'],
    // A template has a part in the host.
    ['https://{{ customer_id }}.example.com/hook', null],
    ['https://api.example.com{{ schedule.name }}/hook', null],
    ['https://api.example.com:{{ schedule.name }}/hook', null],
    ['https://user{{ schedule.name }}@example.com/hook', null],
    ['https://{% if record %}a{% endif %}.example.com/', null],
    ['{{ schedule.external_id }}/hook', null],
    ['https:{{ schedule.name }}//example.com/', null],
    ['https://a.example.com\\{{ schedule.name }}/', null],
  ])('%s: %s', (url, host) => {
    expect(webhook.destination?.(webhook.config.parse({ url }))).toBe(host);
  });
});

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
    const message = expect.stringContaining('; by success_statuses a success would be 204, 3xx or 404-410.');
    for (const status of [200, 400, 411])
      expect(await answer(status, {}, only)).toMatchObject({ kind: 'rejected', error: { message } });
    expect(await answer(200, {}, { success_statuses: [201] })).toMatchObject({
      error: { message: 'The receiver answered 200 OK; by success_statuses a success would be 201.' },
    });
  });
});
