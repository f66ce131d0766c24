import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { eventually } from '../../server/test/process/waiting.ts';

/** What receives the webhooks of the run: by the path it takes them, refuses them, or accepts the work for later. */
export class Hooks {
  readonly #server: Server;
  /** Completion tokens by run. */
  readonly #tokens = new Map<string, string>();

  constructor() {
    this.#server = createServer((request, response) => {
      const token = request.headers['x-hydracore-completion-token'];
      if (typeof token === 'string') this.#tokens.set(String(request.headers['webhook-id']), token);
      request.resume();
      request.on('end', () => {
        response.writeHead(request.url === '/refuse' ? 400 : request.url === '/later' ? 202 : 200).end();
      });
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** Where a webhook is taken, refused with 400, or accepted with 202. */
  url(how: 'take' | 'refuse' | 'later'): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${how}`;
  }

  /** The completion token of a run's attempt, once it has been delivered. */
  async token(run: string): Promise<string> {
    return await eventually('the delivery with its completion token', () => this.#tokens.get(run));
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
