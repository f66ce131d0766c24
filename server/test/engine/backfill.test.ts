import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { backfillTick } from '../../src/engine/backfiller.ts';
import type { EngineEvents } from '../../src/engine/events.ts';
import { retentionTick } from '../../src/engine/retention.ts';
import { makePartitions } from '../../src/store/partitions.ts';
import { DELIVERED, World, type Reply } from '../support/world.ts';

const START = '2027-03-01T12:00:00Z';
const DAY = 86_400_000;
let world: World;
beforeEach(async () => {
  world = await World.open(START);
});
afterEach(() => world.close());

const FAILED: Outcome = { kind: 'rejected', error: { code: 'x', message: 'x' }, request: null, response: null };

/** A schedule far from being due, so that what runs is the backfill's. */
const quiet = (fields: Record<string, unknown> = {}) =>
  world.create({ schedule_expression: '0 * * * *', overlap_policy: 'ALLOW_ALL', ...fields });
const ask = (id: string, fields: Record<string, unknown>): Promise<Reply> =>
  world.call('POST', `/v1/schedules/${id}/backfill`, fields);
const steer = (id: string, verb: string) => world.call('POST', `/v1/backfills/${id}/${verb}`);
const get = async (id: string): Promise<Reply['body']> => (await world.call('GET', `/v1/backfills/${id}`)).body;

async function begin(id: string, fields: Record<string, unknown> = {}): Promise<string> {
  const window = { start_at: '2027-03-01T00:00:00Z', end_at: '2027-03-01T11:00:00Z' };
  const { status, body } = await ask(id, { ...window, ...fields });
  expect({ status, body }).toMatchObject({ status: 202 });
  return body.id;
}

/** When each run was let go, in ms after the start of the test. */
async function pace(id: string): Promise<number[]> {
  const rows = await world.db.query<{ at: number }>(
    `SELECT created_at AS at FROM runs WHERE backfill_id = $1 ORDER BY id`,
    [id],
  );
  return rows.map((row) => row.at - Date.parse(START));
}

async function statuses(id: string): Promise<Record<string, number>> {
  const rows = await world.db.query<{ status: string; n: number }>(
    `SELECT concat_ws(' ', status, reason) AS status, sum(coalesce(missed_count, 1))::int AS n FROM runs
     WHERE backfill_id = $1 GROUP BY 1`,
    [id],
  );
  return Object.fromEntries(rows.map((row) => [row.status, row.n]));
}

describe('a backfill', () => {
  it('runs each past occurrence once, at most ten a second, and is COMPLETED with its last run', async () => {
    const { id } = await quiet();
    const { status, body } = await ask(id, { start_at: '2027-03-01T00:00:00Z', end_at: '2027-03-01T11:00:00Z' });
    expect(status).toBe(202);
    expect(body).toEqual({
      id: expect.any(String),
      schedule_id: id,
      status: 'RUNNING',
      status_reason: null,
      start_at: '2027-03-01T00:00:00.000Z',
      end_at: '2027-03-01T11:00:00.000Z',
      overlap_policy: 'ALLOW_ALL',
      total: 12,
      planned: 0,
      skipped: 0,
      next_scheduled_for: '2027-03-01T00:00:00.000Z',
      created_at: '2027-03-01T12:00:00.000Z',
      updated_at: '2027-03-01T12:00:00.000Z',
      finished_at: null,
    });
    await world.settle();
    expect(await get(body.id)).toMatchObject({ planned: 10, next_scheduled_for: '2027-03-01T10:00:00.000Z' });
    await world.advanceTo('2027-03-01T12:00:05Z');
    expect(await get(body.id)).toMatchObject({
      status: 'COMPLETED',
      planned: 12,
      next_scheduled_for: null,
      finished_at: '2027-03-01T12:00:01.200Z',
    });
    expect(await pace(body.id)).toEqual([...Array(10).fill(0), 1_000, 1_000]);
    const runs = await world.runs(id);
    expect(runs.map((run) => run.scheduled_for.slice(11, 13)).join(' ')).toBe('00 01 02 03 04 05 06 07 08 09 10 11');
    expect(runs[3]).toMatchObject({
      trigger: 'BACKFILL',
      backfill_id: body.id,
      status: 'SUCCEEDED',
      fire_at: START.replace('Z', '.000Z'),
      lateness_ms: 0,
    });
    expect(await world.get(id)).toMatchObject({ run_count: 12, next_run_at: '2027-03-01T13:00:00.000Z' });
  });

  it('counts RATE from its anchor, and has nothing outside the bounds of the schedule', async () => {
    const rate = await quiet({
      schedule_type: 'RATE',
      schedule_expression: '7m',
      start_at: '2027-03-01T10:01:00Z',
      end_at: '2028-01-01T00:00:00Z',
    });
    const { body } = await ask(rate.id, { start_at: '2027-01-01', end_at: '2027-03-01T10:20:00Z' });
    expect(body.total).toBe(3);
    await world.advanceTo('2027-03-01T12:00:05Z');
    const ledger = (await world.ledger(rate.id)).filter((line) => line.startsWith('BACKFILL'));
    expect(ledger).toEqual([
      'BACKFILL 10:01:00 SUCCEEDED',
      'BACKFILL 10:08:00 SUCCEEDED',
      'BACKFILL 10:15:00 SUCCEEDED',
    ]);
  });

  it('reads local times in the zone of the schedule', async () => {
    const { id } = await quiet({ schedule_expression: '0 9 * * *', timezone: 'Asia/Kathmandu' });
    const { body } = await ask(id, { start_at: '2027-02-27T09:00', end_at: '2027-02-28T09:00' });
    expect(body).toMatchObject({ total: 2, start_at: '2027-02-27T03:15:00.000Z' });
  });

  it('without an occurrence is COMPLETED at once', async () => {
    const { id } = await quiet();
    const { status, body } = await ask(id, { start_at: '2027-03-01T00:01:00Z', end_at: '2027-03-01T00:59:00Z' });
    expect({ status, body }).toMatchObject({ status: 202, body: { status: 'COMPLETED', total: 0 } });
    expect(body.finished_at).toBe('2027-03-01T12:00:00.000Z');
  });

  it('runs on by the rule that it was asked for with, whatever becomes of the schedule’s', async () => {
    const { id } = await quiet();
    const backfill = await begin(id);
    await world.settle();
    await world.call('PUT', `/v1/schedules/${id}`, { schedule_expression: '30 0 * * *', timezone: 'Asia/Tokyo' });
    await world.advanceTo('2027-03-01T12:00:05Z');
    expect(await get(backfill)).toMatchObject({ status: 'COMPLETED', planned: 12, total: 12 });
    expect(await statuses(backfill)).toEqual({ SUCCEEDED: 12 });
  });

  it('is COMPLETED only when its last retry is over', async () => {
    const answers: Outcome[] = [
      { kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null, retryAfterMs: 60_000 },
    ];
    world.script = () => answers.shift() ?? DELIVERED;
    const { id } = await quiet();
    const backfill = await begin(id, { end_at: '2027-03-01T02:00:00Z' });
    await world.advanceTo('2027-03-01T12:00:59Z');
    expect(await get(backfill)).toMatchObject({ status: 'RUNNING', planned: 3, next_scheduled_for: null });
    await world.advanceTo('2027-03-01T12:01:05Z');
    expect((await get(backfill)).status).toBe('COMPLETED');
  });
});

describe('overlap within a backfill', () => {
  /** Each run takes so long: it is accepted, and no completion comes. */
  function lasting(ms: number) {
    world.script = () => ({ kind: 'accepted', completesWithinSeconds: ms / 1_000, request: null, response: null });
  }

  it('SKIP records what is due while a run is open', async () => {
    lasting(1_000);
    const { id } = await quiet({ max_retries: 0, pause_on_failure_count: 100 });
    const backfill = await begin(id, { overlap_policy: 'SKIP' });
    await world.advanceTo('2027-03-01T12:00:00.950Z');
    expect(await statuses(backfill)).toEqual({ RUNNING: 1, 'SKIPPED OVERLAP': 9 });
    await world.advanceTo('2027-03-01T12:00:10Z');
    expect(await get(backfill)).toMatchObject({ status: 'COMPLETED', planned: 2, skipped: 10, total: 12 });
  });

  it('SKIP skips nothing where each run ends before the next is due', async () => {
    const { id } = await quiet();
    const backfill = await begin(id, { overlap_policy: 'SKIP' });
    await world.advanceTo('2027-03-01T12:00:10Z');
    expect(await get(backfill)).toMatchObject({ status: 'COMPLETED', planned: 12, skipped: 0 });
    expect(await pace(backfill)).toEqual(Array.from({ length: 12 }, (_, i) => i * 100));
  });

  it.each(['BUFFER_ONE', 'BUFFER_ALL'])('%s runs one at a time, in order, and drops none', async (overlap_policy) => {
    lasting(1_000);
    const { id } = await quiet({ max_retries: 0, pause_on_failure_count: 100 });
    const backfill = await begin(id, { overlap_policy, end_at: '2027-03-01T04:00:00Z' });
    let most = 0;
    for (let at = Date.parse(START); at < Date.parse(START) + 10_000; at += 250) {
      await world.advanceTo(at);
      most = Math.max(most, (await statuses(backfill)).RUNNING ?? 0);
    }
    expect(most).toBe(1);
    expect(await get(backfill)).toMatchObject({ status: 'COMPLETED', planned: 5, skipped: 0 });
    const runs = (await world.runs(id)).filter((run) => run.trigger === 'BACKFILL');
    expect(runs.map((run) => run.scheduled_for.slice(11, 13)).join(' ')).toBe('00 01 02 03 04');
  });

  it('a run that somebody triggered counts as well', async () => {
    lasting(3_600_000);
    const { id } = await quiet({ overlap_policy: 'SKIP', pause_on_failure_count: 100 });
    await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.settle();
    const backfill = await begin(id, { overlap_policy: 'SKIP', end_at: '2027-03-01T01:00:00Z' });
    await world.advanceTo('2027-03-01T12:00:05Z');
    expect(await statuses(backfill)).toEqual({ 'SKIPPED OVERLAP': 2 });
    const [manual, ...skipped] = (await world.runs(id)).toSorted((a, b) => b.trigger.localeCompare(a.trigger));
    expect(manual.trigger).toBe('MANUAL');
    expect(skipped.map((run) => run.blocked_by)).toEqual([manual.id, manual.id]);
    expect(await get(backfill)).toMatchObject({ status: 'COMPLETED', planned: 0, skipped: 2 });
  });

  it('the rate limit of the schedule holds for the backfill', async () => {
    const { id } = await quiet({ rate_limit_per_minute: 4 });
    const backfill = await begin(id, { end_at: '2027-03-01T03:00:00Z' });
    await world.advanceTo('2027-03-01T12:02:00Z');
    expect(await pace(backfill)).toEqual([0, 15_000, 30_000, 45_000]);
  });
});

describe('steering a backfill', () => {
  it('pauses, and goes on where it stood', async () => {
    const { id } = await quiet();
    const backfill = await begin(id);
    await world.settle();
    for (let i = 0; i < 2; i += 1) {
      expect(await steer(backfill, 'pause')).toMatchObject({
        status: 200,
        body: { status: 'PAUSED', status_reason: 'BY_USER', planned: 10, finished_at: null },
      });
    }
    await world.advanceTo('2027-03-01T12:10:00Z');
    expect(await get(backfill)).toMatchObject({ status: 'PAUSED', planned: 10 });
    for (let i = 0; i < 2; i += 1) {
      expect((await steer(backfill, 'resume')).body).toMatchObject({ status: 'RUNNING', status_reason: null });
    }
    await world.advanceTo('2027-03-01T12:10:05Z');
    expect(await get(backfill)).toMatchObject({ status: 'COMPLETED', planned: 12 });
  });

  it('cancels what has not started and lets the rest finish; the ledger has all of it', async () => {
    const answers: ((outcome: Outcome) => void)[] = [];
    world.script = () => new Promise<Outcome>((resolve) => void answers.push(resolve));
    const { id } = await quiet();
    const backfill = await begin(id);
    await world.backfill();
    const [first] = await world.runs(id);
    // Nine of ten are not claimed yet.
    await world.db.query("UPDATE runs SET wake_at = wake_at + interval '1 hour' WHERE id <> $1", [first.id]);
    await world.node.dispatch();
    const { status, body } = await steer(backfill, 'cancel');
    expect({ status, body }).toMatchObject({ status: 200, body: { status: 'CANCELLED', status_reason: 'BY_USER' } });
    for (const answer of answers) answer(DELIVERED);
    await world.advanceTo('2027-03-01T12:00:05Z');
    expect(await statuses(backfill)).toEqual({ SUCCEEDED: 1, 'CANCELLED BACKFILL_CANCELLED': 11 });
    expect((await world.ledger(id)).at(-1)).toBe('BACKFILL 10:00:00 CANCELLED BACKFILL_CANCELLED 2');
    expect((await world.get(id)).run_count).toBe(1);
    expect((await steer(backfill, 'cancel')).status).toBe(200);
    for (const verb of ['pause', 'resume']) {
      expect(await steer(backfill, verb)).toMatchObject({ status: 409, body: { code: 'backfill_finished' } });
    }
  });

  it('what the schedule holds behind a backfill starts when that is cancelled', async () => {
    const { id } = await quiet({ overlap_policy: 'BUFFER_ONE', schedule_expression: '1 12 * * *' });
    const backfill = await begin(id, { start_at: '2027-02-01', end_at: '2027-02-05' });
    await world.backfill();
    world.clock.set(Date.parse('2027-03-01T12:01:00Z'));
    await world.node.plan();
    expect((await world.ledger(id)).at(-1)).toBe('SCHEDULE 12:01:00 PENDING OVERLAP');
    await steer(backfill, 'cancel');
    await world.node.release();
    await world.node.dispatcher.settle();
    expect((await world.ledger(id)).find((line) => line.startsWith('SCHEDULE'))).toBe('SCHEDULE 12:01:00 SUCCEEDED');
  });

  it('a COMPLETED one can not be cancelled', async () => {
    const { id } = await quiet();
    const backfill = await begin(id);
    await world.advanceTo('2027-03-01T12:00:05Z');
    expect(await steer(backfill, 'cancel')).toMatchObject({ status: 409, body: { code: 'backfill_finished' } });
  });
});

describe('a backfill and its schedule', () => {
  it('goes on while the schedule is paused: it was asked for by hand', async () => {
    const { id } = await quiet();
    const backfill = await begin(id);
    await world.backfill();
    await world.call('POST', `/v1/schedules/${id}/pause`);
    await world.advanceTo('2027-03-01T12:00:05Z');
    expect(await get(backfill)).toMatchObject({ status: 'COMPLETED', planned: 12 });
    expect(await statuses(backfill)).toEqual({ SUCCEEDED: 12 });
  });

  it('is PAUSED with it when failures in a row pause it, and can be resumed by itself', async () => {
    world.script = () => FAILED;
    const { id } = await quiet({ pause_on_failure_count: 5 });
    const backfill = await begin(id);
    await world.advanceTo('2027-03-01T12:00:30Z');
    expect(await world.get(id)).toMatchObject({ status: 'PAUSED', status_reason: 'FAILURES' });
    expect(await get(backfill)).toMatchObject({ status: 'PAUSED', status_reason: 'FAILURES', planned: 10 });
    world.script = () => DELIVERED;
    await steer(backfill, 'resume');
    await world.advanceTo('2027-03-01T12:01:00Z');
    expect(await statuses(backfill)).toEqual({ 'FAILED REJECTED': 10, SUCCEEDED: 2 });
  });

  describe.each(['PAUSED', 'COMPLETED'])('of a schedule that is %s already', (status) => {
    const stopped = async () => {
      const { id } = await quiet({ ...(status === 'COMPLETED' && { end_at: '2027-03-01T11:30:00Z' }) });
      if (status === 'PAUSED') await world.call('POST', `/v1/schedules/${id}/pause`);
      const before = await world.get(id);
      expect(before.status).toBe(status);
      const backfill = await begin(id, { overlap_policy: 'BUFFER_ALL' });
      return { before, backfill };
    };

    it('is PAUSED each time that as many have failed in a row', async () => {
      world.script = () => FAILED;
      const { before, backfill } = await stopped();
      for (const planned of [5, 10]) {
        await world.advanceTo(world.clock.now() + 60_000);
        expect(await get(backfill)).toMatchObject({ status: 'PAUSED', status_reason: 'FAILURES', planned });
        await steer(backfill, 'resume');
      }
      const { status_reason, consecutive_failures } = await world.get(before.id);
      expect({ status_reason, consecutive_failures }).toEqual({
        status_reason: before.status_reason,
        consecutive_failures: 10,
      });
    });

    it('is PAUSED at once by a receiver that wants no more', async () => {
      world.script = () => ({ ...FAILED, park: true });
      const { backfill } = await stopped();
      await world.advanceTo(world.clock.now() + 60_000);
      expect(await get(backfill)).toMatchObject({ status: 'PAUSED', status_reason: 'PARKED', planned: 1 });
    });
  });

  it('is CANCELLED when the schedule is deleted', async () => {
    const { id } = await quiet();
    const backfill = await begin(id);
    await world.backfill();
    await world.call('DELETE', `/v1/schedules/${id}`);
    expect(await get(backfill)).toMatchObject({ status: 'CANCELLED', status_reason: 'SCHEDULE_DELETED' });
    await world.advanceTo('2027-03-01T12:00:05Z');
    expect(await statuses(backfill)).toEqual({ 'CANCELLED SCHEDULE_DELETED': 12 });
    expect((await ask(id, { start_at: '2027-01-01', end_at: '2027-01-02' })).status).toBe(404);
    expect((await steer(backfill, 'resume')).status).toBe(409);
  });

  it('is CANCELLED by its next step where the deletion did not see it', async () => {
    const { id } = await quiet();
    const backfill = await begin(id);
    await world.db.query('UPDATE schedules SET deleted_at = now(), due_at = NULL, next_run_at = NULL WHERE id = $1', [
      id,
    ]);
    expect((await steer(backfill, 'pause')).status).toBe(409);
    await world.settle();
    expect(await get(backfill)).toMatchObject({ status: 'CANCELLED', status_reason: 'SCHEDULE_DELETED' });
  });

  it('keeps a COMPLETED schedule that deletes itself until it is over', async () => {
    const { id } = await quiet({
      schedule_type: 'ONE_TIME',
      schedule_expression: '2027-03-01T12:00:01Z',
      action_after_completion: 'DELETE',
    });
    await world.node.plan();
    world.clock.set(Date.parse('2027-03-01T12:00:01Z'));
    await world.node.plan();
    await world.node.dispatcher.settle();
    const backfill = await begin(id, { start_at: '2027-03-01T12:00:01Z', end_at: '2027-03-01T12:00:01Z' });
    await world.reap();
    expect((await world.get(id)).status).toBe('COMPLETED');
    await world.advanceTo('2027-03-01T12:00:10Z');
    expect((await get(backfill)).status).toBe('COMPLETED');
    await world.reap();
    expect((await world.call('GET', `/v1/schedules/${id}`)).status).toBe(404);
  });
});

describe('what is watched', () => {
  it('is told of the occurrences that a backfill planned and skipped', async () => {
    const fates: string[] = [];
    const events = new Proxy({} as EngineEvents, {
      get: (_target, name) => (fate: string) => name === 'planned' && void fates.push(fate),
    });
    const { id } = await quiet();
    await begin(id, { overlap_policy: 'SKIP', end_at: '2027-03-01T01:00:00Z' });
    for (let i = 0; i < 2; i += 1) {
      await backfillTick({ ...world.watched, db: world.db, events }, world.clock.now());
      world.clock.set(world.clock.now() + 100);
    }
    expect(fates).toEqual(['RUN', 'SKIPPED']);
  });
});

describe('nodes', () => {
  it('that step at the same time run each occurrence once', async () => {
    const ids = await Promise.all(Array.from({ length: 3 }, () => quiet()));
    const backfills = [];
    for (const { id } of ids) backfills.push(await begin(id, { start_at: '2027-02-01T00:00:00Z' }));
    for (let step = 0; step < 80; step += 1) {
      await Promise.all([1, 2, 3, 4].map(() => world.backfill()));
      world.clock.set(world.clock.now() + 1_000);
    }
    const rows = await world.db.query(
      `SELECT backfill_id, count(*) AS runs, count(DISTINCT scheduled_for) AS occurrences FROM runs GROUP BY 1`,
    );
    const total = (await get(backfills[0] ?? '')).total;
    expect(total).toBe(28 * 24 + 12);
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatchObject({ runs: total, occurrences: total });
  });

  it('that die within a step leave nothing of it; the next one goes on', async () => {
    const { id } = await quiet();
    const backfill = await begin(id);
    const dying = Object.assign(Object.create(world.db), {
      transaction: (work: Parameters<typeof world.db.transaction>[0]) =>
        world.db.transaction((tx) =>
          work({
            ...tx,
            query: async (text, values, name) => {
              if (name === 'update_backfill') throw new Error('the node died');
              return await tx.query(text, values, name);
            },
          }),
        ),
    });
    await expect(backfillTick({ ...world.watched, db: dying }, world.clock.now())).rejects.toThrow('the node died');
    expect(await world.runs(id)).toEqual([]);
    expect((await world.get(id)).run_count).toBe(0);
    await world.advanceTo('2027-03-01T12:00:05Z');
    expect(await statuses(backfill)).toEqual({ SUCCEEDED: 12 });
  });
});

describe('retention', () => {
  it('removes a backfill once its runs are gone', async () => {
    const { id } = await quiet({ end_at: '2027-03-01T12:30:00Z' });
    const backfill = await begin(id);
    await world.advanceTo('2027-03-01T12:00:05Z');
    const later = Date.parse(START) + 40 * DAY;
    await makePartitions(world.db, later);
    expect(await retentionTick(world.db, later, 30, 365)).toMatchObject({ backfills: 0 });
    expect((await world.call('GET', `/v1/backfills/${backfill}`)).status).toBe(200);
    expect(await retentionTick(world.db, later + 10 * DAY, 30, 365)).toMatchObject({ backfills: 1 });
    expect((await world.call('GET', `/v1/backfills/${backfill}`)).status).toBe(404);
  });
});

describe('a request for a backfill', () => {
  it.each([
    [{ start_at: '2027-02-01', end_at: '2027-03-01T12:00:01Z' }, 'end_at', 'in_the_future', /2027-03-01T12:00:00.000Z/],
    [{ start_at: '2027-02-02', end_at: '2027-02-01' }, 'end_at', 'end_before_start', /2027-02-02/],
    [{ start_at: '2025-01-01', end_at: '2027-02-01' }, 'end_at', 'too_many_occurrences', /18265 .* 10000/],
    [{ start_at: 'yesterday', end_at: '2027-02-01' }, 'start_at', expect.any(String), /yesterday/],
    [{ end_at: '2027-02-01' }, 'start_at', 'missing', /required/],
    [
      { start_at: '2027-02-01', end_at: '2027-02-02', overlap_policy: 'cancel_other' },
      'overlap_policy',
      'not_for_backfills',
      /CANCEL_OTHER .* makes no sense in a backfill; use one of ALLOW_ALL/,
    ],
    [
      { start_at: '2027-02-01', end_at: '2027-02-02', overlap_policy: 'cancel' },
      'overlap_policy',
      'enum',
      /^must be one of ALLOW_ALL, SKIP, BUFFER_ONE, BUFFER_ALL; got "cancel"$/,
    ],
  ])('%j is refused at %s', async (body, field, type, msg) => {
    const { id } = await quiet();
    const reply = await ask(id, body);
    expect(reply).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', field], type }] } });
    expect(reply.body.detail[0].msg).toMatch(msg);
    expect((await world.call('GET', `/v1/schedules/${id}/backfills`)).body).toMatchObject({ total: 0, backfills: [] });
  });

  it('takes exactly as many occurrences as the limit', async () => {
    const { id } = await quiet({ schedule_expression: '* * * * *' });
    const from = Date.parse('2027-02-01T00:00:00Z');
    const until = (n: number) => new Date(from + (n - 1) * 60_000).toISOString();
    expect((await ask(id, { start_at: '2027-02-01', end_at: until(10_001) })).status).toBe(422);
    expect((await ask(id, { start_at: '2027-02-01', end_at: until(10_000) })).body).toMatchObject({ total: 10_000 });
  });

  it('lists newest first, and is nobody else’s', async () => {
    const { id } = await quiet();
    const ids = [await begin(id), await begin(id)];
    const { body } = await world.call('GET', `/v1/schedules/${id}/backfills?limit=1`);
    expect(body).toMatchObject({ total: 2, limit: 1, offset: 0, backfills: [{ id: ids[1] }] });
    await world.addTenant('other', 'hc_live_other');
    const as = { 'X-Api-Key': 'hc_live_other' };
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/cancel'],
    ] as const) {
      const theirs = await world.call(method, `/v1/backfills/${ids[0]}${path}`, undefined, as);
      const none = await world.call(method, `/v1/backfills/00000000-0000-4000-8000-000000000000${path}`, undefined, as);
      expect(theirs).toMatchObject({ status: 404, body: none.body });
    }
    expect((await get(ids[0] ?? '')).status).toBe('RUNNING');
  });
});
