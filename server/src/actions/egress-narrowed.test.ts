import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { Egress, EgressOptions } from './egress.ts';
import type { EgressLists } from './egress-rules.ts';
import { resolveTo, serve, testEgress } from './testing.ts';

let egress: Egress;
const open = (options: Partial<EgressOptions> = {}): Egress => (egress = testEgress(options));
afterEach(() => egress.close());

const narrowed = (lists: Partial<EgressLists>) => egress.narrowed({ allow: [], deny: [], ...lists });
const get = async (way: Egress, url: string): Promise<string> => {
  const { body } = await request(url, { dispatcher: way.dispatcher });
  return body.text();
};
const BLOCKED = { code: 'egress_blocked' };

describe('a tenant’s lists', () => {
  it('hold for names and literals by the text of a URL', () => {
    open({ allowLoopback: false });
    const way = narrowed({ allow: ['*.example.com', '8.8.8.0/24', 'localhost'], deny: ['bad.example.com'] });
    expect(way.checkUrl('https://api.example.com/')).toEqual({ ok: true });
    expect(way.checkUrl('https://API.example.com.:8443/')).toEqual({ ok: true });
    expect(way.checkUrl('http://0x08080808/')).toEqual({ ok: true });
    // A range of the allow list may still admit it.
    expect(way.checkUrl('https://other.test/')).toEqual({ ok: true });
    expect(way.checkUrl('https://bad.example.com./')).toEqual({
      ok: false,
      code: 'egress_blocked',
      reason: 'bad.example.com. may not be reached (the egress policy denies bad.example.com)',
    });
    expect(way.checkUrl('http://134743041/')).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/8\.8\.4\.1 may not be reached/),
    });
    // What is closed to all stays closed.
    expect(way.checkUrl('http://localhost/')).toMatchObject({ reason: expect.stringMatching(/loopback/) });
    expect(way.checkUrl('http://169.254.169.254/')).toMatchObject({ reason: expect.stringMatching(/metadata/) });
    expect(way.checkUrl('ftp://api.example.com/')).toMatchObject({ code: 'url_invalid' });
  });

  it('know localhost by its name and by its address', () => {
    open();
    for (const entry of ['localhost', '127.0.0.0/8']) {
      expect(narrowed({ deny: [entry] }).checkUrl('http://localhost:80/'), entry).toMatchObject(BLOCKED);
      expect(narrowed({ allow: [entry] }).checkUrl('http://localhost:80/'), entry).toEqual({ ok: true });
    }
    expect(narrowed({ allow: ['10.0.0.0/8'] }).checkUrl('http://localhost/')).toMatchObject(BLOCKED);
  });

  it('hold for each request, also over a connection that is open already', async () => {
    const ports = new Set<number | undefined>();
    await using receiver = await serve((req, res) => {
      ports.add(req.socket.remotePort);
      res.end('here');
    });
    open({ lookup: resolveTo('127.0.0.1'), maxConnectionsPerHost: 1 });
    const url = `http://shared.test:${receiver.port}/`;
    const denies = narrowed({ deny: ['*.test'] });
    const allows = narrowed({ allow: ['shared.test'] });
    expect(await get(egress, url)).toBe('here');
    await expect(get(denies, url)).rejects.toMatchObject(BLOCKED);
    expect(await get(allows, url)).toBe('here');
    // Names are looked at by their text, so the connection is the same for all.
    expect(ports.size).toBe(1);
  });

  it('that name addresses never go over a connection that others’ rules have made', async () => {
    let requests = 0;
    await using receiver = await serve((_req, res) => res.end(String(++requests)));
    open({ lookup: resolveTo('127.0.0.1') });
    const url = `http://shared.test:${receiver.port}/`;
    expect(await get(egress, url)).toBe('1');
    for (const lists of [{ deny: ['127.0.0.0/8'] }, { allow: ['192.0.2.0/24', 'other.test'] }]) {
      const way = narrowed(lists);
      expect(way.checkUrl(url)).toEqual({ ok: true });
      await expect(get(way, url)).rejects.toMatchObject(BLOCKED);
    }
    const admits = narrowed({ allow: ['127.0.0.0/8'] });
    expect(await get(admits, url)).toBe('2');
    expect(requests).toBe(2);
  });

  it('admit by port what is listed with a port, though the addresses matter for others', async () => {
    await using first = await serve((_req, res) => res.end('first'));
    await using second = await serve((_req, res) => res.end('second'));
    open({ lookup: resolveTo('127.0.0.1') });
    const way = narrowed({ allow: [`shared.test:${first.port}`, '192.0.2.0/24'] });
    expect(await get(way, `http://shared.test:${first.port}/`)).toBe('first');
    await expect(get(way, `http://shared.test:${second.port}/`)).rejects.toMatchObject(BLOCKED);
  });

  it('catch a name that resolves into a denied range only later', async () => {
    await using receiver = await serve((_req, res) => res.setHeader('connection', 'close').end('here'));
    let answer = '127.0.0.1';
    open({ lookup: (name) => resolveTo(answer)(name) });
    const way = narrowed({ deny: ['127.0.0.9'] });
    const url = `http://moves.test:${receiver.port}/`;
    expect(await get(way, url)).toBe('here');
    answer = '127.0.0.9';
    await expect(get(way, url)).rejects.toMatchObject({
      ...BLOCKED,
      message: expect.stringMatching(/denies 127\.0\.0\.9/),
    });
  });

  it('open nothing: a name that resolves to what is closed here is blocked though it is allowed', async () => {
    open({ allowLoopback: false, lookup: resolveTo('10.0.0.1') });
    const way = narrowed({ allow: ['inside.test', '10.0.0.0/8'] });
    await expect(get(way, 'http://inside.test/')).rejects.toMatchObject({
      ...BLOCKED,
      message: expect.stringMatching(/private/),
    });
    await expect(get(way, 'http://10.0.0.1/')).rejects.toMatchObject(BLOCKED);
  });

  it('are refused where an entry is none', () => {
    open();
    expect(() => narrowed({ deny: ['exam ple'] })).toThrow(TypeError);
  });
});

it('closing the way of one tenant leaves the others open; closing all closes those of tenants', async () => {
  await using receiver = await serve((_req, res) => res.end('here'));
  open();
  const [one, two] = [narrowed({ deny: ['192.0.2.1'] }), narrowed({ deny: ['192.0.2.1'] })];
  expect(await get(one, receiver.url)).toBe('here');
  expect(await get(two, receiver.url)).toBe('here');
  await one.close();
  await expect(get(one, receiver.url)).rejects.toMatchObject({ code: 'UND_ERR_DESTROYED' });
  expect(await get(two, receiver.url)).toBe('here');
  expect(await get(egress, receiver.url)).toBe('here');
  await egress.close();
  await expect(get(two, receiver.url)).rejects.toMatchObject({ code: 'UND_ERR_DESTROYED' });
});
