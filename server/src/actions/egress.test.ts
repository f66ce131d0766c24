import https from 'node:https';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { Egress, EgressOptions } from './egress.ts';
import { FOREIGN_SPELLINGS } from './testing-spellings.ts';
import { certificate, listen, resolveTo, serve, testEgress } from './testing.ts';

let egress: Egress;
const open = (options: Partial<EgressOptions> = {}): Egress => (egress = testEgress(options));
const closed = (options: Partial<EgressOptions> = {}): Egress => open({ allowLoopback: false, ...options });
afterEach(() => egress.close());

const get = async (url: string): Promise<string> => {
  const { body } = await request(url, { dispatcher: egress.dispatcher });
  return body.text();
};
describe('a literal address', () => {
  it.each(FOREIGN_SPELLINGS)('%s (%s) is blocked by its text and by the connect', async (host) => {
    closed({ lookup: () => Promise.reject(new Error('a literal needs no resolver')) });
    const url = `http://${host}:9/`;
    expect(egress.checkUrl(url)).toMatchObject({ ok: false, code: 'egress_blocked' });
    await expect(get(url)).rejects.toMatchObject({ code: 'egress_blocked' });
  });

  it.each(['localhost', 'LOCALHOST', 'localhost.', 'a.localhost'])('%s is blocked by its text', (host) => {
    closed();
    expect(egress.checkUrl(`http://${host}/`)).toMatchObject({ ok: false, code: 'egress_blocked' });
  });

  it('says what it is and why', () => {
    closed();
    expect(egress.checkUrl('http://0x7f.1/')).toEqual({
      ok: false,
      code: 'egress_blocked',
      reason: '127.0.0.1 may not be reached from here (loopback), unless HYDRACORE_EGRESS_ALLOW of the server names it',
    });
  });
});

describe('what is remembered of an origin', () => {
  it('is nothing about other schemes, users and ports', () => {
    closed();
    const ok = 'http://example.com/';
    for (let round = 0; round < 2; round += 1) {
      expect(egress.checkUrl(ok)).toEqual({ ok: true });
      expect(egress.checkUrl(new URL('/other?a=b', ok))).toEqual({ ok: true });
      for (const other of [`blob:${ok}`, 'ws://example.com/', 'http://u@example.com/', 'http://:p@example.com/']) {
        expect(egress.checkUrl(other)).toMatchObject({ ok: false, code: 'url_invalid' });
      }
      expect(egress.checkUrl('http://example.com:0/')).toMatchObject({ ok: false, code: 'url_invalid' });
      expect(egress.checkUrl('http://127.0.0.1/')).toMatchObject({ ok: false, code: 'egress_blocked' });
    }
  });

  it('belongs to one way out: another, and a narrowed one, have their own', () => {
    const url = 'http://127.0.0.1:9/';
    const lax = open({ allowLoopback: true });
    expect(lax.checkUrl(url)).toEqual({ ok: true });
    const narrowed = lax.narrowed({ allow: [], deny: ['127.0.0.1'] });
    expect(narrowed.checkUrl(url)).toMatchObject({ ok: false, code: 'egress_blocked' });
    expect(lax.checkUrl(url)).toEqual({ ok: true });
  });

  it('is forgotten for others, and found out again', () => {
    closed();
    const url = 'http://10.0.0.1/';
    const before = egress.checkUrl(url);
    for (let i = 0; i < 2_500; i += 1) egress.checkUrl(`http://host-${i}.test/`);
    expect(egress.checkUrl(url)).toEqual(before);
    expect(before).toMatchObject({ ok: false, code: 'egress_blocked' });
  });
});

describe('the text of a URL', () => {
  it.each([
    ['ftp://example.com/', 'must start with http:// or https://'],
    ['file:///etc/passwd', 'must start with http:// or https://'],
    ['javascript:alert(1)', 'must start with http:// or https://'],
    ['http://user@example.com/', 'must not hold a user name or password, use auth'],
    ['http://:secret@example.com/', 'must not hold a user name or password, use auth'],
    ['http://example.com@127.0.0.1/', 'must not hold a user name or password, use auth'],
    ['http://user:pass@127.0.0.1/', 'must not hold a user name or password, use auth'],
    ['http://example.com:0/', 'has the port 0'],
    ['http://example.com:00000/', 'has the port 0'],
    ['http://example.com:65536/', 'is not a valid URL; use one such as https://example.com/hook'],
    ['gopher://example.com/', 'must start with http:// or https://'],
    ['ws://example.com/', 'must start with http:// or https://'],
    ['data:text/plain,hello', 'must start with http:// or https://'],
    ['unix:/var/run/docker.sock', 'must start with http:// or https://'],
    ['http://[fe80::1%25eth0]/', 'is not a valid URL; use one such as https://example.com/hook'],
    ['http://1.2.3.4.5/', 'is not a valid URL; use one such as https://example.com/hook'],
    ['http://256.0.0.1/', 'is not a valid URL; use one such as https://example.com/hook'],
    ['http:///', 'is not a valid URL; use one such as https://example.com/hook'],
    ['example.com/hook', 'is not a valid URL; use one such as https://example.com/hook'],
    ['', 'is not a valid URL; use one such as https://example.com/hook'],
  ])('%s is refused: %s', (url, reason) => {
    open();
    expect(egress.checkUrl(url)).toEqual({ ok: false, code: 'url_invalid', reason });
  });

  it.each(['https://example.com/', 'http://example.com:8080/a?b', 'http://8.8.8.8/', 'http://[2606:4700::1]/'])(
    '%s passes',
    (url) => {
      closed();
      expect(egress.checkUrl(url)).toEqual({ ok: true });
      expect(egress.checkUrl(new URL(url))).toEqual({ ok: true });
    },
  );
});

describe('a name', () => {
  it.each([
    ['private', ['10.0.0.5']],
    ['metadata', ['169.254.169.254']],
    ['link-local with a zone', ['fe80::1%lo']],
    ['mapped', ['::ffff:127.0.0.1']],
    ['NAT64', ['64:ff9b::10.0.0.1']],
    ['carrier-grade NAT', ['100.64.0.1']],
    ['unique local', ['fd12:3456::1']],
    ['public first, private second', ['93.184.216.34', '127.0.0.1']],
    ['private first, public second', ['::1', '93.184.216.34']],
    ['something that is no address', ['nonsense']],
  ])('that resolves to %s is blocked', async (_, addresses) => {
    closed({ lookup: resolveTo(...addresses) });
    expect(egress.checkUrl('http://rebind.test/')).toEqual({ ok: true });
    await expect(get('http://rebind.test/')).rejects.toMatchObject({ code: 'egress_blocked' });
    await expect(get('https://rebind.test/')).rejects.toMatchObject({ code: 'egress_blocked' });
  });

  it('is resolved once per connect, and that answer is connected to', async () => {
    await using receiver = await serve((req, res) => res.setHeader('connection', 'close').end(req.headers.host));
    const asked: string[] = [];
    open({
      allowLoopback: false,
      allow: ['127.0.0.1/32'],
      // Allowed when first asked, forbidden ever after: a second look-up within a connect would show.
      lookup: (name) => {
        asked.push(name);
        return resolveTo(asked.length === 1 ? '127.0.0.1' : '127.0.0.2')(name);
      },
    });
    const url = `http://rebind.test:${receiver.port}/`;
    expect(await get(url)).toBe(`rebind.test:${receiver.port}`);
    expect(asked).toEqual(['rebind.test']);
    await expect(get(url)).rejects.toMatchObject({ code: 'egress_blocked' });
    expect(asked).toHaveLength(2);
  });

  it('tries its other addresses where the first does not answer', async () => {
    await using receiver = await serve((_req, res) => res.end('here'));
    open({ lookup: resolveTo('::1', '127.0.0.1') });
    expect(await get(`http://two.test:${receiver.port}/`)).toBe('here');
  });

  it.each([
    ['fails', (): Promise<never> => Promise.reject(new Error('SERVFAIL'))],
    ['has no address', resolveTo()],
  ])('that %s is not connected to', async (_, lookup) => {
    open({ lookup });
    await expect(get('http://nowhere.test/')).rejects.toMatchObject({ code: 'dns_failed' });
  });

  it('of the real resolver is checked too', async () => {
    closed();
    await expect(get('http://localhost:9/')).rejects.toMatchObject({ code: 'egress_blocked' });
  });
});

it('follows no redirect', async () => {
  const paths: (string | undefined)[] = [];
  await using receiver = await serve((req, res) => {
    paths.push(req.url);
    res.writeHead(302, { location: '/secret' }).end('moved');
  });
  open();
  expect(await get(`${receiver.url}start`)).toBe('moved');
  expect(paths).toEqual(['/start']);
});

it('reads no proxy from the environment', async () => {
  let proxied = 0;
  await using proxy = await serve((_req, res) => res.end(String(++proxied)));
  await using receiver = await serve((_req, res) => res.end('direct'));
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.url;
  try {
    open();
    expect(await get(receiver.url)).toBe('direct');
    expect(proxied).toBe(0);
  } finally {
    for (const [i, name] of names.entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  }
});

it('keeps the name for TLS and Host while it connects to the checked address', async () => {
  const { key, cert } = certificate('tls.test');
  const seen: unknown[] = [];
  const server = https.createServer({ key, cert }, (req, res) => {
    seen.push((req.socket as unknown as { servername: unknown }).servername, req.headers.host);
    res.end('safe');
  });
  await using receiver = await listen(server, () => server.closeAllConnections());
  const { port } = receiver;
  open({ lookup: resolveTo('127.0.0.1'), ca: cert });
  expect(await get(`https://tls.test:${port}/`)).toBe('safe');
  expect(seen).toEqual(['tls.test', `tls.test:${port}`]);
  await expect(get(`https://other.test:${port}/`)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});
