import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { World } from './world.ts';

/** A world's API, or what stands before it, on a port of its own: for clients that are processes. */
export async function listen({
  fetch,
}: Pick<World, 'fetch'>): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createAdaptorServer({ fetch });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
