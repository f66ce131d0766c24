import createRawClient, { type Client as Raw } from 'openapi-fetch';
import { callerOf } from './call.ts';
import { eventsOf, type EventOptions, type EventQuery, type ServerEvent } from './events.ts';
import type { paths } from './generated/api.ts';
import { resources } from './generated/resources.ts';
import { type Fetch, isRepeatable, type Retries, send } from './retry.ts';

/** Where the server is and who asks. */
export interface ClientOptions {
  /** Such as `https://schedules.example.com`. */
  readonly baseUrl: string;
  /** An API key, `hc_live_…`. */
  readonly apiKey?: string;
  /** A bearer token instead, or what gives the one to use now: asked before each call. */
  readonly token?: string | (() => string | Promise<string>);
  /** Instead of the global fetch: gets a Request. */
  readonly fetch?: Fetch;
  /** How often a request is sent again, or how exactly. Default 3. */
  readonly retries?: number | Retries;
  /** The longest that one try takes, in ms. Default 60,000. */
  readonly timeoutMs?: number;
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client: the operations by resource, and `raw` for what they do not cover. */
export type Client = ReturnType<typeof resources> & {
  /**
   * What happens, as it happens, for as long as one reads: a connection that breaks is made again, and nothing is lost in
   * between. After an event `reset` load anew what you show.
   */
  readonly events: (query?: EventQuery, options?: EventOptions) => AsyncGenerator<ServerEvent, void, undefined>;
  /** openapi-fetch by path, with the same credential and retries: answers `{data, error, response}`. */
  readonly raw: Raw<paths>;
};

const RETRIES: Required<Retries> = { max: 3, baseMs: 250, maxMs: 8_000, maxRetryAfterMs: 60_000 };

/**
 * A client of one server.
 * @throws TypeError when an option is not usable
 */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, apiKey, token, timeoutMs = 60_000 } = options;
  if (!/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new TypeError(`baseUrl is ${JSON.stringify(baseUrl)}; it must start with http:// or https://`);
  }
  if (apiKey !== undefined && token !== undefined) throw new TypeError('give apiKey or token, not both');
  // Looked up at each call: a page or a test may replace it.
  const fetch: Fetch = options.fetch ?? (async (request) => await globalThis.fetch(request));
  const retries = retriesOf(options.retries, RETRIES);
  const raw = createRawClient<paths>({
    baseUrl,
    headers: { Accept: 'application/json', ...options.headers },
    // Elsewhere the credential has nothing to do.
    redirect: 'manual',
    fetch: async (request: Request) =>
      await send(request, { fetch, retries, timeoutMs, repeatable: isRepeatable(request) }),
  });
  const authorize = async ({ headers }: Request) => {
    if (headers.has('authorization')) return;
    if (apiKey !== undefined) headers.set('X-Api-Key', apiKey);
    if (token === undefined) return;
    headers.set('Authorization', `Bearer ${typeof token === 'string' ? token : await token()}`);
  };
  raw.use({ onRequest: async ({ request }) => await authorize(request) });
  const call = callerOf(raw, { fetch, retries, timeoutMs, retriesOf: (given) => retriesOf(given, retries) });
  const events = eventsOf({ baseUrl, fetch, retries, authorize, headers: options.headers ?? {} });
  return { ...resources(call), events, raw };
}

function retriesOf(given: number | Retries | undefined, base: Required<Retries>): Required<Retries> {
  return { ...base, ...(typeof given === 'number' ? { max: given } : given) };
}
