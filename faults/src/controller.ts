import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultFact } from './evidence.ts';
import type { Fleet } from './fleet.ts';
import type { PlannedFault } from './plan.ts';
import type { Postgres } from './postgres.ts';
import type { Weather } from './proxy.ts';

const DELAY_MS = 250;
const SERVERS = [0, 1, 2];

/** Injects the planned faults, each in its time, and notes when each was over. */
export class Controller {
  readonly #fleet: Fleet;
  readonly #postgres: Postgres;
  readonly #say: (text: string) => void;
  readonly #running = new Set<Promise<void>>();
  readonly #faults: FaultFact[] = [];
  #database: Promise<void> = Promise.resolve();

  constructor(fleet: Fleet, postgres: Postgres, say: (text: string) => void) {
    this.#fleet = fleet;
    this.#postgres = postgres;
    this.#say = say;
  }

  /** What has been injected and is over. */
  get faults(): FaultFact[] {
    return [...this.#faults, ...this.#fleet.faults].sort((a, b) => a.from - b.from);
  }

  /** Injects them all; returns when the last is over and everything is up again. */
  async run(plan: readonly PlannedFault[], startedAt: number): Promise<void> {
    for (const fault of plan) {
      await sleep(Math.max(0, startedAt + fault.at - Date.now()));
      this.#say(`${fault.kind}${fault.server === null ? '' : ` of server ${fault.server}`}, ${fault.ms} ms`);
      const done = this.#inject(fault).finally(() => this.#running.delete(done));
      this.#running.add(done);
    }
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #inject(fault: PlannedFault): Promise<void> {
    const { kind, server, ms } = fault;
    switch (kind) {
      case 'kill':
        return await this.#fleet.kill(server ?? 0, ms, fault.handicap);
      case 'stop':
        return await this.#fleet.freeze(server ?? 0, ms);
      case 'blackout':
        return await this.#noted('blackout', null, async () => {
          await Promise.all(SERVERS.map((index) => this.#fleet.kill(index, ms)));
        });
      case 'database restart':
      case 'database stop':
        // One at a time: a database that is down can't be taken down.
        this.#database = this.#database.then(() => this.#noted(kind, null, () => this.#postgres.restart(ms)));
        return await this.#database;
      case 'reset':
        return await this.#noted(kind, server, async () => {
          for (const index of this.#targets(server)) this.#fleet.proxy(index).reset();
        });
      case 'delay':
        return await this.#weather(kind, server, { kind: 'delay', ms: DELAY_MS }, ms);
      case 'half-open':
        return await this.#weather(kind, server, { kind: 'half-open' }, ms);
      case 'black hole':
      case 'cut-off':
        return await this.#weather(kind, server, { kind: 'black-hole' }, ms);
    }
  }

  async #weather(kind: string, server: number | null, weather: Weather, ms: number): Promise<void> {
    await this.#noted(kind, server, async () => {
      const clear = this.#targets(server).map((index) => this.#fleet.proxy(index).impose(weather));
      await sleep(ms);
      for (const end of clear) end();
    });
  }

  #targets(server: number | null): readonly number[] {
    return server === null ? SERVERS : [server];
  }

  async #noted(kind: string, server: number | null, work: () => Promise<void>): Promise<void> {
    const from = Date.now();
    await work();
    this.#faults.push({ kind, server, from, to: Date.now() });
  }
}
