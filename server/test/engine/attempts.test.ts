import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { reapTick } from '../../src/engine/reaper.ts';
import { DELIVERED, Node, World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterEach(() => world.close());

const nothing = { request: null, response: null };
const error = { code: 'http_status', message: 'The receiver answered 503.' };
const FAILS: Outcome = { kind: 'retryable', error, ...nothing };
const REJECTS: Outcome = { kind: 'rejected', error, ...nothing };
const ONCE = { schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T09:00:00Z' };

describe('retries', () => {
  it('waits twice as long each time, ±20 %, and keeps every attempt', async () => {
    world.script = () => FAILS;
    const { id } = await world.create({ ...ONCE, max_retries: 3, retry_backoff_seconds: 100 });
    await world.advanceTo('2027-03-01T12:00:00Z');
    const [run] = await world.runs(id);
    expect(run).toMatchObject({ status: 'FAILED', reason: 'RETRIES_EXHAUSTED', attempt: 4, error });
    const starts: number[] = run.attempts.map((attempt: { started_at: string }) => Date.parse(attempt.started_at));
    const waits = starts.slice(1).map((start, i) => (start - (starts[i] ?? 0)) / 1000);
    for (const [i, full] of [100, 200, 400].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(full * 0.8);
      expect(waits[i]).toBeLessThanOrEqual(full * 1.2);
    }
  });

  it('does as the receiver says about when to come again', async () => {
    world.script = ({ run }) => (run.attempt === 1 ? { ...FAILS, retryAfterMs: 7_000 } : DELIVERED);
    const { id } = await world.create(ONCE);
    await world.advanceTo('2027-03-01T09:00:06Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 PENDING']);
    expect((await world.runs(id))[0].next_attempt_at).toBe('2027-03-01T09:00:07.000Z');
    await world.advanceTo('2027-03-01T09:00:07Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED']);
    expect((await world.runs(id))[0].next_attempt_at).toBeNull();
  });

  it('gives up at once on what no retry can mend', async () => {
    world.script = () => REJECTS;
    const { id } = await world.create(ONCE);
    await world.advanceTo('2027-03-01T09:00:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 FAILED REJECTED']);
  });

  it('an update holds for the attempts that start after it', async () => {
    const seen: unknown[] = [];
    world.script = ({ config }) => (seen.push((config as { message: string }).message), FAILS);
    const { id } = await world.create({ ...ONCE, retry_backoff_seconds: 10, max_retries: 1 });
    await world.advanceTo('2027-03-01T09:00:01Z');
    await world.call('PUT', `/v1/schedules/${id}`, { action_config: { message: 'changed' } });
    await world.advanceTo('2027-03-01T09:01:00Z');
    expect(seen).toEqual(['hello', 'changed']);
  });

  describe('that wait on a node until others end', () => {
    const seen: unknown[] = [];
    let node: Node;
    let end: (outcome: Outcome) => void;
    let id: string;
    beforeEach(async () => {
      seen.length = 0;
      node = new Node(world, 'node-2', 10, {}, false, { node: 1, tenant: 1, host: 1 });
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      end = resolve;
      world.script = ({ config }) => (seen.push((config as { message: string }).message) === 1 ? promise : DELIVERED);
      ({ id } = await world.create({ ...ONCE, max_retries: 0 }));
      for (let i = 0; i < 2; i += 1) await world.call('POST', `/v1/schedules/${id}/trigger`);
      await node.dispatch();
      expect([node.dispatcher.inFlight(), node.dispatcher.waiting()]).toEqual([1, 1]);
      world.clock.set(world.clock.now() + 5_000);
    });

    it('start by an update of meanwhile', async () => {
      await world.call('PUT', `/v1/schedules/${id}`, { action_config: { message: 'changed' } });
      end(DELIVERED);
      await node.dispatcher.settle();
      expect(seen).toEqual(['hello', 'changed']);
      expect(await world.ledger(id)).toEqual(['MANUAL 08:59:30 SUCCEEDED', 'MANUAL 08:59:30 SUCCEEDED']);
    });

    it.each([
      ['pause', 'POST', '/pause', 'SCHEDULE_PAUSED'],
      ['delete', 'DELETE', '', 'SCHEDULE_DELETED'],
    ])('have not started: a %s of meanwhile cancels them', async (_name, method, path, reason) => {
      const every = await world.create({ overlap_policy: 'ALLOW_ALL' });
      world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
      await node.plan();
      expect(node.dispatcher.waiting()).toBe(2);
      world.clock.set(world.clock.now() + 5_000);
      const called = await world.call(method, `/v1/schedules/${every.id}${path}`);
      expect([200, 204]).toContain(called.status);
      end(DELIVERED);
      await node.dispatcher.settle();
      const { runs } = (await world.call('GET', `/v1/runs?schedule_id=${every.id}`)).body;
      expect(runs).toMatchObject([{ status: 'CANCELLED', reason, attempt: 0, started_at: null, attempts: [] }]);
      const rows = await world.db.query('SELECT run_count FROM schedules WHERE id = $1', [every.id]);
      expect(rows).toEqual([{ run_count: 0 }]);
    });

    it.each([
      ['CRON', { schedule_expression: '*/2 * * * *' }],
      ['its bounds', { start_at: '2027-03-01T08:00:00Z' }],
      ['its window', { flexible_window_minutes: 1 }],
    ])('have not started: a change of when, %s, cancels them as all that wait', async (_name, change) => {
      const every = await world.create({ overlap_policy: 'ALLOW_ALL' });
      world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
      await node.plan();
      expect(node.dispatcher.waiting()).toBe(2);
      world.clock.set(world.clock.now() + 5_000);
      expect((await world.call('PUT', `/v1/schedules/${every.id}`, change)).status).toBe(200);
      end(DELIVERED);
      await node.dispatcher.settle();
      expect(await world.ledger(every.id)).toEqual(['SCHEDULE 09:00:00 CANCELLED REPLANNED']);
      expect(await world.get(every.id)).toMatchObject({ run_count: 0, last_run_status: null });
    });

    it.each([
      ['goes on where it stays there', '2027-03-01T10:00:00', 'SUCCEEDED'],
      ['is cancelled where it moves', '2027-03-01T11:00:00', 'CANCELLED REPLANNED'],
    ])('of a ONE_TIME that is written otherwise: it %s', async (_name, schedule_expression, fate) => {
      const once = await world.create(ONCE);
      world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
      await node.plan();
      world.clock.set(world.clock.now() + 5_000);
      const change = { schedule_expression, timezone: 'Europe/Paris' };
      expect((await world.call('PUT', `/v1/schedules/${once.id}`, change)).status).toBe(200);
      end(DELIVERED);
      await node.dispatcher.settle();
      expect(await world.ledger(once.id)).toEqual([`SCHEDULE 09:00:00 ${fate}`]);
    });

    it('start after a change of anything else', async () => {
      const every = await world.create({ overlap_policy: 'ALLOW_ALL' });
      world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
      await node.plan();
      world.clock.set(world.clock.now() + 5_000);
      const change = { name: 'another', customer_id: '01990000-0000-7000-8000-000000000001' };
      expect((await world.call('PUT', `/v1/schedules/${every.id}`, change)).status).toBe(200);
      end(DELIVERED);
      await node.dispatcher.settle();
      expect(await world.ledger(every.id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED']);
    });

    it('by hand go on through a pause', async () => {
      await world.call('POST', `/v1/schedules/${id}/pause`);
      end(DELIVERED);
      await node.dispatcher.settle();
      expect(seen).toHaveLength(2);
    });

    it('are not made by a node that has lost their lease meanwhile', async () => {
      await world.db.query('UPDATE runs SET lease_token = gen_random_uuid() WHERE schedule_id = $1', [id]);
      end(DELIVERED);
      await node.dispatcher.settle();
      expect(seen).toEqual(['hello']);
    });

    it('go on later where their schedule can not be read', async () => {
      await world.db.query('ALTER TABLE tenants RENAME TO tenants_away');
      end(DELIVERED);
      await vi.waitFor(() => expect(node.dispatcher.inFlight()).toBe(0));
      await world.db.query('ALTER TABLE tenants_away RENAME TO tenants');
      await node.dispatcher.settle();
      expect((await world.runs(id)).map((run) => [run.status, run.attempts.length])).toEqual(
        expect.arrayContaining([['PENDING', 1]]),
      );
      expect(seen).toEqual(['hello']);
    });
  });

  it('an action that throws is a failed attempt, not the end of the node', async () => {
    world.script = () => {
      throw new Error('a bug');
    };
    const { id } = await world.create({ ...ONCE, max_retries: 0 });
    await world.advanceTo('2027-03-01T09:00:00Z');
    expect((await world.runs(id))[0]).toMatchObject({ status: 'FAILED', error: { code: 'internal' } });
  });
});

describe('failures in a row', () => {
  it('pause the schedule, and a success in between resets the count', async () => {
    const answers = [FAILS, FAILS, DELIVERED, FAILS, FAILS, FAILS];
    world.script = () => answers.shift() ?? DELIVERED;
    const { id } = await world.create({ max_retries: 0, pause_on_failure_count: 3 });
    await world.advanceTo('2027-03-01T09:04:30Z');
    expect(await world.get(id)).toMatchObject({ status: 'ACTIVE', consecutive_failures: 2 });
    await world.advanceTo('2027-03-01T09:10:00Z');
    const paused = await world.get(id);
    expect(paused).toMatchObject({ status: 'PAUSED', status_reason: 'FAILURES', next_run_at: null, version: 2 });
    expect(paused.status_detail).toContain('3 runs in a row FAILED');
    const { body } = await world.call('POST', `/v1/schedules/${id}/resume`);
    expect(body).toMatchObject({ status: 'ACTIVE', consecutive_failures: 0, status_detail: null });
    expect((await world.ledger(id)).slice(-2)).toEqual([
      'SCHEDULE 09:05:00 FAILED RETRIES_EXHAUSTED',
      'SCHEDULE 09:06:00 MISSED PAUSED 5',
    ]);
  });

  it('are not counted for manual runs', async () => {
    world.script = () => FAILS;
    const { id } = await world.create({
      ...ONCE,
      schedule_expression: '2028-01-01',
      max_retries: 0,
      pause_on_failure_count: 1,
    });
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.settle();
    expect(await world.get(id)).toMatchObject({ status: 'ACTIVE', consecutive_failures: 0, last_run_status: 'FAILED' });
  });

  it('of many schedules that end together are each counted by themselves', async () => {
    const answers = new Map<string, Outcome>();
    world.script = ({ schedule }) => answers.get(schedule.id) ?? FAILS;
    const fields = { max_retries: 0, overlap_policy: 'ALLOW_ALL' };
    const [healthy, failing, spent, parked, beside] = await Promise.all([
      world.create(fields),
      world.create({ ...fields, pause_on_failure_count: 3 }),
      world.create({ ...fields, pause_on_failure_count: 1 }),
      world.create(fields),
      // Two runs of it in one batch: more than it takes to pause it.
      world.create({ ...fields, schedule_type: 'RATE', schedule_expression: '20s', pause_on_failure_count: 1 }),
    ]);
    answers.set(healthy?.id ?? '', DELIVERED);
    answers.set(parked?.id ?? '', { ...REJECTS, park: true });
    world.clock.set(Date.parse('2027-03-01T09:00:10Z'));
    await world.node.plan();
    await world.node.dispatcher.settle();
    const seen = await Promise.all([healthy, failing, spent, parked, beside].map((one) => world.get(one?.id ?? '')));
    expect(seen).toMatchObject([
      { status: 'ACTIVE', consecutive_failures: 0, last_run_status: 'SUCCEEDED' },
      { status: 'ACTIVE', consecutive_failures: 1, last_run_status: 'FAILED', version: 1 },
      { status: 'PAUSED', status_reason: 'FAILURES', consecutive_failures: 1, last_run_status: 'FAILED', version: 2 },
      { status: 'PAUSED', status_reason: 'PARKED', consecutive_failures: 1, last_run_status: 'FAILED', version: 2 },
      { status: 'PAUSED', status_reason: 'FAILURES', consecutive_failures: 2, version: 2 },
    ]);
    expect(seen[4].status_detail).toBe('A run FAILED (pause_on_failure_count is 1). Resume when the cause is gone.');
    for (const one of seen) expect(one.last_run_at).toBe('2027-03-01T09:00:10.000Z');
  });

  it('410 Gone parks the schedule', async () => {
    world.script = () => ({ ...REJECTS, park: true });
    const { id } = await world.create();
    await world.advanceTo('2027-03-01T09:05:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 FAILED REJECTED']);
    expect(await world.get(id)).toMatchObject({ status: 'PAUSED', status_reason: 'PARKED' });
  });
});

describe('what can not be stored', () => {
  const VENOM = 'venom';
  const refuse = (check: string) =>
    world.db.query(`ALTER TABLE runs ADD CONSTRAINT refused CHECK (attempts::text NOT LIKE '%${check}%')`);

  it('of an attempt holds up no other: its run has its end, and the ledger says why it has no more', async () => {
    const answer: Outcome = { ...DELIVERED, response: { status: 200, body: VENOM } };
    const schedules = await Promise.all([world.create(ONCE), world.create(ONCE), world.create(ONCE)]);
    world.script = ({ schedule }) => (schedule.id === schedules[1]?.id ? answer : DELIVERED);
    await refuse(VENOM);
    await world.advanceTo('2027-03-01T09:00:00Z');
    const runs = await Promise.all(schedules.map(({ id }) => world.runs(id)));
    expect(runs.flat().map((run) => [run.status, run.attempts[0].response, run.attempts[0].error?.code])).toEqual([
      ['SUCCEEDED', { status: 200 }, undefined],
      ['SUCCEEDED', null, 'unstorable'],
      ['SUCCEEDED', { status: 200 }, undefined],
    ]);
    expect(runs[1]?.[0].attempts[0]).toMatchObject({
      attempt: 1,
      outcome: 'SUCCEEDED',
      error: { message: 'The database refused what was to be kept of it (SQLSTATE 23514).' },
    });
  });

  it('of a lost or late run holds up no other that is given back', async () => {
    const dead = new Node(world, 'dead', 10);
    world.script = ({ schedule }) =>
      schedule.name === 'late'
        ? { kind: 'accepted', completesWithinSeconds: 20, ...nothing }
        : new Promise<Outcome>(() => {});
    const late = await world.create({ ...ONCE, name: 'late', max_retries: 0 });
    const lost = await world.create({ ...ONCE, name: 'lost' });
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await dead.plan();
    await new Promise((resolve) => setImmediate(resolve));
    await dead.dispatcher.flush();
    await refuse('reported no completion');
    world.script = () => DELIVERED;
    await world.advanceTo('2027-03-01T09:01:00Z');
    expect((await world.runs(lost.id))[0]).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
    const [run] = await world.runs(late.id);
    expect(run).toMatchObject({ status: 'FAILED', attempts: [{ outcome: 'ACCEPTED' }] });
  });
});

describe('leases', () => {
  it('gives the runs of a dead node back: the same run, the next attempt, no retry used up', async () => {
    const dead = new Node(world, 'dead', 10);
    world.script = () => new Promise<Outcome>(() => {});
    const { id } = await world.create({ ...ONCE, max_retries: 0 });
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await dead.plan();
    const [before] = await world.runs(id);
    expect(before).toMatchObject({ status: 'RUNNING', attempt: 1 });
    world.script = () => DELIVERED;
    await world.advanceTo('2027-03-01T09:00:29Z');
    expect((await world.runs(id))[0]).toMatchObject({ status: 'RUNNING' });
    await world.advanceTo('2027-03-01T09:00:30Z');
    const [after] = await world.runs(id);
    expect(after).toMatchObject({ id: before.id, status: 'SUCCEEDED', attempt: 2 });
    expect(after.attempts).toMatchObject([
      { attempt: 1, outcome: 'INTERRUPTED', node: 'dead', error: { code: 'lease_lost' } },
      { attempt: 2, outcome: 'SUCCEEDED', node: 'node-1' },
    ]);
  });

  it.each([
    ['of a node that died', 'INTERRUPTED', 'ALLOW_ALL'],
    ['of a run that is terminated', 'CANCELLED', 'TERMINATE_OTHER'],
  ])('a later attempt, %s, began when it was claimed', async (_name, outcome, overlap_policy) => {
    world.script = () => ({ kind: 'retryable', error: { code: 'http_5xx', message: 'x' }, ...nothing });
    const { id } = await world.create({ overlap_policy, retry_backoff_seconds: 20 });
    await world.advanceTo('2027-03-01T09:00:00.250Z');
    const [{ attempts: before, started_at }] = await world.runs(id);
    expect(before).toMatchObject([{ started_at }]);
    const dead = new Node(world, 'dead', 10);
    world.script = () => new Promise<Outcome>(() => {});
    world.clock.set(Date.parse('2027-03-01T09:00:27.123Z'));
    expect((await dead.dispatch()).claimed).toBe(1);
    world.clock.set(Date.parse('2027-03-01T09:00:37Z'));
    await dead.dispatcher.renew(world.clock.now());
    world.script = () => DELIVERED;
    world.clock.set(Date.parse('2027-03-01T09:01:10Z'));
    if (overlap_policy === 'ALLOW_ALL') await world.reap();
    else {
      await world.node.plan();
      await world.node.release();
    }
    expect((await world.runs(id))[0]).toMatchObject({
      started_at,
      attempts: [{}, { attempt: 2, outcome, node: 'dead', started_at: '2027-03-01T09:00:27.123Z' }],
    });
    await world.node.dispatcher.settle();
  });

  it('a node that lost its lease can write nothing', async () => {
    const slow = new Node(world, 'slow', 10);
    let answer = (_outcome: Outcome) => {};
    world.script = () => new Promise<Outcome>((resolve) => (answer = resolve));
    const { id } = await world.create(ONCE);
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await slow.plan();
    const late = answer;
    world.script = () => DELIVERED;
    await world.advanceTo('2027-03-01T09:00:31Z');
    late(REJECTS);
    await slow.dispatcher.settle();
    expect((await world.runs(id))[0]).toMatchObject({
      status: 'SUCCEEDED',
      attempt: 2,
      attempts: [{}, { outcome: 'SUCCEEDED' }],
    });
  });

  it('is kept by heartbeats for as long as the attempt takes', async () => {
    let answer = (_outcome: Outcome) => {};
    world.script = () => new Promise<Outcome>((resolve) => (answer = resolve));
    const { id } = await world.create(ONCE);
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await world.node.plan();
    for (let seconds = 20; seconds <= 120; seconds += 20) {
      world.clock.set(Date.parse('2027-03-01T09:00:00Z') + seconds * 1000);
      await world.node.dispatcher.renew(world.clock.now());
      expect((await reapTick(world.db, world.clock.now())).expired).toBe(0);
    }
    answer(DELIVERED);
    await world.node.dispatcher.settle();
    expect((await world.runs(id))[0]).toMatchObject({ status: 'SUCCEEDED', attempt: 1, duration_ms: 120_000 });
  });

  it('a run that is interrupted again and again is given up in the end', async () => {
    world.script = () => ({ kind: 'aborted', error: { code: 'interrupted', message: 'x' }, ...nothing });
    const { id } = await world.create(ONCE);
    await world.advanceTo('2027-03-01T09:00:00Z');
    expect((await world.runs(id))[0]).toMatchObject({ status: 'FAILED', reason: 'LEASE_LOST', attempt: 20 });
  });

  it('hands back what is in flight when the server stops', async () => {
    world.script = (_target, signal) =>
      new Promise<Outcome>((resolve) => {
        const stopped: Outcome = { kind: 'aborted', error: { code: 'interrupted', message: 'stopped' }, ...nothing };
        signal.addEventListener('abort', () => resolve(stopped));
      });
    const { id } = await world.create(ONCE);
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await world.node.plan();
    await world.node.dispatcher.drain(1);
    expect((await world.runs(id))[0]).toMatchObject({ status: 'PENDING', attempts: [{ outcome: 'INTERRUPTED' }] });
  });
});

describe('several nodes', () => {
  it('plan each occurrence once between them, and share the work', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 60; i += 1) ids.push((await world.create({ ...ONCE, name: `s${i}` })).id);
    const nodes = [1, 2, 3, 4].map((n) => new Node(world, `n${n}`, 10));
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    for (let pass = 0; pass < 4; pass += 1) {
      await Promise.all(nodes.flatMap((node) => [node.plan(), node.dispatch()]));
      await Promise.all(nodes.map((node) => node.dispatcher.settle()));
    }
    const rows = await world.db.query<{ schedule_id: string; status: string; node: string; attempt: number }>(
      "SELECT schedule_id, status, attempt, attempts[1]::jsonb->>'node' AS node FROM runs",
    );
    expect(rows).toHaveLength(60);
    expect(new Set(rows.map((row) => row.schedule_id)).size).toBe(60);
    expect(rows.every((row) => row.status === 'SUCCEEDED' && row.attempt === 1)).toBe(true);
    expect(new Set(rows.map((row) => row.node)).size).toBeGreaterThan(1);
  });

  it('the database refuses a second run of an occurrence, whoever plans it', async () => {
    const { id } = await world.create(ONCE);
    await world.advanceTo('2027-03-01T09:00:00Z');
    await world.db.query(
      "UPDATE schedules SET status = 'ACTIVE', status_reason = NULL, next_run_at = '2027-03-01T09:00:00Z', due_at = '2027-03-01T09:00:00Z' WHERE id = $1",
      [id],
    );
    await world.settle();
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED']);
    expect(await world.get(id)).toMatchObject({ status: 'COMPLETED', run_count: 1 });
  });

  it('what does not fit into one node waits, and is run by whoever has room', async () => {
    const full = new Node(world, 'full', 1);
    const { id } = await world.create({ overlap_policy: 'ALLOW_ALL' });
    world.clock.set(Date.parse('2027-03-01T09:03:00Z'));
    expect(await full.plan()).toMatchObject({ planned: 4, waiting: true });
    expect((await world.ledger(id)).filter((line) => line.endsWith('PENDING'))).toHaveLength(3);
    await full.dispatcher.settle();
    await world.settle();
    expect((await world.ledger(id)).every((line) => line.endsWith('SUCCEEDED'))).toBe(true);
  });
});
