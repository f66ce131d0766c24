import type { Egress } from '../actions/egress.ts';
import type { PassFaultPoint } from '../fault-points.ts';
import type { Database } from '../store/db.ts';
import type { ScheduleKey } from '../store/schedule-locks.ts';
import { renewLeases, type LeasedRun } from '../store/leases.ts';
import type { AttemptResult, WrittenRun } from '../store/outcomes.ts';
import type { Vault } from '../store/vault/vault.ts';
import { handedBackResult, interruptedResult, type FindAction } from './attempt.ts';
import { contactOf } from './breaker.ts';
import { Claimer, type Started } from './claimer.ts';
import type { Told, TraceAttempt } from './events.ts';
import { Finisher } from './finisher.ts';
import { claimed, type InFlight } from './in-flight.ts';
import type { Lanes, Limits, Slot } from './lanes.ts';
import { Pacer } from './pacer.ts';
import { Performer } from './performer.ts';
import { LEASE_MS } from './settings.ts';
import { Turnstile } from './turnstile.ts';

/** What the dispatcher works with. */
export interface DispatcherDeps extends Told {
  readonly db: Database;
  readonly node: string;
  readonly now: () => number;
  readonly findAction: FindAction;
  readonly egress: Egress;
  readonly vault: Vault;
  readonly traceAttempt?: TraceAttempt | undefined;
  /** What this node holds, and how much it may. */
  readonly lanes: Lanes;
  /** How much of that may be under way at once; absent: all of it. */
  readonly mostUnderWay?: Limits;
  /** Asks for a pass at an instant: a slot is free and runs wait for one, or a retry is due then. */
  readonly wake: (at: number) => void;
  readonly faultPoint?: PassFaultPoint;
  /** Told of schedules in which a run ended that others may be held behind. */
  readonly ended: (schedules: readonly ScheduleKey[]) => void;
  /** Told that there is room again, for one more run. */
  readonly freed?: () => void;
}

const UNLIMITED: Limits = { node: Infinity, tenant: Infinity, host: Infinity };

/** An action that does not heed its stop is given up after so long: it must not hold up the stop of a server. */
const HEEDS_WITHIN_MS = 500;

/**
 * A slot is free again as its attempt ends: the next run is planned while results are written. But not while so many results wait that
 * it is the database that holds things up.
 */
const MOST_UNWRITTEN = 2_000;

/** Performs leased runs, renews their leases, and hands what came of them to the finisher. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #finisher: Finisher<InFlight>;
  readonly #claimer: Claimer;
  readonly #performer: Performer;
  readonly #turnstile: Turnstile;
  readonly #pacer: Pacer;
  /** By run: one that lost its lease may be claimed here again before its first end is written, and the later claim counts. */
  readonly #inFlight = new Map<string, InFlight>();
  #performing = 0;
  readonly #whenIdle: (() => void)[] = [];
  #underWay = 0;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#claimer = new Claimer(deps);
    this.#performer = new Performer(deps);
    this.#turnstile = new Turnstile(deps.mostUnderWay ?? UNLIMITED, deps.now);
    this.#pacer = new Pacer(deps.now);
    const busy = () => this.#turnstile.waiting() > 0;
    this.#finisher = new Finisher(deps, busy, (results, flights, runs) => {
      this.#tellEnded(flights, runs);
      for (const [i, flight] of flights.entries()) {
        const { entry = {}, wake_at = null } = results[i] ?? {};
        if (this.#inFlight.get(flight.run.id) === flight) this.#inFlight.delete(flight.run.id);
        this.#giveBack(flight, entry);
        if (wake_at !== null) deps.wake(wake_at);
      }
      if (this.#claimer.mayGoOn()) deps.wake(deps.now());
    });
  }

  /** How many runs are under way on this node. */
  inFlight(): number {
    return this.#underWay;
  }

  /** How many runs this node holds that wait until others end. */
  waiting(): number {
    return this.#turnstile.waiting();
  }

  /** Starts runs that this node holds: from here on their slots are this one's to give back. */
  start(started: readonly Started[]): void {
    const now = this.#deps.now();
    for (const { run, slot } of started) {
      const flight = claimed(run, slot, now);
      // It could be claimed again: whatever is in flight of it has lost its lease, or has ended.
      this.#stop(this.#inFlight.get(run.id), 'the lease was lost');
      this.#inFlight.set(run.id, flight);
      this.#performing += 1;
      this.#enter(flight);
    }
  }

  /** One pass: claims waiting runs and starts them. Returns when there may be more (epoch ms). */
  async tick(now: number): Promise<{ claimed: number; next: number | null }> {
    const { started, next } = await this.#claimer.tick(now);
    if (started.length > 0) this.#deps.faultPoint?.('after_claim');
    this.start(started);
    return { claimed: started.length, next };
  }

  /** Stops the attempt of a run, if this node makes it. */
  cancel(runId: string): void {
    this.#stop(this.#inFlight.get(runId), 'the run was cancelled');
  }

  /** Extends the leases of everything in flight; what was lost or asked to stop meanwhile is stopped. */
  async renew(now: number): Promise<void> {
    const held = [...this.#inFlight.values()];
    const kept = await renewLeases(
      this.#deps.db,
      held.map((flight) => flight.run),
      now + LEASE_MS,
    );
    const ours = new Set(kept.map((lease) => lease.id));
    // Not what is in flight of the same run by now: that has another lease.
    for (const flight of held) if (!ours.has(flight.run.id)) this.#stop(flight, 'the lease was lost');
    for (const { id, cancel_reason } of kept) if (cancel_reason !== null) this.cancel(id);
  }

  /** Writes what has come in so far. */
  async flush(): Promise<void> {
    await this.#finisher.flush();
  }

  /** Waits until nothing is in flight and every result is written. */
  async settle(): Promise<void> {
    await this.#idle();
    await this.flush();
  }

  /** Gives what is in flight `graceMs` to finish, hands back the rest (interrupted, at once free for other nodes), and writes it all. */
  async drain(graceMs: number): Promise<void> {
    this.#turnstile.close();
    this.#pacer.close();
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.#idle(), grace]);
    clearTimeout(timer);
    for (const flight of this.#inFlight.values()) this.#stop(flight, 'the server is stopping');
    await this.settle();
  }

  /** Waits until no attempt is made, nor waits to be. */
  async #idle(): Promise<void> {
    if (this.#performing > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  #stop(flight: InFlight | undefined, why: string): void {
    if (flight === undefined || flight.stop.stopped) return;
    flight.stop.stop(new Error(why));
    if (flight.place === null || flight.ended) return;
    setTimeout(() => this.#end(flight, this.#stopped(flight.run, flight.started)), HEEDS_WITHIN_MS);
  }

  #tellEnded(flights: readonly InFlight[], runs: readonly WrittenRun[]): void {
    const watched = flights.filter(({ run }) => run.overlap_policy !== 'SKIP' && run.overlap_policy !== 'ALLOW_ALL');
    if (watched.length === 0) return;
    const ids = new Set(watched.map(({ run }) => run.id));
    const keys = new Map<string, ScheduleKey>();
    for (const { id, tenant_id, schedule_id, status } of runs) {
      if (status === 'PENDING' || status === 'RUNNING' || !ids.has(id)) continue;
      keys.set(schedule_id, { tenant_id, id: schedule_id });
    }
    if (keys.size > 0) this.#deps.ended([...keys.values()]);
  }

  #enter(flight: InFlight): void {
    this.#turnstile.enter(flight.slot, flight.stop, (place) => this.#go(flight, place));
  }

  /** Its turn has come, or, without a place, will not. */
  #go(flight: InFlight, place: Slot | null): void {
    const { run, stop } = flight;
    const now = this.#deps.now();
    if (place === null) {
      this.#finisher.add(handedBackResult(run, now), flight);
      this.#performed();
      return;
    }
    const turn = this.#pacer.take(run);
    if (turn > now) {
      // Before the place is given on: the next may be of the same schedule, and comes after this one.
      this.#pacer.wait(turn, stop, (inTurn) => {
        if (inTurn && !this.#deps.lanes.isShut(flight.slot)) this.#enter(flight);
        else this.#go(flight, null);
      });
      this.#turnstile.leave(place);
      return;
    }
    flight.place = place;
    flight.started = now;
    this.#underWay += 1;
    this.#deps.events?.started(run.attempt === 1 ? Math.max(0, now - run.fire_at) : null);
    this.#performer.perform(run, stop, { started: now, waited: now - flight.taken }).then(
      (result) => this.#end(flight, result),
      (error: unknown) => {
        this.#left(flight);
        throw error;
      },
    );
  }

  /** What came of an attempt; only the first counts. */
  #end(flight: InFlight, result: AttemptResult): void {
    if (flight.ended) return;
    this.#deps.faultPoint?.('after_send');
    const waiting = this.#finisher.add(result, flight);
    if (waiting < MOST_UNWRITTEN) this.#giveBack(flight, result.entry);
    this.#left(flight);
  }

  #giveBack(flight: InFlight, entry: AttemptResult['entry']): void {
    if (flight.gave) return;
    flight.gave = true;
    const { lanes, freed } = this.#deps;
    if (flight.place === null) lanes.giveBack(flight.slot);
    else lanes.give(flight.slot, contactOf(entry));
    // Those that were let in before the breaker opened wait for it as all others do.
    if (lanes.isShut(flight.slot)) this.#turnstile.turnAway(flight.slot);
    freed?.();
  }

  #left(flight: InFlight): void {
    if (flight.ended) return;
    flight.ended = true;
    this.#underWay -= 1;
    if (flight.place !== null) this.#turnstile.leave(flight.place);
    this.#performed();
  }

  #performed(): void {
    this.#performing -= 1;
    if (this.#performing === 0) for (const told of this.#whenIdle.splice(0)) told();
  }

  #stopped(run: LeasedRun, started: number): AttemptResult {
    const error = { code: 'interrupted', message: 'The attempt was stopped before it ended.' };
    return interruptedResult(run, error, { started, finished: this.#deps.now(), node: this.#deps.node });
  }
}
