import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MetricsJson } from './watch/metrics.ts';
import type { EngineLog } from './engine/settings.ts';

const FILE = fileURLToPath(new URL('worker.ts', import.meta.url));
/** A worker that ends by itself is started again after so long: what ended it may end the next as well. */
const AGAIN_MS = 1_000;
/** How long a scrape waits for a worker's metrics before it answers without them. */
const METRICS_MS = 1_000;

/** What a worker is told. */
export type ToWorker =
  | { readonly kind: 'start'; readonly url: string }
  | { readonly kind: 'stop'; readonly graceMs: number }
  | { readonly kind: 'metrics'; readonly id: number };

/** What it answers. */
export interface FromWorker {
  readonly id: number;
  readonly metrics: MetricsJson;
}

/**
 * The processes beside the first that plan and deliver (HYDRACORE_WORKERS): each a node of its own, with its own leases. One that
 * dies is started again; its runs go on elsewhere when their leases run out, as those of any node.
 */
export class Workers {
  readonly #log: EngineLog;
  readonly #url: string;
  readonly #children = new Set<ChildProcess>();
  readonly #again = new Set<NodeJS.Timeout>();
  #stopping = false;
  #asked = 0;

  /** @param url the database, as the server's login */
  constructor(url: string, log: EngineLog) {
    this.#url = url;
    this.#log = log;
  }

  /** Starts so many. */
  start(count: number): void {
    for (let i = 0; i < count; i += 1) this.#startOne();
  }

  /** Has each give what it has in flight `graceMs`, and waits until all have ended. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#again) clearTimeout(timer);
    await Promise.all(
      [...this.#children].map(async (child) => {
        const exited = once(child, 'exit');
        send(child, { kind: 'stop', graceMs });
        await exited;
      }),
    );
  }

  /** The metrics of each; one that does not answer in time is left out. */
  async metrics(): Promise<MetricsJson[]> {
    const asked = await Promise.all([...this.#children].map((child) => this.#metricsOf(child)));
    return asked.filter((metrics) => metrics !== null);
  }

  #startOne(): void {
    const child = fork(FILE, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#children.add(child);
    send(child, { kind: 'start', url: this.#url });
    child.once('exit', (code, signal) => {
      this.#children.delete(child);
      if (this.#stopping) return;
      this.#log('error', 'a worker ended by itself; starting another', { pid: child.pid, code, signal });
      const timer = setTimeout(() => {
        this.#again.delete(timer);
        this.#startOne();
      }, AGAIN_MS);
      this.#again.add(timer);
    });
  }

  async #metricsOf(child: ChildProcess): Promise<MetricsJson | null> {
    const id = (this.#asked += 1);
    return await new Promise((resolve) => {
      const done = (metrics: MetricsJson | null): void => {
        clearTimeout(timer);
        child.off('message', onMessage);
        resolve(metrics);
      };
      const onMessage = (message: unknown): void => {
        const answer = message as FromWorker;
        if (answer.id === id) done(answer.metrics);
      };
      const timer = setTimeout(done, METRICS_MS, null);
      child.on('message', onMessage);
      send(child, { kind: 'metrics', id });
    });
  }
}

/** A worker that is just ending can't be told anything; its exit says the rest. */
function send(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => undefined);
}
