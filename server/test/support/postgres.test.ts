import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type TestDatabase, createDatabase } from './postgres.ts';

let one: TestDatabase;
let other: TestDatabase;

beforeAll(async () => {
  [one, other] = await Promise.all([createDatabase(), createDatabase()]);
});
afterAll(async () => {
  await Promise.all([one.drop(), other.drop()]);
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('each database is a world of its own', async () => {
  await query(one.url, 'CREATE TABLE thing (id int)');
  await expect(query(other.url, 'SELECT FROM thing')).rejects.toThrow('relation "thing" does not exist');
});

test('a dropped database is gone, also while a connection is open', async () => {
  const { url, drop } = await createDatabase();
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await drop();
  await expect(query(url, 'SELECT 1')).rejects.toThrow('does not exist');
  const names = await query(inject('postgresUrl'), 'SELECT datname FROM pg_database');
  expect(names).not.toContainEqual({ datname: client.database });
  await client.end().catch(() => undefined);
});
