import { describe, expect, it, onTestFinished } from 'vitest';
import { World, type Watched } from '../support/world.ts';

async function open(web?: Watched['web']): Promise<World> {
  const world = await World.open('2027-03-01T09:00:00Z', web && { web });
  onTestFinished(() => world.close());
  return world;
}

const ANSWERS = [
  ['GET', '/healthz', 200],
  ['GET', '/', 302],
  ['GET', '/docs', 200],
  ['GET', '/docs/start.js', 200],
  ['GET', '/openapi.json', 200],
  ['GET', '/nowhere', 404],
  ['GET', '/v1/schedules', 200],
  ['HEAD', '/v1/schedules', 200],
  ['POST', '/v1/schedules', 422],
  ['GET', '/v1/nowhere', 404],
  ['OPTIONS', '/v1/schedules', 405],
] as const;

describe('headers', () => {
  it('that browsers go by are on every answer, errors too', async () => {
    const world = await open();
    for (const [method, path, status] of ANSWERS) {
      const response = await world.request(path, { method, headers: { 'X-Api-Key': world.key } });
      const { headers } = response;
      const what = `${method} ${path}`;
      expect([what, response.status]).toEqual([what, status]);
      expect(headers.get('x-content-type-options'), what).toBe('nosniff');
      expect(headers.get('referrer-policy'), what).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy'), what).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy'), what).toBe('same-origin');
      expect(headers.get('x-frame-options'), what).toBe('DENY');
      expect(headers.get('permissions-policy'), what).toMatch(/camera=\(\).*geolocation=\(\)/);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, what).toContain("default-src 'none'");
      expect(policy, what).toContain("frame-ancestors 'none'");
      expect(policy, what).not.toContain('unsafe-eval');
      expect(policy.replace("style-src 'self' 'unsafe-inline'", ''), what).not.toContain('unsafe');
      expect(policy.includes('unsafe-inline'), what).toBe(path === '/docs');
      expect(headers.get('cache-control'), what).toBe(path.startsWith('/v1/') ? 'no-store' : null);
      expect(headers.get('strict-transport-security'), what).toBeNull();
      expect(
        [...headers.keys()].filter((name) => name.startsWith('access-control')),
        what,
      ).toEqual([]);
    }
  });

  it('say that there is TLS where the public URL does', async () => {
    for (const [publicUrl, hsts] of [
      ['https://hydracore.example.com', 'max-age=31536000'],
      ['http://hydracore.example.com', null],
    ] as const) {
      const world = await open({ publicUrl, corsOrigins: [] });
      const { headers } = await world.request('/healthz');
      expect(headers.get('strict-transport-security')).toBe(hsts);
    }
  });
});

describe('cross-origin requests', () => {
  const LISTED = 'https://app.example.com';
  const web = { publicUrl: null, corsOrigins: [LISTED] };

  it('are answered to pages of the listed origins, never with credentials', async () => {
    const world = await open(web);
    for (const [origin, allowed] of [
      [LISTED, true],
      ['http://app.example.com', false],
      ['https://app.example.com.evil.com', false],
      ['https://sub.app.example.com', false],
      ['null', false],
      ['*', false],
    ] as const) {
      for (const path of ['/v1/schedules', '/v1/nowhere', `/v1/schedules?limit=x`]) {
        const { headers } = await world.request(path, { headers: { 'X-Api-Key': world.key, Origin: origin } });
        expect([origin, path, headers.get('access-control-allow-origin')]).toEqual([
          origin,
          path,
          allowed ? origin : null,
        ]);
        expect(headers.get('vary')).toContain('Origin');
        expect(headers.get('access-control-allow-credentials')).toBeNull();
      }
      const preflight = await world.request('/v1/schedules', {
        method: 'OPTIONS',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'x-api-key',
        },
      });
      expect([origin, preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
        origin,
        204,
        allowed ? origin : null,
      ]);
      expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
      if (!allowed) continue;
      expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('x-api-key');
      expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    }
    const page = await world.request('/openapi.json', { headers: { Origin: LISTED } });
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
  });
});
