import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import type { RequestScope } from './request-scope.ts';

/** How the server stands on the web. */
export interface Web {
  /** Its own origin as browsers see it; null: whatever `Host` says, over plain HTTP. */
  readonly publicUrl: string | null;
  /** The pages of other origins that may call the API. */
  readonly corsOrigins: readonly string[];
}

/** What nothing of ours needs, a page in a hostile frame could want. */
const PERMISSIONS = {
  camera: [],
  displayCapture: [],
  geolocation: [],
  microphone: [],
  payment: [],
  publickeyCredentialsGet: [],
  usb: [],
};

/** For answers that are no page: a browser that is made to show one loads and runs nothing. */
const NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Puts the headers that browsers go by on every answer, errors too. What an answer says itself stays. */
export function securityHeaders(app: OpenAPIHono, { publicUrl, corsOrigins }: Web): void {
  const secure = secureHeaders({
    // Pages of this server say what they need; a proxy's own policy stays out of it.
    overwrite: false,
    xFrameOptions: 'DENY',
    // Only where it is known that TLS is there: over plain HTTP browsers ignore it.
    strictTransportSecurity: isSecure(publicUrl) ? 'max-age=31536000' : false,
    permissionsPolicy: PERMISSIONS,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  const headers = headersOf(secure);
  app.use(async (c, next) => {
    c.set('browserHeaders', await headers);
    await next();
    // An answer of an operation has them already (http/whole-answer). A preflight has no scope: it came no further than CORS.
    const scope = c.get('request') as RequestScope | undefined;
    if (scope?.whole) return;
    addDefaults(c);
    await secure(c, async () => undefined);
  });
  if (corsOrigins.length > 0) app.use('/v1/*', crossOrigin(corsOrigins));
}

/** What an answer gets that says nothing itself: the same for each, so it is looked at once. */
async function headersOf(secure: MiddlewareHandler): Promise<Readonly<Record<string, string>>> {
  const plain = new Hono().use(secure).get('/', (c) => c.body(null));
  const { headers } = await plain.request('/');
  return { ...Object.fromEntries(headers), 'content-security-policy': NO_PAGE };
}

/** Whether browsers reach the server over TLS. */
export function isSecure(publicUrl: string | null): boolean {
  return publicUrl?.startsWith('https:') === true;
}

function addDefaults(c: Context): void {
  const { headers } = c.res;
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', NO_PAGE);
  // What the API answers is somebody's: it stays in no cache on the way, nor in a browser's.
  if (c.req.path.startsWith('/v1/') && !headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
}

/** Without credentials: a page elsewhere sends a key of its own, the session's cookie is for this origin alone. */
function crossOrigin(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'Last-Event-ID',
      'traceparent',
      'X-Api-Key',
      'X-Request-Id',
    ],
    exposeHeaders: ['ETag', 'Idempotent-Replayed', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
  });
}
