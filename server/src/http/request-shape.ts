import type { IncomingMessage } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../domain/errors.ts';
import { tooLarge } from './read-body.ts';

/** The largest body of a request: what a schedule can sensibly hold, many times over. */
const MAX_BODY = 256 * 1024;

/** The same where a request holds many schedules or records. */
const MAX_BULK_BODY = 16 * 1024 * 1024;

/** The longest path with its query. All headers together are bounded by the listener. */
const MOST_URL = 8_192;

const MOST_HEADERS = 100;

/**
 * What a request may look like, whatever it asks for: looked at before anything else, from its head alone.
 * @param isBulk whether a path is where a request writes many rows
 */
export function requestShape(isBulk: (path: string) => boolean): MiddlewareHandler {
  return async (c, next) => {
    const most = isBulk(c.req.path) ? MAX_BULK_BODY : MAX_BODY;
    c.set('mostBody', most);
    requireShape(c, most);
    await next();
  };
}

/** @throws AppError `uri_too_long`, `headers_too_large`, `unsupported_media_type`, `payload_too_large` */
function requireShape(c: Context, mostBody: number): void {
  const { url } = c.req;
  const length = url.length - url.indexOf('/', url.indexOf('//') + 2);
  if (length > MOST_URL) {
    throw new AppError(
      'uri_too_long',
      `The path with its query has ${length} characters; at most ${MOST_URL} are read.`,
    );
  }
  const headers = headerCount(c);
  if (headers > MOST_HEADERS) {
    throw new AppError('headers_too_large', `There are ${headers} headers; at most ${MOST_HEADERS} are read.`);
  }
  const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') {
    const msg = 'Compressed bodies are not read: send the JSON as it is, without Content-Encoding.';
    throw new AppError('unsupported_media_type', msg);
  }
  if (Number(c.req.header('content-length') ?? 0) > mostBody) tooLarge(mostBody);
}

/** How many headers came in; under a test that calls the app directly there is no message to count them in. */
function headerCount(c: Context): number {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: Partial<IncomingMessage> };
  return (incoming?.rawHeaders?.length ?? 0) / 2;
}
