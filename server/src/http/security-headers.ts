import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';

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
  app.use(answerDefaults);
  app.use(
    secureHeaders({
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
    }),
  );
  if (corsOrigins.length > 0) app.use('/v1/*', crossOrigin(corsOrigins));
}

/** Whether browsers reach the server over TLS. */
export function isSecure(publicUrl: string | null): boolean {
  return publicUrl?.startsWith('https:') === true;
}

const answerDefaults: MiddlewareHandler = async (c, next) => {
  await next();
  const { headers } = c.res;
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', NO_PAGE);
  // What the API answers is somebody's: it stays in no cache on the way, nor in a browser's.
  if (c.req.path.startsWith('/v1/') && !headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
};

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
