import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import type { ConsoleFile, ConsoleState } from '../../src/http/console.ts';
import { World } from '../support/world.ts';

const SCRIPT = new Uint8Array(Buffer.from('console.log("hello");'.repeat(50)));
const packed = (compress: (bytes: Uint8Array) => Buffer) => new Uint8Array(compress(SCRIPT));
const file: ConsoleFile = {
  type: 'text/javascript; charset=utf-8',
  etag: '"abc"',
  body: SCRIPT,
  encoded: { br: packed(brotliCompressSync), gzip: packed(gzipSync) },
  isHashed: true,
};
const READY: ConsoleState = {
  kind: 'ready',
  page: '<!doctype html><meta name="csp-nonce" content="__NONCE__"><title>The console</title>',
  files: new Map([
    ['/console/index-abcd1234.js', file],
    ['/console/colors.js', { ...file, encoded: {}, isHashed: false }],
  ]),
};
const PAGE = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function open(state: ConsoleState): Promise<World> {
  const world = await World.open('2027-03-01T09:00:00Z', { console: () => state });
  onTestFinished(() => world.close());
  return world;
}

it('serves its page wherever a browser asks for one and the server has nothing else', async () => {
  const world = await open(READY);
  for (const path of ['/', '/schedules', '/schedules/0190-x/edit?tab=2', '/runs/1']) {
    const response = await world.request(path, { headers: PAGE });
    expect([path, response.status]).toEqual([path, 200]);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toContain('<title>The console</title>');
  }
  for (const path of [
    '/v1',
    '/v1/nowhere',
    '/docs/nothing',
    '/openapi.json/x',
    '/metrics',
    '/readyz/x',
    '/healthz/x',
  ]) {
    const response = await world.request(path, { headers: { ...PAGE, 'X-Api-Key': world.key } });
    expect([path, response.status, response.headers.get('content-type')]).toEqual([path, 404, 'application/json']);
  }
  // A program that mistypes a path is told so.
  const program = await world.request('/schedules', { headers: { Accept: 'application/json' } });
  expect([program.status, ((await program.json()) as { code: string }).code]).toEqual([404, 'not_found']);
  const posted = await world.request('/schedules', { method: 'POST', headers: PAGE });
  expect(posted.status).toBe(404);
});

it('lets its page run files of its own alone, with a nonce for styles that is another each time', async () => {
  const world = await open(READY);
  const seen = new Set<string>();
  for (let times = 0; times < 2; times += 1) {
    const response = await world.request('/', { headers: PAGE });
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
    expect(policy).not.toContain('unsafe');
    const nonce = /'nonce-([^']{22,})'/.exec(policy)?.[1] ?? '';
    expect(await response.text()).toContain(`content="${nonce}"`);
    seen.add(nonce);
  }
  expect(seen.size).toBe(2);
});

it('sends its files as small as the browser takes them, and once', async () => {
  const world = await open(READY);
  const get = async (path: string, headers: Record<string, string> = {}) => await world.request(path, { headers });
  for (const [accepted, sent] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
    ['', null],
  ] as const) {
    const response = await get('/console/index-abcd1234.js', { 'Accept-Encoding': accepted });
    expect([accepted, response.headers.get('content-encoding')]).toEqual([accepted, sent]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(sent === null ? SCRIPT : file.encoded[sent]);
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  }
  const again = await get('/console/colors.js', { 'If-None-Match': '"abc"', 'Accept-Encoding': 'br' });
  expect([again.status, await again.text(), again.headers.get('cache-control')]).toEqual([304, '', 'no-cache']);
  for (const path of ['/console/nothing.js', '/console/..%2f..%2fpackage.json', '/console/']) {
    const response = await get(path, PAGE);
    expect([path, response.status, ((await response.json()) as { code: string }).code]).toEqual([
      path,
      404,
      'not_found',
    ]);
  }
});

it('says that it is being built, and looks again', async () => {
  const world = await open({ kind: 'building' });
  const response = await world.request('/schedules', { headers: PAGE });
  expect([response.status, response.headers.get('refresh')]).toEqual([503, '2']);
  expect(await response.text()).toContain('is being built');
  expect((await world.request('/console/index-abcd1234.js')).status).toBe(404);
});

it('says why it could not be built, while the API works', async () => {
  const world = await open({ kind: 'failed', reason: 'EACCES: <script>alert(1)</script>' });
  const response = await world.request('/', { headers: PAGE });
  expect(response.status).toBe(503);
  const text = await response.text();
  expect(text).toContain('EACCES: &lt;script&gt;');
  expect(text).not.toContain('<script');
  expect((await world.request('/v1/schedules', { headers: { 'X-Api-Key': world.key } })).status).toBe(200);
});
