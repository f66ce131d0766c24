import { afterAll, beforeAll, expect, it } from 'vitest';
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
