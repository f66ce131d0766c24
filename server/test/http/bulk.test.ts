import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World, type Reply } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
});
afterEach(() => world.close());

const VALID = {
  name: 'hourly',
  schedule_type: 'CRON',
  schedule_expression: '0 * * * *',
  action_type: 'LOG_EVENT',
  action_config: { message: 'hello' },
};
const bulk = (schedules: unknown, headers?: Record<string, string>): Promise<Reply> =>
  world.call('POST', '/v1/schedules/bulk', { schedules }, headers);
const act = (filter: unknown, action: string, more: Record<string, unknown> = {}): Promise<Reply> =>
  world.call('POST', '/v1/schedules/bulk-actions', { filter, action, ...more });
const total = async (query = ''): Promise<number> =>
  (await world.call('GET', `/v1/schedules?limit=1${query}`)).body.total;

describe('creating many', () => {
  it('gives each its own result, in order; a bad one does not hinder the others', async () => {
    const { status, body } = await bulk([
      { ...VALID, name: 'a' },
      { ...VALID, name: '', timezone: 'Mars/Base', surprise: 1 },
      7,
      { ...VALID, name: 'half of a \ud800' },
      { ...VALID, action_config: { message: 7 } },
      { ...VALID, name: 'b' },
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ created: 2, existing: 0, failed: 4 });
    expect(body.results.map((result: { index: number; status: number }) => [result.index, result.status])).toEqual([
      [0, 201],
      [1, 422],
      [2, 422],
      [3, 422],
      [4, 422],
      [5, 201],
    ]);
    const places = body.results.map((result: { error: { detail: { loc: unknown[] }[] } | null }) =>
      result.error?.detail.map((problem) => problem.loc.join('.')).sort(),
    );
    expect(places.slice(1, 5)).toEqual([
      ['body.schedules.1.name', 'body.schedules.1.surprise', 'body.schedules.1.timezone'],
      ['body.schedules.2'],
      ['body.schedules.3.name'],
      ['body.schedules.4.action_config.message'],
    ]);
    expect(body.results[0]).toMatchObject({ error: null, schedule: { name: 'a' } });
    expect(await world.get(body.results[5].schedule.id)).toEqual(body.results[5].schedule);
    expect(await total()).toBe(2);
  });

  it('finds existing ones by their deduplication_key, within one request too', async () => {
    const keyed = { ...VALID, deduplication_key: 'k' };
    const { body } = await bulk([{ ...keyed, name: 'other' }, keyed, VALID, { ...keyed, name: 'other' }]);
    expect(body).toMatchObject({ created: 2, existing: 1, failed: 1 });
    expect(body.results).toMatchObject([
      { status: 201 },
      { status: 409, error: { code: 'deduplication_conflict', schedule_id: body.results[0].schedule.id } },
      { status: 201 },
      { status: 200, schedule: { id: body.results[0].schedule.id } },
    ]);
  });

  it('is the same content with an id in upper case', async () => {
    const customer_id = '8BBCEA70-9FD3-4A8D-8F71-BECD9D71F699';
    const keyed = { ...VALID, deduplication_key: 'case', customer_id };
    const made = await world.call('POST', '/v1/schedules', keyed);
    expect(made).toMatchObject({ status: 201, body: { customer_id: customer_id.toLowerCase() } });
    expect(await world.call('POST', '/v1/schedules', keyed)).toMatchObject({ status: 200, body: { id: made.body.id } });
  });

  it('with the same keys in another order at the same time waits for the other, and never in a circle', async () => {
    const items = Array.from({ length: 60 }, (_, i) => ({ ...VALID, deduplication_key: `k${i}` }));
    const replies = await Promise.all([bulk(items), bulk(items.toReversed()), bulk(items), bulk(items.toReversed())]);
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200]);
    expect(replies.reduce((sum, { body }) => sum + body.created, 0)).toBe(60);
    expect(replies.reduce((sum, { body }) => sum + body.existing, 0)).toBe(180);
    expect(await total()).toBe(60);
  });

  it('takes a thousand, and not one more; none is a 422', async () => {
    const many = Array.from({ length: 1_000 }, (_, i) => ({ ...VALID, name: `n${i}` }));
    expect((await bulk(many)).body).toMatchObject({ created: 1_000, failed: 0 });
    const over = await bulk([...many, VALID]);
    expect(over).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'schedules'], type: 'too_long' }] } });
    expect(over.body.detail[0].msg).toContain('1001');
    expect((await bulk([])).status).toBe(422);
    expect((await world.call('POST', '/v1/schedules/bulk', {})).status).toBe(422);
    expect(await total()).toBe(1_000);
    const { schedules } = (await world.call('GET', '/v1/schedules?limit=2')).body;
    expect(schedules.map((schedule: { name: string }) => schedule.name)).toEqual(['n999', 'n998']);
  });

  it('takes bodies up to 16 MiB, where single operations take 256 KiB', async () => {
    const big = { ...VALID, description: 'x'.repeat(9_000) };
    expect((await bulk(Array.from({ length: 400 }, () => big))).body).toMatchObject({ created: 400 });
    const padding = (bytes: number) => `{"schedules":[${' '.repeat(bytes)}]}`;
    expect((await world.call('POST', '/v1/schedules/bulk', padding(16 * 1024 * 1024))).status).toBe(413);
    expect((await world.call('POST', '/v1/schedules/bulk-actions', padding(300_000))).status).toBe(413);
  });

  it('is done once with an Idempotency-Key', async () => {
    const key = { 'Idempotency-Key': 'bulk' };
    const [a, b] = [await bulk([VALID, VALID], key), await bulk([VALID, VALID], key)];
    expect(b.body).toEqual(a.body);
    expect(await total()).toBe(2);
  });
});

describe('acting on many', () => {
  const customer_id = '160c0c4b-9966-4dc1-a916-8407eb10d74e';
  const once = { schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T08:59:31Z' };

  /** 450 schedules of one customer, more than two steps; one more that is COMPLETED, and one of somebody else. */
  async function populate(): Promise<{ completed: string; other: string }> {
    const many = Array.from({ length: 450 }, (_, i) => ({ ...VALID, name: `Report ${i}`, customer_id }));
    const { body } = await bulk([...many, { ...VALID, ...once, customer_id }, { ...VALID, name: '100%_sure' }]);
    await world.advanceTo('2027-03-01T08:59:31Z');
    return { completed: body.results[450].schedule.id, other: body.results[451].schedule.id };
  }

  it('pauses and resumes all that match, as the single operations do, and counts what it skips', async () => {
    const { completed, other } = await populate();
    const before = await world.get(completed);
    expect((await act({ customer_id }, 'pause')).body).toEqual({
      matched: 451,
      changed: 450,
      skipped: 1,
      skip_reasons: { schedule_completed: 1 },
      dry_run: false,
    });
    expect(await total('&status=PAUSED')).toBe(450);
    expect(await world.get(completed)).toEqual(before);
    expect((await world.get(other)).status).toBe('ACTIVE');
    expect((await act({ all: true }, 'PAUSE')).body).toMatchObject({
      matched: 452,
      changed: 1,
      skip_reasons: { schedule_completed: 1, unchanged: 450 },
    });
    await world.advanceTo('2027-03-01T10:30:00Z');
    expect((await act({ customer_id }, 'RESUME')).body).toMatchObject({ matched: 451, changed: 450, skipped: 1 });
    const [one] = (await world.call('GET', '/v1/schedules?name_contains=report%2017&limit=1')).body.schedules;
    expect(one).toMatchObject({ status: 'ACTIVE', version: 3, next_run_at: '2027-03-01T11:00:00.000Z' });
    expect(await world.ledger(one.id)).toEqual(['SCHEDULE 09:00:00 MISSED PAUSED 2']);
    const [missed] = await world.db.query<{ n: number }>("SELECT count(*) AS n FROM runs WHERE status = 'MISSED'");
    expect(missed?.n).toBe(450);
  });

  it('triggers each once, and deletes with all that it means', async () => {
    const { other } = await populate();
    expect((await act({ customer_id }, 'TRIGGER')).body).toMatchObject({ matched: 451, changed: 451, skipped: 0 });
    const backfill = (
      await world.call('POST', `/v1/schedules/${other}/backfill`, {
        start_at: '2027-02-01',
        end_at: '2027-02-02',
      })
    ).body.id;
    await world.settle();
    expect((await world.call('GET', `/v1/runs?trigger=MANUAL&customer_id=${customer_id}`)).body.total).toBe(451);
    expect((await world.call('GET', '/v1/runs?trigger=MANUAL&status=SUCCEEDED')).body.total).toBe(451);
    await act({ customer_id }, 'TRIGGER');
    expect((await act({ all: true }, 'DELETE')).body).toMatchObject({ matched: 452, changed: 452 });
    expect(await total()).toBe(0);
    expect((await world.call('GET', '/v1/runs?status=CANCELLED&trigger=MANUAL')).body.total).toBe(451);
    expect((await world.call('GET', `/v1/backfills/${backfill}`)).body.status).toBe('CANCELLED');
    const counts = await world.db.query('SELECT DISTINCT run_count FROM schedules WHERE customer_id = $1 ORDER BY 1', [
      customer_id,
    ]);
    expect(counts).toEqual([{ run_count: 1 }, { run_count: 2 }]);
  });

  it('in a dry run counts, and changes nothing', async () => {
    await populate();
    const rows = async () =>
      await world.db.query('SELECT md5(string_agg(s::text, $1 ORDER BY id)) FROM schedules s', ['']);
    const before = await rows();
    expect((await act({ customer_id }, 'PAUSE', { dry_run: true })).body).toEqual({
      matched: 451,
      changed: 0,
      skipped: 1,
      skip_reasons: { schedule_completed: 1 },
      dry_run: true,
    });
    for (const action of ['RESUME', 'DELETE', 'TRIGGER']) {
      expect((await act({ customer_id }, action, { dry_run: true })).body).toMatchObject({ matched: 451, changed: 0 });
    }
    expect(await rows()).toEqual(before);
  });

  it('filters by every condition, and all of them hold', async () => {
    const { completed, other } = await populate();
    const matched = async (filter: unknown) => (await act(filter, 'TRIGGER', { dry_run: true })).body.matched;
    expect(await matched({ ids: [completed, other, '00000000-0000-4000-8000-000000000000'] })).toBe(2);
    expect(await matched({ status: 'completed' })).toBe(1);
    expect(await matched({ schedule_type: 'once' })).toBe(1);
    expect(await matched({ schedule_type: 'CRON', customer_id })).toBe(450);
    expect(await matched({ name_contains: 'REPORT 44' })).toBe(11);
    expect(await matched({ name_contains: '0%_s' })).toBe(1);
    expect(await matched({ name_contains: '0_' })).toBe(0);
    expect(await matched({ external_id: 'none' })).toBe(0);
    expect(await matched({ ids: [other], customer_id })).toBe(0);
  });

  it.each([
    [{}, 'filter_empty'],
    [{ all: true, status: 'ACTIVE' }, 'filter_contradicts'],
    [{ all: false }, 'enum'],
    [{ surprise: 1 }, 'extra_forbidden'],
    [{ ids: [] }, 'too_short'],
    [undefined, 'missing'],
  ])('the filter %j is refused', async (filter, type) => {
    await world.create();
    const { status, body } = await act(filter, 'DELETE');
    expect({ status, types: body.detail.map((problem: { type: string }) => problem.type) }).toEqual({
      status: 422,
      types: expect.arrayContaining([type]),
    });
    expect(await total()).toBe(1);
  });

  it('TRIGGER needs its own scope, and nobody else’s schedules are touched', async () => {
    const { id } = await world.create();
    await world.addTenant('default', 'hc_live_writer', ['schedules:write']);
    await world.addTenant('other', 'hc_live_other');
    const as = (key: string, action: string) =>
      world.call('POST', '/v1/schedules/bulk-actions', { filter: { all: true }, action }, { 'X-Api-Key': key });
    expect(await as('hc_live_writer', 'TRIGGER')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await as('hc_live_other', 'DELETE')).body).toMatchObject({ matched: 0, changed: 0 });
    expect(await world.runs(id)).toEqual([]);
    expect((await as('hc_live_writer', 'PAUSE')).body).toMatchObject({ matched: 1, changed: 1 });
  });

  it('with an Idempotency-Key triggers once', async () => {
    const { id } = await world.create();
    const key = { 'Idempotency-Key': 'again' };
    const body = { filter: { all: true }, action: 'TRIGGER' };
    for (let i = 0; i < 2; i += 1) {
      expect((await world.call('POST', '/v1/schedules/bulk-actions', body, key)).body.changed).toBe(1);
    }
    expect(await world.runs(id)).toHaveLength(1);
  });

  it('takes a step again when another transaction stood in a circle with it', async () => {
    const [a, b] = [(await world.create()).id, (await world.create()).id];
    // The other one holds the second schedule and then wants the first, which this one holds by then.
    let answer: Promise<Reply> | undefined;
    await world.db.transaction(async (tx) => {
      await tx.query('SELECT pg_catalog.set_config($1, $2, true)', ['deadlock_timeout', '30s']);
      await tx.query('SELECT 1 FROM schedules WHERE id = $1 FOR UPDATE', [b]);
      answer = act({ all: true }, 'PAUSE');
      await waiting();
      await tx.query('SELECT 1 FROM schedules WHERE id = $1 FOR UPDATE', [a]);
    });
    expect((await answer)?.body).toMatchObject({ matched: 2, changed: 2 });
  });

  /** Until a connection waits for a lock. */
  async function waiting(): Promise<void> {
    for (;;) {
      const rows = await world.db.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      if (rows.length > 0) return;
    }
  }
});
