import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { reapTick } from '../../src/engine/reaper.ts';
import { readBacklog } from '../../src/store/backlog.ts';
import type { GaugeSources } from '../../src/watch/gauges.ts';
import { createMetrics, type Metrics } from '../../src/watch/metrics.ts';
import { Node, World } from '../support/world.ts';

const FAILS: Outcome = {
  kind: 'retryable',
  error: { code: 'http_status', message: 'x' },
  request: null,
  response: null,
};
const ONCE = { schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T09:00:00Z' };

let world: World;
let metrics: Metrics;
let warnings: string[];
beforeEach(async () => {
  warnings = [];
  metrics = createMetrics({
    backlog: async () => await readBacklog(world.db, world.clock.now()),
    pool: () => world.db.poolState(),
    inFlight: () => world.node.dispatcher.inFlight(),
    concurrency: 200,
    clockDriftMs: () => -1_500,
    breakers: () => ({ closed: 7, open: 2, half_open: 1 }),
    streams: () => 17,
  });
  world = await World.open('2027-03-01T08:59:30Z', {
    events: metrics.engine,
    log: (level, message) => void (level === 'warn' && warnings.push(message)),
    onRequest: metrics.onRequest,
    onStatement: metrics.onStatement,
  });
});
afterEach(() => world.close());

/** The samples as they are scraped: `name{labels}` → value. */
async function scrape(): Promise<Map<string, number>> {
  const { body } = await metrics.text();
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The samples of one metric. */
async function samples(name: string): Promise<Record<string, number>> {
  const all = await scrape();
  return Object.fromEntries([...all].filter(([key]) => key.replace(/\{.*/, '') === `hydracore_${name}`));
}

describe('what the engine does', () => {
  it('counts occurrences by fate, attempts and runs by outcome', async () => {
    world.script = ({ run }) => (run.attempt === 1 ? FAILS : { kind: 'delivered', request: null, response: null });
    await world.create({ ...ONCE, max_retries: 1, retry_backoff_seconds: 10 });
    await world.create({ ...ONCE, name: 'no retries', max_retries: 0 });
    await world.advanceTo('2027-03-01T09:00:00Z');
    const every = await world.create({ max_retries: 9, retry_backoff_seconds: 90, catchup_window_minutes: 0 });
    world.clock.set(Date.parse('2027-03-01T09:10:00Z'));
    await world.settle();
    expect(await world.ledger(every.id)).toHaveLength(3);
    expect(await samples('occurrences_planned_total')).toEqual({
      'hydracore_occurrences_planned_total{fate="RUN",reason=""}': 3,
      'hydracore_occurrences_planned_total{fate="MISSED",reason="CATCHUP_WINDOW"}': 8,
      'hydracore_occurrences_planned_total{fate="SKIPPED",reason="OVERLAP"}': 1,
    });
    expect(await samples('attempts_started_total')).toEqual({ hydracore_attempts_started_total: 4 });
    expect(await samples('attempts_finished_total')).toEqual({
      'hydracore_attempts_finished_total{outcome="FAILED",error="http_status"}': 3,
      'hydracore_attempts_finished_total{outcome="SUCCEEDED",error=""}': 1,
    });
    expect(await samples('runs_finished_total')).toEqual({
      'hydracore_runs_finished_total{status="FAILED",reason="RETRIES_EXHAUSTED"}': 1,
      'hydracore_runs_finished_total{status="SUCCEEDED",reason=""}': 1,
    });
  });

  it('measures lateness from fire_at to the first attempt, not to a retry', async () => {
    world.script = ({ run }) => (run.attempt === 1 ? FAILS : { kind: 'delivered', request: null, response: null });
    await world.create({ ...ONCE, retry_backoff_seconds: 100 });
    world.clock.set(Date.parse('2027-03-01T09:00:20Z'));
    await world.settle();
    await world.advanceTo('2027-03-01T09:10:00Z');
    expect(await samples('run_lateness_seconds_count')).toEqual({ hydracore_run_lateness_seconds_count: 1 });
    expect(await samples('run_lateness_seconds_sum')).toEqual({ hydracore_run_lateness_seconds_sum: 20 });
    expect(await samples('run_lateness_seconds_bucket')).toMatchObject({
      'hydracore_run_lateness_seconds_bucket{le="10"}': 0,
      'hydracore_run_lateness_seconds_bucket{le="30"}': 1,
      'hydracore_run_lateness_seconds_bucket{le="300"}': 1,
    });
  });

  it('counts leases that ran out, and results that came too late', async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => (finish = resolve));
    world.script = async () => (await gate, { kind: 'delivered', request: null, response: null });
    await world.create(ONCE);
    const slow = new Node(world, 'slow', 10);
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await slow.plan();
    expect(slow.dispatcher.inFlight()).toBe(1);
    world.clock.set(Date.parse('2027-03-01T09:00:31Z'));
    expect(await reapTick(world.db, world.clock.now(), world.watched)).toMatchObject({ expired: 1 });
    finish();
    await slow.dispatcher.settle();
    expect(await samples('leases_expired_total')).toEqual({ hydracore_leases_expired_total: 1 });
    expect(await samples('results_fenced_total')).toEqual({ hydracore_results_fenced_total: 1 });
    expect(warnings).toEqual([
      'runs of a lost server go on',
      'a result came after its lease was lost; the run goes on elsewhere',
    ]);
    expect(await samples('attempts_finished_total')).toEqual({
      'hydracore_attempts_finished_total{outcome="INTERRUPTED",error="lease_lost"}': 1,
    });
  });

  it('counts what was accepted and never completed as a failed attempt, not as a lost lease', async () => {
    world.script = () => ({ kind: 'accepted', completesWithinSeconds: 20, request: null, response: null });
    await world.create({ ...ONCE, max_retries: 0 });
    await world.advanceTo('2027-03-01T09:00:00Z');
    expect(await samples('attempts_finished_total')).toEqual({
      'hydracore_attempts_finished_total{outcome="ACCEPTED",error=""}': 1,
    });
    expect(await samples('runs_finished_total')).toEqual({});
    await world.advanceTo('2027-03-01T09:00:21Z');
    expect(await samples('attempts_finished_total')).toMatchObject({
      'hydracore_attempts_finished_total{outcome="FAILED",error="completion_timeout"}': 1,
    });
    expect(await samples('runs_finished_total')).toEqual({
      'hydracore_runs_finished_total{status="FAILED",reason="RETRIES_EXHAUSTED"}': 1,
    });
    expect(await samples('leases_expired_total')).toEqual({ hydracore_leases_expired_total: 0 });
    expect(warnings).toEqual([]);
    expect(await samples('attempt_duration_seconds_count')).toEqual({ hydracore_attempt_duration_seconds_count: 1 });
  });

  it('counts no result as fenced whose run was terminated by a newer one', async () => {
    world.script = async (_target, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { kind: 'aborted', error: { code: 'aborted', message: 'stopped' }, request: null, response: null };
    };
    const { id } = await world.create({ schedule_type: 'CRON', overlap_policy: 'TERMINATE_OTHER' });
    for (const minute of ['09:00', '09:01']) {
      world.clock.set(Date.parse(`2027-03-01T${minute}:00Z`));
      await world.node.plan();
      await world.node.dispatch();
      await world.node.release();
    }
    const [first, second] = await world.runs(id);
    world.node.dispatcher.cancel(first.id);
    await new Promise((resolve) => setImmediate(resolve));
    await world.node.dispatcher.flush();
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 CANCELLED TERMINATED', 'SCHEDULE 09:01:00 RUNNING']);
    expect(world.node.dispatcher.inFlight()).toBe(1);
    expect(await samples('results_fenced_total')).toEqual({ hydracore_results_fenced_total: 0 });
    expect(warnings).toEqual([]);
    await world.call('DELETE', `/v1/schedules/${id}`);
    world.node.dispatcher.cancel(second.id);
    await world.node.dispatcher.settle();
  });

  it('counts a held run when it is planned, and its attempt when its turn comes', async () => {
    await world.create({
      schedule_type: 'RATE',
      schedule_expression: '10s',
      rate_limit_per_minute: 1,
      overlap_policy: 'ALLOW_ALL',
    });
    await world.advanceTo('2027-03-01T08:59:50Z');
    expect(await samples('occurrences_planned_total')).toEqual({
      'hydracore_occurrences_planned_total{fate="RUN",reason=""}': 1,
      'hydracore_occurrences_planned_total{fate="HOLD",reason="RATE_LIMIT"}': 1,
    });
    expect(await samples('attempts_started_total')).toEqual({ hydracore_attempts_started_total: 1 });
    await world.advanceTo('2027-03-01T09:00:40Z');
    expect(await samples('attempts_started_total')).toEqual({ hydracore_attempts_started_total: 2 });
  });

  it('shows what waits on this database, as of the scrape', async () => {
    await world.create(ONCE);
    const { id } = await world.create({ start_at: '2027-04-01T00:00:00Z' });
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    world.clock.set(Date.parse('2027-03-01T09:00:05Z'));
    expect(await samples('schedules_due')).toEqual({ hydracore_schedules_due: 1 });
    expect(await samples('schedules_due_oldest_seconds')).toEqual({ hydracore_schedules_due_oldest_seconds: 5 });
    expect(await samples('runs_waiting')).toEqual({ hydracore_runs_waiting: 1 });
    expect(await samples('runs_waiting_oldest_seconds')).toEqual({ hydracore_runs_waiting_oldest_seconds: 35 });
    expect(await samples('database_up')).toEqual({ hydracore_database_up: 1 });
  });
});

describe('what else is measured', () => {
  it('requests by route, not by path, and what matches no route as one', async () => {
    const { id } = await world.create();
    await world.get(id);
    await world.call('GET', '/v1/nowhere');
    await world.call('GET', '/v1/nowhere/else');
    const counts = await samples('http_request_duration_seconds_count');
    expect(counts).toEqual({
      'hydracore_http_request_duration_seconds_count{method="POST",route="/v1/schedules",status="201"}': 1,
      'hydracore_http_request_duration_seconds_count{method="GET",route="/v1/schedules/{schedule_id}",status="200"}': 1,
      'hydracore_http_request_duration_seconds_count{method="GET",route="unmatched",status="404"}': 2,
    });
  });

  it('statements by name, in and outside transactions, and those that fail', async () => {
    await world.create();
    await world.node.plan();
    await expect(world.db.query('SELECT 1 / 0')).rejects.toThrow(/zero/);
    const counts = await samples('database_statement_seconds_count');
    expect(counts).toMatchObject({
      'hydracore_database_statement_seconds_count{statement="lock_due"}': 1,
      'hydracore_database_statement_seconds_count{statement="earliest_due"}': 1,
    });
    expect(await samples('database_statement_failures_total')).toEqual({
      'hydracore_database_statement_failures_total{statement="other"}': 1,
    });
  });

  it('clock, connections, breakers, slots, loops, invariants', async () => {
    metrics.engine.passed('planner', { lagMs: 30, tookMs: 7, failed: true });
    const finding = { description: '', examples: [] };
    const invariants = [
      { ...finding, name: 'a', violations: 3 },
      { ...finding, name: 'b', violations: null },
    ];
    metrics.engine.scanned({ checked_at: 5_000, ok: false, invariants });
    const all = Object.fromEntries(await scrape());
    expect(all).toMatchObject({
      hydracore_clock_drift_seconds: -1.5,
      hydracore_event_streams: 17,
      'hydracore_breakers{state="open"}': 2,
      'hydracore_breakers{state="half_open"}': 1,
      'hydracore_breakers{state="closed"}': 7,
      'hydracore_database_connections{state="waiting"}': 0,
      hydracore_runs_in_flight: 0,
      hydracore_runs_in_flight_limit: 200,
      'hydracore_loop_lag_seconds_sum{loop="planner"}': 0.03,
      'hydracore_loop_pass_seconds_sum{loop="planner"}': 0.007,
      'hydracore_loop_failures_total{loop="planner"}': 1,
      'hydracore_invariant_violations{invariant="a"}': 3,
      'hydracore_invariant_checks_failed_total{invariant="b"}': 1,
      hydracore_invariants_checked_timestamp_seconds: 5,
    });
    expect(all['hydracore_invariant_violations{invariant="b"}']).toBeUndefined();
  });

  it('nothing of tenants, schedules or receivers', async () => {
    const { id } = await world.create();
    await world.advanceTo('2027-03-01T09:01:00Z');
    await world.get(id);
    const { body } = await metrics.text();
    expect(body).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
    expect(body).not.toContain('every minute');
  });
});

const STILL: GaugeSources = {
  backlog: async () => await Promise.reject(new Error('away')),
  pool: () => ({ busy: 0, idle: 0, waiting: 0 }),
  inFlight: () => 0,
  concurrency: 1,
  clockDriftMs: () => 0,
  breakers: () => ({ closed: 0, open: 0, half_open: 0 }),
  streams: () => 0,
};

describe('a scrape', () => {
  it.each([
    ['fails', STILL.backlog],
    ['does not answer', async () => await new Promise<never>(() => undefined)],
  ])('answers without the backlog while the database %s', async (_how, backlog) => {
    const { body } = await createMetrics({ ...STILL, backlog }).text();
    expect(body).toMatch(/^hydracore_database_up 0$/m);
    expect(body).toMatch(/^hydracore_schedules_due Nan$/m);
  });

  it('is one look at the database for all who ask at once', async () => {
    let looks = 0;
    const none = { schedules: 0, schedules_oldest_ms: 0, runs: 0, runs_oldest_ms: 0 };
    const { text } = createMetrics({ ...STILL, backlog: async () => ((looks += 1), none) });
    await Promise.all([text(), text(), text()]);
    expect(looks).toBe(1);
    await text();
    expect(looks).toBe(2);
  });

  it('has the metrics that docs/operating.md tells of, and no other', async () => {
    const page = await readFile(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
    const told = [...page.matchAll(/^\| `((?:hydracore|nodejs|process)_\w+)`/gm)].map(([, name]) => name ?? '');
    const { body } = await createMetrics(STILL).text();
    const there = [...body.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name ?? '');
    expect(told.filter((name) => !there.includes(name))).toEqual([]);
    expect(there.filter((name) => name.startsWith('hydracore_') && !told.includes(name))).toEqual([]);
    // What the alerts and the text name has to be there, too.
    const named = [...page.matchAll(/\b(?:hydracore|nodejs|process)_\w+/g)].map(([name]) =>
      name.replace(/_(?:bucket|count|sum)$/, ''),
    );
    expect(named.filter((name) => !there.includes(name))).toEqual([]);
  });
});
