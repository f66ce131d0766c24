import net from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Cidr = readonly [Address, number];

/** Says why an address must not be connected to, or null where it may be. */
export type AddressPolicy = (address: string) => string | null;

/**
 * Addresses that hand out credentials to whoever can reach them. Most lie in a blocked range anyway; Azure's is global
 * unicast by its number, and a name of its own in the message helps whoever reads it.
 */
const METADATA = new Set(['169.254.169.254', '168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254']);

/** What IANA has given to the public internet at all; everything outside of it is blocked whatever its name. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** `::a.b.c.d`, a deprecated spelling of IPv4 that ipaddr.js counts as unicast. */
const COMPATIBLE_IPV6 = ipaddr.IPv6.parseCIDR('::/96');

/** An address as the connection will see it: IPv4 inside `::ffff:0:0/96` is IPv4. Null for what isn't an address. */
export function parseAddress(text: string): Address | null {
  // Not ipaddr.parse for IPv4: it takes octal and short forms, which the resolver reads in ways of its own.
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!net.isIPv6(text)) return null;
  // The zone says by which interface, not where to. ipaddr.js reads ::127.0.0.1 as if it were ::ffff:127.0.0.1, so it gets
  // to see hexadecimal only.
  const hex = text.replace(/%.*$/s, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)/, (_, ...octets: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const address = ipaddr.IPv6.parse(hex);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/**
 * Reads one entry of an allow list: `10.0.0.0/8`, `fd00::/8`, or one address.
 * Throws a TypeError that names the entry where it is neither.
 */
export function parseCidr(text: string): Cidr {
  const [base = '', prefix, ...rest] = text.split('/');
  const address = parseAddress(base);
  const mapped = address?.kind() === 'ipv4' && base.includes(':');
  const most = address?.kind() === 'ipv4' && !mapped ? 32 : 128;
  const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (address === null || rest.length > 0 || bits < (mapped ? 96 : 0) || bits > most) {
    throw new TypeError(`"${text}" is neither an address nor a CIDR such as 10.0.0.0/8 or fd00::/8`);
  }
  return [address, mapped ? bits - 96 : bits];
}

/** Whether an address lies in a range. */
export function within(address: Address, [base, bits]: Cidr): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

/**
 * Builds the rule of which addresses an action may reach: global unicast, what `allow` names, and loopback where
 * `allowLoopback` says so. Everything else is refused, including whatever this code doesn't know.
 */
export function addressPolicy(options: { allow: readonly string[]; allowLoopback: boolean }): AddressPolicy {
  const allow = options.allow.map(parseCidr);
  return (text) => {
    const address = parseAddress(text);
    if (address === null) return 'not an address';
    if (allow.some((cidr) => within(address, cidr))) return null;
    if (METADATA.has(address.toString())) return 'metadata';
    const range = address.range();
    if (range === 'loopback') return options.allowLoopback ? null : range;
    if (range !== 'unicast') return range;
    if (address.kind() === 'ipv4') return null;
    if (within(address, COMPATIBLE_IPV6)) return 'ipv4Compatible';
    return within(address, GLOBAL_IPV6) ? null : 'reserved';
  };
}
