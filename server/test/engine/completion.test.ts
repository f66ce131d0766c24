import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/actions/action.ts';
import { DELIVERED, World, type Reply } from '../support/world.ts';

let world: World;
let token = '';
beforeEach(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
  world.script = (target) => {
    token = target.completionToken();
    return ACCEPTED;
  };
});
afterEach(() => world.close());

const ACCEPTED: Outcome = {
  kind: 'accepted',
  completesWithinSeconds: 60,
  request: { url: 'x' },
  response: { status: 202 },
};

async function trigger(fields: Record<string, unknown> = {}): Promise<{ schedule: string; run: string }> {
  const { id } = await world.create(fields);
  const { body } = await world.call('POST', `/v1/schedules/${id}/trigger`);
  await world.settle();
  return { schedule: id, run: body.id };
}

function report(run: string, verb: string, body?: unknown, shown = token): Promise<Reply> {
  return world.call('POST', `/v1/runs/${run}/${verb}`, body, { 'X-Api-Key': '', Authorization: `Bearer ${shown}` });
}

describe('an accepted run', () => {
  it('is RUNNING until its receiver reports, whom no key is asked of', async () => {
    const { schedule, run } = await trigger();
    const [open] = await world.runs(schedule);
    expect(open).toMatchObject({ status: 'RUNNING', completion_due_at: '2027-03-01T09:01:00.000Z', finished_at: null });
    expect(open.attempts).toMatchObject([{ outcome: 'ACCEPTED', response: { status: 202 }, completion: null }]);
    world.clock.set(Date.parse('2027-03-01T09:00:45Z'));
    const { status, body } = await report(run, 'complete', { status: 'succeeded', result: { invoices: 17 } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: run,
      status: 'SUCCEEDED',
      reason: null,
      completion_due_at: null,
      duration_ms: 45_000,
    });
    expect(body.attempts).toMatchObject([
      {
        outcome: 'SUCCEEDED',
        request: { url: 'x' },
        finished_at: '2027-03-01T09:00:45.000Z',
        completion: { status: 'SUCCEEDED', result: { invoices: 17 }, error: null },
      },
    ]);
    expect(await world.get(schedule)).toMatchObject({ last_run_status: 'SUCCEEDED' });
  });

  it('counts as open for overlap, and as failed when FAILED is reported', async () => {
    const { id } = await world.create({ pause_on_failure_count: 1 });
    world.script = (target) => {
      token = target.completionToken();
      return { ...ACCEPTED, completesWithinSeconds: 600 };
    };
    await world.advanceTo('2027-03-01T09:02:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:01:00 RUNNING', 'SCHEDULE 09:02:00 SKIPPED OVERLAP']);
    const [run] = await world.runs(id);
    await report(run.id, 'complete', { status: 'FAILED', error: 'no stock' });
    const [failed] = await world.runs(id);
    expect(failed).toMatchObject({
      status: 'FAILED',
      reason: 'COMPLETED_AS_FAILED',
      error: { code: 'reported_failure', message: 'no stock' },
    });
    expect(await world.get(id)).toMatchObject({ status: 'PAUSED', status_reason: 'FAILURES', consecutive_failures: 1 });
  });

  it('fails its attempt when no completion comes in time, is tried again, and the old token is no use then', async () => {
    const { schedule, run } = await trigger({ retry_backoff_seconds: 30, max_retries: 1 });
    const first = token;
    world.clock.set(Date.parse('2027-03-01T09:01:00Z'));
    await world.settle();
    expect((await world.runs(schedule))[0]).toMatchObject({
      status: 'PENDING',
      attempts: [{ outcome: 'FAILED', error: { code: 'completion_timeout' } }],
    });
    expect((await report(run, 'complete', { status: 'SUCCEEDED' }, first)).body.code).toBe('completion_refused');
    await world.advanceTo('2027-03-01T09:01:45Z');
    expect(token).not.toBe(first);
    expect((await report(run, 'complete', { status: 'SUCCEEDED' }, first)).status).toBe(409);
    expect((await report(run, 'complete', { status: 'SUCCEEDED' })).body).toMatchObject({
      status: 'SUCCEEDED',
      attempt: 2,
    });
  });

  it('lives as long as heartbeats come', async () => {
    const { schedule, run } = await trigger();
    for (const time of ['09:00:50', '09:01:40']) {
      world.clock.set(Date.parse(`2027-03-01T${time}Z`));
      expect((await report(run, 'heartbeat')).body).toEqual({
        run_id: run,
        completion_due_at: new Date(world.clock.now() + 60_000).toISOString(),
        cancel_requested: false,
      });
      await world.reap();
    }
    expect((await world.runs(schedule))[0].status).toBe('RUNNING');
  });

  it('is not taken by the heartbeat of the server that delivered it', async () => {
    const { schedule } = await trigger();
    await world.node.dispatcher.renew(world.clock.now() + 25_000);
    expect((await world.runs(schedule))[0].completion_due_at).toBe('2027-03-01T09:01:00.000Z');
  });

  it('is told by the heartbeat that it is to stop (CANCEL_OTHER), and ends as it says', async () => {
    const { id } = await world.create({ overlap_policy: 'CANCEL_OTHER' });
    world.script = (target) => {
      token = target.completionToken();
      return { ...ACCEPTED, completesWithinSeconds: 3_600 };
    };
    await world.advanceTo('2027-03-01T09:02:00Z');
    const [first] = await world.runs(id);
    expect((await report(first.id, 'heartbeat')).body.cancel_requested).toBe(true);
    await report(first.id, 'complete', { status: 'SUCCEEDED' });
    world.script = () => DELIVERED;
    await world.settle();
    expect(await world.ledger(id)).toEqual(['SCHEDULE 09:01:00 SUCCEEDED', 'SCHEDULE 09:02:00 SUCCEEDED']);
  });
});

describe('a report while the attempt is still under way', () => {
  it.each([
    ['the receiver answers', ACCEPTED],
    [
      'the receiver answers 500',
      { kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null },
    ],
  ] as [string, Outcome][])('decides how the run ends once %s', async (_when, outcome) => {
    let answer = () => {};
    let asked = () => {};
    const started = new Promise<void>((resolve) => (asked = resolve));
    world.script = async (target) => {
      token = target.completionToken();
      asked();
      await new Promise<void>((resolve) => (answer = resolve));
      return outcome;
    };
    const { id } = await world.create();
    const run = (await world.call('POST', `/v1/schedules/${id}/trigger`)).body.id;
    await world.node.dispatch();
    await started;
    expect((await report(run, 'complete', { status: 'SUCCEEDED', result: 1 })).body.status).toBe('RUNNING');
    expect((await report(run, 'heartbeat')).body.completion_due_at).toBe(null);
    answer();
    await world.node.dispatcher.settle();
    const [ended] = await world.runs(id);
    expect(ended).toMatchObject({
      status: 'SUCCEEDED',
      attempts: [{ outcome: 'SUCCEEDED', completion: { result: 1 } }],
    });
  });
});

describe('who may complete', () => {
  it('refuses what is no completion token with 401, and says whether there was one: a key is none', async () => {
    const { run } = await trigger();
    const cut = `hc_run_${'A'.repeat(63)}`;
    const words = {
      '': 'No completion token: send',
      [world.key]: 'not valid: it is not a whole one',
      [cut]: 'not valid',
    };
    for (const [bad, says] of Object.entries(words)) {
      const reply = await report(run, 'complete', { status: 'SUCCEEDED' }, bad);
      const detail = expect.stringContaining(says);
      expect(reply).toMatchObject({ status: 401, body: { code: 'unauthorized', detail } });
    }
  });

  it('refuses a token of another run, of another tenant, and of a run that has ended', async () => {
    const a = await trigger();
    const tokenOfA = token;
    const b = await trigger();
    expect((await report(b.run, 'complete', { status: 'SUCCEEDED' }, tokenOfA)).body.code).toBe('completion_refused');
    await world.addTenant('other', 'hc_live_key_of_the_other_tenant');
    const foreign = `hc_run_${Buffer.alloc(48, 7).toString('base64url')}`;
    expect((await report(a.run, 'complete', { status: 'SUCCEEDED' }, foreign)).body.code).toBe('completion_refused');
    expect((await report(a.run, 'complete', { status: 'SUCCEEDED' }, tokenOfA)).status).toBe(200);
    expect((await report(a.run, 'complete', { status: 'FAILED' }, tokenOfA)).body.code).toBe('completion_refused');
    expect((await world.runs(a.schedule))[0].status).toBe('SUCCEEDED');
  });

  it('refuses a result that is too large, and says what may be done', async () => {
    const { run } = await trigger();
    const { status, body } = await report(run, 'complete', { status: 'DONE', result: 'x'.repeat(20_000), extra: 1 });
    expect(status).toBe(422);
    expect(body.detail.map((problem: { loc: string[] }) => problem.loc.join('.')).sort()).toEqual([
      'body.extra',
      'body.result',
      'body.status',
    ]);
  });
});

describe('cancel', () => {
  const cancel = (run: string) => world.call('POST', `/v1/runs/${run}/cancel`);

  it('ends a run that waits, at once', async () => {
    world.script = () => ({ kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null });
    const { schedule, run } = await trigger();
    expect(await cancel(run)).toMatchObject({
      status: 200,
      body: { status: 'CANCELLED', reason: 'BY_USER', attempt: 1 },
    });
    expect(await world.get(schedule)).toMatchObject({ run_count: 1, last_run_status: 'CANCELLED' });
    expect(await cancel(run)).toMatchObject({ status: 409, body: { code: 'run_final' } });
  });

  it('takes a run that has not started out of the count', async () => {
    const { id } = await world.create();
    const { body } = await world.call('POST', `/v1/schedules/${id}/trigger`);
    expect(await cancel(body.id)).toMatchObject({ status: 200, body: { status: 'CANCELLED', attempt: 0 } });
    expect(await world.get(id)).toMatchObject({ run_count: 0 });
  });

  it('ends an accepted run at once: its token is no use any more', async () => {
    const { run } = await trigger();
    expect(await cancel(run)).toMatchObject({ status: 200, body: { attempts: [{ outcome: 'CANCELLED' }] } });
    expect((await report(run, 'complete', { status: 'SUCCEEDED' })).status).toBe(409);
  });

  it('tells an attempt under way to stop', async () => {
    world.script = (_target, signal) =>
      new Promise((resolve) => {
        const error = { code: 'aborted', message: 'x' };
        signal.addEventListener('abort', () => resolve({ kind: 'aborted', error, request: null, response: null }));
      });
    const { id } = await world.create();
    const { body } = await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.node.dispatch();
    expect(await cancel(body.id)).toMatchObject({ status: 202, body: { status: 'RUNNING', cancel_requested: true } });
    world.node.dispatcher.cancel(body.id);
    await world.node.dispatcher.settle();
    expect((await world.runs(id))[0]).toMatchObject({
      status: 'CANCELLED',
      reason: 'BY_USER',
      cancel_requested: false,
    });
  });

  it('ends an attempt under way, too, that its receiver accepts before it can be stopped', async () => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    world.script = (target) => ((token = target.completionToken()), promise);
    const { id } = await world.create();
    const { body } = await world.call('POST', `/v1/schedules/${id}/trigger`);
    await world.node.dispatch();
    expect((await cancel(body.id)).status).toBe(202);
    resolve(ACCEPTED);
    await world.settle();
    expect((await world.runs(id))[0]).toMatchObject({
      status: 'CANCELLED',
      reason: 'BY_USER',
      completion_due_at: null,
      attempts: [{ outcome: 'CANCELLED', response: { status: 202 } }],
    });
    expect((await report(body.id, 'complete', { status: 'SUCCEEDED' })).status).toBe(409);
  });

  it('knows nothing of other tenants’ runs', async () => {
    const { run } = await trigger();
    await world.addTenant('other', 'hc_live_key_of_the_other_tenant');
    world.key = 'hc_live_key_of_the_other_tenant';
    const foreign = await cancel(run);
    expect(foreign).toEqual({ ...(await cancel('01990000-0000-7000-8000-000000000001')), headers: foreign.headers });
    expect(foreign.status).toBe(404);
  });
});

describe('many accepted runs of one schedule', () => {
  it('are completed at the same time without a deadlock', async () => {
    await world.close();
    const failed: string[] = [];
    const onStatement = (name: string, _ms: number, wrong: boolean) => void (wrong && failed.push(name));
    world = await World.open('2027-03-01T09:00:00Z', { onStatement });
    const tokens = new Map<string, string>();
    world.script = (target) => {
      tokens.set(target.run.id, target.completionToken());
      return ACCEPTED;
    };
    const { id } = await world.create({ overlap_policy: 'ALLOW_ALL' });
    await Promise.all(Array.from({ length: 40 }, () => world.call('POST', `/v1/schedules/${id}/trigger`)));
    await world.settle();
    expect(tokens.size).toBe(40);
    const replies = await Promise.all(
      [...tokens].map(([run, shown], n) =>
        report(run, 'complete', { status: n % 2 === 0 ? 'SUCCEEDED' : 'FAILED' }, shown),
      ),
    );
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    expect(failed).toEqual([]);
  });
});
