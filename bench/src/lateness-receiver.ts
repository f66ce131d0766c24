import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A process of its own, so that what the bench itself does delays no arrival. Tells its port, then each arrival. */

/** What the receiver tells: first where it listens, then each webhook. Instants are epoch milliseconds. */
export type ReceiverMessage =
  | { readonly port: number }
  | { readonly run: string; readonly scheduledFor: number; readonly arrivedAt: number };

const tell = (message: ReceiverMessage) => void process.send?.(message);

const server = createServer((request, response) => {
  // The parser calls this in the same turn in which the first bytes arrived.
  const arrivedAt = Number(Temporal.Now.instant().epochNanoseconds) / 1e6;
  const header = (name: string) => String(request.headers[name] ?? '');
  request.resume();
  response.writeHead(204).end();
  tell({ run: header('webhook-id'), scheduledFor: Date.parse(header('x-hydracore-scheduled-for')), arrivedAt });
});
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit(0));
