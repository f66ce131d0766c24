import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

declare module 'hono' {
  interface ContextVariableMap {
    /** What every answer says to browsers, unless it says otherwise: by names in lower case. */
    browserHeaders: Readonly<Record<string, string>>;
  }
}

/**
 * An answer with all of its headers from the beginning, so that nothing has to be added to it: as long as a Response has only
 * been made of a text and plain headers, it goes to the socket as it is. Opened to set one header, it is read back from a stream.
 */
export function wholeAnswer(
  c: Context,
  status: ContentfulStatusCode | 204,
  body: string | null,
  own: Readonly<Record<string, string>>,
): Response {
  const scope = c.get('request');
  const headers: Record<string, string> = { ...c.get('browserHeaders'), 'cache-control': 'no-store' };
  if (body !== null) headers['content-type'] = 'application/json';
  for (const name in own) headers[name.toLowerCase()] = own[name] ?? '';
  headers['x-request-id'] = scope.id;
  for (const name in scope.headers) headers[name.toLowerCase()] = scope.headers[name] ?? '';
  scope.whole = true;
  return new Response(body, { status, headers });
}
