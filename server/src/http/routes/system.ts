import { readFile } from 'node:fs/promises';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Queryable } from '../../store/db.ts';

/** Whether the server can do its work, and if not why. */
export type Readiness = () => Promise<{ readonly ready: boolean; readonly reason: string | null }>;

/** Scalar's page as one script; the package's entry is dist/index.js. */
const SCALAR = new URL('./browser/standalone.js', import.meta.resolve('@scalar/api-reference'));

/** No request of the API page leaves the machine: no fonts, no telemetry, no agent, no proxy, no client button. */
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>HydraCore Schedules API</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <div id="app"></div>
    <script src="/docs/start.js"></script>
    <script src="/docs/scalar.js"></script>
  </body>
</html>
`;

/** Zod, which Scalar brings, compiles its checks by `Function` unless it is told not to: the page runs no text as a script. */
const START = `globalThis.__zod_globalConfig = { jitless: true };
addEventListener('DOMContentLoaded', () => Scalar.createApiReference('#app', ${JSON.stringify({
  url: '/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  defaultOpenFirstTag: true,
  persistAuth: true,
  authentication: { preferredSecurityScheme: 'apiKey' },
})}));
`;

/**
 * Scalar sets style elements and attributes from its script, most of them without a nonce: `unsafe-inline` is for styles, and
 * for this page alone.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Health, the OpenAPI page as JSON and for people. No credential is asked for. */
export function systemRoutes(app: OpenAPIHono, ready: Readiness, openapi: () => unknown): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const { ready: ok, reason } = await ready();
    return c.json({ status: ok ? 'ready' : 'not_ready', reason }, ok ? 200 : 503);
  });
  app.get('/openapi.json', (c) => c.json(openapi()));
  app.get('/docs', (c) => c.html(PAGE, 200, { 'Content-Security-Policy': POLICY }));
  app.get('/docs/start.js', (c) => c.body(START, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }));
  let script: Promise<string> | undefined;
  app.get('/docs/scalar.js', async (c) => {
    script ??= readFile(SCALAR, 'utf8');
    return c.body(await script, 200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'public, max-age=3600',
    });
  });
}

/** Readiness by asking the database, which has to take writes: behind a failover the one that answers may be a replica. */
export function databaseReadiness(db: Queryable): Readiness {
  return async () => {
    try {
      const [answer] = await db.query<{ read_only: boolean }>(
        `SELECT current_setting('transaction_read_only')::boolean AS read_only`,
      );
      if (answer?.read_only) return { ready: false, reason: 'The database is read-only: a replica, or set to be so.' };
      return { ready: true, reason: null };
    } catch (error) {
      const cause = error instanceof Error ? error.message || error.name : String(error);
      return { ready: false, reason: `The database does not answer: ${cause}` };
    }
  };
}
