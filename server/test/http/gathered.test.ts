import { afterAll, beforeAll, expect, it } from 'vitest';
import { World } from '../support/world.ts';

/** Requests that come at the same time are answered together, and each as if it were alone. */

const [KEY_A, KEY_B] = ['hc_live_gathered_key_of_a', 'hc_live_gathered_key_of_b'];
const CUSTOMER = '160c0c4b-9966-4dc1-a916-8407eb10d74e';
const BODY = {
  name: 'Gathered',
  schedule_type: 'CRON',
  schedule_expression: '0 2 * * *',
  action_type: 'WEBHOOK',
  action_config: { url: 'http://127.0.0.1:9/hook' },
};

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T08:59:30Z');
  await world.addTenant('a', KEY_A);
  await world.addTenant('b', KEY_B);
});
afterAll(() => world.close());

it('reads of one tenant find what that tenant has, those of another do not', async () => {
  const names = ['one', 'two', 'three', 'deleted'];
  const made = await Promise.all(names.map(async (name) => await world.create({ ...BODY, name }, KEY_A)));
  const theirs = await world.create({ ...BODY, name: 'of b', customer_id: CUSTOMER }, KEY_B);
  const ids = made.map(({ id }) => id);
  await world.call('DELETE', `/v1/schedules/${ids[3]}`, undefined, { 'X-Api-Key': KEY_A });
  const ask = async (id: string | undefined, key: string) => {
    const { status, body } = await world.call('GET', `/v1/schedules/${id}`, undefined, { 'X-Api-Key': key });
    return [status, body.name ?? body.code, body.id ?? null];
  };
  const unknown = '01990000-0000-7000-8000-0000000000ff';
  const found = await Promise.all([
    ...[...ids, ids[0]?.toUpperCase(), ids[1], unknown, theirs.id].map(async (id) => await ask(id, KEY_A)),
    ...[ids[0], theirs.id].map(async (id) => await ask(id, KEY_B)),
  ]);
  const missing = [404, 'not_found', null];
  expect(found).toEqual([
    [200, 'one', ids[0]],
    [200, 'two', ids[1]],
    [200, 'three', ids[2]],
    missing,
    [200, 'one', ids[0]],
    [200, 'two', ids[1]],
    missing,
    missing,
    missing,
    [200, 'of b', theirs.id],
  ]);
});
