import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { AppError } from '../domain/errors.ts';
import { problemOf } from './problem.ts';

/**
 * Answers in our own shape what Node's parser turns away before there is a request: headers that are too large or too
 * slow, a body that does not come to its end, what is no HTTP. Then the connection is closed.
 */
export function answerClientErrors(server: Server): void {
  const exchanges = new WeakMap<Duplex, { readonly request: IncomingMessage; readonly response: ServerResponse }>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    exchanges.set(request.socket, { request, response });
  });
  server.on('clientError', (error: Error & { readonly code?: string }, socket: Duplex) => {
    const last = exchanges.get(socket);
    // Into an answer that is under way nothing can be written but nonsense, and no request gets two.
    const free = !last?.response.headersSent || (last.response.writableFinished && last.request.complete);
    if (error.code === 'ECONNRESET' || !socket.writable || !free) socket.destroy(error);
    else socket.end(rawAnswer(problemOfClient(error.code)), () => socket.destroy());
  });
}

function problemOfClient(code: string | undefined): AppError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new AppError('headers_too_large', 'The request line and headers are larger than 16 KiB.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new AppError('request_timeout', 'The request did not arrive in time.');
  }
  return new AppError('malformed_request', 'This is not a valid HTTP request.');
}

/** An answer as it goes over the wire, where there is no other way to send one. */
function rawAnswer(error: AppError): string {
  const { status, body } = problemOf(error);
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n');
}
