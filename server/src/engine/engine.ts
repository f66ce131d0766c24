import type { Egress } from '../actions/egress.ts';
import type { PassFaultPoint } from '../fault-points.ts';
import type { Database } from '../store/db.ts';
import { askRelease } from '../store/release.ts';
import type { ScheduleKey } from '../store/schedule-locks.ts';
import type { Vault } from '../store/vault/vault.ts';
import { notifyDue, POLL_MS, WakeListener } from '../store/wake.ts';
import type { FindAction } from './attempt.ts';
import type { BreakerCounts, BreakerTurn } from './breakers.ts';
import { Dispatcher } from './dispatcher.ts';
import { backfillTick } from './backfiller.ts';
import type { LoopName, Told, TraceAttempt } from './events.ts';
import { checkInvariants } from './invariants.ts';
import { Loop, type LoopPass } from './loop.ts';
import { DueSchedules } from './due-schedules.ts';
import { EndedSchedules } from './ended.ts';
import { Lanes, type Limits } from './lanes.ts';
import { planTick } from './planner.ts';
import { reapTick } from './reaper.ts';
import { relativeTick } from './relative-planner.ts';
import { releaseTick } from './releaser.ts';
import { retentionTick } from './retention.ts';
import { Slices } from './slices.ts';
import { Starts } from './starts.ts';
import { CHECK_MS, HEARTBEAT_MS, PATIENCE_MS, REAP_MS, RETENTION_MS } from './settings.ts';

/** What the engine works with. */
export interface EngineDeps extends Told {
  readonly db: Database;
  readonly node: string;
  readonly now: () => number;
  readonly findAction: FindAction;
  readonly egress: Egress;
  readonly vault: Vault;
  readonly traceAttempt?: TraceAttempt | undefined;
  readonly limits: Limits;
  /** Whether it also looks after what no node has: retention and invariants. One process of a server does. */
  readonly housekeeping: boolean;
  /** The most runs of a tenant that start in a minute, unless it has its own number; null: any. */
  readonly runsPerMinute: number | null;
  readonly retentionDays: number;
  readonly auditRetentionDays: number;
  readonly faultPoint: PassFaultPoint;
}

/** What a node holds for each run that it may have under way: those that wait their turn on it (see `Turnstile`). */
const AHEAD = 10;

/** Planning goes on when there is room for so many more, or sooner where few wait: what a batch costs by itself is shared by many. */
const WORTH_A_PASS = 250;

/** Loops that one process of a server has. */
const HOUSEKEEPING: ReadonlySet<string> = new Set<LoopName>(['retention', 'invariants']);

function aheadOf({ node, tenant, host }: Limits): Limits {
  return { node: node * AHEAD, tenant: tenant * AHEAD, host: host * AHEAD };
}

/** Planners, dispatcher, releaser, backfiller, reaper, retention and heartbeat, each its own loop, so that none waits for another. */
export class Engine {
  readonly #db: Database;
  readonly #ended = new EndedSchedules();
  readonly #lanes: Lanes;
  readonly #starts: Starts;
  readonly #slices: Slices;
  readonly #housekeeping: boolean;
  readonly #now: () => number;
  readonly #told: (what: string) => (error: unknown) => void;
  readonly #dispatcher: Dispatcher;
  readonly #loops: Readonly<Record<LoopName, Loop>>;
  readonly #listener: WakeListener;

  constructor(deps: EngineDeps) {
    const { db, log, now } = deps;
    const hot = db.plannedOnce();
    const byDates = db.plannedOnce({ plannedFor: 'lists' });
    const slices = new Slices(db, deps.node);
    this.#slices = slices;
    const mine = () => slices.mine();
    const onPass = (loop: LoopName) => (pass: LoopPass) => deps.events?.passed(loop, pass);
    const told = (what: string) => (error: unknown) => log('warn', `${what} failed; trying again`, { error });
    const starts = new Starts({
      ...deps,
      wake: () => this.#loops.dispatcher.wake(),
      onError: told('counting the starts of runs'),
    });
    this.#db = db;
    this.#starts = starts;
    this.#housekeeping = deps.housekeeping;
    this.#now = now;
    this.#told = told;
    const turned = ({ state, until, ...lane }: BreakerTurn) => {
      if (state === 'closed') log('info', 'a destination answers again', lane);
      else log('info', 'a destination does not answer; its runs wait', { ...lane, for_ms: (until ?? 0) - now() });
    };
    this.#lanes = new Lanes(aheadOf(deps.limits), now, turned, starts);
    let lookedUntil: ScheduleKey | null = null;
    let left = false;
    let freed = 0;
    const lanes = this.#lanes;
    this.#dispatcher = new Dispatcher({
      ...deps,
      db: hot,
      lanes,
      mostUnderWay: deps.limits,
      wake: (at) => this.#loops.dispatcher.wake(at),
      freed: () => {
        freed += 1;
        if (left && (freed >= WORTH_A_PASS || this.#dispatcher.waiting() < deps.limits.node))
          this.#loops.planner.wake();
      },
      ended: (schedules) => {
        this.#ended.add(schedules);
        this.#loops.releaser.wake();
      },
    });
    const planner = {
      ...deps,
      db: hot,
      lanes,
      due: new DueSchedules(mine, (lane) => lanes.room(lane)),
      patienceMs: PATIENCE_MS,
      ended: this.#ended,
      start: this.#dispatcher.start.bind(this.#dispatcher),
    };
    this.#loops = {
      planner: new Loop(
        async (at) => {
          freed = 0;
          const tick = await planTick(planner, at);
          left = tick.left > 0;
          // What was planned without a slot waits for any node: this one looks at once.
          if (tick.waiting) this.#loops.dispatcher.wake();
          if (tick.release !== null) this.#loops.releaser.wake(tick.release);
          return tick;
        },
        { now, pollMs: POLL_MS, floorMs: 5, onPass: onPass('planner'), onError: told('planning') },
      ),
      relative: new Loop(
        async (at) => {
          const tick = await relativeTick({ ...planner, db: byDates, slice: mine() }, at);
          // What was planned without a slot waits for any node, or for its moment in the flexible window.
          if (tick.planned > 0) this.#loops.dispatcher.wake();
          if (tick.release !== null) this.#loops.releaser.wake(tick.release);
          return tick;
        },
        { now, pollMs: POLL_MS, floorMs: 5, onPass: onPass('relative'), onError: told('planning by records') },
      ),
      dispatcher: new Loop((at) => this.#dispatcher.tick(at), {
        now,
        pollMs: POLL_MS,
        floorMs: 5,
        onPass: onPass('dispatcher'),
        onError: told('claiming runs'),
      }),
      releaser: new Loop(
        async (at) => {
          const tick = await releaseTick(planner, at);
          if (tick.waiting) this.#loops.dispatcher.wake();
          return tick;
        },
        { now, pollMs: POLL_MS, floorMs: 5, onPass: onPass('releaser'), onError: told('releasing runs') },
      ),
      backfiller: new Loop((at) => backfillTick(deps, at), {
        now,
        pollMs: POLL_MS,
        floorMs: 5,
        onPass: onPass('backfiller'),
        onError: told('backfilling'),
      }),
      reaper: new Loop(
        async (at) => {
          const { stranded } = await reapTick(db, at, deps, lookedUntil);
          lookedUntil = stranded.after;
          await starts.refresh();
          if (stranded.found > 0) this.#loops.releaser.wake();
          return { next: null };
        },
        { now, pollMs: REAP_MS, onPass: onPass('reaper'), onError: told('reaping') },
      ),
      retention: new Loop(
        async (at) => {
          const { made, dropped, inUse, purged, toSum } = await retentionTick(
            db,
            at,
            deps.retentionDays,
            deps.auditRetentionDays,
          );
          if (made.length + dropped.length + purged > 0) log('info', 'retention', { made, dropped, purged });
          if (inUse !== null) log('info', 'a week past retention is in use, and goes once it is not', { week: inUse });
          return { next: toSum ? at : null };
        },
        { now, pollMs: RETENTION_MS, onPass: onPass('retention'), onError: told('retention') },
      ),
      heartbeat: new Loop(
        async (at) => {
          await this.#dispatcher.renew(at);
          await this.#slices.refresh(at);
          return { next: null };
        },
        { now, pollMs: HEARTBEAT_MS, onPass: onPass('heartbeat'), onError: told('renewing leases') },
      ),
      invariants: new Loop(
        async (at) => {
          await checkInvariants(deps, at);
          return { next: null };
        },
        { now, pollMs: CHECK_MS, onPass: onPass('invariants'), onError: told('checking the invariants') },
      ),
    };
    this.#listener = new WakeListener(db, {
      wake: (at) => this.#wake(at),
      nodes: () => {
        slices.refresh(now()).then(() => this.#wake(now()), told('looking for other nodes'));
      },
      stop: (runId) => this.#dispatcher.cancel(runId),
      error: told('listening for changes'),
    });
  }

  /** How many runs are in flight on this node. */
  inFlight(): number {
    return this.#dispatcher.inFlight();
  }

  /** How many circuit breakers stand how, for those who watch. */
  breakers(): BreakerCounts {
    return this.#lanes.breakers();
  }

  /** Starts the loops. Where it throws, nothing is left behind, and it may be tried again. */
  async start(): Promise<void> {
    await this.#starts.refresh();
    await this.#listener.start();
    // Should this fail, the heartbeat makes it right.
    await this.#slices.refresh(this.#now()).catch(this.#told('looking for other nodes'));
    for (const [name, loop] of Object.entries(this.#loops))
      if (this.#housekeeping || !HOUSEKEEPING.has(name)) loop.wake();
  }

  /** Stops claiming, gives what is in flight `graceMs` to finish, hands back the rest. */
  async stop(graceMs: number): Promise<void> {
    this.#listener.close();
    const { heartbeat, ...others } = this.#loops;
    await Promise.all(Object.values(others).map((loop) => loop.stop()));
    await this.#slices.leave().catch(this.#told('leaving the other nodes'));
    await this.#dispatcher.drain(graceMs);
    await this.#handOver().catch(this.#told('releasing runs'));
    await heartbeat.stop();
  }

  /** What has ended meanwhile, and is not looked at here any more, other nodes look at. */
  async #handOver(): Promise<void> {
    const now = this.#now();
    const ended = this.#ended.take(Infinity);
    if (ended.length === 0) return;
    await this.#db.transaction(async (tx) => {
      if (await askRelease(tx, ended, now)) await notifyDue(tx, now, now);
    });
  }

  #wake(at: number): void {
    this.#loops.planner.wake(at);
    this.#loops.relative.wake(at);
    this.#loops.dispatcher.wake(at);
    this.#loops.releaser.wake(at);
    this.#loops.backfiller.wake(at);
  }
}
