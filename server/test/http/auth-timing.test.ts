import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashKey, newApiKey, withCheckDigits } from '../../src/store/api-key.ts';
import { PEPPER, World } from '../support/world.ts';

/**
 * What a refusal takes must not tell how wrong a key is. Clocks are no test of that; what is done for a key is: the same
 * statements for every key that could be one, by a hash that has nothing of the key's beginning.
 */
let world: World;
/** That a key is used is noted once an hour, beside the request, which does not wait for it. */
const onStatement = (name: string) => name !== 'note_key_use' && statements.push(name);
const statements: string[] = [];
const keys: Record<string, string> = {};

/** As the key, but for its last five digits before those that check it. */
function nearly(key: string): string {
  const body = key.slice(0, -6);
  const last = body.slice(-5);
  return withCheckDigits(body.slice(0, -5) + (last === '00000' ? '11111' : '00000'));
}

beforeAll(async () => {
  world = await World.open('2027-03-01T09:00:00Z', { onStatement });
  const make = async (name: string, more: object = {}) => {
    const { body } = await world.call('POST', '/v1/api-keys', { name, scopes: ['*'], ...more });
    keys[name] = body.key;
    return body.id as string;
  };
  await make('good');
  await make('expired', { expires_at: '2027-03-01T09:00:01Z' });
  const revoked = await make('revoked');
  await world.call('DELETE', `/v1/api-keys/${revoked}`);
  world.clock.set(Date.parse('2027-03-01T09:00:02Z'));
  keys['nearly the good one'] = nearly(keys['good'] ?? '');
  keys['unknown'] = newApiKey();
  keys['unknown, of one’s own choice'] = `hc_live_${'x'.repeat(60)}`;
});
afterAll(() => world.close());

async function statementsFor(key: string): Promise<string[]> {
  statements.length = 0;
  await world.call('GET', '/v1/action-types', undefined, { 'X-Api-Key': key });
  return [...statements];
}

it('the same statements are made for every key that could be one, whatever is wrong with it', async () => {
  const good = await statementsFor(keys['good'] ?? '');
  expect(good).toContain('find_key');
  for (const [name, key] of Object.entries(keys)) {
    expect([name, await statementsFor(key)]).toEqual([name, good]);
  }
});

it('a key with a typing mistake, and what is none, is refused without the database: it needs no secret to see that', async () => {
  const mistyped = `${(keys['good'] ?? '').slice(0, -1)}${keys['good']?.endsWith('0') ? '1' : '0'}`;
  for (const key of [mistyped, 'x', `hc_live_${'x'.repeat(300)}`]) expect(await statementsFor(key)).toEqual([]);
});

it('what is looked up has nothing of the key’s beginning', () => {
  let most = 0;
  for (let i = 0; i < 500; i += 1) {
    const key = newApiKey();
    const [a, b] = [hashKey(key, PEPPER).hash, hashKey(nearly(key), PEPPER).hash];
    let shared = 0;
    while (shared < a.length && a[shared] === b[shared]) shared += 1;
    most = Math.max(most, shared);
  }
  // By chance two of 500 pairs share a byte; four bytes, one in eight million such tests.
  expect(most).toBeLessThan(4);
});
