import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationsOf } from '../support/operations.ts';
import { World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('2027-03-01T00:00:00Z');
});
afterAll(() => world.close());

it('openapi.json in the repository is what the server answers', async () => {
  const { body } = await world.call('GET', '/openapi.json');
  await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot('../../openapi.json');
});

it('tells of the 409 that an Idempotency-Key can bring to every POST', async () => {
  const { id } = await world.create();
  const path = `/v1/schedules/${id}/trigger`;
  const once = { 'Idempotency-Key': 'one and the same' };
  expect((await world.call('POST', path, undefined, once)).status).toBe(202);
  expect((await world.call('POST', path, { action_config: {} }, once)).body.code).toBe('idempotency_key_reused');
  const posts = (await operationsOf(world)).filter(({ method }) => method === 'POST');
  expect(posts.filter(({ answers }) => !answers.has(409)).map((operation) => operation.id)).toEqual([]);
});

it('says of no answer that it may be null where its schema does not let it', async () => {
  const { text, body } = await world.call('GET', '/openapi.json');
  // A reference that is no null, and the type null, both at once: nothing is that.
  const contradictory = /"allOf":\[\{"\$ref":"[^"]*"\},\{"type":\["object","null"\]\}\]/;
  expect(text).not.toMatch(contradictory);
  expect(body.components.schemas.BulkCreateResult.properties.results.items.properties.schedule.anyOf).toContainEqual({
    type: 'null',
  });
});
