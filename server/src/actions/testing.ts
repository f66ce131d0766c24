import http from 'node:http';
import net from 'node:net';
import type { z } from 'zod';
import type { ActionContext, ActionTarget, Outcome } from './action.ts';
import { createEgress, type Egress, type EgressOptions } from './egress.ts';
import { webhookConfig, type WebhookConfig } from './webhook-config.ts';
import { webhook } from './webhook.ts';

/** A receiver on loopback, made by a test and closed by it. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
}

async function listen(server: net.Server, stop: () => void): Promise<Receiver> {
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
