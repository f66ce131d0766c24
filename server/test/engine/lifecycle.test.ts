import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { DELIVERED, World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterEach(() => world.close());

const post = (id: string, verb: string, body?: unknown) => world.call('POST', `/v1/schedules/${id}/${verb}`, body);

describe('pause and resume', () => {
  it('record the occurrences of the pause as one MISSED row and go on from now', async () => {
    const { id } = await world.create();
    await world.advanceTo('2027-03-01T09:00:30Z');
    expect((await post(id, 'pause')).body).toMatchObject({
      status: 'PAUSED',
      status_reason: 'BY_USER',
      next_run_at: null,
    });
    await world.advanceTo('2027-03-01T09:30:30Z');
    const { body } = await post(id, 'resume');
    expect(body).toMatchObject({ status: 'ACTIVE', status_reason: null, next_run_at: '2027-03-01T09:31:00.000Z' });
    await world.advanceTo('2027-03-01T09:31:00Z');
    expect(await world.ledger(id)).toEqual([
      'SCHEDULE 09:00:00 SUCCEEDED',
      'SCHEDULE 09:01:00 MISSED PAUSED 30',
      'SCHEDULE 09:31:00 SUCCEEDED',
    ]);
  });

  it('are idempotent, and change the version only when they change something', async () => {
    const { id } = await world.create();
    const versions = [];
    for (const verb of ['pause', 'pause', 'resume', 'resume']) versions.push((await post(id, verb)).body.version);
    expect(versions).toEqual([2, 2, 3, 3]);
    expect(await world.ledger(id)).toEqual([]);
  });

  it('lose no occurrence that was due and not yet planned', async () => {
    const { id } = await world.create();
    world.clock.set(Date.parse('2027-03-01T09:00:10Z'));
    await post(id, 'pause');
    await post(id, 'resume');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 MISSED PAUSED 1']);
  });

  it('refuse a COMPLETED schedule with 409', async () => {
    const { id } = await world.create({ schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T09:00:00Z' });
    await world.advanceTo('2027-03-01T09:00:00Z');
    for (const verb of ['pause', 'resume']) {
      expect(await post(id, verb)).toMatchObject({ status: 409, body: { code: 'schedule_completed' } });
    }
  });

  it('complete a ONE_TIME schedule whose instant fell into the pause', async () => {
    const { id } = await world.create({ schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T09:00:00Z' });
    await post(id, 'pause');
    world.clock.set(Date.parse('2027-03-01T10:00:00Z'));
    expect((await post(id, 'resume')).body).toMatchObject({ status: 'COMPLETED', status_reason: 'END_REACHED' });
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 MISSED PAUSED 1']);
  });

  it('let what has started finish with its retries', async () => {
    const answers: Outcome[] = [
      { kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null, retryAfterMs: 30_000 },
      DELIVERED,
    ];
    world.script = () => answers.shift() ?? DELIVERED;
    const { id } = await world.create();
    await world.advanceTo('2027-03-01T09:00:01Z');
    await post(id, 'pause');
    await world.advanceTo('2027-03-01T09:05:00Z');
    expect((await world.runs(id))[0]).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
  });
});

describe('update', () => {
  it('of when re-plans from now, and records what was due under the old rule', async () => {
    const { id } = await world.create();
    world.clock.set(Date.parse('2027-03-01T09:01:10Z'));
    const { body } = await world.call('PUT', `/v1/schedules/${id}`, { schedule_expression: '*/10 * * * *' });
    expect(body).toMatchObject({ next_run_at: '2027-03-01T09:10:00.000Z', version: 2 });
    await world.advanceTo('2027-03-01T09:10:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 CANCELLED REPLANNED 2', 'SCHEDULE 09:10:00 SUCCEEDED']);
  });

  it('of the zone moves the local time', async () => {
    const { id } = await world.create({ schedule_expression: '0 12 * * *' });
    const { body } = await world.call('PUT', `/v1/schedules/${id}`, { timezone: 'america/new_york' });
    expect(body).toMatchObject({ timezone: 'America/New_York', next_run_at: '2027-03-01T17:00:00.000Z' });
  });

  it('changes only what it names, and null clears', async () => {
    const made = await world.create({ description: 'a', external_id: 'b', end_at: '2027-06-01T00:00:00Z' });
    const { body } = await world.call('PUT', `/v1/schedules/${made.id}`, {
      description: null,
      end_at: null,
      name: 'new',
    });
    const { description: _d, end_at: _e, name: _n, version: _v, updated_at: _u, ...rest } = made;
    expect(body).toMatchObject({ ...rest, description: null, end_at: null, name: 'new', version: 2 });
  });

  it('pauses and resumes by status', async () => {
    const { id } = await world.create();
    expect((await world.call('PUT', `/v1/schedules/${id}`, { status: 'paused' })).body.status).toBe('PAUSED');
    world.clock.set(Date.parse('2027-03-01T09:02:30Z'));
    const { body } = await world.call('PUT', `/v1/schedules/${id}`, {
      status: 'ACTIVE',
      schedule_expression: '30 * * * *',
    });
    expect(body).toMatchObject({ status: 'ACTIVE', next_run_at: '2027-03-01T09:30:00.000Z' });
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 MISSED PAUSED 3']);
  });

  it('gives a COMPLETED schedule a new life when it has occurrences again', async () => {
    const { id } = await world.create({ schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T09:00:00Z' });
    await world.advanceTo('2027-03-01T09:00:00Z');
    const { body } = await world.call('PUT', `/v1/schedules/${id}`, { schedule_expression: '2027-03-02T09:00:00Z' });
    expect(body).toMatchObject({ status: 'ACTIVE', status_reason: null, next_run_at: '2027-03-02T09:00:00.000Z' });
    await world.advanceTo('2027-03-02T09:00:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED', 'SCHEDULE 09:00:00 SUCCEEDED']);
  });

  describe('of a ONE_TIME whose instant has come, and stays', () => {
    const at = '2027-03-01T09:00:00Z';
    const end_at = '2027-03-02T00:00:00Z';

    it('leaves it done', async () => {
      const { id } = await world.create({ schedule_type: 'ONE_TIME', schedule_expression: at });
      await world.advanceTo(at);
      const { body } = await world.call('PUT', `/v1/schedules/${id}`, { end_at, flexible_window_minutes: 30 });
      expect(body).toMatchObject({ status: 'COMPLETED', status_reason: 'FIRED', next_run_at: null, version: 3 });
      expect(body).toMatchObject({ end_at: '2027-03-02T00:00:00.000Z', flexible_window_minutes: 30 });
    });

    it('leaves its run where it waits', async () => {
      let end = () => {};
      world.script = () => new Promise((resolve) => (end = () => resolve(DELIVERED)));
      const { id } = await world.create({
        schedule_type: 'ONE_TIME',
        schedule_expression: at,
        overlap_policy: 'BUFFER_ONE',
      });
      await post(id, 'trigger');
      await world.node.dispatch();
      world.clock.set(Date.parse(at));
      await world.node.plan();
      expect(await world.ledger(id)).toContain('SCHEDULE 09:00:00 PENDING OVERLAP');
      expect((await world.call('PUT', `/v1/schedules/${id}`, { end_at })).body).toMatchObject({ run_count: 2 });
      world.script = () => DELIVERED;
      end();
      await world.node.dispatcher.settle();
      await world.settle();
      expect(await world.ledger(id)).toEqual(['MANUAL 08:59:30 SUCCEEDED', 'SCHEDULE 09:00:00 SUCCEEDED']);
    });

    it('leaves it due within its flexible window, however long that is', async () => {
      const flexible = { flexible_window_minutes: 60, catchup_window_minutes: 0 };
      let id: string;
      let fires: number;
      // Where in its window it fires is a hash of its id: nearly always later than it could be caught up with.
      do {
        ({ id } = await world.create({ schedule_type: 'ONE_TIME', schedule_expression: at, ...flexible }));
        const { body } = await world.call('GET', `/v1/schedules/${id}/preview`);
        fires = Date.parse(body.occurrences[0].fire_at);
      } while (fires < Date.parse(at) + 120_000);
      world.clock.set(fires - 1_000);
      await world.settle();
      const { body } = await world.call('PUT', `/v1/schedules/${id}`, { end_at });
      expect(body).toMatchObject({ status: 'ACTIVE', next_run_at: '2027-03-01T09:00:00.000Z' });
      await world.advanceTo(new Date(fires).toISOString());
      expect(await world.ledger(id)).toEqual(['SCHEDULE 09:00:00 SUCCEEDED']);
    });

    it('may come with all that was read', async () => {
      const made = await world.create({ schedule_type: 'ONE_TIME', schedule_expression: at });
      await world.advanceTo('2027-03-01T12:00:00Z');
      const fields = { name: 'other', schedule_expression: made.schedule_expression, timezone: made.timezone };
      const { status, body } = await world.call('PUT', `/v1/schedules/${made.id}`, fields);
      expect({ status, body }).toMatchObject({ status: 200, body: { name: 'other', status: 'COMPLETED' } });
    });
  });

  describe('of the zone of a ONE_TIME', () => {
    const local = { schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T10:00:00' };
    const put = (id: string, body: unknown) => world.call('PUT', `/v1/schedules/${id}`, body);

    it('is refused where its local time is past there: it would never fire, and nothing would say so', async () => {
      const { id } = await world.create(local);
      const { status, body } = await put(id, { timezone: 'Asia/Tokyo' });
      expect(status).toBe(422);
      expect(body.detail).toEqual([
        {
          loc: ['body', 'timezone'],
          msg: expect.stringMatching(
            /"2027-03-01T10:00:00" is 2027-03-01T01:00:00.000Z in Asia\/Tokyo, which is past;/,
          ),
          type: 'in_the_past',
        },
      ]);
      await world.advanceTo('2027-03-01T10:00:00Z');
      expect(await world.ledger(id)).toEqual(['SCHEDULE 10:00:00 SUCCEEDED']);
      // Also where it would only blur why the schedule is over.
      expect((await put(id, { timezone: 'Asia/Tokyo' })).status).toBe(422);
      expect(await world.get(id)).toMatchObject({ status: 'COMPLETED', status_reason: 'FIRED', timezone: 'UTC' });
    });

    it('is taken where its instant is still to come, or stays what it was', async () => {
      const { id } = await world.create(local);
      const { body } = await put(id, { timezone: 'America/New_York' });
      expect(body).toMatchObject({ status: 'ACTIVE', next_run_at: '2027-03-01T15:00:00.000Z' });
      const fixed = await world.create({ ...local, schedule_expression: '2027-03-01T09:00:00Z' });
      await world.advanceTo('2027-03-01T12:00:00Z');
      const other = await put(fixed.id, { timezone: 'Asia/Tokyo', schedule_expression: 'at(2027-03-01T09:00:00Z)' });
      expect(other).toMatchObject({ status: 200, body: { status: 'COMPLETED', status_reason: 'FIRED' } });
    });
  });

  it('that says ACTIVE of what is so completes it where it leaves no occurrence, as without that', async () => {
    const ended = { end_at: '2027-03-01T08:00:00Z', status: 'ACTIVE' };
    const { id } = await world.create();
    const put = async () => await world.call('PUT', `/v1/schedules/${id}`, ended);
    expect(await put()).toMatchObject({ status: 200, body: { status: 'COMPLETED', status_reason: 'END_REACHED' } });
    expect(await put()).toMatchObject({ status: 409, body: { code: 'schedule_completed' } });
  });

  it('of one bound that the other stands against blames the one that was sent, and names both', async () => {
    const bounds = { start_at: '2027-04-01T00:00:00Z', end_at: '2027-05-01T00:00:00Z' };
    const { id } = await world.create(bounds);
    const refused = async (body: unknown) => (await world.call('PUT', `/v1/schedules/${id}`, body)).body.detail;
    expect(await refused({ start_at: '2027-06-01' })).toEqual([
      {
        loc: ['body', 'start_at'],
        msg: 'start_at (2027-06-01) is after end_at (2027-05-01T00:00:00.000Z); it must not be later',
        type: 'end_before_start',
      },
    ]);
    expect(await refused({ end_at: '2027-03-01' })).toEqual([
      {
        loc: ['body', 'end_at'],
        msg: 'end_at (2027-03-01) is before start_at (2027-04-01T00:00:00.000Z); it must not be earlier',
        type: 'end_before_start',
      },
    ]);
  });

  it('that changes nothing leaves the version', async () => {
    const made = await world.create();
    expect((await world.call('PUT', `/v1/schedules/${made.id}`, { name: made.name })).body).toEqual(made);
    expect((await world.call('PUT', `/v1/schedules/${made.id}`, {})).body).toEqual(made);
  });

  it('does not change the types', async () => {
    const { id } = await world.create();
    const { status, body } = await world.call('PUT', `/v1/schedules/${id}`, {
      schedule_type: 'RATE',
      action_type: 'WEBHOOK',
    });
    expect(status).toBe(422);
    expect(body.detail.map((problem: { loc: string[]; type: string }) => [problem.loc[1], problem.type])).toEqual([
      ['schedule_type', 'immutable'],
      ['action_type', 'immutable'],
    ]);
    expect(
      (await world.call('PUT', `/v1/schedules/${id}`, { schedule_type: 'cron', action_type: 'log_event' })).status,
    ).toBe(200);
  });

  it('knows the types by their other names, as creating does', async () => {
    const { id } = await world.create({ schedule_type: 'interval', schedule_expression: '1h', action_type: 'log' });
    const put = async (body: unknown) => await world.call('PUT', `/v1/schedules/${id}`, body);
    expect((await put({ schedule_type: 'interval', action_type: 'log' })).status).toBe(200);
    expect((await put({ schedule_type: 'Rate ', action_type: 'LOG_EVENT' })).status).toBe(200);
    const { body } = await put({ schedule_type: 'ONCE', action_type: 'HTTP' });
    expect(body.detail.map((problem: { msg: string }) => problem.msg)).toEqual([
      'can\'t change from RATE to "ONCE"; make a new schedule instead',
      'can\'t change from LOG_EVENT to "HTTP"; make a new schedule instead',
    ]);
  });
});

describe('delete', () => {
  it('hides the schedule, cancels what has not started and keeps the runs', async () => {
    const { id } = await world.create();
    await world.advanceTo('2027-03-01T09:00:00Z');
    world.clock.set(Date.parse('2027-03-01T09:01:30Z'));
    await post(id, 'trigger');
    expect((await world.call('DELETE', `/v1/schedules/${id}`)).status).toBe(204);
    await world.settle();
    for (const path of ['', '/runs']) expect((await world.call('GET', `/v1/schedules/${id}${path}`)).status).toBe(404);
    const rows = await world.db.query('SELECT trigger, status, reason FROM runs WHERE schedule_id = $1 ORDER BY id', [
      id,
    ]);
    expect(rows).toEqual([
      { trigger: 'SCHEDULE', status: 'SUCCEEDED', reason: null },
      { trigger: 'SCHEDULE', status: 'CANCELLED', reason: 'SCHEDULE_DELETED' },
      { trigger: 'MANUAL', status: 'CANCELLED', reason: 'SCHEDULE_DELETED' },
    ]);
  });

  it('lets what has started finish', async () => {
    let answer = (_outcome: Outcome) => {};
    world.script = () => new Promise<Outcome>((resolve) => (answer = resolve));
    const { id } = await world.create({ max_retries: 1, retry_backoff_seconds: 5 });
    world.clock.set(Date.parse('2027-03-01T09:00:00Z'));
    await world.node.plan();
    await world.call('DELETE', `/v1/schedules/${id}`);
    answer({ kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null });
    await world.node.dispatcher.settle();
    world.script = () => DELIVERED;
    await world.advanceTo('2027-03-01T09:01:00Z');
    const rows = await world.db.query('SELECT status, attempt FROM runs WHERE schedule_id = $1', [id]);
    expect(rows).toEqual([{ status: 'SUCCEEDED', attempt: 2 }]);
  });
});

describe('trigger', () => {
  it('runs now, whatever the schedule says, and moves nothing', async () => {
    const { id } = await world.create();
    await post(id, 'pause');
    const before = await world.get(id);
    const { status, body } = await post(id, 'trigger');
    expect(status).toBe(202);
    expect(body).toMatchObject({ trigger: 'MANUAL', status: 'PENDING', scheduled_for: '2027-03-01T08:59:30.000Z' });
    await world.settle();
    expect(await world.ledger(id)).toEqual(['MANUAL 08:59:30 SUCCEEDED']);
    const { run_count, last_run_at, last_run_status, ...same } = await world.get(id);
    expect({ run_count, last_run_at, last_run_status }).toEqual({
      run_count: 1,
      last_run_at: '2027-03-01T08:59:30.000Z',
      last_run_status: 'SUCCEEDED',
    });
    expect(before).toMatchObject(same);
  });

  it('overlays the action for this run only, and checks the overlay', async () => {
    const seen: unknown[] = [];
    world.script = ({ config }) => (seen.push(config), DELIVERED);
    const { id } = await world.create({ action_config: { message: 'a', level: 'WARN' } });
    await post(id, 'trigger', { action_config: { message: 'b' } });
    await world.advanceTo('2027-03-01T09:00:00Z');
    expect(seen).toMatchObject([
      { message: 'b', level: 'WARN' },
      { message: 'a', level: 'WARN' },
    ]);
    const { status, body } = await post(id, 'trigger', { action_config: { message: 7 } });
    expect(status).toBe(422);
    expect(body.detail[0].loc).toEqual(['body', 'action_config', 'message']);
  });
});
