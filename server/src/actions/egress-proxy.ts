import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { callbackify } from 'node:util';
import { buildConnector } from 'undici';
import {
  LOCALHOST,
  portOf,
  requireReachable,
  resolveChecked,
  type CheckAddresses,
  type ConnectOptions,
} from './egress-connect.ts';
import { EgressError } from './egress-error.ts';

/** The HTTP proxy through which all actions go. */
export interface EgressProxy {
  /** Whether the proxy itself speaks TLS. */
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** The value of Proxy-Authorization. */
  readonly authorization: string | null;
  /** Who resolves names: this server, which checks what comes of it, or the proxy, which then has to. */
  readonly resolves: 'here' | 'proxy';
}

/** Reads `http://user:password@host:port`. Undefined where it is no such URL. */
export function parseProxy(text: string): Omit<EgressProxy, 'resolves'> | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.port === '0') return undefined;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined;
  try {
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return {
      secure: url.protocol === 'https:',
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: portOf(url),
      authorization: login === ':' ? null : `Basic ${Buffer.from(login).toString('base64')}`,
    };
  } catch {
    // A lone % in the user name or password.
    return undefined;
  }
}

/**
 * Connects through a proxy by CONNECT, for http:// too: what was checked is what the proxy is asked for, and it neither
 * reads nor changes the request. Where names are resolved here, it is asked for the address that was checked.
 */
export function proxyConnector(
  proxy: EgressProxy,
  options: ConnectOptions,
  check: CheckAddresses,
): buildConnector.connector {
  const trust = options.ca === undefined ? {} : { ca: options.ca };
  const secure = buildConnector({ timeout: options.connectTimeoutMs, allowH2: false, ...trust });
  const open = callbackify(async (host: string, port: number): Promise<net.Socket> => {
    const authorities = await authoritiesOf(host, port);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), options.connectTimeoutMs);
    const failures: unknown[] = [];
    try {
      // An address that does not answer is no reason not to try the others; the time is for all of them together.
      for (const each of authorities) {
        try {
          return await tunnel(proxy, each, { ...trust, signal: late.signal });
        } catch (error) {
          failures.push(error);
          if (late.signal.aborted) break;
        }
      }
    } finally {
      clearTimeout(timer);
    }
    throw failures[0];
  });
  const authoritiesOf = async (host: string, port: number): Promise<string[]> => {
    if (net.isIP(host) !== 0) {
      requireReachable(check, host, port, [host]);
      return [authority(host, port)];
    }
    if (proxy.resolves === 'proxy') {
      if (LOCALHOST.test(host)) requireReachable(check, host, port, ['127.0.0.1']);
      return [authority(host, port)];
    }
    const answers = await resolveChecked(options, check, host, port);
    return answers.map(({ address }) => authority(address, port));
  };
  return (target, callback) => {
    open(target.hostname, portOf(target), (error, socket) => {
      if (error !== null) callback(error, null);
      else if (target.protocol === 'https:') secure({ ...target, httpSocket: socket }, callback);
      else callback(null, socket);
    });
  };
}

function authority(host: string, port: number): string {
  return net.isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Asks the proxy for a connection. Nothing in the messages says where the proxy is: they are in the tenant's ledger. */
function tunnel(
  proxy: EgressProxy,
  path: string,
  options: { readonly ca?: string; readonly signal: AbortSignal },
): Promise<net.Socket> {
  const fail = (what: string, cause?: unknown) => new EgressError('proxy_failed', `The egress proxy ${what}`, cause);
  return new Promise((resolve, reject) => {
    const request = (proxy.secure ? https : http).request({
      ...options,
      // A connection of its own, and none of the agent's of this process, which may heed the environment.
      agent: false,
      host: proxy.host,
      // Not that of the Host header, which node:https would take.
      servername: net.isIP(proxy.host) === 0 ? proxy.host : '',
      port: proxy.port,
      method: 'CONNECT',
      path,
      headers: { host: path, ...(proxy.authorization !== null && { 'proxy-authorization': proxy.authorization }) },
    });
    request.once('connect', ({ statusCode = 0 }, socket: net.Socket, head) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        const answer = `${statusCode} ${http.STATUS_CODES[statusCode] ?? ''}`.trim();
        return reject(fail(`did not make the connection: it answered ${answer}`));
      }
      if (head.length > 0) socket.unshift(head);
      socket.setNoDelay(true).setKeepAlive(true, 60_000);
      resolve(socket);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (options.signal.aborted) reject(fail('did not make the connection in time', error));
      else reject(fail(`could not be reached (${error.code ?? error.name})`, error));
    });
    request.end();
  });
}
