import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkInvariants } from '../../src/engine/invariants.ts';
import { INVARIANTS, scanInvariants, type InvariantScan } from '../../src/store/invariants.ts';
import { deleteCompleted } from '../../src/store/housekeeping.ts';
import { World } from '../support/world.ts';

let world: World;
let lines: { level: string; message: string; data: Record<string, unknown> }[];
let scans: InvariantScan[];
beforeEach(async () => {
  lines = [];
  scans = [];
  world = await World.open('2027-03-01T08:59:30Z', {
    log: (level, message, data) => lines.push({ level, message, data }),
    lastScan: () => scans.at(-1) ?? null,
  });
});
afterEach(() => world.close());

/** Names of the invariants that are broken, with the ids. */
async function broken(): Promise<Record<string, readonly string[]>> {
  const { invariants } = await scanInvariants(world.db, world.clock.now());
  return Object.fromEntries(invariants.filter((i) => i.violations !== 0).map((i) => [i.name, i.examples]));
}

async function trigger(schedule: string): Promise<string> {
  return (await world.call('POST', `/v1/schedules/${schedule}/trigger`)).body.id;
}

const sql = async (text: string, ...values: unknown[]) => await world.db.query(text, values);

describe('each invariant', () => {
  it('holds while everything works, through failures, pauses and deletes', async () => {
    world.script = ({ run }) =>
      run.attempt === 1
        ? { kind: 'retryable', error: { code: 'x', message: 'x' }, request: null, response: null }
        : { kind: 'delivered', request: null, response: null };
    const made = [await world.create(), await world.create({ rate_limit_per_minute: 1, overlap_policy: 'ALLOW_ALL' })];
    await world.create({
      schedule_type: 'AT',
      schedule_expression: '2027-03-01T09:00:00Z',
      action_after_completion: 'DELETE',
    });
    await world.advanceTo('2027-03-01T09:10:00Z');
    await world.call('POST', `/v1/schedules/${made[0].id}/pause`);
    await world.call('DELETE', `/v1/schedules/${made[1].id}`);
    world.clock.set(world.clock.now() + 1_000);
    expect(await scanInvariants(world.db, world.clock.now())).toMatchObject({ ok: true });
  });

  it('relative_overdue: the same for schedules by dates', async () => {
    const { body: definition } = await world.call('POST', '/v1/entity-definitions', {
      slug: 'things',
      name: 'Things',
      fields: [{ name: 'day', type: 'DATE' }],
    });
    const { id } = await world.create({
      schedule_type: 'RELATIVE',
      schedule_expression: '09:00',
      relative_entity_definition_id: definition.id,
      relative_field_name: 'day',
    });
    await world.call('POST', `/v1/entity-definitions/${definition.id}/records`, { data: { day: '2027-03-01' } });
    await world.settle();
    world.clock.set(Date.parse('2027-03-01T09:01:00Z'));
    expect(await broken()).toEqual({});
    world.clock.set(Date.parse('2027-03-01T09:01:01Z'));
    expect(await broken()).toEqual({ relative_overdue: [id] });
  });

  it('schedule_overdue: due and unplanned for more than a minute, unless a planner holds it', async () => {
    const { id } = await world.create();
    world.clock.set(Date.parse('2027-03-01T09:01:00Z'));
    expect(await broken()).toEqual({});
    world.clock.set(Date.parse('2027-03-01T09:01:01Z'));
    expect(await broken()).toEqual({ schedule_overdue: [id] });
    await world.db.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM schedules WHERE id = $1 FOR UPDATE', [id]);
      expect(await broken()).toEqual({});
    });
  });

  it('lease_not_reaped: RUNNING, and its lease ran out a minute ago', async () => {
    const run = await trigger((await world.create({ start_at: '2027-04-01T00:00:00Z' })).id);
    await sql(
      `UPDATE runs SET status = 'RUNNING', attempt = 1, lease_token = gen_random_uuid(), lease_node = 'gone',
         started_at = wake_at WHERE id = $1`,
      run,
    );
    world.clock.set(world.clock.now() + 60_001);
    expect(await broken()).toEqual({ lease_not_reaped: [run] });
  });

  it('run_not_started: PENDING, and it might have started ten minutes ago', async () => {
    const run = await trigger((await world.create({ start_at: '2027-04-01T00:00:00Z' })).id);
    world.clock.set(world.clock.now() + 600_000);
    expect(await broken()).toEqual({});
    world.clock.set(world.clock.now() + 1);
    expect(await broken()).toEqual({ run_not_started: [run] });
  });

  it('release_overdue: held runs have had their turn for more than a minute, and nobody looks', async () => {
    const { id } = await world.create({ rate_limit_per_minute: 1, start_at: '2027-04-01T00:00:00Z' });
    await sql('UPDATE schedules SET release_at = $2 WHERE id = $1', id, new Date(world.clock.now()).toISOString());
    world.clock.set(world.clock.now() + 60_000);
    expect(await broken()).toEqual({});
    world.clock.set(world.clock.now() + 1);
    expect(await broken()).toEqual({ release_overdue: [id] });
  });

  it('run_of_deleted_schedule: still to start, and its schedule is gone', async () => {
    const { id } = await world.create();
    const run = await trigger(id);
    await sql(
      'UPDATE schedules SET deleted_at = $2, due_at = NULL, next_run_at = NULL WHERE id = $1',
      id,
      '2027-03-01',
    );
    expect(await broken()).toEqual({ run_of_deleted_schedule: [run] });
  });

  it('run_of_paused_schedule: planned, still to start, and its schedule is paused; one by hand may be', async () => {
    const { id } = await world.create();
    await trigger(id);
    await world.call('POST', `/v1/schedules/${id}/pause`);
    world.clock.set(world.clock.now() + 1_000);
    expect(await broken()).toEqual({});
    await sql("UPDATE runs SET trigger = 'SCHEDULE' WHERE schedule_id = $1", id);
    expect(Object.keys(await broken())).toEqual(['run_of_paused_schedule']);
  });

  it('completed_not_deleted: asked to be deleted, and nothing runs any more', async () => {
    const { id } = await world.create({ action_after_completion: 'DELETE' });
    await sql(
      `UPDATE schedules SET status = 'COMPLETED', status_reason = 'END_REACHED', due_at = NULL, next_run_at = NULL
       WHERE id = $1`,
      id,
    );
    expect(await broken()).toEqual({});
    world.clock.set(world.clock.now() + 600_001);
    expect(await broken()).toEqual({ completed_not_deleted: [id] });
  });

  it('completed_not_deleted: not while a backfill of it is paused', async () => {
    const fields = { end_at: '2027-03-01T09:00:00Z', action_after_completion: 'DELETE' };
    const { id } = await world.create({ ...fields, start_at: '2027-03-01T08:00:00Z' });
    const window = { start_at: '2027-03-01T08:00:00Z', end_at: '2027-03-01T08:30:00Z' };
    const { body: backfill } = await world.call('POST', `/v1/schedules/${id}/backfill`, window);
    await world.call('POST', `/v1/backfills/${backfill.id}/pause`);
    await world.advanceTo('2027-03-01T09:30:00Z');
    expect(await deleteCompleted(world.db, world.clock.now(), 10)).toBe(0);
    expect(await broken()).toEqual({});
    await world.call('POST', `/v1/backfills/${backfill.id}/cancel`);
    world.clock.set(Date.parse('2027-03-01T09:40:01Z'));
    expect(await broken()).toEqual({ completed_not_deleted: [id] });
  });

  it.each([1, -1])('run_count_differs: by %i', async (by) => {
    const { id } = await world.create();
    await world.advanceTo('2027-03-01T09:03:00Z');
    expect(await broken()).toEqual({});
    await sql('UPDATE schedules SET run_count = run_count + $2 WHERE id = $1', id, by);
    expect(await broken()).toEqual({ run_count_differs: [id] });
  });

  it('has a check here: the list is the one that is tested', () => {
    expect(INVARIANTS.map((invariant) => invariant.name)).toEqual([
      'schedule_overdue',
      'relative_overdue',
      'lease_not_reaped',
      'run_not_started',
      'release_overdue',
      'run_of_deleted_schedule',
      'run_of_paused_schedule',
      'completed_not_deleted',
      'run_count_differs',
    ]);
  });
});

describe('what is told', () => {
  it('a warning for each that does not hold, with five ids at most, and the scan', async () => {
    for (let i = 0; i < 7; i += 1) await world.create({ name: `overdue ${i}` });
    world.clock.set(Date.parse('2027-03-01T09:05:00Z'));
    lines.length = 0;
    const events = { scanned: (scan: InvariantScan) => scans.push(scan) } as never;
    await checkInvariants({ db: world.db, log: world.watched.log, events }, world.clock.now());
    expect(lines).toMatchObject([
      { level: 'warn', message: 'an invariant does not hold', data: { invariant: 'schedule_overdue', violations: 7 } },
    ]);
    expect(lines[0]?.data['examples']).toHaveLength(5);
    expect(scans).toMatchObject([{ ok: false, checked_at: world.clock.now() }]);
  });

  it('that a check took too long, and the others are checked all the same', async () => {
    await world.create();
    await world.db.transaction(async (tx) => {
      // As a migration on a busy database would: the checks of schedules wait for it, and are given up.
      await tx.query('LOCK TABLE schedules IN ACCESS EXCLUSIVE MODE');
      lines.length = 0;
      const scan = await checkInvariants({ db: world.db, log: world.watched.log }, world.clock.now());
      expect(scan.ok).toBe(false);
      const counts = new Map(scan.invariants.map(({ name, violations }) => [name, violations]));
      expect([counts.get('schedule_overdue'), counts.get('run_not_started')]).toEqual([null, 0]);
      expect(lines).toContainEqual({
        level: 'warn',
        message: 'an invariant could not be checked in time',
        data: { invariant: 'schedule_overdue' },
      });
    });
  });

  it('to the operator by the API: a fresh check and the last regular one', async () => {
    const before = await world.call('GET', '/v1/admin/invariants');
    expect(before).toMatchObject({
      status: 200,
      body: { ok: true, last: null, checked_at: '2027-03-01T08:59:30.000Z' },
    });
    scans.push(await scanInvariants(world.db, world.clock.now()));
    const { id } = await world.create();
    world.clock.set(Date.parse('2027-03-01T09:05:00Z'));
    const { body } = await world.call('GET', '/v1/admin/invariants');
    expect(body).toMatchObject({ ok: false, checked_at: '2027-03-01T09:05:00.000Z', last: { ok: true } });
    expect(body.invariants[0]).toMatchObject({ name: 'schedule_overdue', violations: 1, examples: [id] });
  });

  it('to nobody else', async () => {
    await world.addTenant('other', 'hc_live_key_without_that_scope_of_other', ['schedules:read', 'runs:read']);
    world.key = 'hc_live_key_without_that_scope_of_other';
    const { status, body } = await world.call('GET', '/v1/admin/invariants');
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });
});
