import fc from 'fast-check';
import { expect } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { scanInvariants } from '../../src/store/invariants.ts';
import { LIVES, MINUTE, START, type Life, type Mood, type Step } from './fate-steps.ts';
import { casesOf } from './random-cases.ts';
import { DELIVERED, World } from './world.ts';

/*
 * Random lives of schedules: their owners change them, their receivers fail, servers are away. What must hold of every one: each
 * occurrence that the preview told has one fate, `next_run_at` is the preview's first, `run_count` is how many runs there are, runs come in
 * order, apart, and as seldom as they may.
 */

const nothing = { request: null, response: null };
const error = { code: 'x', message: 'y' };
const OUTCOMES: Readonly<Record<Mood, Outcome>> = {
  well: DELIVERED,
  rejects: { kind: 'rejected', error, ...nothing },
  accepts: { kind: 'accepted', completesWithinSeconds: 150, ...nothing },
  fails: { kind: 'retryable', error, ...nothing },
};

/** A row of the ledger, as the database has it. */
interface Row {
  readonly at: number;
  readonly fire_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly until: number | null;
  readonly count: number | null;
  readonly trigger: string;
  readonly wake_at: number | null;
}

class Subject {
  readonly #world: World;
  readonly #life: Life;
  readonly #path: string;
  readonly id: string;
  /** The instants that the preview has told, up to now. */
  readonly #told: number[] = [];
  #seen = START;
  #mood: Mood = 'well';

  constructor(world: World, life: Life, id: string) {
    this.#world = world;
    this.#life = life;
    this.id = id;
    this.#path = `/v1/schedules/${id}`;
    world.script = () => OUTCOMES[this.#mood];
  }

  async take(step: Step): Promise<void> {
    const { clock } = this.#world;
    if (step.kind === 'advance') await this.#world.advanceTo(clock.now() + step.by);
    else if (step.kind === 'outage') clock.set(clock.now() + step.by);
    else if (step.kind === 'receiver') this.#mood = step.mood;
    else if (step.kind === 'change') {
      // What was due by the rule of before is due by it.
      await this.#look();
      const { status } = await this.#world.call('PUT', this.#path, step.fields);
      expect([200, 409, 422]).toContain(status);
    } else if (step.kind === 'backfill') {
      const now = clock.now();
      const [start_at, end_at] = [now - step.minutes * MINUTE, now].map((at) => new Date(at).toISOString());
      const { overlap_policy } = step;
      const { status } = await this.#world.call('POST', `${this.#path}/backfill`, { start_at, end_at, overlap_policy });
      expect(status).toBe(202);
    } else await this.#world.call('POST', `${this.#path}/${step.kind}`);
    await this.#look();
    await this.#check(step.kind === 'advance');
  }

  /** Asks the preview for what was to be until now. */
  async #look(): Promise<void> {
    const now = this.#world.clock.now();
    for (let after = this.#seen; ;) {
      const ats = await this.#preview(100, after);
      this.#told.push(...ats.filter((at) => at <= now));
      const last = ats.at(-1);
      if (ats.length < 100 || last === undefined || last > now) break;
      after = last;
    }
    this.#seen = now;
  }

  async #preview(count: number, after: number): Promise<number[]> {
    const query = `count=${count}&after=${new Date(after).toISOString()}`;
    const { status, body } = await this.#world.call('GET', `${this.#path}/preview?${query}`);
    expect(status).toBe(200);
    return body.occurrences.map((one: { scheduled_for: string }) => Date.parse(one.scheduled_for));
  }

  /** @param planned whether all that is due has been planned */
  async #check(planned: boolean): Promise<void> {
    const now = this.#world.clock.now();
    const { status, next_run_at, run_count, flexible_window_minutes } = await this.#world.get(this.id);
    const [first = null] = await this.#preview(1, now);
    const next = next_run_at === null ? null : Date.parse(next_run_at);
    if (status !== 'ACTIVE') expect(next).toBeNull();
    else if (next === null || next > now) expect(next).toBe(first);
    else if (planned) expect(flexible_window_minutes, 'it is due only within its window').toBeGreaterThan(0);
    if (status === 'COMPLETED') expect(first).toBeNull();
    const [runs] = await this.#world.db.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM runs WHERE schedule_id = $1 AND (attempt > 0 OR wake_at IS NOT NULL)',
      [this.id],
    );
    expect(run_count).toBe(runs?.n);
  }

  /** Lets all of it end, and looks at what has become of it. */
  async end(): Promise<void> {
    this.#mood = 'well';
    await this.take({ kind: 'advance', by: 5_000 });
    expect((await this.#world.call('DELETE', this.#path)).status).toBe(204);
    for (let i = 0; i < 6; i += 1) await this.#world.advanceTo(this.#world.clock.now() + 5 * MINUTE);
    const rows = await this.#world.db.query<Row>(
      `SELECT scheduled_for AS at, fire_at, started_at, finished_at, missed_until AS until, missed_count AS count, trigger, wake_at
       FROM runs WHERE schedule_id = $1 ORDER BY scheduled_for, id`,
      [this.id],
    );
    for (const row of rows) expect(row.wake_at).toBeNull();
    this.#checkFates(rows.filter((row) => row.trigger === 'SCHEDULE'));
    // By other rules on the way, what was allowed by one may be near to what was by another.
    if (!this.#life.steps.some((step) => step.kind === 'change')) this.#checkStarts(rows);
    const { invariants } = await scanInvariants(this.#world.engineDb, this.#world.clock.now());
    expect(invariants.filter(({ violations }) => violations !== 0)).toEqual([]);
  }

  #checkFates(rows: readonly Row[]): void {
    const fates = new Map<number, number>();
    for (const { at, until, count, started_at, fire_at } of rows) {
      if (started_at !== null) expect(started_at).toBeGreaterThanOrEqual(fire_at);
      const covered = until === null ? [at] : this.#told.filter((told) => told >= at && told <= until);
      if (until !== null) expect(covered).toHaveLength(count ?? 0);
      for (const one of covered) fates.set(one, (fates.get(one) ?? 0) + 1);
    }
    const text = (at: number) => new Date(at).toISOString();
    expect(this.#told.filter((at) => !fates.has(at)).map(text), 'without a fate').toEqual([]);
    const [twice, untold] = [
      [...fates].filter(([, n]) => n > 1),
      [...fates].filter(([at]) => !this.#told.includes(at)),
    ];
    expect(
      twice.map(([at]) => text(at)),
      'with several fates',
    ).toEqual([]);
    expect(
      untold.map(([at]) => text(at)),
      'not told by the preview',
    ).toEqual([]);
    expect(new Set(this.#told).size, 'told once').toBe(this.#told.length);
  }

  #checkStarts(rows: readonly Row[]): void {
    const { rate_limit_per_minute: limit, overlap_policy } = this.#life.fields;
    const started = rows.flatMap((row) =>
      row.started_at === null || row.trigger === 'MANUAL' ? [] : [{ ...row, started_at: row.started_at }],
    );
    const inTurn = started.toSorted((a, b) => a.started_at - b.started_at);
    for (const [i, row] of inTurn.entries()) {
      const before = inTurn[i - 1];
      if (before && typeof limit === 'number')
        expect(row.started_at - before.started_at).toBeGreaterThanOrEqual(MINUTE / limit);
    }
    const own = inTurn.filter((row) => row.trigger === 'SCHEDULE');
    expect(own.map((row) => row.at)).toEqual(own.map((row) => row.at).toSorted((a, b) => a - b));
    for (const [i, row] of own.entries()) {
      const before = own[i - 1];
      if (before && overlap_policy !== 'ALLOW_ALL')
        expect(row.started_at).toBeGreaterThanOrEqual(before.finished_at ?? Infinity);
    }
  }

  /** Nothing of a case is left, also of one that failed. */
  async forget(): Promise<void> {
    await this.#world.call('DELETE', this.#path);
    await this.#world.db.query(
      `UPDATE runs SET wake_at = NULL, status = 'CANCELLED', reason = 'BY_USER', lease_token = NULL, lease_node = NULL,
         completes_within_seconds = NULL, finished_at = now() WHERE wake_at IS NOT NULL`,
    );
    await this.#world.db.query(
      `UPDATE backfills SET due_at = NULL, status = 'CANCELLED', finished_at = now() WHERE finished_at IS NULL`,
    );
  }
}

/** Checks so many lives; see `casesOf`. */
export async function checkFates(numRuns: number): Promise<void> {
  const world = await World.open(new Date(START).toISOString());
  try {
    await fc.assert(
      fc.asyncProperty(LIVES, async (life) => {
        world.clock.set(START);
        const action = { action_type: 'LOG_EVENT', action_config: { message: 'x' }, retry_backoff_seconds: 60 };
        const { status, body } = await world.call('POST', '/v1/schedules', { name: 'x', ...action, ...life.fields });
        // Some begin after their end, or have no occurrence: they are refused.
        fc.pre(status !== 422);
        expect(status).toBe(201);
        const subject = new Subject(world, life, body.id);
        try {
          for (const step of life.steps) await subject.take(step);
          await subject.end();
        } finally {
          await subject.forget();
        }
      }),
      casesOf(numRuns, 20_261_101),
    );
  } finally {
    await world.close();
  }
}
