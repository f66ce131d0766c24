import { randomBytes } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../domain/errors.ts';

/** A file of the console as it is sent. */
export interface ConsoleFile {
  readonly type: string;
  readonly etag: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The same, compressed; where that is no smaller there is none. */
  readonly encoded: Readonly<Partial<Record<'br' | 'gzip', Uint8Array<ArrayBuffer>>>>;
  /** Whether its name changes with what is in it. */
  readonly isHashed: boolean;
}

/** The console, or why there is none. Files go by their path. */
export type ConsoleState =
  | { readonly kind: 'ready'; readonly page: string; readonly files: ReadonlyMap<string, ConsoleFile> }
  | { readonly kind: 'building' }
  | { readonly kind: 'failed'; readonly reason: string };

/** What paths of the server's own begin with: nothing of the console is there, whoever asks. */
const NOT_PAGES = /^\/(?:v1|docs|openapi\.json|metrics|readyz|healthz|console)(?:\/|$)/;

/** In the page where the nonce of its answer stands. */
const NONCE = '__NONCE__';

/** The page of the console and its files, and where there is no console yet a page that says so. */
export function consoleRoutes(app: OpenAPIHono, state: () => ConsoleState): void {
  app.get('/', (c) => consolePage(c, state()));
  app.get('/console/:name', (c) => {
    const now = state();
    const file = now.kind === 'ready' ? now.files.get(c.req.path) : undefined;
    if (!file) throw new AppError('not_found', `There is no ${c.req.path}: the console may have been built anew.`);
    return sendFile(c, file);
  });
}

/** Whether somebody's browser asks for a page at a path that the server has nothing else at: then it is one of the console's. */
export function isConsolePage(c: Context): boolean {
  const { method, path } = c.req;
  const accept = c.req.header('accept') ?? '';
  return (method === 'GET' || method === 'HEAD') && accept.includes('text/html') && !NOT_PAGES.test(path);
}

/** The console's page: whatever the path, it finds its way itself. */
export function consolePage(c: Context, state: ConsoleState): Response {
  c.header('Cache-Control', 'no-cache');
  if (state.kind === 'building') {
    c.header('Refresh', '2');
    return c.html(plainPage('The console is being built: a few seconds. This page looks again by itself.'), 503);
  }
  if (state.kind === 'failed') {
    return c.html(plainPage('The console could not be built. The API works without it.', state.reason), 503);
  }
  const nonce = randomBytes(16).toString('base64');
  c.header('Content-Security-Policy', policy(nonce));
  return c.html(state.page.replace(NONCE, nonce));
}

/**
 * Scripts are files of ours and nothing else. Mantine makes style elements (its variables, and what hangs on the width of the
 * window) from its script: they carry the nonce of this answer, so that styles need no `unsafe-inline` either.
 */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function sendFile(c: Context, file: ConsoleFile): Response {
  c.header('Cache-Control', file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  c.header('ETag', file.etag);
  c.header('Vary', 'Accept-Encoding');
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304);
  c.header('Content-Type', file.type);
  const encoding = (['br', 'gzip'] as const).find((name) => file.encoded[name] && takes(c, name));
  if (encoding) c.header('Content-Encoding', encoding);
  return c.body((encoding && file.encoded[encoding]) ?? file.body);
}

/** Whether the caller takes an encoding: it is named, and not with the weight 0. */
function takes(c: Context, encoding: string): boolean {
  const named = (c.req.header('accept-encoding') ?? '').toLowerCase().split(',');
  return named.some((part) => {
    const [name = '', weight = 'q=1'] = part.split(';').map((text) => text.trim());
    return name === encoding && Number(weight.slice(2)) > 0;
  });
}

function plainPage(sentence: string, reason?: string): string {
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>HydraCore Schedules</title></head>
  <body>
    <h1>HydraCore Schedules</h1>
    <p>${sentence}</p>
${reason === undefined ? '' : `    <pre>${escaped(reason)}</pre>\n`}    <p><a href="/docs">The API page</a></p>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
