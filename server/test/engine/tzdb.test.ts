import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followTzdb } from '../../src/engine/tzdb.ts';
import { World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open('2027-03-01T00:00:00Z');
});
afterEach(() => world.close());

const logged: unknown[] = [];
const follow = (version: string) =>
  followTzdb(world.db, world.clock.now(), (_level, _message, data) => logged.push(data), version);

describe('another time-zone database', () => {
  it('moves what it affects and nothing else, and is looked at once', async () => {
    expect(await follow('2026a')).toBe(0);
    const berlin = await world.create({ timezone: 'Europe/Berlin', schedule_expression: '0 9 * * *' });
    const fine = await world.create({ timezone: 'Europe/Berlin', schedule_expression: '0 10 * * *' });
    const rate = await world.create({ timezone: 'Europe/Berlin', schedule_type: 'RATE', schedule_expression: '1h' });
    const paused = await world.create({ timezone: 'Europe/Berlin' });
    await world.call('POST', `/v1/schedules/${paused.id}/pause`);
    // As if the rules had Berlin an hour off when the schedule was made.
    await world.db.query(
      "UPDATE schedules SET next_run_at = '2027-03-01T07:00:00Z', due_at = '2027-03-01T07:00:00Z' WHERE id = $1",
      [berlin.id],
    );
    expect(await follow('2026b')).toBe(1);
    expect(logged.at(-1)).toMatchObject({ from: '2026a', to: '2026b', looked_at: 2, moved: 1 });
    expect(await world.get(berlin.id)).toMatchObject({ next_run_at: '2027-03-01T08:00:00.000Z', version: 2 });
    for (const same of [fine, rate]) expect(await world.get(same.id)).toEqual(same);
    await world.advanceTo('2027-03-01T08:30:00Z');
    expect(await world.ledger(berlin.id)).toEqual(['SCHEDULE 08:00:00 SUCCEEDED']);
    expect(await follow('2026b')).toBe(0);
  });

  it('has RELATIVE schedules computed anew', async () => {
    await follow('2026a');
    const { body: definition } = await world.call('POST', '/v1/entity-definitions', {
      slug: 'things',
      name: 'Things',
      fields: [{ name: 'day', type: 'DATE' }],
    });
    const { id } = await world.create({
      timezone: 'Europe/Berlin',
      schedule_type: 'RELATIVE',
      schedule_expression: '09:00',
      relative_entity_definition_id: definition.id,
      relative_field_name: 'day',
    });
    await world.call('POST', `/v1/entity-definitions/${definition.id}/records`, { data: { day: '2027-03-02' } });
    await world.settle();
    const wrong = '2027-03-02T09:00:00Z';
    await world.db.query('UPDATE schedules SET next_run_at = $2, relative_look_at = $2 WHERE id = $1', [id, wrong]);
    await follow('2026b');
    await world.settle();
    expect((await world.get(id)).next_run_at).toBe('2027-03-02T08:00:00.000Z');
    await world.advanceTo('2027-03-03T00:00:00Z');
    expect(await world.ledger(id)).toEqual(['SCHEDULE 08:00:00 SUCCEEDED']);
  });

  it('leaves alone what is due already', async () => {
    await follow('2026a');
    const { id } = await world.create({ timezone: 'Europe/Berlin', schedule_expression: '0 9 * * *' });
    world.clock.set(Date.parse('2027-03-01T08:00:10Z'));
    await world.db.query(
      "UPDATE schedules SET next_run_at = '2027-03-01T07:59:00Z', due_at = '2027-03-01T07:59:00Z' WHERE id = $1",
      [id],
    );
    expect(await follow('2026b')).toBe(0);
    await world.settle();
    expect((await world.ledger(id))[0]).toBe('SCHEDULE 07:59:00 SUCCEEDED');
  });
});
