import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deleteCompleted } from '../../src/store/housekeeping.ts';
import { World, type Reply } from '../support/world.ts';

/** What asks for a schedule to be deleted once it is done, while somebody gives it something to do. */

let world: World;
let id: string;
let failed: string;
beforeEach(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
  world.script = () => ({ kind: 'rejected', error: { code: 'x', message: 'x' }, request: null, response: null });
  const { id: kept } = await world.create({ action_after_completion: 'NONE', end_at: '2027-03-01T09:00:00Z' });
  await world.advanceTo('2027-03-01T09:00:00Z');
  [{ id: failed }] = (await world.runs(kept)) as [Reply['body']];
  await world.call('PUT', `/v1/schedules/${kept}`, { action_after_completion: 'DELETE' });
  id = kept;
});
afterEach(() => world.close());

/** The engine's look at schedules waits for this lock, with its snapshot taken. */
const GATE = 8_412;

it.each([
  ['a trigger', () => world.call('POST', `/v1/schedules/${id}/trigger`)],
  ['a retry by hand', () => world.call('POST', `/v1/runs/${failed}/retry`)],
  [
    'a backfill',
    () =>
      world.call('POST', `/v1/schedules/${id}/backfill`, {
        start_at: '2027-03-01T08:00:00Z',
        end_at: '2027-03-01T08:30:00Z',
      }),
  ],
])('%s that comes between the look and the deletion keeps it', async (_name, act) => {
  await world.db.query(`CREATE FUNCTION wait_at_gate() RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock_shared(${GATE}); RETURN true; END $$`);
  await world.db.query('CREATE POLICY gate ON schedules AS RESTRICTIVE TO hydracore_engine USING (wait_at_gate())');
  let looking: Promise<number> | undefined;
  await world.db.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [GATE]);
    looking = deleteCompleted(world.engineDb, world.clock.now(), 10);
    await vi.waitFor(async () => {
      const waiting = await world.db.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = ${GATE} AND NOT granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      expect(waiting).toHaveLength(1);
    });
    expect((await act()).status).toBeLessThan(300);
  });
  expect(await looking).toBe(0);
  expect((await world.get(id)).status).toBe('COMPLETED');
});

it('one that has nothing left to do is deleted', async () => {
  expect(await deleteCompleted(world.engineDb, world.clock.now(), 10)).toBe(1);
  expect((await world.call('GET', `/v1/schedules/${id}`)).status).toBe(404);
});
