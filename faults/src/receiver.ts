import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DeliveryFact } from './evidence.ts';
import type { ReceiverNews, ReceiverOrder } from './receiver-process.ts';

/** The rig's side of the receivers. */
export class Receiver {
  readonly #child: ChildProcess;
  readonly deliveries: DeliveryFact[] = [];
  /** Those who wait for news of a kind. News may come several in one turn: none may be missed between two waits. */
  readonly #waiting = new Map<string, (news: ReceiverNews) => void>();
  #ports = new Map<string, number>();

  constructor() {
    this.#child = fork(fileURLToPath(new URL('receiver-process.ts', import.meta.url)));
    this.#child.on('message', (news: ReceiverNews) => {
      if (news.kind === 'deliveries') this.deliveries.push(...news.deliveries);
      this.#waiting.get(news.kind)?.(news);
    });
  }

  /** Opens one HTTP server for each tenant. */
  async open(seed: number, tenants: readonly string[], servers: readonly string[]): Promise<void> {
    const opened = this.#next('open');
    this.#order({ kind: 'open', seed, tenants, servers });
    const news = await opened;
    this.#ports = new Map(tenants.map((tenant, i) => [tenant, news.ports[i] ?? 0]));
  }

  /** A tenant's receiver, behaving in this manner. */
  url(tenant: string, manner: string): string {
    return `http://127.0.0.1:${this.#ports.get(tenant)}/${manner}/hook`;
  }

  /** From now on everything is answered well. */
  calm(): void {
    this.#order({ kind: 'calm' });
  }

  /** Returns when every delivery that has arrived is in `deliveries`. */
  async flush(): Promise<void> {
    const flushed = this.#next('flushed');
    this.#order({ kind: 'flush' });
    await flushed;
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #order(order: ReceiverOrder): void {
    this.#child.send(order);
  }

  /** The next news of a kind. To be asked for before what makes it come. */
  #next<K extends ReceiverNews['kind']>(kind: K): Promise<Extract<ReceiverNews, { kind: K }>> {
    return new Promise((resolve) => {
      this.#waiting.set(kind, (news) => {
        this.#waiting.delete(kind);
        resolve(news as Extract<ReceiverNews, { kind: K }>);
      });
    });
  }
}
