import type { Egress } from '../actions/egress.ts';
import type { PassFaultPoint } from '../fault-points.ts';
import type { Database } from '../store/db.ts';
import { POLL_MS, WakeListener } from '../store/wake.ts';
import type { FindAction } from './attempt.ts';
import { Dispatcher } from './dispatcher.ts';
import { Loop } from './loop.ts';
import { planTick } from './planner.ts';
import { reapTick } from './reaper.ts';
import { HEARTBEAT_MS, REAP_MS, type EngineLog } from './settings.ts';

/** What the engine works with. */
export interface EngineDeps {
  readonly db: Database;
  readonly node: string;
  readonly now: () => number;
  readonly log: EngineLog;
  readonly findAction: FindAction;
  readonly egress: Egress;
  readonly concurrency: number;
  readonly faultPoint: PassFaultPoint;
}

/** Planner, dispatcher and reaper, each its own loop, so that none waits for another. */
export class Engine {
  readonly #dispatcher: Dispatcher;
  readonly #loops: { planner: Loop; dispatcher: Loop; reaper: Loop; heartbeat: Loop };
  readonly #listener: WakeListener;

  constructor(deps: EngineDeps) {
    const { db, log, now } = deps;
    const told = (what: string) => (error: unknown) => log('warn', `${what} failed; trying again`, { error });
    this.#dispatcher = new Dispatcher({ ...deps, wake: (at) => this.#loops.dispatcher.wake(at) });
    const planner = {
      ...deps,
      freeSlots: () => this.#dispatcher.freeSlots(),
      start: this.#dispatcher.start.bind(this.#dispatcher),
    };
    this.#loops = {
      planner: new Loop(
        async (at) => {
          const tick = await planTick(planner, at);
          // What was planned without a slot waits for any node: this one looks at once.
          if (tick.waiting) this.#loops.dispatcher.wake();
          return tick;
        },
        { now, pollMs: POLL_MS, floorMs: 5, onError: told('planning') },
      ),
      dispatcher: new Loop((at) => this.#dispatcher.tick(at), {
        now,
        pollMs: POLL_MS,
        floorMs: 5,
        onError: told('claiming runs'),
      }),
      reaper: new Loop(
        async (at) => {
          const { expired } = await reapTick(db, at);
          if (expired > 0) log('warn', 'runs of a lost server go on', { runs: expired });
          return { next: null };
        },
        { now, pollMs: REAP_MS, onError: told('reaping') },
      ),
      heartbeat: new Loop(
        async (at) => {
          await this.#dispatcher.renew(at);
          return { next: null };
        },
        { now, pollMs: HEARTBEAT_MS, onError: told('renewing leases') },
      ),
    };
    this.#listener = new WakeListener(db, (at) => this.#wake(at), told('listening for changes'));
  }

  /** Starts the loops. */
  async start(): Promise<void> {
    await this.#listener.start();
    for (const loop of Object.values(this.#loops)) loop.wake();
  }

  /** Stops claiming, gives what is in flight `graceMs` to finish, hands back the rest. */
  async stop(graceMs: number): Promise<void> {
    this.#listener.close();
    const { planner, dispatcher, reaper, heartbeat } = this.#loops;
    await Promise.all([planner.stop(), dispatcher.stop(), reaper.stop()]);
    await this.#dispatcher.drain(graceMs);
    await heartbeat.stop();
  }

  #wake(at: number): void {
    this.#loops.planner.wake(at);
    this.#loops.dispatcher.wake(at);
  }
}
