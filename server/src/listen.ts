import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { AppError } from './domain/errors.ts';
import { ConfigError, type Config } from './config.ts';
import { answerClientErrors } from './http/client-error.ts';
import { problemOf } from './http/problem.ts';

/** How long callers may take, in ms: to send the headers, to send all, to take more of their answer. */
const PATIENCE = { headers: 15_000, request: 30_000, answer: 60_000 };

/** How long a connection may wait for its next request: longer than proxies (60 s as a rule), so that they close first. */
const KEEP_ALIVE_MS = 65_000;

/** How often Node looks for callers that take too long. */
const LOOK_MS = 1_000;

/** Request line and headers together. */
const MAX_HEADER_SIZE = 16 * 1024;

/** How often refused connections are told to the log. */
const TELL_MS = 60_000;

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

export type Listened = Pick<Config, 'host' | 'port' | 'maxConnections' | 'clientPatienceMs'>;

/**
 * Opens the port. A caller that is slow holds a connection for a bounded time, and nothing else: its request is not
 * handled before it is there, and the answer is complete before it is sent.
 */
export async function listen(
  fetch: (request: Request, env: object) => Response | Promise<Response>,
  config: Listened,
  log: (message: string, data: Record<string, unknown>) => void,
): Promise<Server> {
  const { headers, request, answer } =
    config.clientPatienceMs === null
      ? PATIENCE
      : { headers: config.clientPatienceMs, request: config.clientPatienceMs, answer: config.clientPatienceMs };
  const options = {
    maxHeaderSize: MAX_HEADER_SIZE,
    headersTimeout: headers,
    requestTimeout: request,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(LOOK_MS, headers / 4),
  };
  const server = createServer(options, notTooManyAtOnce(getRequestListener(fetch, { errorHandler: unreadable })));
  server.maxConnections = config.maxConnections;
  answerClientErrors(server);
  closeSlowReaders(server, answer);
  tellDrops(server, log);
  server.listen(config.port, config.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `the server can't listen on ${config.host}:${config.port} (${reason}); set HYDRACORE_PORT or HYDRACORE_HOST`,
    );
  }
  return server;
}

/** Requests of one connection that are handled at once: who sends many without waiting could have any number of answers made. */
const MOST_AT_ONCE = 16;

function notTooManyAtOnce(handle: Handler): Handler {
  const open = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    const count = (open.get(socket) ?? 0) + 1;
    if (count > MOST_AT_ONCE) {
      socket.destroy();
      return undefined;
    }
    open.set(socket, count);
    response.once('close', () => open.set(socket, (open.get(socket) ?? 1) - 1));
    return handle(request, response);
  };
}

/** What of a request can't be read as one (its Host, its target) is the caller's to mend. */
function unreadable(error: unknown): Response {
  const told =
    error instanceof RequestError
      ? new AppError('malformed_request', `This can not be read: ${error.message}.`)
      : error;
  const { status, body } = problemOf(told);
  return Response.json(body, { status });
}

/** Once an answer is written, its caller has to take some of it every so often. */
function closeSlowReaders(server: Server, answerMs: number): void {
  server.on('request', (request, response) => {
    // From `end()` on; Node sets the time-out anew when all of it is sent.
    response.once('prefinish', () => request.socket.setTimeout(answerMs));
  });
}

function tellDrops(server: Server, log: (message: string, data: Record<string, unknown>) => void): void {
  let dropped = 0;
  let telling: NodeJS.Timeout | undefined;
  server.on('drop', () => {
    dropped += 1;
    if (telling) return;
    log('connections are refused: there are HYDRACORE_MAX_CONNECTIONS already', { max: server.maxConnections });
    telling = setTimeout(() => {
      telling = undefined;
      if (dropped > 1) log('connections were refused', { refused: dropped });
      dropped = 0;
    }, TELL_MS).unref();
  });
}
