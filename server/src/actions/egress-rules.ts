import net from 'node:net';
import { show } from '../domain/show.ts';
import { parseAddress, parseCidr, within, type Cidr } from './address.ts';

/** What a tenant says of where its actions may go, as it is stored: entries that `readEntry` has written. */
export interface EgressLists {
  /** Not empty: nothing else may be reached. */
  readonly allow: readonly string[];
  /** Goes before `allow`. */
  readonly deny: readonly string[];
}

/** One entry of a list: names by their text, addresses by their number. */
type Entry = { readonly text: string } & (
  | { readonly kind: 'name'; readonly host: string; readonly below: boolean; readonly port: number | null }
  | { readonly kind: 'addresses'; readonly cidr: Cidr }
);

/** `*.` and a name of 253 characters with a port. */
export const MOST_ENTRY = 261;
const EXAMPLES = 'a host name (api.example.com), names below one (*.example.com), an address or a CIDR (192.0.2.0/24)';
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** What ends the host of a URL, or is no part of one: it must not get as far as the parser of URLs. */
const FOREIGN = /[\s/\\?#@%:[\]<>^|]/;

/**
 * Reads one entry and says how it is written from then on: lower case, ASCII, no dot at the end.
 * @throws TypeError with the entry and what would be valid
 */
export function readEntry(given: string): string {
  return parseEntry(given).text;
}

function parseEntry(given: string): Entry {
  const text = given.trim();
  const refuse = (why: string) => new TypeError(`${show(given)} ${why}`);
  if (text.includes('://')) throw refuse('is a URL; write the host alone, such as example.com or example.com:8443');
  const bare = /^\[(.*:.*)\]$/.exec(text)?.[1] ?? text;
  if (parseAddress(bare.split('/')[0] ?? '') !== null) {
    const range = bare.split('%').length > 1 ? null : readRange(bare);
    if (range === null) throw refuse('is not a valid range; it must be an address or a CIDR such as 192.0.2.0/24');
    return { kind: 'addresses', ...range };
  }
  const [, star = '', name = '', colon, digits = ''] = /^(\*\.)?(.*?)(?:(:)(\d*))?$/su.exec(text) ?? [];
  const port = colon === undefined ? null : Number(digits);
  if (port !== null && !(/^\d{1,5}$/.test(digits) && port > 0 && port < 65_536)) {
    throw refuse('has a port that is not from 1 to 65535');
  }
  if (star === '' && net.isIP(name.replace(/^\[|\]$/g, '')) !== 0) {
    throw refuse('has a port; an address stands for all its ports, leave it out');
  }
  const host = FOREIGN.test(name) || name === '' ? null : hostOf(name);
  const literal = host !== null && net.isIP(host) !== 0;
  if (literal && star === '') throw refuse(`is another spelling of ${host}; write that`);
  if (host === null || literal || host.length > 253 || !host.split('.').every((label) => LABEL.test(label))) {
    throw refuse(`is not an entry; it must be ${EXAMPLES}`);
  }
  return { kind: 'name', host, below: star !== '', port, text: `${star}${host}${port === null ? '' : `:${port}`}` };
}

/** A range, and its text without what a range has no use for: `192.0.2.7/24` is `192.0.2.0/24`. */
function readRange(text: string): { readonly cidr: Cidr; readonly text: string } | null {
  try {
    const [address, bits] = parseCidr(text);
    const bytes = address.toByteArray().map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))));
    const first = bytes.length === 4 ? bytes.join('.') : inHex(bytes);
    const base = parseAddress(first);
    if (base === null) return null;
    const whole = bits === 8 * bytes.length;
    return { cidr: [base, bits], text: whole ? base.toString() : `${base.toString()}/${bits}` };
  } catch {
    return null;
  }
}

function inHex(bytes: readonly number[]): string {
  return Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16)).join(
    ':',
  );
}

/** A name as the URLs of actions will have it. Null where it can't stand in one. */
function hostOf(name: string): string | null {
  return URL.parse(`http://${name}/`)?.hostname.replace(/\.$/, '') ?? null;
}

/** Says why a tenant does not let a host be called; null where it does. */
export class EgressRules {
  readonly #allow: readonly Entry[];
  readonly #deny: readonly Entry[];
  /** Whether it matters which addresses a name has: connections are then this tenant's own. */
  readonly byAddress: boolean;

  /** @throws TypeError where an entry is none that `readEntry` has written */
  constructor({ allow, deny }: EgressLists) {
    this.#allow = allow.map(parseEntry);
    this.#deny = deny.map(parseEntry);
    this.byAddress = [...this.#allow, ...this.#deny].some((entry) => entry.kind === 'addresses');
  }

  /**
   * By the text of a URL: its host (a name in lower case, or an address without brackets) and port.
   * @param resolves whether the addresses of a name are looked at later, so that an allowed range may still admit it
   */
  host(host: string, port: number, resolves: boolean): string | null {
    if (net.isIP(host) !== 0) return this.addresses(host, port, [host]);
    const denied = this.#deny.find((entry) => names(entry, host, port));
    if (denied) return deniedBy(denied);
    if (this.#allow.length === 0 || this.#allow.some((entry) => names(entry, host, port))) return null;
    return resolves && this.#allow.some((entry) => entry.kind === 'addresses') ? null : NOT_ALLOWED;
  }

  /** By all the addresses that a host has, too. */
  addresses(host: string, port: number, addresses: readonly string[]): string | null {
    const denied = this.#deny.find((entry) => addresses.some((address) => holds(entry, address)));
    if (denied) return deniedBy(denied);
    if (this.#allow.length === 0 || this.#allow.some((entry) => names(entry, host, port))) return null;
    const allowed = addresses.every((address) => this.#allow.some((entry) => holds(entry, address)));
    return allowed ? null : NOT_ALLOWED;
  }
}

const NOT_ALLOWED = 'it is not on the allow list of the egress policy';

function deniedBy({ text }: Entry): string {
  return `the egress policy denies ${text}`;
}

/** Whether an entry names a host. A name with a dot at the end is the same name. */
function names(entry: Entry, host: string, port: number): boolean {
  if (entry.kind !== 'name' || (entry.port !== null && entry.port !== port)) return false;
  const name = host.replace(/\.$/, '');
  return entry.below ? name.endsWith(`.${entry.host}`) : name === entry.host;
}

function holds(entry: Entry, text: string): boolean {
  if (entry.kind !== 'addresses') return false;
  const address = parseAddress(text);
  return address !== null && within(address, entry.cidr);
}
