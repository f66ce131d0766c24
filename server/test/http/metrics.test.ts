import { expect, it } from 'vitest';
import { createApp } from '../../src/http/app.ts';

const TOKEN = 'a-token-of-the-operator';

/** Asks for /metrics from an address, as the Node server would pass it on. */
async function ask(token: string | null, from: string | undefined, headers: Record<string, string> = {}) {
  const app = createApp({
    db: null as never,
    egress: null as never,
    vault: null as never,
    now: () => 0,
    log: () => undefined,
    scan: () => Promise.reject(new Error('nobody asks')),
    ready: async () => ({ ready: true, reason: null }),
    metrics: { text: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }), token },
  });
  const socket = { remoteAddress: from, remotePort: 1, remoteFamily: 'IPv4' };
  return await app.request('/metrics', { headers }, from === undefined ? undefined : { incoming: { socket } });
}

it.each([
  ['IPv4', '127.0.0.1'],
  ['IPv6', '::1'],
  ['IPv4 in IPv6', '::ffff:127.0.0.1'],
])('this machine reads the metrics, by %s', async (_name, from) => {
  const response = await ask(null, from);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
  expect(await response.text()).toBe('up 1\n');
});

it.each([
  ['another machine', '10.1.2.3', {}],
  ['nobody knows where', undefined, {}],
  ['a client of a proxy on this machine', '127.0.0.1', { 'X-Forwarded-For': '203.0.113.9' }],
  ['a client of another proxy here', '127.0.0.1', { Forwarded: 'for=203.0.113.9' }],
])('%s does not, without a token', async (_name, from, headers) => {
  for (const token of [null, TOKEN]) {
    const response = await ask(token, from, headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'unauthorized' });
  }
});

it('who sends the token does, from anywhere; another token, or one where none is set, opens nothing', async () => {
  const send = (token: string) => ({ Authorization: `Bearer ${token}` });
  expect((await ask(TOKEN, '10.1.2.3', send(TOKEN))).status).toBe(200);
  expect((await ask(TOKEN, '127.0.0.1', { ...send(TOKEN), 'X-Forwarded-For': '203.0.113.9' })).status).toBe(200);
  expect((await ask(TOKEN, '10.1.2.3', send(`${TOKEN}x`))).status).toBe(401);
  expect((await ask(null, '10.1.2.3', send('null'))).status).toBe(401);
  expect((await ask(null, '10.1.2.3', send(''))).status).toBe(401);
});
