import { Client, type Dispatcher } from 'undici';
import { spread, type Spread } from './stats.ts';

/** One request of a load, the `i`th. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
}

export interface LoadResult extends Spread {
  readonly perSecond: number;
  readonly failed: number;
}

/** How long a load is not looked at: connections are opened, and code is compiled, on both sides. */
const WARM_UP_MS = 1_000;

/** Sends requests by so many connections, each one after the other, for so long after a second that warms up. */
export async function load(
  origin: string,
  options: { readonly connections: number; readonly seconds: number; readonly headers: Record<string, string> },
  ask: (i: number) => Asked,
): Promise<LoadResult> {
  const took: number[] = [];
  let sent = 0;
  let failed = 0;
  const began = performance.now() + WARM_UP_MS;
  const until = began + options.seconds * 1_000;
  const connection = async () => {
    const client = new Client(origin, { pipelining: 1 });
    try {
      while (performance.now() < until) {
        const { method, path, body } = ask(sent++);
        const start = performance.now();
        const status = await answerTo(client, {
          method,
          path,
          headers: body === undefined ? options.headers : { ...options.headers, 'content-type': 'application/json' },
          body: body === undefined ? null : JSON.stringify(body),
        });
        if (status >= 300) failed += 1;
        if (start >= began) took.push(performance.now() - start);
      }
    } finally {
      await client.close();
    }
  };
  await Promise.all(Array.from({ length: options.connections }, connection));
  return { ...spread(took), perSecond: (1_000 * took.length) / (performance.now() - began), failed };
}

/**
 * The status of an answer, once all of it has come. undici's `request` makes a stream for each: collecting those as garbage stopped
 * the load for ten milliseconds at a time, and every request that was under way took as much longer.
 */
function answerTo(client: Client, request: Dispatcher.DispatchOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    client.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, code) => (status = code),
      onResponseData: () => undefined,
      onResponseEnd: () => resolve(status),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}
