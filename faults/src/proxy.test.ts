import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Proxy } from './proxy.ts';

let folder: string;
let proxy: Proxy;
let near: Socket;
let received: string;
const far = new Set<Socket>();
const echo = createServer((socket) => {
  far.add(socket);
  socket.on('error', () => undefined).on('close', () => far.delete(socket));
  socket.on('data', (bytes) => socket.write(bytes));
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
  const path = join(folder, 'echo');
  await once(echo.listen(path), 'listening');
  proxy = await new Proxy(() => path).start();
  near = connect(Number(new URL(proxy.environment.HYDRACORE_DATABASE_URL).port), '127.0.0.1');
  received = '';
  near.on('error', () => undefined).on('data', (bytes) => (received += bytes.toString()));
  await once(near, 'connect');
});

afterEach(async () => {
  near.destroy();
  await proxy.stop();
  await new Promise((resolve) => void echo.close(resolve));
  await rm(folder, { recursive: true });
});

/** Sends and waits for the echo of all that was sent. */
async function sendAndHear(text: string, all: string): Promise<void> {
  near.write(text);
  while (received.length < all.length) await once(near, 'data');
  expect(received).toBe(all);
}

it('passes everything on, both ways', async () => {
  await sendAndHear('one', 'one');
});

it('keeps the order of what it delays, also when the delay ends before it is over', async () => {
  const end = proxy.impose({ kind: 'delay', ms: 150 });
  near.write('late ');
  while (far.size === 0) await new Promise(setImmediate);
  end();
  await sendAndHear('later', 'late later');
});

it('lets nothing through a black hole, and everything once it is gone', async () => {
  await sendAndHear('a', 'a');
  const ends = [proxy.impose({ kind: 'black-hole' }), proxy.impose({ kind: 'black-hole' })];
  near.write('b');
  ends[0]?.();
  // What is still imposed by another fault stays; a connection of another proxy would have its echo by now.
  for (let i = 0; i < 50; i += 1) await new Promise(setImmediate);
  expect(received).toBe('a');
  ends[1]?.();
  await sendAndHear('c', 'abc');
});

it('leaves one side open when the other is gone: nobody is told', async () => {
  await sendAndHear('a', 'a');
  const [socket] = far;
  const end = proxy.impose({ kind: 'half-open' });
  if (socket && !socket.destroyed) await once(socket, 'close');
  near.write('b');
  end();
  for (let i = 0; i < 50; i += 1) await new Promise(setImmediate);
  expect({ received, closed: near.destroyed }).toEqual({ received: 'a', closed: false });
});

it('resets connections at both ends, and takes new ones', async () => {
  await sendAndHear('a', 'a');
  const reset = once(near, 'error');
  proxy.reset();
  await reset.catch((error: unknown) => expect(error).toMatchObject({ code: 'ECONNRESET' }));
  near = connect(Number(new URL(proxy.environment.HYDRACORE_DATABASE_URL).port), '127.0.0.1');
  received = '';
  near.on('data', (bytes) => (received += bytes.toString()));
  await sendAndHear('b', 'b');
});
