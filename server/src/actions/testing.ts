import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import type { ActionContext, ActionTarget, Outcome } from './action.ts';
import type { Resolve } from './egress-connect.ts';
import { createEgress, type Egress, type EgressOptions } from './egress.ts';
import { webhookConfig, type WebhookConfig } from './webhook-config.ts';
import { webhook } from './webhook.ts';

/** A receiver on loopback, made by a test and closed by it. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
}

/** Listens on a free port of loopback until it is disposed of. */
export async function listen(server: net.Server, stop: () => void): Promise<Receiver> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const { port } = address;
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        stop();
      }),
  };
}

/** An HTTP receiver. The handler gets the body too. */
export function serve(
  handler: (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void,
): Promise<Receiver> {
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => handler(request, response, body));
  });
  return listen(server, () => server.closeAllConnections());
}

/** A receiver that speaks bytes, for what node:http won't say. The handler is called once the request has begun to arrive. */
export function serveBytes(handler: (socket: net.Socket) => void): Promise<Receiver> {
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => handler(socket));
  });
  return listen(server, () => open.forEach((socket) => socket.destroy()));
}

/** A key and a certificate for a name on this machine, signed by itself. */
export function certificate(name: string): { readonly key: string; readonly cert: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hc-tls-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  try {
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    const output = ['-keyout', key, '-out', cert, '-days', '2', '-nodes'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...output, ...subject], { stdio: 'ignore' });
    return { key: fs.readFileSync(key, 'utf8'), cert: fs.readFileSync(cert, 'utf8') };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** A resolver with one answer for every name. */
export function resolveTo(...addresses: string[]): Resolve {
  return () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
}

/** What an HTTP proxy on loopback was asked for. */
export interface Asked {
  readonly authority: string;
  readonly authorization: string | undefined;
}

/** What the proxy of a test does with a CONNECT: connects to this port of loopback, answers a status, or says nothing. */
export type ProxyReply = { readonly port: number } | { readonly status: string } | 'silence' | 'hang up';

/** An HTTP proxy that keeps what it was asked for; it connects to the port that was asked for, on loopback, unless told otherwise. */
export async function serveProxy(
  asked: Asked[],
  reply: (authority: string) => ProxyReply = (authority) => ({ port: Number(/\d+$/.exec(authority)?.[0]) }),
  tls?: { readonly key: string; readonly cert: string },
): Promise<Receiver> {
  const open = new Set<net.Socket>();
  const server = tls === undefined ? http.createServer() : https.createServer(tls);
  // A request that is not for a tunnel.
  server.on('request', (request, response) => {
    asked.push({
      authority: `${request.method} ${request.url}`,
      authorization: request.headers['proxy-authorization'],
    });
    response.writeHead(500).end();
  });
  server.on('connect', (request: http.IncomingMessage, client: net.Socket) => {
    asked.push({ authority: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    open.add(client.on('error', () => {}));
    const answer = reply(request.url ?? '');
    if (answer === 'silence') return;
    if (answer === 'hang up') {
      client.destroy();
      return;
    }
    if ('status' in answer) {
      client.end(`HTTP/1.1 ${answer.status}\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const upstream = net.connect(answer.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    open.add(upstream.on('error', () => client.destroy()));
  });
  return await listen(server, () => {
    for (const socket of open) socket.destroy();
    server.closeAllConnections();
  });
}

/** The guard as tests need it: loopback allowed. */
export function testEgress(options: Partial<EgressOptions> = {}): Egress {
  return createEgress({
    allow: [],
    allowLoopback: true,
    connectTimeoutMs: 5_000,
    maxConnectionsPerHost: 4,
    ...options,
  });
}

/** The target of an attempt, with a config that the caller gives. */
export function testTarget<Config>(config: Config, changes: Partial<ActionTarget<Config>> = {}): ActionTarget<Config> {
  return {
    tenantId: 'tenant-1',
    schedule: {
      id: '01990000-0000-7000-8000-00000000000a',
      name: 'Nightly "sync"',
      external_id: null,
      customer_id: 'c-1',
      schedule_type: 'CRON',
      schedule_expression: '0 9 * * *',
      timezone: 'Europe/Berlin',
    },
    run: {
      id: '01990000-0000-7000-8000-000000000001',
      trigger: 'SCHEDULE',
      scheduled_for: '2026-11-20T08:00:00Z',
      fire_at: '2026-11-20T08:00:01Z',
      attempt: 2,
    },
    record: null,
    config,
    completionToken: () => 'hc_run_test',
    signingSecrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    secrets: new Map(),
    ...changes,
  };
}

/** The context of an attempt at a fixed instant. */
export function testContext(egress: Egress, changes: Partial<ActionContext> = {}): ActionContext {
  return {
    signal: new AbortController().signal,
    egress,
    now: () => Date.UTC(2026, 10, 20, 8, 0, 2, 500),
    log: () => {},
    ...changes,
  };
}

type WebhookInput = z.input<typeof webhookConfig>;

/** A webhook's config, past the schema where a test's time-out is shorter than the least a user may choose. */
export function webhookConfigOf(input: WebhookInput, timeoutSeconds?: number): WebhookConfig {
  const config = webhookConfig.parse(input);
  return timeoutSeconds === undefined ? config : { ...config, timeout_seconds: timeoutSeconds };
}

/** One attempt of a webhook. */
export function fireWebhook(
  egress: Egress,
  config: WebhookConfig,
  target: Partial<ActionTarget<WebhookConfig>> = {},
  context: Partial<ActionContext> = {},
): Promise<Outcome> {
  return webhook.perform(testTarget(config, target), testContext(egress, context));
}
