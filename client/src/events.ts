import { createParser } from 'eventsource-parser';
import { ConnectionError, errorOf, HydraCoreError } from './errors.ts';
import type { operations, ResetEvent, RunEvent, ScheduleEvent } from './generated/api.ts';
import { backoff, type Fetch, retryAfter, type Retries, sleep } from './retry.ts';

/** Which events are sent; without a filter all that the credential may see. */
export type EventQuery = Omit<NonNullable<operations['streamEvents']['parameters']['query']>, 'types'> & {
  readonly types?: readonly ('run' | 'schedule')[];
};

/** Something that has happened. `id`: where to go on behind it. */
export type ServerEvent =
  | { readonly type: 'run'; readonly id: string; readonly data: RunEvent }
  | { readonly type: 'schedule'; readonly id: string; readonly data: ScheduleEvent }
  | { readonly type: 'reset'; readonly id: string; readonly data: ResetEvent };

/** How events are read. */
export interface EventOptions {
  /** Ends the reading: it throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Goes on behind this event, of an hour ago at most. */
  readonly lastEventId?: string;
  /** Called each time that the stream stands: what was before has been told, and nothing that happens from then on is missed. */
  readonly onOpen?: () => void;
  /** Called when it has broken off and is made again; null: the server has ended it in order. */
  readonly onGap?: (error: HydraCoreError | null) => void;
}

/** With what events are asked for. */
interface EventSourceDeps {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly retries: Required<Retries>;
  readonly authorize: (request: Request) => Promise<void>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Without a heartbeat for so long the connection is dead: there is one every 15 s. */
const SILENCE_MS = 45_000;
/** How long to wait before the connection is made again, unless the server says otherwise. */
const RETRY_MS = 3_000;
/** So many events are remembered: what comes twice around a break is told once. */
const MOST_SEEN = 10_000;

/** Makes the function that reads events. */
export function eventsOf(deps: EventSourceDeps) {
  return async function* events(
    query: EventQuery = {},
    options: EventOptions = {},
  ): AsyncGenerator<ServerEvent, void, undefined> {
    const { signal = new AbortController().signal, onOpen, onGap } = options;
    const place: Place = { id: options.lastEventId ?? '', retryMs: RETRY_MS };
    const seen = new Set<string>();
    let tries = 0;
    let before = false;
    for (;;) {
      let gap: HydraCoreError | null = null;
      let wait = place.retryMs / 2 + (Math.random() * place.retryMs) / 2;
      tries += 1;
      try {
        const body = await open(deps, query, place.id, signal, tries);
        [tries, before] = [0, true];
        for await (const event of read(body, place, { url: deps.baseUrl, signal, onOpen })) {
          if (isNew(seen, event)) yield event;
        }
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof HydraCoreError) || !isPassing(error)) throw error;
        // Who has never had an answer is told; who had one waits for the next.
        if (!before && tries > deps.retries.max) throw error;
        gap = error;
        if (error instanceof NotNow) wait += error.waitMs;
        else if (tries > 0) wait = backoff(deps.retries, tries);
      }
      onGap?.(gap);
      await sleep(wait, signal);
    }
  };
}

/** What a stream has said of how to go on. */
interface Place {
  id: string;
  retryMs: number;
}

/** An answer that says to come again later. */
class NotNow extends HydraCoreError {
  readonly waitMs: number;

  constructor(error: HydraCoreError, waitMs: number) {
    super(error);
    this.waitMs = waitMs;
  }
}

async function open(
  { baseUrl, fetch, authorize, headers }: EventSourceDeps,
  { types, ...filter }: EventQuery,
  lastId: string,
  signal: AbortSignal,
  tries: number,
): Promise<ReadableStream<Uint8Array>> {
  const query = new URLSearchParams({ ...(types && { types: types.join(',') }) });
  for (const [name, value] of Object.entries(filter)) if (typeof value === 'string') query.set(name, value);
  const url = `${baseUrl.replace(/\/+$/, '')}/v1/events${query.size > 0 ? `?${query}` : ''}`;
  const asked = new Request(url, {
    headers: { ...headers, Accept: 'text/event-stream', ...(lastId !== '' && { 'Last-Event-ID': lastId }) },
    redirect: 'manual',
    cache: 'no-store',
    signal,
  });
  await authorize(asked);
  let answer: Response;
  try {
    answer = await fetch(asked);
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionError(url, tries, error);
  }
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (answer.status === 200 && isStream && answer.body) return answer.body;
  const text = await answer.text();
  const error = errorOf(answer, jsonOf(text) ?? text);
  const later = retryAfter(answer.headers);
  throw later === null ? error : new NotNow(error, later);
}

/** The events of one connection, for as long as it stands. */
async function* read(
  body: ReadableStream<Uint8Array>,
  place: Place,
  { url, signal, onOpen }: { url: string; signal: AbortSignal; onOpen: (() => void) | undefined },
): AsyncGenerator<ServerEvent> {
  const found: ServerEvent[] = [];
  let stands = false;
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent: ({ event, id = '', data }) => found.push({ type: event, id, data: jsonOf(data) } as ServerEvent),
    onRetry: (ms) => (place.retryMs = ms),
    // An id without an event is none to the parser; the comment with it says the same.
    onComment: (comment) => {
      const id = /^ ?heartbeat (\S+)$/.exec(comment)?.[1];
      if (id === undefined) return;
      // Events before it, that their reader has not asked for yet, come with ids of their own.
      if (found.length === 0) place.id = id;
      if (!stands) onOpen?.();
      stands = true;
    },
  });
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  let silent = false;
  try {
    for (;;) {
      const timer = setTimeout(() => {
        silent = true;
        stop();
      }, SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      signal.throwIfAborted();
      if (silent) throw new Error(`no heartbeat within ${SILENCE_MS} ms`);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      for (const event of found.splice(0)) {
        // The reader has had it once it asks for the next.
        yield event;
        place.id = event.id;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionError(url, 1, error);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Whether it may go away by itself. */
function isPassing({ status }: HydraCoreError): boolean {
  return status === 0 || status === 429 || status >= 500;
}

function isNew(seen: Set<string>, { type, data }: ServerEvent): boolean {
  if (type === 'reset') return true;
  const key = type === 'run' ? `${data.run_id} ${data.status} ${data.attempt}` : `${data.schedule_id} ${data.version}`;
  if (seen.has(key)) return false;
  seen.add(key);
  const oldest = seen.values().next();
  if (seen.size > MOST_SEEN && oldest.done !== true) seen.delete(oldest.value);
  return true;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
