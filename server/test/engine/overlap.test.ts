import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { DELIVERED, Node, World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterEach(() => world.close());

const ABORTED: Outcome = {
  kind: 'aborted',
  error: { code: 'aborted', message: 'stopped' },
  request: null,
  response: null,
};
const FAILS: Outcome = { kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null };

/** Attempts that last until they are let go, or stopped. */
function gates() {
  const open: ((outcome: Outcome) => void)[] = [];
  world.script = (_target, signal) =>
    new Promise((resolve) => {
      open.push(resolve);
      signal.addEventListener('abort', () => resolve(ABORTED));
    });
  return { finish: (outcome: Outcome = DELIVERED) => open.shift()?.(outcome) };
}

/** Moves to 09:MM, plans there and does what follows at once, without waiting for attempts that last. */
async function at(time: string): Promise<void> {
  world.clock.set(Date.parse(`2027-03-01T${time}Z`));
  await world.node.plan();
  await world.node.dispatch();
  await world.node.release();
}

/** Lets what was finished or stopped be written. */
async function written(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await world.node.dispatcher.flush();
}

/** The same, and what was held behind it start. */
async function afterwards(): Promise<void> {
  await written();
  await world.node.release();
}

describe('BUFFER_ONE', () => {
  it('lets one wait, skips the rest, and starts it when the open one ends', async () => {
    const { finish } = gates();
    const { id } = await world.create({ overlap_policy: 'BUFFER_ONE' });
    for (const time of ['09:00:00', '09:01:00', '09:02:00']) await at(time);
    expect(await world.ledger(id)).toEqual([
      'SCHEDULE 09:00:00 RUNNING',
      'SCHEDULE 09:01:00 PENDING OVERLAP',
      'SCHEDULE 09:02:00 SKIPPED OVERLAP',
    ]);
    finish();
    await afterwards();
    expect(await world.ledger(id)).toEqual([
      'SCHEDULE 09:00:00 SUCCEEDED',
      'SCHEDULE 09:01:00 RUNNING',
      'SCHEDULE 09:02:00 SKIPPED OVERLAP',
    ]);
    finish();
    await afterwards();
    expect((await world.get(id)).run_count).toBe(2);
  });

  it('waits through the retries of the open one', async () => {
    const outcomes = [FAILS, DELIVERED];
    world.script = () => outcomes.shift() ?? DELIVERED;
    const { id } = await world.create({ overlap_policy: 'BUFFER_ONE', retry_backoff_seconds: 90 });
    await world.advanceTo('2027-03-01T09:01:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 PENDING', 'SCHEDULE 09:01:00 PENDING OVERLAP']);
    await world.advanceTo('2027-03-01T09:01:55Z');
    const runs = await world.runs(id);
    expect(runs.map((run) => run.status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(runs[1].started_at >= runs[0].finished_at).toBe(true);
  });
});

describe('BUFFER_ALL', () => {
  it('runs them all, one after the other, in order', async () => {
    const { finish } = gates();
    const { id } = await world.create({ overlap_policy: 'BUFFER_ALL' });
    for (const time of ['09:00:00', '09:01:00', '09:02:00', '09:03:00']) await at(time);
    const statuses = async () => (await world.runs(id)).map((run) => run.status[0]).join('');
    const seen = [await statuses()];
    for (let i = 0; i < 4; i += 1) {
      finish();
      await afterwards();
      seen.push(await statuses());
    }
    expect(seen).toEqual(['RPPP', 'SRPP', 'SSRP', 'SSSR', 'SSSS']);
  });

  it('holds a thousand and skips the rest with BUFFER_FULL', async () => {
    gates();
    const { id } = await world.create({
      overlap_policy: 'BUFFER_ALL',
      schedule_type: 'RATE',
      schedule_expression: '1s',
      catchup_window_minutes: 20,
    });
    world.clock.set(Date.parse('2027-03-01T08:59:31Z') + 1_005_000);
    while ((await world.node.plan()).planned > 0);
    const rows = await world.db.query<{ status: string; reason: string; n: number }>(
      'SELECT status, reason, count(*) AS n FROM runs WHERE schedule_id = $1 GROUP BY 1, 2 ORDER BY 1, 2',
      [id],
    );
    expect(rows).toEqual([
      { status: 'PENDING', reason: 'OVERLAP', n: 1000 },
      { status: 'RUNNING', reason: null, n: 1 },
      { status: 'SKIPPED', reason: 'BUFFER_FULL', n: 5 },
    ]);
    await world.call('DELETE', `/v1/schedules/${id}`);
    world.node.dispatcher.cancel(
      (await world.db.query<{ id: string }>(`SELECT id FROM runs WHERE status = 'RUNNING'`))[0]?.id ?? '',
    );
    await afterwards();
  });
});

describe('CANCEL_OTHER', () => {
  it('asks the open run to stop, waits for it, then starts; the newest that waits wins', async () => {
    let stopped: AbortSignal | undefined;
    world.script = (_target, signal) => {
      stopped ??= signal;
      // It takes its time to stop.
      return new Promise((resolve) => signal.addEventListener('abort', () => setImmediate(() => resolve(ABORTED))));
    };
    const { id } = await world.create({ overlap_policy: 'CANCEL_OTHER' });
    for (const time of ['09:00:00', '09:01:00', '09:02:00']) await at(time);
    expect(await world.ledger(id)).toEqual([
      'SCHEDULE 09:00:00 RUNNING',
      'SCHEDULE 09:01:00 CANCELLED SUPERSEDED',
      'SCHEDULE 09:02:00 PENDING OVERLAP',
    ]);
    expect((await world.runs(id))[0].cancel_requested).toBe(true);
    // The notification may be lost: the heartbeat tells it too.
    expect(stopped?.aborted).toBe(false);
    await world.node.dispatcher.renew(world.clock.now());
    expect(stopped?.aborted).toBe(true);
    world.script = () => DELIVERED;
    await afterwards();
    await world.settle();
    const runs = await world.runs(id);
    expect(runs.map((run) => [run.status, run.reason])).toEqual([
      ['CANCELLED', 'SUPERSEDED'],
      ['CANCELLED', 'SUPERSEDED'],
      ['SUCCEEDED', null],
    ]);
    expect(runs[0].attempts).toMatchObject([{ attempt: 1, outcome: 'CANCELLED' }]);
    expect(await world.get(id)).toMatchObject({ run_count: 2, last_run_status: 'SUCCEEDED', consecutive_failures: 0 });
  });

  it('cancels a run that waits for its retry at once', async () => {
    const outcomes = [FAILS, DELIVERED];
    world.script = () => outcomes.shift() ?? DELIVERED;
    const { id } = await world.create({ overlap_policy: 'CANCEL_OTHER', retry_backoff_seconds: 600 });
    await world.advanceTo('2027-03-01T09:01:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 CANCELLED SUPERSEDED', 'SCHEDULE 09:01:00 SUCCEEDED']);
  });

  it('a run that is done before it could stop has succeeded', async () => {
    const { finish } = gates();
    const { id } = await world.create({ overlap_policy: 'CANCEL_OTHER' });
    for (const time of ['09:00:00', '09:01:00']) await at(time);
    finish();
    await afterwards();
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED', 'SCHEDULE 09:01:00 RUNNING']);
    finish();
    await afterwards();
  });

  it('a run whose server is gone is CANCELLED when its lease runs out, not given to another', async () => {
    const dead = new Node(world, 'dead', 10);
    world.script = () => new Promise<Outcome>(() => {});
    const { id } = await world.create({ overlap_policy: 'CANCEL_OTHER' });
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await dead.plan();
    world.script = () => DELIVERED;
    await at('09:01:00');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 RUNNING', 'SCHEDULE 09:01:00 PENDING OVERLAP']);
    await world.advanceTo('2027-03-01T09:01:02Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 CANCELLED SUPERSEDED', 'SCHEDULE 09:01:00 SUCCEEDED']);
    expect((await world.runs(id))[0].attempts).toMatchObject([{ outcome: 'CANCELLED', error: { code: 'lease_lost' } }]);
  });
});

describe('TERMINATE_OTHER', () => {
  it('cancels the open run at once and starts; the late outcome of the old attempt is nobody’s', async () => {
    const { finish } = gates();
    const { id } = await world.create({ overlap_policy: 'TERMINATE_OTHER' });
    for (const time of ['09:00:00', '09:01:00']) await at(time);
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 CANCELLED TERMINATED', 'SCHEDULE 09:01:00 RUNNING']);
    finish();
    finish();
    await afterwards();
    const runs = await world.runs(id);
    expect(runs.map((run) => [run.status, run.reason])).toEqual([
      ['CANCELLED', 'TERMINATED'],
      ['SUCCEEDED', null],
    ]);
    expect(runs[0].attempts).toMatchObject([{ attempt: 1, outcome: 'CANCELLED', error: { code: 'cancelled' } }]);
    expect(runs[0].finished_at).toBe('2027-03-01T09:01:00.000Z');
  });
});

describe('held runs', () => {
  it.each(['BUFFER_ALL', 'CANCEL_OTHER'])('%s: a pause cancels them, a delete too', async (overlap_policy) => {
    const { finish } = gates();
    const { id } = await world.create({ overlap_policy });
    for (const time of ['09:00:00', '09:01:00']) await at(time);
    await world.call('POST', `/v1/schedules/${id}/pause`);
    expect((await world.ledger(id))[1]).toBe('SCHEDULE 09:01:00 CANCELLED SCHEDULE_PAUSED');
    finish();
    await afterwards();
    await world.settle();
    expect((await world.get(id)).run_count).toBe(1);
  });

  it.each(['CANCEL_OTHER', 'TERMINATE_OTHER'])('follow a change to %s: the newest wins', async (overlap_policy) => {
    const { finish } = gates();
    const { id } = await world.create({ overlap_policy: 'BUFFER_ALL' });
    for (const minute of ['09:00', '09:01', '09:02', '09:03']) await at(`${minute}:00`);
    const { body } = await world.call('PUT', `/v1/schedules/${id}`, { overlap_policy });
    expect(body.run_count).toBe(2);
    await world.node.release();
    await world.node.dispatcher.renew(world.clock.now());
    world.clock.set(world.clock.now() + 1_000);
    for (let i = 0; i < 2; i += 1) await afterwards();
    const [first, ...others] = await world.ledger(id);
    expect(first).toBe(
      `SCHEDULE 09:00:00 CANCELLED ${overlap_policy === 'CANCEL_OTHER' ? 'SUPERSEDED' : 'TERMINATED'}`,
    );
    expect(others).toEqual([
      'SCHEDULE 09:01:00 CANCELLED SUPERSEDED',
      'SCHEDULE 09:02:00 CANCELLED SUPERSEDED',
      'SCHEDULE 09:03:00 RUNNING',
    ]);
    expect((await world.get(id)).run_count).toBe(2);
    for (let i = 0; i < 2; i += 1) finish();
    await world.node.dispatcher.settle();
  });

  it('follow a change of the policy', async () => {
    const { finish } = gates();
    const { id } = await world.create({ overlap_policy: 'BUFFER_ALL' });
    for (const time of ['09:00:00', '09:01:00', '09:02:00']) await at(time);
    await world.call('PUT', `/v1/schedules/${id}`, { overlap_policy: 'ALLOW_ALL' });
    await world.node.release();
    expect((await world.runs(id)).map((run) => run.status)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
    for (let i = 0; i < 3; i += 1) finish();
    await afterwards();
  });

  it('are found where a server died between the end of a run and the look at those behind it', async () => {
    const { finish } = gates();
    const { id } = await world.create({ overlap_policy: 'BUFFER_ALL' });
    for (const time of ['09:00:00', '09:01:00']) await at(time);
    finish();
    await written();
    world.script = () => DELIVERED;
    // Another node: it knows nothing of what ended here.
    const other = new Node(world, 'other', 10);
    expect((await other.release()).looked).toBe(0);
    await world.reap();
    expect((await other.release()).looked).toBe(1);
    await other.dispatcher.settle();
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED', 'SCHEDULE 09:01:00 SUCCEEDED']);
  });

  it('are looked at again where the database failed just as the one before ended', async () => {
    const { finish } = gates();
    const { id } = await world.create({ overlap_policy: 'BUFFER_ALL' });
    for (const time of ['09:00:00', '09:01:00']) await at(time);
    finish();
    await written();
    await world.db.query('ALTER TABLE schedules RENAME TO schedules_away');
    await expect(world.node.release()).rejects.toThrow(/schedules/);
    await world.db.query('ALTER TABLE schedules_away RENAME TO schedules');
    expect((await world.node.release()).looked).toBe(1);
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED', 'SCHEDULE 09:01:00 RUNNING']);
    finish();
    await afterwards();
  });

  it('wait for nobody who has another schedule locked, and are looked at once theirs is not any more', async () => {
    const { finish } = gates();
    const [locked, free] = [
      await world.create({ overlap_policy: 'BUFFER_ALL' }),
      await world.create({ overlap_policy: 'BUFFER_ALL' }),
    ];
    for (const time of ['09:00:00', '09:01:00']) await at(time);
    finish();
    finish();
    await written();
    const now = world.clock.now();
    await world.db.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM schedules WHERE id = $1 FOR NO KEY UPDATE', [locked.id]);
      expect(await world.node.release()).toMatchObject({ looked: 1, next: now + 10 });
    });
    expect((await world.ledger(free.id))[1]).toBe('SCHEDULE 09:01:00 RUNNING');
    const gone = { tenant_id: locked.tenant_id, id: '01990000-0000-7000-8000-000000000000' };
    world.node.ended.add([gone]);
    expect(await world.node.release()).toMatchObject({ looked: 1, next: null });
    expect((await world.ledger(locked.id))[1]).toBe('SCHEDULE 09:01:00 RUNNING');
    finish();
    finish();
    await afterwards();
  });

  it('of many schedules have their turn in one pass, each by its own policy and limit', async () => {
    const { finish } = gates();
    const fields = [
      { overlap_policy: 'BUFFER_ONE' },
      { overlap_policy: 'BUFFER_ALL' },
      { overlap_policy: 'BUFFER_ALL', rate_limit_per_minute: 1 },
      { overlap_policy: 'CANCEL_OTHER' },
      { overlap_policy: 'TERMINATE_OTHER' },
    ];
    const schedules = await Promise.all(fields.map((some) => world.create(some)));
    for (const time of ['09:00:00', '09:01:00', '09:02:00']) {
      world.clock.set(Date.parse(`2027-03-01T${time}Z`));
      await world.node.plan();
    }
    world.clock.set(Date.parse('2027-03-01T09:02:30Z'));
    for (let i = 0; i < 5; i += 1) finish();
    await written();
    expect((await world.node.release()).looked).toBe(5);
    const statuses = async (id: string) => (await world.runs(id)).map((run) => run.status[0]).join('');
    expect(await Promise.all(schedules.map(({ id }) => statuses(id)))).toEqual(['SRS', 'SRP', 'SRP', 'SCR', 'SCR']);
    expect((await world.get(schedules[2]?.id ?? '')).last_run_at).toBe('2027-03-01T09:02:30.000Z');
    for (let i = 0; i < 5; i += 1) finish();
    await afterwards();
  });

  it('under a rate limit keep their distance after everyone was away for long', async () => {
    const { id } = await world.create({
      schedule_type: 'RATE',
      schedule_expression: '10s',
      overlap_policy: 'ALLOW_ALL',
      rate_limit_per_minute: 6,
      catchup_window_minutes: 60,
      end_at: '2027-03-01T09:00:30Z',
    });
    await world.call('PUT', `/v1/schedules/${id}`, { rate_limit_per_minute: 2 });
    await world.advanceTo('2027-03-01T09:00:40Z');
    // Nobody looks for ten minutes; all of their turns have passed.
    world.clock.set(Date.parse('2027-03-01T09:10:00Z'));
    await world.advanceTo('2027-03-01T09:20:00Z');
    const starts = (await world.runs(id)).map((run) => Date.parse(run.started_at)).sort((a, b) => a - b);
    expect(starts).toHaveLength(6);
    for (const [i, start] of starts.entries()) {
      if (i > 0) expect(start - (starts[i - 1] ?? 0)).toBeGreaterThanOrEqual(30_000);
    }
  });
});
