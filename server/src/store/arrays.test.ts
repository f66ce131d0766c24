import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../test/support/postgres.ts';
import { bigints, booleans, instants, ints, jsons, texts, uuids } from './arrays.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase({ template: 'template1' });
  client = new pg.Client(database.url);
  await client.connect();
  await client.query(`SET timezone = 'UTC'`);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What PostgreSQL takes an array for, each element as it writes it. */
async function read(array: Buffer | null, type: string): Promise<unknown[]> {
  const { rows } = await client.query<{ text: string | null }>({
    name: `read_${type}`,
    text: `SELECT value::text AS text FROM unnest($1::${type}[]) WITH ORDINALITY AS u (value, i) ORDER BY i`,
    values: [array],
  });
  return rows.map((row) => row.text);
}

const A = '01a2198f-0f25-7a44-9f0e-95b8c8a1f7d1';

describe('an array is read as it was meant', () => {
  test.each([
    [
      'uuid',
      uuids([A, null, 'FFFFFFFF-FFFF-4FFF-BFFF-0123456789AB']),
      [A, null, 'ffffffff-ffff-4fff-bfff-0123456789ab'],
    ],
    ['int', ints([0, -1, null, 2_147_483_647, -2_147_483_648]), ['0', '-1', null, '2147483647', '-2147483648']],
    [
      'bigint',
      bigints([0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 32]),
      ['0', '-1', '9007199254740991', '-9007199254740991', '4294967296'],
    ],
    ['boolean', booleans([true, false, null]), ['true', 'false', null]],
    [
      'text',
      texts(['', 'PENDING', null, 'é', '日本', '🙂', '{"a,b"}', 'NULL', 'x'.repeat(5_000)]),
      ['', 'PENDING', null, 'é', '日本', '🙂', '{"a,b"}', 'NULL', 'x'.repeat(5_000)],
    ],
    ['jsonb', jsons(['{"a":1}', null, '"é"', '[]']), ['{"a": 1}', null, '"é"', '[]']],
  ])('%s', async (type, array, texts) => {
    expect(await read(array, type)).toEqual(texts);
  });

  test('timestamptz, to the ends of what a schedule may name, and Infinity', async () => {
    const given = [0, 1, -1, Date.UTC(2000, 0, 1), Date.UTC(2000, 0, 1) - 1, Date.UTC(2027, 2, 1, 12, 34, 56, 789)];
    const far = [Date.UTC(9999, 11, 31, 23, 59, 59, 999), Date.UTC(1, 0, 1) - 1_000 * 365 * 86_400_000];
    const spread = Array.from({ length: 500 }, (_, i) => Date.UTC(1900, 0, 1) + i * 31_536_000_123);
    const all = [...given, ...far, ...spread];
    const { rows } = await client.query<{ ms: string }>(
      `SELECT (extract(epoch FROM value) * 1000)::bigint::text AS ms FROM unnest($1::timestamptz[]) WITH ORDINALITY AS u (value, i) ORDER BY i`,
      [instants(all)],
    );
    expect(rows.map((row) => Number(row.ms))).toEqual(all);
    expect(await read(instants([Number.POSITIVE_INFINITY, null]), 'timestamptz')).toEqual(['infinity', null]);
  });
});

test('an array of nothing, or of nothing but NULL, is NULL', () => {
  for (const make of [uuids, instants, ints, bigints, booleans, texts, jsons]) {
    expect([make([]), make([null, null])]).toEqual([null, null]);
  }
});

test.each([
  '',
  'a',
  A.slice(1),
  `${A}0`,
  A.replace('-', '0'),
  A.replace('f', 'g'),
  A.replace('f', 'é'),
  ` ${A.slice(1)}`,
])('what is no UUID is refused: %j', (text) => {
  expect(() => uuids([A, text])).toThrow(`not a UUID: ${JSON.stringify(text)}`);
});
