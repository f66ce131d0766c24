import { Client } from 'undici';
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

/** Sends requests by so many connections, each one after the other, for so long. */
export async function load(
  origin: string,
  options: { readonly connections: number; readonly seconds: number; readonly headers: Record<string, string> },
  ask: (i: number) => Asked,
): Promise<LoadResult> {
  const took: number[] = [];
  let sent = 0;
  let failed = 0;
  const began = performance.now();
  const until = began + options.seconds * 1_000;
  const connection = async () => {
    const client = new Client(origin, { pipelining: 1 });
    try {
      while (performance.now() < until) {
        const { method, path, body } = ask(sent++);
        const start = performance.now();
        const answer = await client.request({
          method,
          path,
          headers: body === undefined ? options.headers : { ...options.headers, 'content-type': 'application/json' },
          body: body === undefined ? null : JSON.stringify(body),
        });
        await answer.body.dump({ limit: 10_000_000 });
        took.push(performance.now() - start);
        if (answer.statusCode >= 300) failed += 1;
      }
    } finally {
      await client.close();
    }
  };
  await Promise.all(Array.from({ length: options.connections }, connection));
  return { ...spread(took), perSecond: (1_000 * took.length) / (performance.now() - began), failed };
}
