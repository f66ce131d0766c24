import net from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { addressPolicy, type AddressPolicy } from './address.ts';
import { directConnector, LOCALHOST, portOf, type CheckAddresses, type ConnectOptions } from './egress-connect.ts';
import { EgressError } from './egress-error.ts';
import { proxyConnector, type EgressProxy } from './egress-proxy.ts';
import { EgressRules, type EgressLists } from './egress-rules.ts';
import { createMailServer, type MailServer, type MailServerOptions } from './mail-server.ts';

/** Whether a URL may be called, as far as its text shows; what a name resolves to is checked at each connect. */
export type EgressVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'url_invalid' | 'egress_blocked'; readonly reason: string };

/** The only way out of the server for actions. */
export interface Egress {
  /** Checks every address before it connects, follows no redirect, reads no proxy from the environment. */
  readonly dispatcher: Dispatcher;
  /** The operator's mail server, which no tenant's list is about; null where there is none. */
  readonly mail: MailServer | null;
  /** What the text of a URL already gives away: scheme, credentials, a literal address, a name on a list. Pure, no I/O. */
  checkUrl(url: URL | string): EgressVerdict;
  /** The same way out, narrowed by a tenant's lists: what is closed here stays closed. @throws TypeError on an invalid entry */
  narrowed(lists: EgressLists): Egress;
  /** Closes every connection; attempts that still run fail. */
  close(): Promise<void>;
}

export interface EgressOptions extends ConnectOptions {
  /** CIDRs that may be reached although they are not global. */
  readonly allow: readonly string[];
  readonly allowLoopback: boolean;
  readonly maxConnectionsPerHost: number;
  /** Where there is one, everything goes through it. */
  readonly proxy?: EgressProxy | null;
  readonly mail?: MailServerOptions | null;
}

/** Makes the guarded way out. Throws a TypeError where `allow` holds something that is no CIDR. */
export function createEgress(options: EgressOptions): Egress {
  const policy = addressPolicy(options);
  const open = new Set<Agent>();
  const makeAgent = (check: CheckAddresses): Agent => {
    const { proxy = null } = options;
    const agent = new Agent({
      connect: proxy === null ? directConnector(options, check) : proxyConnector(proxy, options, check),
      connections: options.maxConnectionsPerHost,
      pipelining: 1,
      // An idle connection is given up before most receivers close it, so that a request rarely meets a dying one.
      keepAliveTimeout: 4_000,
      keepAliveMaxTimeout: 60_000,
      allowH2: false,
    });
    open.add(agent);
    return agent;
  };
  // Not close(): that waits for whatever a receiver still drips.
  const close = async (agents: Iterable<Agent>): Promise<void> => {
    const closing = [...agents];
    for (const agent of closing) open.delete(agent);
    await Promise.all(closing.map((agent) => agent.destroy()));
  };
  const checkAddresses: CheckAddresses = (host, _port, addresses) => {
    for (const address of addresses) {
      const why = policy(address);
      if (why !== null) return blocked(host, address, why);
    }
    return null;
  };
  const shared = makeAgent(checkAddresses);
  const mail = options.mail ? createMailServer(options.mail) : null;
  const resolves = options.proxy?.resolves !== 'proxy';

  const narrowed = (lists: EgressLists): Egress => {
    const rules = new EgressRules(lists);
    const check: CheckAddresses = (host, port, addresses) => {
      const why = rules.addresses(host, port, addresses);
      return checkAddresses(host, port, addresses) ?? (why && refused(host, why));
    };
    const checkNarrowed = rememberOrigins((url) => checkUrl(url, policy, { rules, resolves }));
    // A connection is used again for whoever asks for the same host: one that was made by another's rules would not do
    // where it matters which address it goes to. Names are looked at with each request, so for them any connection does.
    let own: Agent | null = null;
    let dispatcher: Dispatcher | null = null;
    return {
      get dispatcher() {
        if (rules.byAddress) own ??= makeAgent(check);
        return (dispatcher ??= (own ?? shared).compose(guard(checkNarrowed)));
      },
      mail,
      checkUrl: checkNarrowed,
      narrowed: () => {
        throw new Error('it is narrowed already');
      },
      close: () => close(own === null ? [] : [own]),
    };
  };

  return {
    dispatcher: shared,
    mail,
    checkUrl: rememberOrigins((url) => checkUrl(url, policy, null)),
    narrowed,
    close: async () => {
      mail?.close();
      await close(open);
    },
  };
}

/** Origins whose verdict is kept for each way out. */
const MOST_ORIGINS = 1_000;

/**
 * Of a URL without user and password the origin decides, and by the same lists always in the same way: the many runs to a
 * host are looked up. What a name resolves to is no part of this.
 */
function rememberOrigins(check: (url: URL) => EgressVerdict): Egress['checkUrl'] {
  const verdicts = new Map<string, EgressVerdict>();
  return (input) => {
    const url = typeof input === 'string' ? URL.parse(input) : input;
    if (url === null) return invalid('is not a valid URL; use one such as https://example.com/hook');
    const { origin, protocol } = url;
    // A URL of another scheme may have the origin of one of these (blob:http://…).
    const plain = (protocol === 'http:' || protocol === 'https:') && url.username === '' && url.password === '';
    if (!plain) return check(url);
    const known = verdicts.get(origin);
    if (known) return known;
    const verdict = check(url);
    const [oldest] = verdicts.keys();
    if (verdicts.size >= MOST_ORIGINS && oldest !== undefined) verdicts.delete(oldest);
    verdicts.set(origin, verdict);
    return verdict;
  };
}

/** Looks at the host of each request, whatever connection there is for it. */
function guard(check: (url: string) => EgressVerdict): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (request, handler) => {
    const verdict = check(String(request.origin ?? ''));
    if (verdict.ok) return dispatch(request, handler);
    const error = new EgressError('egress_blocked', verdict.reason);
    // There is no controller: nothing was begun. undici itself calls it so where it can't begin.
    handler.onResponseError?.(null as unknown as Dispatcher.DispatchController, error);
    return false;
  };
}

/** What a tenant's rules add to a check; `resolves`: whether names are resolved here when it comes to a connection. */
interface Narrowing {
  readonly rules: EgressRules;
  readonly resolves: boolean;
}

function checkUrl(url: URL, policy: AddressPolicy, narrowing: Narrowing | null): EgressVerdict {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return invalid('must start with http:// or https://');
  if (url.username !== '' || url.password !== '') return invalid('must not hold a user name or password, use auth');
  if (url.port === '0') return invalid('has the port 0');
  // WHATWG parsing has already turned 0x7f.1, 2130706433, full-width digits and the like into dotted decimal.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const address = LOCALHOST.test(host) ? '127.0.0.1' : host;
  const literal = net.isIP(address) !== 0;
  const why = literal ? policy(address) : null;
  if (why !== null) return { ok: false, code: 'egress_blocked', reason: blocked(host, address, why) };
  if (narrowing === null) return { ok: true };
  const { rules, resolves } = narrowing;
  const port = portOf(url);
  const not = rules.host(host, port, resolves || literal) ?? (literal ? rules.addresses(host, port, [address]) : null);
  return not === null ? { ok: true } : { ok: false, code: 'egress_blocked', reason: refused(host, not) };
}

function invalid(reason: string): EgressVerdict {
  return { ok: false, code: 'url_invalid', reason };
}

function blocked(host: string, address: string, why: string): string {
  const which = host === address ? host : `${host} is ${address}, which`;
  return `${which} may not be reached from here (${why}), unless HYDRACORE_EGRESS_ALLOW of the server names it`;
}

function refused(host: string, why: string): string {
  return `${host} may not be reached (${why})`;
}
