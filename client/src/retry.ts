import { ConnectionError } from './errors.ts';

/** How often and how soon a request is sent again. */
export interface Retries {
  /** The most times it is sent again. 0: never. Default 3. */
  readonly max?: number;
  /** The wait before the first retry, in ms; it doubles each time, and half of it is random. Default 250. */
  readonly baseMs?: number;
  /** The longest wait of our own, in ms. Default 8,000. */
  readonly maxMs?: number;
  /** The longest wait that a `Retry-After` may ask for, in ms: beyond it the answer is given up on. Default 60,000. */
  readonly maxRetryAfterMs?: number;
}

/** What fetch does. */
export type Fetch = (request: Request) => Promise<Response>;

/** How one request is sent. */
export interface Sending {
  readonly fetch: Fetch;
  readonly retries: Required<Retries>;
  /** Each try is given up after so long. */
  readonly timeoutMs: number;
  /** Whether doing it twice does no harm; else it is sent again only where it certainly was not done. */
  readonly repeatable: boolean;
}

/** Of these it is certain that nothing was done. */
const REFUSED = new Set([429]);
/** Of these it is not. */
const UNCERTAIN = new Set([502, 503, 504]);

/** Answers that have no body. Chromium gives them an empty one all the same, and takes none when they are made. */
const NO_BODY = new Set([204, 205, 304]);

/** Whether a request may be done twice: by its method, or because the server does it once by its Idempotency-Key. */
export function isRepeatable({ method, headers }: Request): boolean {
  // A version that the first try moved on is stale at the second.
  if (headers.has('if-match')) return false;
  return method === 'POST' ? headers.has('idempotency-key') : true;
}

/**
 * Sends a request, again and again as far as it is worth it.
 * @returns the last answer, whatever it is
 * @throws ConnectionError when none came; the signal's reason when it was aborted
 */
export async function send(request: Request, { fetch, retries, timeoutMs, repeatable }: Sending): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    request.signal.throwIfAborted();
    const wait = backoff(retries, tries);
    let answer: Response;
    try {
      answer = await tried(request, fetch, timeoutMs);
    } catch (error) {
      request.signal.throwIfAborted();
      if (!repeatable || tries > retries.max) throw new ConnectionError(request.url, tries, error);
      await sleep(wait, request.signal);
      continue;
    }
    if (tries > retries.max || !(await isWorthIt(answer, repeatable))) return answer;
    const asked = retryAfter(answer.headers);
    if (asked !== null && asked > retries.maxRetryAfterMs) return answer;
    await sleep(asked === null ? wait : asked + wait, request.signal);
  }
}

/** One try, with the answer's body read: an answer that breaks off is none. */
async function tried(request: Request, fetch: Fetch, timeoutMs: number): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    const signal = AbortSignal.any([request.signal, late.signal]);
    const answer = await fetch(new Request(request.clone(), { signal }));
    if (answer.body === null) return answer;
    const body = await answer.arrayBuffer();
    return new Response(NO_BODY.has(answer.status) ? null : body, answer);
  } finally {
    clearTimeout(timer);
  }
}

async function isWorthIt(answer: Response, repeatable: boolean): Promise<boolean> {
  if (REFUSED.has(answer.status)) return true;
  if (UNCERTAIN.has(answer.status)) return repeatable;
  if (answer.status !== 409) return false;
  // "Two requests met, and this one lost": it was taken back whole.
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  return (body as { code?: unknown } | null)?.code === 'conflict';
}

/** How long to wait after so many tries, in ms. */
export function backoff({ baseMs, maxMs }: Required<Retries>, tries: number): number {
  const most = Math.min(maxMs, baseMs * 2 ** (tries - 1));
  return most / 2 + (Math.random() * most) / 2;
}

/** In ms, by the server's own clock where it names an instant; null: it asks for nothing. */
export function retryAfter(headers: Headers): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const wait = Date.parse(text) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

/** Waits. @throws the signal's reason when it is aborted */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
