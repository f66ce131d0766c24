import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reapTick } from '../../src/engine/reaper.ts';
import { DELIVERED, Node, World } from '../support/world.ts';

/**
 * Steering while several nodes plan and deliver, for real at the same time on one database. Whatever the interleaving,
 * every occurrence has exactly one fate, and what the schedules count is what the ledger holds.
 */

const START = '2027-03-01T09:00:00Z';
let world: World;
beforeEach(async () => {
  world = await World.open(START);
});
afterEach(() => world.close());

const operation = fc.constantFrom('pause', 'resume', 'trigger', 'rename', 'status', 'replan', 'none');
const steps = fc.array(fc.array(fc.tuple(fc.nat(5), operation), { maxLength: 6 }), { minLength: 12, maxLength: 12 });

/** One request against one schedule; a conflict is an answer like any other, a failure of the server is not. */
async function steer(id: string, what: string, step: number): Promise<void> {
  const path = `/v1/schedules/${id}`;
  const reply = await {
    pause: () => world.call('POST', `${path}/pause`),
    resume: () => world.call('POST', `${path}/resume`),
    trigger: () => world.call('POST', `${path}/trigger`),
    rename: () => world.call('PUT', path, { name: `name ${step}` }),
    status: () => world.call('PUT', path, { status: step % 2 === 0 ? 'ACTIVE' : 'PAUSED' }),
    // The same occurrences by another spelling: planned anew, and still none may be lost.
    replan: () => world.call('PUT', path, { schedule_expression: step % 2 === 0 ? 'rate(1 seconds)' : '1s' }),
    none: () => world.call('GET', path),
  }[what as 'pause']();
  expect(reply.status).toBeLessThan(300);
}

async function expectOneFateEach(id: string, until: number): Promise<void> {
  const rows = await world.db.query<{ at: number; until: number | null; count: number | null; status: string }>(
    `SELECT scheduled_for AS at, missed_until AS until, missed_count AS count, status FROM runs
     WHERE schedule_id = $1 AND trigger = 'SCHEDULE' ORDER BY scheduled_for`,
    [id],
  );
  let next = Date.parse(START) + 1000;
  for (const row of rows) {
    expect({ at: row.at, row }).toEqual({ at: next, row });
    expect(row.count ?? 1).toBe(((row.until ?? row.at) - row.at) / 1000 + 1);
    next = (row.until ?? row.at) + 1000;
  }
  expect(next).toBe(until + 1000);
  expect(rows.every((row) => !['PENDING', 'RUNNING'].includes(row.status))).toBe(true);
  const [counts] = await world.db.query<{ runs: number; counted: number }>(
    `SELECT count(*) FILTER (WHERE r.attempt > 0) AS runs, min(s.run_count) AS counted
     FROM schedules s LEFT JOIN runs r ON r.tenant_id = s.tenant_id AND r.schedule_id = s.id WHERE s.id = $1`,
    [id],
  );
  expect(counts?.counted).toBe(counts?.runs);
}

it('no occurrence is lost or doubled, whatever is steered while it is planned', { timeout: 120_000 }, async () => {
  world.script = () => DELIVERED;
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      world.clock.set(Date.parse(START));
      const policy = { schedule_type: 'RATE', schedule_expression: '1s' };
      const ids: string[] = [];
      for (const overlap_policy of [
        'SKIP',
        'ALLOW_ALL',
        'BUFFER_ALL',
        'BUFFER_ONE',
        'CANCEL_OTHER',
        'TERMINATE_OTHER',
      ]) {
        ids.push((await world.create({ ...policy, overlap_policy })).id);
      }
      const nodes = ['a', 'b', 'c'].map((name) => new Node(world, name, 3));
      for (const [step, requests] of plan.entries()) {
        world.clock.set(Date.parse(START) + (step + 1) * 1_300);
        // Now and then the nodes are late: what is steered then is due and not yet planned.
        const awake = step % 3 === 0 ? [] : nodes;
        await Promise.all([
          ...awake.flatMap((node) => [node.plan(), node.dispatch(), node.release(), node.plan(), node.release()]),
          ...requests.map(([which, what]) => steer(ids[which] ?? '', what, step)),
          reapTick(world.db, world.clock.now()),
        ]);
        await Promise.all(nodes.map((node) => node.dispatcher.settle()));
      }
      for (const id of ids) await world.call('POST', `/v1/schedules/${id}/resume`);
      const end = Date.parse(START) + 17_000;
      await world.advanceTo(end);
      for (const id of ids) await expectOneFateEach(id, end);
      for (const id of ids) await world.call('DELETE', `/v1/schedules/${id}`);
    }),
    { numRuns: 12, seed: 20_270_301, endOnFailure: true },
  );
});
