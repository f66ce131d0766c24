import type { Action, ActionContext, ActionTarget, Outcome } from '../../src/actions/action.ts';
import { createEgress, type Egress, type EgressOptions } from '../../src/actions/egress.ts';
import { findAction } from '../../src/actions/registry.ts';
import { ManualClock } from '../../src/clock.ts';
import { Dispatcher } from '../../src/engine/dispatcher.ts';
import { backfillTick } from '../../src/engine/backfiller.ts';
import type { Told, TraceAttempt } from '../../src/engine/events.ts';
import { DueSchedules } from '../../src/engine/due-schedules.ts';
import type { BreakerTurn } from '../../src/engine/breakers.ts';
import { Lanes, type Limits } from '../../src/engine/lanes.ts';
import { planTick } from '../../src/engine/planner.ts';
import { reapTick } from '../../src/engine/reaper.ts';
import { relativeTick } from '../../src/engine/relative-planner.ts';
import { Starts } from '../../src/engine/starts.ts';
import { EndedSchedules } from '../../src/engine/ended.ts';
import { releaseTick } from '../../src/engine/releaser.ts';
import { createApp, type AppDeps } from '../../src/http/app.ts';
import { EventHub, type StreamLimits } from '../../src/http/events/hub.ts';
import type { RequestsTold } from '../../src/http/request-scope.ts';
import { databaseReadiness } from '../../src/http/routes/system.ts';
import { hashesOf } from '../../src/store/api-key.ts';
import { ensureApiKey } from '../../src/store/api-keys.ts';
import { WHOLE, type Slice } from '../../src/store/buckets.ts';
import { Database } from '../../src/store/db.ts';
import { scanInvariants } from '../../src/store/invariants.ts';
import { makePartitions } from '../../src/store/partitions.ts';
import { ensureTenant } from '../../src/store/tenants.ts';
import type { Vault } from '../../src/store/vault/vault.ts';
import { openTestVault } from './vault.ts';
import { makeWorldDatabase, takeWorldDatabase, type WorldDatabase } from './worlds-database.ts';

/** An answer of the API, parsed. */
export interface Reply {
  readonly status: number;
  // Tests look into answers freely; what they expect is what checks the shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
  /** The body as it came. */
  readonly text: string;
  readonly headers: Headers;
}

/** Who is told what happens. */
export interface Watched
  extends
    Told,
    Pick<RequestsTold, 'onRequest' | 'traceRequest'>,
    Pick<
      AppDeps,
      'console' | 'lastScan' | 'metrics' | 'jwt' | 'fixedSigning' | 'limits' | 'defaultQuotas' | 'web' | 'sessionIdleMs'
    > {
  readonly traceAttempt?: TraceAttempt;
  readonly streamLimits?: StreamLimits;
  readonly onStatement?: (name: string, tookMs: number, failed: boolean) => void;
}

/** What the world's keys are hashed with. */
export const PEPPER = Buffer.from('a pepper of thirty-two characters');

/** What an action of the world does: `delivered` unless a test says otherwise. */
export type Script = (
  target: ActionTarget<unknown>,
  signal: AbortSignal,
  context: ActionContext,
) => Outcome | Promise<Outcome>;

export const DELIVERED: Outcome = { kind: 'delivered', request: null, response: { status: 200 } };

/** One node: a planner and a dispatcher with their own name and slots. */
export class Node {
  readonly dispatcher: Dispatcher;
  readonly lanes: Lanes;
  readonly starts: Starts;
  /** Breakers that opened or closed, as they did. */
  readonly turns: BreakerTurn[] = [];
  /** How long it leaves due what it has no room for. */
  patienceMs = 0;
  /** The buckets that it plans first. */
  slice: Slice = WHOLE;
  readonly #due = new DueSchedules(
    () => this.slice,
    (lane) => this.lanes.room(lane),
  );
  readonly #world: World;
  readonly #db: Database;
  readonly name: string;
  /** Schedules in which a run ended that others may be held behind. */
  readonly ended = new EndedSchedules();

  /** @param mostUnderWay how many of the runs that it holds; absent: all */
  constructor(
    world: World,
    name: string,
    slots: number,
    limits: Partial<Limits> = {},
    bound = false,
    mostUnderWay?: Limits,
  ) {
    this.#world = world;
    this.name = name;
    const now = () => world.clock.now();
    this.starts = new Starts({
      db: world.engineDb,
      now,
      runsPerMinute: world.watched.defaultQuotas?.runs_per_minute ?? null,
      wake: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    const turned = (turn: BreakerTurn) => this.turns.push(turn);
    this.lanes = new Lanes({ node: slots, tenant: slots, host: slots, ...limits }, now, turned, this.starts);
    this.#db = world.engineDb.plannedOnce({ bound });
    this.dispatcher = new Dispatcher({
      db: this.#db,
      node: name,
      now,
      ...world.watched,
      findAction: (type) => world.action(type),
      egress: world.egress,
      vault: world.vault,
      lanes: this.lanes,
      ...(mostUnderWay && { mostUnderWay }),
      wake: () => undefined,
      ended: (schedules) => this.ended.add(schedules),
    });
  }

  get #deps() {
    return {
      db: this.#db,
      node: this.name,
      ...this.#world.watched,
      lanes: this.lanes,
      due: this.#due,
      patienceMs: this.patienceMs,
      ended: this.ended,
      start: this.dispatcher.start.bind(this.dispatcher),
    };
  }

  /** One pass of the planner. */
  async plan() {
    return await planTick(this.#deps, this.#world.clock.now());
  }

  /** One pass of the planner of RELATIVE schedules. */
  async planRelative() {
    const db = this.#world.engineDb.plannedOnce({ plannedFor: 'lists' });
    return await relativeTick({ ...this.#deps, db, slice: this.slice }, this.#world.clock.now());
  }

  /** One pass of the releaser. */
  async release() {
    return await releaseTick(this.#deps, this.#world.clock.now());
  }

  /** One pass of the dispatcher. */
  async dispatch() {
    const tick = await this.dispatcher.tick(this.#world.clock.now());
    // What has started has come to its action: with the tenant's key in memory nothing before that waits for anything.
    await new Promise((resolve) => setImmediate(resolve));
    return tick;
  }
}

/** A whole HydraCore on a database of its own, whose time stands until it is moved. */
export class World {
  /** Sees everything, for what tests set up and look at. */
  readonly db: Database;
  /** As the engine works. */
  readonly engineDb: Database;
  readonly clock: ManualClock;
  readonly vault: Vault;
  readonly egress: Egress;
  readonly node: Node;
  script: Script = () => DELIVERED;
  /** Attempts perform the actions themselves, whatever the script says. */
  performs = false;
  readonly watched: Watched;
  /** Looks for events when it is told to. */
  readonly streams: EventHub;
  readonly #app: ReturnType<typeof createApp>;
  readonly #giveBack: () => Promise<void>;
  key = 'hc_live_test_key_of_the_default_tenant';
  tenantId = '';

  /** For connections of a test's own. */
  readonly url: string;

  private constructor(
    { db, url, giveBack }: WorldDatabase,
    vault: Vault,
    clock: ManualClock,
    watched: Watched,
    egress: Partial<EgressOptions>,
  ) {
    this.egress = createEgress({
      allow: [],
      allowLoopback: true,
      connectTimeoutMs: 1_000,
      maxConnectionsPerHost: 10,
      ...egress,
    });
    this.watched = watched;
    this.db = db;
    this.engineDb = db.as('hydracore_engine');
    this.vault = vault;
    this.url = url;
    this.clock = clock;
    this.#giveBack = giveBack;
    this.node = new Node(this, 'node-1', 1_000);
    const { events: _engine, streamLimits: limits, ...told } = watched;
    this.streams = new EventHub({ db, now: () => clock.now(), log: watched.log, ...(limits && { limits }) });
    this.#app = createApp({
      db,
      streams: this.streams,
      now: () => clock.now(),
      egress: this.egress,
      vault,
      pepper: PEPPER,
      ready: databaseReadiness(db),
      scan: () => scanInvariants(this.engineDb, clock.now()),
      ...told,
    });
  }

  /** Opens a world at an instant. */
  static async open(at: string, watched: Partial<Watched> = {}, egress: Partial<EgressOptions> = {}): Promise<World> {
    return await World.#on(await takeWorldDatabase(Date.parse(at), watched.onStatement), at, watched, egress);
  }

  /** Opens a world on a database that no other had before: for tests of how rows lie in it. */
  static async openFresh(at: string): Promise<World> {
    return await World.#on(await makeWorldDatabase(), at, {}, {});
  }

  static async #on(
    database: WorldDatabase,
    at: string,
    watched: Partial<Watched>,
    egress: Partial<EgressOptions>,
  ): Promise<World> {
    const vault = await openTestVault(database.db);
    const world = new World(database, vault, new ManualClock(Date.parse(at)), { log: NO_ERRORS, ...watched }, egress);
    await makePartitions(world.engineDb, world.clock.now());
    world.tenantId = await world.addTenant('default', world.key);
    return world;
  }

  async close(): Promise<void> {
    this.streams.stop();
    await this.egress.close();
    await this.#giveBack();
  }

  /** Another tenant with a key of its own. */
  async addTenant(name: string, key: string, scopes: readonly string[] = ['*', 'tenants:manage']): Promise<string> {
    const tenant = await this.db.transaction(async (tx) => {
      const secrets = { webhook: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], replace: false };
      const { id } = await ensureTenant(tx, this.vault, name, secrets, this.clock.now());
      await ensureApiKey(tx, { tenant_id: id, name: key, scopes }, hashesOf(key, PEPPER), this.clock.now());
      return id;
    });
    // As on a server that has been up for a while: its attempts begin at once, without a query.
    await this.vault.of(this.db, tenant);
    return tenant;
  }

  /** Calls the server as a browser would, without a key of its own. `env`: what Node would give along with the request. */
  async request(path: string, init: RequestInit = {}, env: object = {}): Promise<Response> {
    return await this.#app.request(path, init, env);
  }

  /** Calls the API; `body` is sent as JSON, a string as it is. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await this.#app.request(path, {
      method,
      headers: { 'X-Api-Key': this.key, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const { status, headers: told } = response;
    if (told.get('content-type') === 'text/event-stream') {
      return { status, body: {}, text: await beginningOf(response), headers: told };
    }
    const text = await response.text();
    return { status, body: text === '' ? null : JSON.parse(text), text, headers: told };
  }

  /** The API as a function, for who makes requests of its own. */
  readonly fetch = async (request: Request): Promise<Response> => await this.#app.fetch(request);

  /** Makes a schedule: CRON every minute with LOG_EVENT, unless the fields say otherwise. Fails if the API does not take it. */
  async create(fields: Record<string, unknown> = {}, key = this.key): Promise<Reply['body']> {
    const given = { ...EVERY_MINUTE, ...fields };
    const { status, body } = await this.call('POST', '/v1/schedules', given, { 'X-Api-Key': key });
    if (status !== 201) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async get(id: string): Promise<Reply['body']> {
    return (await this.call('GET', `/v1/schedules/${id}`)).body;
  }

  /** The runs of a schedule, oldest first. */
  async runs(id: string): Promise<Reply['body'][]> {
    return (await this.call('GET', `/v1/schedules/${id}/runs?limit=100`)).body.runs.toReversed();
  }

  /** The runs as short lines, oldest first: `SCHEDULE 09:00:00 SUCCEEDED`. */
  async ledger(id: string): Promise<string[]> {
    return (await this.runs(id)).map((run) =>
      [run.trigger, run.scheduled_for.slice(11, 19), run.status, run.reason, run.missed_count]
        .filter((part) => part !== null)
        .join(' '),
    );
  }

  /** Moves time to `at`, stopping wherever something is due on the way, as the loops of a node would. */
  async advanceTo(at: string | number): Promise<void> {
    const target = typeof at === 'string' ? Date.parse(at) : at;
    for (;;) {
      await this.settle();
      const [row] = await this.db.query<{ next: number | null }>(
        `SELECT min(at) AS next FROM (SELECT min(due_at) AS at FROM schedules UNION ALL
         SELECT min(release_at) FROM schedules UNION ALL SELECT min(relative_look_at) FROM schedules UNION ALL SELECT min(due_at) FROM backfills UNION ALL
         SELECT min(wake_at) FROM runs WHERE wake_at < 'infinity' AND status = 'PENDING') AS due`,
      );
      const next = row?.next ?? null;
      if (next === null || next > target) break;
      this.clock.set(Math.max(next, this.clock.now()));
    }
    this.clock.set(target);
    await this.settle();
  }

  /** Passes of every part until nothing is left to do at this instant. */
  async settle(): Promise<void> {
    await makePartitions(this.engineDb, this.clock.now());
    for (;;) {
      const { planned } = await this.node.plan();
      const { looked: places } = await this.node.planRelative();
      const { claimed } = await this.node.dispatch();
      await this.node.dispatcher.settle();
      const { looked } = await this.node.release();
      await this.node.dispatcher.settle();
      const { expired } = await this.reap();
      const { stepped } = await this.backfill();
      const drawn = await this.node.starts.settled();
      if (planned + places + claimed + looked + expired + stepped + drawn === 0) return;
    }
  }

  /** One pass of the backfiller. */
  async backfill() {
    return await backfillTick({ ...this.watched, db: this.engineDb }, this.clock.now());
  }

  /** One pass of the reaper. */
  async reap() {
    return await reapTick(this.engineDb, this.clock.now(), this.watched);
  }

  /** The action that performs: the real one's schema, and the script's deed unless the world `performs`. */
  action(type: string): Action | undefined {
    const real = findAction(type);
    if (!real) return undefined;
    return {
      ...real,
      perform: async (target, context) =>
        this.performs ? await real.perform(target, context) : await this.script(target, context.signal, context),
    };
  }
}

/** What is at the beginning of a stream that has no end, up to the first heartbeat. */
async function beginningOf({ body }: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.includes(': heartbeat')) break;
  }
  return text;
}

const EVERY_MINUTE = {
  name: 'every minute',
  schedule_type: 'CRON',
  schedule_expression: '* * * * *',
  action_type: 'LOG_EVENT',
  action_config: { message: 'hello' },
};

/** What goes wrong inside the server fails the test, unless it listens itself. */
const NO_ERRORS: Told['log'] = (level, message, data) => {
  if (level === 'error' && data['error'] !== undefined && message === 'a request failed') {
    throw new Error(`${message}: ${String((data['error'] as Error).stack)}`);
  }
};
