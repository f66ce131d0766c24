import type { Egress } from '../actions/egress.ts';
import type { PassFaultPoint } from '../fault-points.ts';
import type { Database } from '../store/db.ts';
import { askRelease } from '../store/held.ts';
import { POLL_MS, WakeListener } from '../store/wake.ts';
import type { FindAction } from './attempt.ts';
import { Dispatcher } from './dispatcher.ts';
import { Loop } from './loop.ts';
import { planTick } from './planner.ts';
import { reapTick } from './reaper.ts';
import { releaseTick } from './releaser.ts';
import { retentionTick } from './retention.ts';
import { HEARTBEAT_MS, REAP_MS, RETENTION_MS, type EngineLog } from './settings.ts';

/** What the engine works with. */
export interface EngineDeps {
  readonly db: Database;
  readonly node: string;
  readonly now: () => number;
  readonly log: EngineLog;
  readonly findAction: FindAction;
  readonly egress: Egress;
  readonly concurrency: number;
  readonly retentionDays: number;
  readonly faultPoint: PassFaultPoint;
}

/** Planner, dispatcher, releaser, reaper, retention and heartbeat, each its own loop, so that none waits for another. */
export class Engine {
  readonly #dispatcher: Dispatcher;
  readonly #loops: Record<'planner' | 'dispatcher' | 'releaser' | 'reaper' | 'heartbeat' | 'retention', Loop>;
  readonly #listener: WakeListener;

  constructor(deps: EngineDeps) {
    const { db, log, now } = deps;
    const told = (what: string) => (error: unknown) => log('warn', `${what} failed; trying again`, { error });
    this.#dispatcher = new Dispatcher({
      ...deps,
      wake: (at) => this.#loops.dispatcher.wake(at),
      ended: (schedules) => {
        // Should this fail, the reaper finds what is stranded.
        db.transaction((tx) => askRelease(tx, schedules, now())).then(
          (any) => any && this.#loops.releaser.wake(),
          told('releasing runs'),
        );
      },
    });
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
          if (tick.release !== null) this.#loops.releaser.wake(tick.release);
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
      releaser: new Loop((at) => releaseTick(planner, at), {
        now,
        pollMs: POLL_MS,
        floorMs: 5,
        onError: told('releasing runs'),
      }),
      reaper: new Loop(
        async (at) => {
          const { expired, stranded } = await reapTick(db, at);
          if (stranded > 0) this.#loops.releaser.wake();
          if (expired > 0) log('warn', 'runs of a lost server go on', { runs: expired });
          return { next: null };
        },
        { now, pollMs: REAP_MS, onError: told('reaping') },
      ),
      retention: new Loop(
        async (at) => {
          const { made, dropped, purged } = await retentionTick(db, at, deps.retentionDays);
          if (made.length + dropped.length + purged > 0) log('info', 'retention', { made, dropped, purged });
          return { next: null };
        },
        { now, pollMs: RETENTION_MS, onError: told('retention') },
      ),
      heartbeat: new Loop(
        async (at) => {
          await this.#dispatcher.renew(at);
          return { next: null };
        },
        { now, pollMs: HEARTBEAT_MS, onError: told('renewing leases') },
      ),
    };
    this.#listener = new WakeListener(db, {
      wake: (at) => this.#wake(at),
      stop: (runId) => this.#dispatcher.cancel(runId),
      error: told('listening for changes'),
    });
  }

  /** Starts the loops. */
  async start(): Promise<void> {
    await this.#listener.start();
    for (const loop of Object.values(this.#loops)) loop.wake();
  }

  /** Stops claiming, gives what is in flight `graceMs` to finish, hands back the rest. */
  async stop(graceMs: number): Promise<void> {
    this.#listener.close();
    const { heartbeat, ...others } = this.#loops;
    await Promise.all(Object.values(others).map((loop) => loop.stop()));
    await this.#dispatcher.drain(graceMs);
    await heartbeat.stop();
  }

  #wake(at: number): void {
    this.#loops.planner.wake(at);
    this.#loops.dispatcher.wake(at);
    this.#loops.releaser.wake(at);
  }
}
