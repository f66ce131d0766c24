import dns from 'node:dns';
import net from 'node:net';
import { callbackify } from 'node:util';
import { buildConnector } from 'undici';
import { EgressError } from './egress-error.ts';

/** All addresses of a name, like `dns.lookup` with `all`. */
export type Resolve = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

/** Says why a host with these addresses must not be connected to; null where it may be. */
export type CheckAddresses = (host: string, port: number, addresses: readonly string[]) => string | null;

/** How connections are made. */
export interface ConnectOptions {
  readonly connectTimeoutMs: number;
  /** For tests; the resolver of the system otherwise. */
  readonly lookup?: Resolve;
  /** For tests: certificates trusted besides the usual ones. */
  readonly ca?: string;
}

/** Where a connection is to go: what undici asks a connector for. */
export type Target = buildConnector.Options;

/** `localhost` and below are loopback by RFC 6761, whatever a resolver would say. */
export const LOCALHOST = /(?:^|\.)localhost\.?$/i;

/** Connectors that are kept, one for each port: they remember TLS sessions, no more. */
const MOST_PORTS = 256;

const systemLookup: Resolve = (hostname) => dns.promises.lookup(hostname, { all: true });

/** The port that a connection goes to: undici leaves out that of the scheme. */
export function portOf(target: Pick<Target, 'port' | 'protocol'>): number {
  return Number(target.port) || (target.protocol === 'https:' ? 443 : 80);
}

/** @throws EgressError `egress_blocked` where not every address of the host may be connected to */
export function requireReachable(
  check: CheckAddresses,
  host: string,
  port: number,
  addresses: readonly string[],
): void {
  const why = check(host, port, addresses);
  if (why !== null) throw new EgressError('egress_blocked', why);
}

/** Resolves a name; the answer holds only where every address of it may be reached. @throws EgressError */
export async function resolveChecked(
  { lookup = systemLookup }: ConnectOptions,
  check: CheckAddresses,
  hostname: string,
  port: number,
): Promise<dns.LookupAddress[]> {
  const answers = await lookup(hostname).catch((error: unknown) => {
    throw new EgressError('dns_failed', `${hostname} could not be resolved`, error);
  });
  if (answers.length === 0) throw new EgressError('dns_failed', `${hostname} has no address`);
  requireReachable(
    check,
    hostname,
    port,
    answers.map(({ address }) => address),
  );
  return [...answers];
}

/**
 * Connects by itself. A literal address skips the `lookup` hook (which alone let 8 of 9 spellings of loopback through), so
 * it is checked before. A name is resolved once per connect, inside the connect: the answer that was checked is the answer
 * that is connected to, and there is no second look-up that could say something else. TLS and Host keep the name.
 */
export function directConnector(options: ConnectOptions, check: CheckAddresses): buildConnector.connector {
  // The hook is not told the port, and a tenant's list may go by it.
  const byPort = new Map<number, buildConnector.connector>();
  const connectorFor = (port: number): buildConnector.connector =>
    buildConnector({
      timeout: options.connectTimeoutMs,
      allowH2: false,
      autoSelectFamily: true,
      lookup: guardedLookup(options, check, port),
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
  return (target, callback) => {
    const port = portOf(target);
    const why = net.isIP(target.hostname) === 0 ? null : check(target.hostname, port, [target.hostname]);
    if (why !== null) return callback(new EgressError('egress_blocked', why), null);
    const connect = byPort.get(port) ?? connectorFor(port);
    if (byPort.size >= MOST_PORTS) byPort.clear();
    byPort.set(port, connect);
    connect(target, callback);
  };
}

function guardedLookup(options: ConnectOptions, check: CheckAddresses, port: number): net.LookupFunction {
  const resolve = callbackify((hostname: string) => resolveChecked(options, check, hostname, port));
  return (hostname, { all }, callback) => {
    resolve(hostname, (error, answers) => {
      const [first] = error === null ? answers : [];
      if (first === undefined) callback(error, '', 0);
      else if (all === true) callback(null, answers);
      else callback(null, first.address, first.family);
    });
  };
}
