import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Ranges of addresses, by what they are written as. */
export type Ranges = readonly [Address, number][];

/** @param cidrs as the configuration has checked them */
export function rangesOf(cidrs: readonly string[]): Ranges {
  return cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
}

/**
 * Where a request comes from, as one text: an IPv4 address, or an IPv6 network of 64 bits, which is what one caller has.
 * X-Forwarded-For is believed only as far as trusted proxies wrote it: from behind, to the first address that is none.
 */
export function remoteAddress(c: Context, trusted: Ranges): string {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage };
  return originOf(incoming?.socket.remoteAddress, c.req.header('x-forwarded-for'), trusted);
}

/** The same with all of an IPv6 address, for people who look for who it was; null: it is not known. */
export function wholeAddress(c: Context, trusted: Ranges): string | null {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage };
  return find(incoming?.socket.remoteAddress, c.req.header('x-forwarded-for'), trusted)?.toString() ?? null;
}

/** The same by its parts. */
export function originOf(peer: string | undefined, forwardedFor: string | undefined, trusted: Ranges): string {
  const found = find(peer, forwardedFor, trusted);
  return found ? shown(found) : 'unknown';
}

function find(peer: string | undefined, forwardedFor: string | undefined, trusted: Ranges): Address | null {
  let found = parse(peer ?? '');
  if (!found) return null;
  const hops = trusted.length === 0 ? [] : (forwardedFor ?? '').split(',');
  while (hops.length > 0 && within(found, trusted)) {
    const before = parse(hops.pop() ?? '');
    if (!before) break;
    found = before;
  }
  return found;
}

/** What texts are read as: a connection's address comes again with each of its requests. */
const read = new Map<string, Address | null>();
const MOST_READ = 1_000;

function parse(text: string): Address | null {
  const known = read.get(text);
  if (known !== undefined) return known;
  if (read.size >= MOST_READ) read.clear();
  const address = parseAnew(text);
  // What a caller may write at will is not kept at any length.
  if (text.length <= 64) read.set(text, address);
  return address;
}

/** An address, with or without a port, as proxies write them. */
function parseAnew(text: string): Address | null {
  const bare = text
    .trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1');
  // Not isValid alone: it also takes 2130706433 and 0x7f.1.
  const valid = bare.includes(':') ? ipaddr.IPv6.isValid(bare) : ipaddr.IPv4.isValidFourPartDecimal(bare);
  return valid ? ipaddr.process(bare) : null;
}

function within(address: Address, ranges: Ranges): boolean {
  return ranges.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits));
}

function shown(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  const network = address.toByteArray().fill(0, 8);
  return `${ipaddr.fromByteArray(network).toString()}/64`;
}
