import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeliveryFact } from './evidence.ts';
import { MANNERS, replyTo, type Manner, type Reply } from './receiver-replies.ts';
import { Completions } from './receiver-completions.ts';

/**
 * The receivers, in a process of their own so that nothing else delays them: one HTTP server for each tenant, so that a
 * request that comes to the wrong one shows. Tells each delivery to the rig when it is over.
 */

/** What the rig tells the receivers. */
export type ReceiverOrder =
  | {
      readonly kind: 'open';
      readonly seed: number;
      readonly tenants: readonly string[];
      readonly servers: readonly string[];
    }
  /** From now on everything is answered well. */
  | { readonly kind: 'calm' }
  /** Answers `flushed` once all deliveries that have arrived are told. */
  | { readonly kind: 'flush' };

/** What the receivers tell the rig. */
export type ReceiverNews =
  | { readonly kind: 'open'; readonly ports: readonly number[] }
  | { readonly kind: 'deliveries'; readonly deliveries: readonly DeliveryFact[] }
  | { readonly kind: 'flushed' };

const TELL_MS = 250;
const DRIP_MS = 400;
const ENDLESS_CHUNK = Buffer.alloc(64 * 1024, 'endless ');

let seed = 0;
let calm = false;
const completions = new Completions();
const open = new Set<{ delivery: DeliveryFact; ended: boolean }>();

const tell = (news: ReceiverNews) => void process.send?.(news);

process.on('message', (order: ReceiverOrder) => {
  if (order.kind === 'calm') calm = true;
  else if (order.kind === 'flush') {
    tellDeliveries(true);
    tell({ kind: 'flushed' });
  } else {
    ({ seed } = order);
    completions.servers = order.servers;
    void Promise.all(order.tenants.map(listen)).then((ports) => tell({ kind: 'open', ports }));
  }
});
process.once('disconnect', () => process.exit(0));
setInterval(() => tellDeliveries(false), TELL_MS);

/** What is over; at the end also what is not. */
function tellDeliveries(all: boolean): void {
  const over = [...open].filter((held) => all || held.ended);
  for (const held of over) open.delete(held);
  if (over.length > 0) tell({ kind: 'deliveries', deliveries: over.map((held) => held.delivery) });
}

async function listen(tenant: string): Promise<number> {
  const server = createServer((request, response) => receive(tenant, request, response));
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function receive(tenant: string, request: IncomingMessage, response: ServerResponse): void {
  const arrivedAt = Date.now();
  const header = (name: string) => String(request.headers[name] ?? '');
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  request.on('end', () => {
    const run = header('webhook-id');
    const attempt = Number(header('x-hydracore-attempt'));
    const word = (request.url ?? '').split('/')[1] ?? '';
    const manner: Manner = MANNERS.find((known) => known === word) ?? 'steady';
    const reply = replyTo(manner, seed, run, attempt, calm);
    const held = {
      ended: false,
      delivery: {
        tenant,
        run,
        schedule: header('x-hydracore-schedule-id'),
        scheduledFor: Date.parse(header('x-hydracore-scheduled-for')),
        attempt,
        headerMarker: header('x-marker'),
        bodyMarker: /"marker":"([^"]*)"/.exec(body)?.[1] ?? '',
        arrivedAt,
        endedAt: null as number | null,
        reply: reply.kind === 'status' || reply.kind === 'garbage' ? `${reply.kind} ${reply.status}` : reply.kind,
      },
    };
    open.add(held);
    response.on('close', () => {
      held.ended = true;
      held.delivery.endedAt = Date.now();
    });
    answer(reply, response, () => completions.later(run, header('x-hydracore-completion-token'), reply));
  });
}

function answer(reply: Reply, response: ServerResponse, complete: () => void): void {
  switch (reply.kind) {
    case 'status':
      setTimeout(() => {
        if (response.destroyed) return;
        const after = reply.retryAfter === undefined ? {} : { 'retry-after': String(reply.retryAfter) };
        response.writeHead(reply.status, after).end('answered');
      }, reply.afterMs);
      return;
    case 'accept':
      response.writeHead(202).end();
      complete();
      return;
    case 'hang':
      return;
    case 'reset':
      if (reply.midway) response.writeHead(200, { 'content-length': '1000' }).write('half of it');
      setTimeout(() => response.socket?.resetAndDestroy(), reply.midway ? 20 : 0);
      return;
    case 'drip':
      response.writeHead(200, { 'content-length': '1000' });
      drip(response);
      return;
    case 'endless':
      response.writeHead(200);
      pour(response);
      return;
    case 'redirect':
      response.writeHead(302, { location: 'http://10.0.0.1/private' }).end();
      return;
    case 'garbage':
      // Past node's own checks: bytes that a well-behaved server could not send.
      response.socket?.end(
        Buffer.concat([
          Buffer.from(`HTTP/1.1 ${reply.status} Odd\r\nx-odd: caf\xe9 \xff\xfe\r\nconnection: close\r\n\r\n`, 'latin1'),
          Buffer.from([0x00, 0xff, 0xfe, 0xc3, 0x28, 0x00, 0xed, 0xa0, 0x80]),
          Buffer.from('and text'),
        ]),
      );
  }
}

function drip(response: ServerResponse): void {
  if (response.destroyed) return;
  response.write('.');
  setTimeout(drip, DRIP_MS, response);
}

/** As much as the other side takes, for as long as it takes it. */
function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write(ENDLESS_CHUNK));
  if (!response.destroyed) response.once('drain', () => pour(response));
}
