import type { Client as Raw } from 'openapi-fetch';
import { errorOf, HydraCoreError } from './errors.ts';
import type { operations, paths } from './generated/api.ts';
import { isRepeatable, type Retries, send, type Sending } from './retry.ts';

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, between tries too: it throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** The longest that one try takes, in ms; the client's, when absent. */
  readonly timeoutMs?: number;
  /** The client's, when absent. */
  readonly retries?: number | Retries;
  /** Instead of the client's credential: a completion token, for instance. */
  readonly token?: string;
  /** Further headers, such as `X-Request-Id` or `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a call takes that the server does once, however often it is sent. */
export interface Keyed {
  /** A key of your own, so that a restarted program does not do it again; else each call gets one. */
  readonly idempotencyKey?: string;
}

/** What a call takes that may hang on the version that was read. */
export interface Conditional {
  /** Only while the row has this `version` (412 `stale_version` otherwise). */
  readonly ifMatch?: number | string;
}

type Operations = keyof operations;
type Json<T> = T extends { content: { 'application/json': infer B } } ? B : never;
type Good<R> = { [S in keyof R & (200 | 201 | 202)]: Json<R[S]> }[keyof R & (200 | 201 | 202)];

/** The body of an operation. */
export type Body<K extends Operations> = Json<NonNullable<operations[K] extends { requestBody?: infer B } ? B : never>>;
/** The query of an operation. */
export type Query<K extends Operations> = NonNullable<operations[K]['parameters']['query']>;
/** What an operation answers. */
export type Answer<K extends Operations> = 204 extends keyof operations[K]['responses']
  ? void
  : Good<operations[K]['responses']>;
/** One item of a page. */
export type ItemOf<P, K extends keyof P> = P[K] extends readonly (infer T)[] ? T : never;

/** The parts of a request. */
interface Parts {
  readonly path?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly query?: object | undefined;
  readonly options?: (CallOptions & Keyed & Conditional) | undefined;
  /** A POST that the server does once by its Idempotency-Key. */
  readonly keyed?: boolean;
  /** A POST that does no harm done twice. */
  readonly repeatable?: boolean;
}

/** Calls one operation. */
export type Caller = <K extends Operations>(method: string, path: keyof paths, parts: Parts) => Promise<Answer<K>>;

/** How calls are sent, unless their options say otherwise. */
export interface Defaults extends Omit<Sending, 'repeatable'> {
  readonly retriesOf: (given: number | Retries | undefined) => Required<Retries>;
}

/** Makes the function that all operations go through. */
export function callerOf(raw: Raw<paths>, defaults: Defaults): Caller {
  // What is typed by operation outside is one untyped request within.
  const request = raw.request.bind(raw) as unknown as (
    method: string,
    path: string,
    init: object,
  ) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
  return async <K extends Operations>(method: string, path: string, parts: Parts) => {
    const { body, options = {} } = parts;
    for (const [name, value] of Object.entries(parts.path ?? {})) {
      if (typeof value !== 'string' || value === '') throw new TypeError(`${name} must be a string that is not empty`);
    }
    const isLines = typeof body === 'string';
    const init = {
      params: { path: parts.path, query: parts.query },
      body,
      ...(isLines && { bodySerializer: (text: string) => text }),
      headers: headersOf(parts, isLines),
      ...(options.signal && { signal: options.signal }),
      fetch: async (sent: Request) =>
        await send(sent, {
          fetch: defaults.fetch,
          retries: options.retries === undefined ? defaults.retries : defaults.retriesOf(options.retries),
          timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
          repeatable: parts.repeatable === true || isRepeatable(sent),
        }),
    };
    const { data, response } = await answered(request(method, path, init));
    if (response.status !== 204 && typeof data !== 'object') throw errorOf(response, data);
    return data as Answer<K>;
  };
}

async function answered(asking: Promise<{ data?: unknown; error?: unknown; response: Response }>) {
  let answer;
  try {
    answer = await asking;
  } catch (error) {
    // A good answer that is no JSON: something else than HydraCore is there.
    if (!(error instanceof SyntaxError)) throw error;
    const detail = `The answer is not JSON: is this a HydraCore server? (${error.message})`;
    const code = 'unexpected_answer';
    throw new HydraCoreError({ status: 200, code, detail, requestId: null, body: null }, { cause: error });
  }
  if (!answer.response.ok) throw errorOf(answer.response, answer.error);
  return answer;
}

function headersOf({ options = {}, keyed }: Parts, isLines: boolean): Record<string, string> {
  const { ifMatch } = options;
  const headers: Record<string, string> = { ...options.headers };
  if (isLines) headers['Content-Type'] = 'application/x-ndjson';
  if (ifMatch !== undefined) headers['If-Match'] = typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch;
  if (options.token !== undefined) headers['Authorization'] = `Bearer ${options.token}`;
  if (keyed === true) headers['Idempotency-Key'] = options.idempotencyKey ?? randomKey();
  return headers;
}

/** Not crypto.randomUUID: browsers have that only on pages that came by HTTPS. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
