import https from 'node:https';
import net from 'node:net';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { Egress, EgressOptions } from './egress.ts';
import { parseProxy, type EgressProxy } from './egress-proxy.ts';
import { FOREIGN_SPELLINGS } from './testing-spellings.ts';
import {
  certificate,
  fireWebhook,
  listen,
  resolveTo,
  serve,
  serveProxy,
  testEgress,
  webhookConfigOf,
  type Asked,
} from './testing.ts';

let egress: Egress;

const proxyAt = (port: number, changes: Partial<EgressProxy> = {}): EgressProxy => ({
  secure: false,
  host: '127.0.0.1',
  port,
  authorization: null,
  resolves: 'here',
  ...changes,
});
const open = (proxy: EgressProxy, options: Partial<EgressOptions> = {}): Egress =>
  (egress = testEgress({ allowLoopback: false, proxy, ...options }));
const get = async (url: string, way = egress): Promise<string> => {
  const { body } = await request(url, { dispatcher: way.dispatcher });
  return body.text();
};
const PUBLIC = resolveTo('93.184.216.34');
const NO_LOOKUP = { lookup: () => Promise.reject(new Error('nobody asks here')) };

describe('the proxy of the configuration', () => {
  it.each([
    ['http://proxy', { secure: false, host: 'proxy', port: 80, authorization: null }],
    ['HTTP://proxy:3128/', { secure: false, host: 'proxy', port: 3128, authorization: null }],
    ['https://[::1]', { secure: true, host: '::1', port: 443, authorization: null }],
    [
      'http://u:p%40ss%3A@10.0.0.1:8',
      { secure: false, host: '10.0.0.1', port: 8, authorization: 'Basic dTpwQHNzOg==' },
    ],
    ['http://u@proxy', { secure: false, host: 'proxy', port: 80, authorization: 'Basic dTo=' }],
  ])('%s is read', (text, proxy) => {
    expect(parseProxy(text)).toEqual(proxy);
  });

  it.each([
    'proxy:3128',
    'socks5://proxy',
    'http://',
    'http://proxy:0',
    'http://proxy/path',
    'http://proxy?x',
    'http://u:%@proxy',
  ])('%s is not', (text) => expect(parseProxy(text)).toBeUndefined());
});

describe('through a proxy', () => {
  afterEach(() => egress.close());

  it('a name goes as the address that was checked, resolved once, with the user name and password', async () => {
    await using receiver = await serve((req, res) => res.end(req.headers.host));
    const asked: Asked[] = [];
    await using proxy = await serveProxy(asked);
    const names: string[] = [];
    open(proxyAt(proxy.port, { authorization: 'Basic dTpw' }), {
      maxConnectionsPerHost: 1,
      lookup: (name) => {
        names.push(name);
        return names.length === 1 ? PUBLIC(name) : resolveTo('127.0.0.1')(name);
      },
    });
    const url = `http://rebind.test:${receiver.port}/`;
    expect(await get(url)).toBe(`rebind.test:${receiver.port}`);
    // The same connection, so no further look-up.
    expect(await get(url)).toBe(`rebind.test:${receiver.port}`);
    expect(asked).toEqual([{ authority: `93.184.216.34:${receiver.port}`, authorization: 'Basic dTpw' }]);
    expect(names).toEqual(['rebind.test']);
  });

  it('TLS is with the receiver, by its name; the proxy sees an address', async () => {
    const { key, cert } = certificate('tls.test');
    const server = https.createServer({ key, cert }, (req, res) => res.end(req.headers.host));
    await using receiver = await listen(server, () => server.closeAllConnections());
    const asked: Asked[] = [];
    await using proxy = await serveProxy(asked);
    open(proxyAt(proxy.port), { lookup: PUBLIC, ca: cert });
    expect(await get(`https://tls.test:${receiver.port}/`)).toBe(`tls.test:${receiver.port}`);
    await expect(get(`https://other.test:${receiver.port}/`)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(asked.map(({ authority }) => authority)).toEqual([
      `93.184.216.34:${receiver.port}`,
      `93.184.216.34:${receiver.port}`,
    ]);
  });

  it('that speaks TLS itself, a receiver with TLS is reached, too; a proxy with another’s certificate is not used', async () => {
    const { key, cert } = certificate('localhost');
    const server = https.createServer({ key, cert }, (_req, res) => res.end('safe'));
    await using receiver = await listen(server, () => server.closeAllConnections());
    const asked: Asked[] = [];
    await using proxy = await serveProxy(asked, undefined, { key, cert });
    open(proxyAt(proxy.port, { secure: true, host: 'localhost' }), { lookup: PUBLIC, ca: cert, allowLoopback: true });
    expect(await get(`https://localhost:${receiver.port}/`)).toBe('safe');
    expect(asked).toHaveLength(1);
    await egress.close();
    open(proxyAt(proxy.port, { secure: true }), { lookup: PUBLIC, ca: cert });
    await expect(get('http://example.test/')).rejects.toMatchObject({ code: 'proxy_failed' });
    expect(asked).toHaveLength(1);
  });

  it.each(FOREIGN_SPELLINGS)('%s (%s) is blocked before the proxy is asked', async (host) => {
    const asked: Asked[] = [];
    await using proxy = await serveProxy(asked);
    for (const resolves of ['here', 'proxy'] as const) {
      open(proxyAt(proxy.port, { resolves }), NO_LOOKUP);
      for (const scheme of ['http', 'https']) {
        await expect(get(`${scheme}://${host}:9/`)).rejects.toMatchObject({ code: 'egress_blocked' });
      }
      await egress.close();
    }
    expect(asked).toEqual([]);
  });

  it.each([['10.0.0.5'], ['93.184.216.34', '169.254.169.254'], ['fe80::1%lo'], ['64:ff9b::7f00:1']])(
    'a name that resolves to %s is blocked before the proxy is asked',
    async (...addresses) => {
      const asked: Asked[] = [];
      await using proxy = await serveProxy(asked);
      open(proxyAt(proxy.port), { lookup: resolveTo(...addresses) });
      await expect(get('http://rebind.test/')).rejects.toMatchObject({ code: 'egress_blocked' });
      await expect(get('https://rebind.test/')).rejects.toMatchObject({ code: 'egress_blocked' });
      expect(asked).toEqual([]);
    },
  );

  it('a name that can not be resolved is not asked for', async () => {
    const asked: Asked[] = [];
    await using proxy = await serveProxy(asked);
    open(proxyAt(proxy.port), NO_LOOKUP);
    await expect(get('http://nowhere.test/')).rejects.toMatchObject({ code: 'dns_failed' });
    expect(asked).toEqual([]);
  });

  it('the next address is asked for where the proxy does not get through to one', async () => {
    await using receiver = await serve((_req, res) => res.end('here'));
    const asked: Asked[] = [];
    await using proxy = await serveProxy(asked, (authority) =>
      authority.startsWith('[') ? { status: '502 Bad Gateway' } : { port: receiver.port },
    );
    open(proxyAt(proxy.port), { lookup: resolveTo('2606:4700::1', '93.184.216.34') });
    expect(await get(`http://two.test:${receiver.port}/`)).toBe('here');
    expect(asked.map(({ authority }) => authority)).toEqual([
      `[2606:4700::1]:${receiver.port}`,
      `93.184.216.34:${receiver.port}`,
    ]);
  });

  it('that resolves names, names go as they are, and localhost is still checked', async () => {
    await using receiver = await serve((_req, res) => res.end('here'));
    const asked: Asked[] = [];
    await using proxy = await serveProxy(asked, () => ({ port: receiver.port }));
    open(proxyAt(proxy.port, { resolves: 'proxy' }), NO_LOOKUP);
    expect(await get('http://only-the-proxy-knows.test/')).toBe('here');
    expect(asked.map(({ authority }) => authority)).toEqual(['only-the-proxy-knows.test:80']);
    for (const host of ['localhost', 'LOCALHOST.', 'a.localhost']) {
      await expect(get(`http://${host}/`)).rejects.toMatchObject({ code: 'egress_blocked' });
    }
    expect(asked).toHaveLength(1);
  });

  it('a tenant’s lists hold, by what is known of the addresses', async () => {
    await using receiver = await serve((_req, res) => res.end('here'));
    const asked: Asked[] = [];
    await using proxy = await serveProxy(asked, () => ({ port: receiver.port }));
    const lists = { allow: ['listed.test', '93.184.216.0/24'], deny: ['8.8.8.8', 'bad.test'] };
    open(proxyAt(proxy.port), { lookup: (name) => (name === 'deep.test' ? resolveTo('8.8.8.8')(name) : PUBLIC(name)) });
    const here = egress.narrowed(lists);
    expect(await get('http://listed.test/', here)).toBe('here');
    expect(await get('http://by-address.test/', here)).toBe('here');
    for (const host of ['bad.test', 'deep.test', '8.8.8.8', '8.8.4.4']) {
      await expect(get(`http://${host}/`, here), host).rejects.toMatchObject({ code: 'egress_blocked' });
    }
    await egress.close();
    open(proxyAt(proxy.port, { resolves: 'proxy' }), NO_LOOKUP);
    const there = egress.narrowed(lists);
    expect(await get('http://listed.test/', there)).toBe('here');
    // Nobody here knows whether its address is in the range.
    expect(there.checkUrl('http://by-address.test/')).toMatchObject({ code: 'egress_blocked' });
    for (const host of ['by-address.test', 'bad.test', '8.8.8.8', '8.8.4.4']) {
      await expect(get(`http://${host}/`, there), host).rejects.toMatchObject({ code: 'egress_blocked' });
    }
    expect(asked).toHaveLength(3);
  });

  it('a connection lives on when the time for making it is over', async () => {
    await using receiver = await serve((_req, res) => setTimeout(() => res.end('late'), 400));
    await using proxy = await serveProxy([]);
    open(proxyAt(proxy.port), { lookup: PUBLIC, connectTimeoutMs: 200 });
    expect(await get(`http://slow.test:${receiver.port}/`)).toBe('late');
  });
});

describe('a proxy that fails', () => {
  afterEach(() => egress.close());
  const fire = (url: string) => fireWebhook(egress, webhookConfigOf({ url }));

  it('that is down is a failure to be tried again, which does not say where the proxy is', async () => {
    const server = net.createServer();
    const gone = await listen(server, () => {});
    await gone[Symbol.asyncDispose]();
    open(proxyAt(gone.port, { authorization: 'Basic dTpw' }), { lookup: PUBLIC });
    const outcome = await fire('https://example.test/');
    expect(outcome).toMatchObject({
      kind: 'retryable',
      error: { code: 'proxy_failed', message: 'The egress proxy could not be reached (ECONNREFUSED).' },
    });
    expect(JSON.stringify(outcome)).not.toMatch(new RegExp(`127\\.0\\.0\\.1|${gone.port}|dTpw`));
  });

  it.each([
    [
      { status: '407 Proxy Authentication Required' },
      'did not make the connection: it answered 407 Proxy Authentication Required.',
    ],
    [{ status: '403 Forbidden' }, 'did not make the connection: it answered 403 Forbidden.'],
    [{ status: '504 See http://10.1.2.3/why' }, 'did not make the connection: it answered 504 Gateway Timeout.'],
    ['hang up', 'could not be reached (ECONNRESET).'],
    ['silence', 'did not make the connection in time.'],
  ] as const)('by %j is a failure to be tried again', async (reply, message) => {
    await using proxy = await serveProxy([], () => reply);
    open(proxyAt(proxy.port), { lookup: PUBLIC, connectTimeoutMs: 200 });
    expect(await fire('http://example.test/')).toMatchObject({
      kind: 'retryable',
      error: { code: 'proxy_failed', message: `The egress proxy ${message}` },
    });
  });

  it('by a redirect is one, too: it is not followed', async () => {
    const asked: Asked[] = [];
    await using proxy = await serveProxy(asked, () => ({ status: '302 Found\r\nlocation: http://169.254.169.254/' }));
    open(proxyAt(proxy.port), { lookup: PUBLIC });
    expect(await fire('http://example.test/')).toMatchObject({ kind: 'retryable', error: { code: 'proxy_failed' } });
    expect(asked).toHaveLength(1);
  });
});
