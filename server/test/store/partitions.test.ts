import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retentionTick } from '../../src/engine/retention.ts';
import { LOCKS } from '../../src/store/advisory-locks.ts';
import { masterKeyInUse } from '../../src/store/data-keys.ts';
import { Database } from '../../src/store/db.ts';
import { dropPartitions, makePartitions } from '../../src/store/partitions.ts';
import { World } from '../support/world.ts';

const DAY = 86_400_000;
let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T09:00:00Z');
});
afterEach(() => world.close());

const weeks = async () =>
  (
    await world.db.query<{ name: string }>(
      `SELECT relid::text AS name FROM pg_partition_tree('runs') WHERE isleaf ORDER BY 1`,
    )
  ).map(({ name }) => name);

describe('partitions', () => {
  it('are made weeks ahead, once, also when several servers do it', async () => {
    const before = await weeks();
    expect(before).toHaveLength(7);
    world.clock.set(world.clock.now() + 14 * DAY);
    const made = await Promise.all([1, 2, 3].map(() => makePartitions(world.db, world.clock.now())));
    expect(made.flat()).toHaveLength(2);
    expect(await weeks()).toHaveLength(9);
  });

  it('are dropped whole once all of their runs are past retention; what the schedule counts survives', async () => {
    const { id } = await world.create({ schedule_expression: '0 9 * * *' });
    await world.advanceTo('2027-04-10T10:00:00Z');
    expect((await world.runs(id)).length).toBe(40);
    const { dropped } = await retentionTick(world.db, world.clock.now(), 20, 365);
    expect(dropped.length).toBeGreaterThan(0);
    const runs = await world.runs(id);
    const oldest = world.clock.now() - Date.parse(runs[0].scheduled_for);
    expect(oldest).toBeGreaterThanOrEqual(20 * DAY);
    expect(oldest).toBeLessThan(28 * DAY);
    expect(await world.get(id)).toMatchObject({ run_count: 40, last_run_status: 'SUCCEEDED' });
    await world.advanceTo('2027-04-11T10:00:00Z');
    expect((await world.runs(id)).length).toBe(runs.length + 1);
  });

  it('stay while a run in them is open', async () => {
    world.script = () => ({ kind: 'accepted', completesWithinSeconds: 600_000, request: null, response: null });
    const { id } = await world.create({ schedule_type: 'ONE_TIME', schedule_expression: '2027-03-01T09:00:00Z' });
    await world.settle();
    world.clock.set(world.clock.now() + 40 * DAY);
    const before = await weeks();
    expect((await dropPartitions(world.db, world.clock.now(), 1)).dropped).not.toContain('runs_20270225');
    expect(before).toContain('runs_20270225');
    expect((await world.runs(id)).length).toBe(1);
    await world.reap();
    await world.call('DELETE', `/v1/schedules/${id}`);
    await world.call('POST', `/v1/runs/${(await world.db.query<{ id: string }>('SELECT id FROM runs'))[0]?.id}/cancel`);
    expect((await dropPartitions(world.db, world.clock.now(), 1)).dropped).toContain('runs_20270225');
  });

  it('are made and dropped while somebody makes a data key', async () => {
    world.clock.set(world.clock.now() + 60 * DAY);
    await world.db.transaction(async (tx) => {
      await masterKeyInUse(tx);
      expect((await dropPartitions(world.db, world.clock.now(), 1)).dropped).toContain('runs_20270225');
      expect(await makePartitions(world.db, world.clock.now())).not.toEqual([]);
    });
  });

  it('wait for nobody: behind a long transaction the drop gives up, planning goes on, and it comes again', async () => {
    const { id } = await world.create({ schedule_expression: '0 9 * * *' });
    await world.advanceTo('2027-03-02T10:00:00Z');
    world.clock.set(world.clock.now() + 60 * DAY);
    await makePartitions(world.db, world.clock.now());
    await world.db.transaction(async (tx) => {
      await tx.query('SELECT count(*) FROM runs');
      expect(await dropPartitions(world.db, world.clock.now(), 1)).toEqual({ dropped: [], inUse: 'runs_20270211' });
      // What would queue behind a drop that waits.
      await world.node.plan();
      await world.node.dispatcher.settle();
    });
    const { dropped, inUse } = await dropPartitions(world.db, world.clock.now(), 1);
    expect([dropped.length > 0, inUse]).toEqual([true, null]);
    expect((await world.runs(id)).map((run) => run.status)).toEqual(['MISSED', 'SUCCEEDED'].slice(0, 1));
  });

  it("are in nobody's way while the database is dumped: the pass is none that failed, and all else of it is done", async () => {
    const { id } = await world.create({ schedule_expression: '0 9 * * *' });
    await world.advanceTo('2027-03-02T10:00:00Z');
    await world.call('DELETE', `/v1/schedules/${id}`);
    world.clock.set(world.clock.now() + 60 * DAY);
    await world.db.transaction(async (tx) => {
      // As pg_dump: for as long as it takes.
      await tx.query('LOCK TABLE runs, schedules IN ACCESS SHARE MODE');
      const tick = await retentionTick(world.db, world.clock.now(), 1, 1);
      expect(tick).toMatchObject({ dropped: [], inUse: 'runs_20270211' });
      expect(tick.made.length).toBeGreaterThan(0);
      expect(tick.audited).toBeGreaterThan(0);
    });
  });

  it('planning goes on while they are made', async () => {
    await world.create({ schedule_type: 'RATE', schedule_expression: '1s', catchup_window_minutes: 60 });
    const other = new Database({ url: world.url, poolSize: 2, onError: () => undefined });
    let made: string[] = [];
    for (let i = 1; i <= 10; i += 1) {
      world.clock.set(world.clock.now() + 1_000);
      const [names] = await Promise.all([
        makePartitions(other, world.clock.now() + i * 28 * DAY).catch((error: unknown) => {
          // It gave up for its lock rather than stand in the way.
          expect(String(error)).toContain('lock timeout');
          return [];
        }),
        world.node.plan(),
      ]);
      made = made.concat(names);
      await world.node.dispatcher.settle();
    }
    await other.close();
    expect(made.length).toBeGreaterThan(10);
    const [count] = await world.db.query<{ n: number }>('SELECT count(*) AS n FROM runs');
    expect(count?.n).toBe(10);
  });

  it('deleted schedules go once their runs are gone', async () => {
    const { id } = await world.create({ schedule_expression: '0 9 * * *' });
    await world.advanceTo('2027-03-02T10:00:00Z');
    await world.call('DELETE', `/v1/schedules/${id}`);
    const rows = () => world.db.query('SELECT 1 FROM schedules WHERE id = $1', [id]);
    expect((await retentionTick(world.db, world.clock.now() + 20 * DAY, 30, 365)).purged).toBe(0);
    expect(await rows()).toHaveLength(1);
    expect((await retentionTick(world.db, world.clock.now() + 60 * DAY, 30, 365)).purged).toBe(1);
    expect(await rows()).toHaveLength(0);
  });
});

it('each advisory lock has a number of its own', () => {
  const numbers = Object.values(LOCKS);
  expect(new Set(numbers).size).toBe(numbers.length);
  // Whoever changes these stops all servers first: see there.
  expect(LOCKS).toMatchObject({ migrations: 7_245_118_260, dataKeys: 7_245_118_261 });
});
