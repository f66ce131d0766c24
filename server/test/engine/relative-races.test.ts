import { afterEach, beforeEach, expect, it } from 'vitest';
import { Node, World } from '../support/world.ts';

/** Writers, two planners and somebody who steers, all at once: what was due and stayed so runs once, whoever was first. */

const RECORDS = 60;
const ROUNDS = 8;

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T00:00:00Z');
});
afterEach(() => world.close());

async function define(): Promise<string> {
  const { body } = await world.call('POST', '/v1/entity-definitions', {
    slug: 'things',
    name: 'Things',
    fields: [
      { name: 'at', type: 'DATETIME' },
      { name: 'n', type: 'NUMBER' },
    ],
  });
  return body.id;
}

it('no date is lost and none runs twice while records are written and planned at once', async () => {
  const definition = await define();
  const path = `/v1/entity-definitions/${definition}/records`;
  const fields = {
    schedule_type: 'RELATIVE',
    schedule_expression: null,
    relative_entity_definition_id: definition,
    relative_field_name: 'at',
    overlap_policy: 'ALLOW_ALL',
  };
  const schedules = [
    await world.create({ ...fields, name: 'all' }),
    await world.create({
      ...fields,
      name: 'odd',
      relative_filter: { n: { $in: Array.from({ length: RECORDS }, (_, i) => 2 * i + 1) } },
    }),
    await world.create({ ...fields, name: 'day after', relative_offset_days: 1 }),
  ];
  const other = new Node(world, 'node-2', 1_000);
  const wanted = new Map<string, Set<number>>();
  const ids = new Map<string, string>();
  let seed = 7;
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;

  for (let round = 0; round < ROUNDS; round += 1) {
    const now = world.clock.now();
    // Dates in this round's stretch: before, at and after the instant that the planners plan.
    const writes = Array.from({ length: RECORDS }, (_, i) => {
      const at = now + random(20) * 1_000;
      const name = `r${i}`;
      wanted.set(name, (wanted.get(name) ?? new Set()).add(at));
      return { external_id: name, data: { at: new Date(at).toISOString(), n: i } };
    });
    const write = async () => {
      for (let i = 0; i < writes.length; i += 15) {
        const reply = await world.call('POST', `${path}/bulk`, { records: writes.slice(i, i + 15) });
        for (const { id, external_id } of reply.body.results) ids.set(id, external_id);
      }
    };
    const touch = async () => {
      for (const { id } of schedules) await world.call('PUT', `/v1/schedules/${id}`, { description: `round ${round}` });
    };
    const plan = async (node: Node) => {
      for (let i = 0; i < 10; i += 1) {
        await node.planRelative();
        await node.dispatcher.flush();
      }
    };
    await Promise.all([write(), touch(), plan(world.node), plan(other)]);
    world.clock.set(now + 30_000);
    await Promise.all([plan(world.node), plan(other)]);
  }
  await other.dispatcher.settle();
  await world.advanceTo(world.clock.now() + 86_400_000);
  await other.dispatcher.settle();

  const runs = await world.db.query<{
    schedule_id: string;
    record_id: string;
    scheduled_for: number;
    status: string;
    reason: string;
  }>('SELECT schedule_id, record_id, scheduled_for, status, reason FROM runs');
  const key = (run: (typeof runs)[number]) => `${run.schedule_id} ${run.record_id} ${run.scheduled_for}`;
  expect(new Set(runs.map(key)).size).toBe(runs.length);
  // Each date stood until the next round's write, which comes after it was due: every one of them has run.
  const ran = (schedule: string) =>
    new Set(
      runs
        .filter((run) => run.schedule_id === schedule && run.status === 'SUCCEEDED')
        .map((run) => `${ids.get(run.record_id)} ${run.scheduled_for}`),
    );
  const all = [...wanted].flatMap(([name, dates]) => [...dates].map((at) => `${name} ${at}`));
  expect([...ran(schedules[0].id)].toSorted()).toEqual(all.toSorted());
  const odd = all.filter((line) => Number(line.slice(1, line.indexOf(' '))) % 2 === 1);
  expect([...ran(schedules[1].id)].toSorted()).toEqual(odd.toSorted());
  // A day later only the last date of each record stands.
  const last = [...wanted].map(([name, dates]) => `${name} ${[...dates].at(-1)! + 86_400_000}`);
  expect([...ran(schedules[2].id)].toSorted()).toEqual(last.toSorted());
  expect(runs.filter((run) => run.status !== 'SUCCEEDED')).toEqual([]);
});
