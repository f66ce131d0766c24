import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Delivery {
  /** `webhook-id`: the id of the run. */
  readonly run: string;
  readonly attempt: number;
  readonly schedule: string;
  /** Epoch milliseconds. */
  readonly scheduledFor: number;
  /** When the first byte was there, epoch milliseconds. */
  readonly arrivedAt: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the receiver answers, and after how long; `never` leaves the request open until the receiver closes. */
export type Reply = { readonly status: number; readonly afterMs?: number } | 'never';

/** A real receiver of webhooks on loopback, which keeps every delivery. */
export class Receiver {
  readonly deliveries: Delivery[] = [];
  /** Decides the answer of each delivery; may be changed at any time. */
  reply: (delivery: Delivery) => Reply = () => ({ status: 200 });
  /** How many requests have been answered. */
  answered = 0;
  /** Requests that the sender gave up. */
  #gone = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const arrivedAt = Date.now();
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (text: string) => (body += text));
      request.on('end', () => {
        const header = (name: string) => String(request.headers[name] ?? '');
        const delivery: Delivery = {
          run: header('webhook-id'),
          attempt: Number(header('x-hydracore-attempt')),
          schedule: header('x-hydracore-schedule-id'),
          scheduledFor: Date.parse(header('x-hydracore-scheduled-for')),
          arrivedAt,
          headers: request.headers,
          body,
        };
        this.deliveries.push(delivery);
        response.once('close', () => {
          if (!response.writableFinished) this.#gone += 1;
        });
        const reply = this.reply(delivery);
        if (reply === 'never') return;
        setTimeout(() => {
          if (response.destroyed) return;
          response.writeHead(reply.status).end();
          this.answered += 1;
        }, reply.afterMs ?? 0);
      });
    });
  }

  /** Starts listening on a free port of loopback. */
  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** The deliveries by run id. */
  byRun(): Map<string, Delivery[]> {
    return Map.groupBy(this.deliveries, (delivery) => delivery.run);
  }

  /** How many requests are open: neither answered nor given up by the sender. */
  open(): number {
    return this.deliveries.length - this.answered - this.#gone;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
