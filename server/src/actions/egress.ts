import dns from 'node:dns';
import net from 'node:net';
import { callbackify } from 'node:util';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { addressPolicy, type AddressPolicy } from './address.ts';

/** Whether a URL may be called, as far as its text shows; what a name resolves to is checked at each connect. */
export type EgressVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'url_invalid' | 'egress_blocked'; readonly reason: string };

/** The only way out of the server for actions. */
export interface Egress {
  /** Checks every address before it connects, follows no redirect, reads no proxy from the environment. */
  readonly dispatcher: Dispatcher;
  /** What the text of a URL already gives away: scheme, credentials, a literal address. Pure, no I/O. */
  checkUrl(url: URL | string): EgressVerdict;
  /** Closes every connection; attempts that still run fail. */
  close(): Promise<void>;
}

/** A connection that was not made, and why. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly code: 'egress_blocked' | 'dns_failed';

  constructor(code: 'egress_blocked' | 'dns_failed', message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** All addresses of a name, like `dns.lookup` with `all`. */
export type Resolve = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

export interface EgressOptions {
  /** CIDRs that may be reached although they are not global. */
  readonly allow: readonly string[];
  readonly allowLoopback: boolean;
  readonly connectTimeoutMs: number;
  readonly maxConnectionsPerHost: number;
  /** For tests; the resolver of the system otherwise. */
  readonly lookup?: Resolve;
  /** For tests: certificates trusted besides the usual ones. */
  readonly ca?: string;
}

const systemLookup: Resolve = (hostname) => dns.promises.lookup(hostname, { all: true });

/** `localhost` and below are loopback by RFC 6761, whatever a resolver would say. */
const LOCALHOST = /(?:^|\.)localhost\.?$/i;

/** Makes the guarded way out. Throws a TypeError where `allow` holds something that is no CIDR. */
export function createEgress(options: EgressOptions): Egress {
  const policy = addressPolicy(options);
  const dispatcher = new Agent({
    connect: guardedConnector(options, policy),
    connections: options.maxConnectionsPerHost,
    pipelining: 1,
    // An idle connection is given up before most receivers close it, so that a request rarely meets a dying one.
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 60_000,
    allowH2: false,
  });
  return {
    dispatcher,
    checkUrl: (url) => checkUrl(url, policy),
    // Not close(): that waits for whatever a receiver still drips.
    close: () => dispatcher.destroy(),
  };
}

function checkUrl(input: URL | string, policy: AddressPolicy): EgressVerdict {
  const url = typeof input === 'string' ? URL.parse(input) : input;
  if (url === null) return invalid('is not a valid URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return invalid('must start with http:// or https://');
  if (url.username !== '' || url.password !== '') return invalid('must not hold a user name or password, use auth');
  if (url.port === '0') return invalid('has the port 0');
  // WHATWG parsing has already turned 0x7f.1, 2130706433, full-width digits and the like into dotted decimal.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const address = LOCALHOST.test(host) ? '127.0.0.1' : host;
  const why = net.isIP(address) === 0 ? null : policy(address);
  return why === null ? { ok: true } : { ok: false, code: 'egress_blocked', reason: blocked(host, address, why) };
}

function invalid(reason: string): EgressVerdict {
  return { ok: false, code: 'url_invalid', reason };
}

function blocked(host: string, address: string, why: string): string {
  const which = host === address ? host : `${host} is ${address}, which`;
  return `${which} may not be reached from here (${why})`;
}

/**
 * A literal address skips the `lookup` hook (which alone let 8 of 9 spellings of loopback through), so it is checked
 * before. A name is resolved once per connect, inside the connect: the answer that was checked is the answer that is
 * connected to, and there is no second look-up that could say something else. TLS and Host keep the name.
 */
function guardedConnector(options: EgressOptions, policy: AddressPolicy): buildConnector.connector {
  const connect = buildConnector({
    timeout: options.connectTimeoutMs,
    allowH2: false,
    autoSelectFamily: true,
    lookup: guardedLookup(options.lookup ?? systemLookup, policy),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  return (target, callback) => {
    const why = net.isIP(target.hostname) === 0 ? null : policy(target.hostname);
    if (why === null) connect(target, callback);
    else callback(new EgressError('egress_blocked', blocked(target.hostname, target.hostname, why)), null);
  };
}

/** Resolves a name and passes the answer on only if every address of it may be reached. */
function guardedLookup(resolve: Resolve, policy: AddressPolicy): net.LookupFunction {
  const resolveChecked = callbackify(async (hostname: string): Promise<dns.LookupAddress[]> => {
    const answers = await resolve(hostname).catch((error: unknown) => {
      throw new EgressError('dns_failed', `${hostname} could not be resolved`, error);
    });
    if (answers.length === 0) throw new EgressError('dns_failed', `${hostname} has no address`);
    for (const { address } of answers) {
      const why = policy(address);
      if (why !== null) throw new EgressError('egress_blocked', blocked(hostname, address, why));
    }
    return [...answers];
  });
  return (hostname, { all }, callback) => {
    resolveChecked(hostname, (error, answers) => {
      const [first] = error === null ? answers : [];
      if (first === undefined) callback(error, '', 0);
      else if (all === true) callback(null, answers);
      else callback(null, first.address, first.family);
    });
  };
}
