import type net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { ActionContext, ActionTarget, Outcome } from './action.ts';
import type { Egress } from './egress.ts';
import { fireWebhook, serve, serveBytes, testEgress, webhookConfigOf } from './testing.ts';
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

const closing = (socket: net.Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));
/** With one connection per host at most, a second one would mean that the first was closed. */
const oneConnection = async (): Promise<void> => {
  await egress.close();
  egress = testEgress({ maxConnectionsPerHost: 1 });
};

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
    const outcome = await fire(webhookConfigOf({ url: receiver.url }, 1));
    expect(outcome).toMatchObject({
      kind: 'retryable',
      error: { code: 'timeout', message: 'The exchange was not complete within 1 s.' },
      response: { status: 200, body: 'drip' },
    });
  });

  it('gives up a receiver that says nothing', async () => {
    await using receiver = await serveBytes(() => {});
    expect(await fire(webhookConfigOf({ url: receiver.url }, 0.1))).toMatchObject({
      kind: 'retryable',
      error: { code: 'timeout' },
      response: null,
    });
  });

  it('counts the wait for a free connection too', async () => {
    await using receiver = await serveBytes(() => {});
    const config = webhookConfigOf({ url: receiver.url }, 0.1);
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
      error: { code: 'tls_failed', message: 'The TLS handshake failed: wrong version number' },
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
    const config = webhookConfigOf({ url: 'http://inside.test/' });
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
    const config = webhookConfigOf({ url: receiver.url });
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
