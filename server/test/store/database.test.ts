import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAway } from '../../src/store/db-errors.ts';
import { Database } from '../../src/store/db.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createDatabase();
  db = new Database({ url: database.url, poolSize: 1, queryTimeoutMs: 150, onError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a database that stops answering', () => {
  it('fails the statement as "away", and the pool has a connection again', async () => {
    expect(isAway(await failure(db.query('SELECT pg_sleep(60)')))).toBe(true);
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('fails the transaction without waiting for a rollback, and nothing of it stays', async () => {
    const error = await failure(
      db.transaction(async (tx) => {
        await tx.query("INSERT INTO facts (name, value, updated_at) VALUES ('half', 'written', now())");
        await tx.query('SELECT pg_sleep(60)');
      }),
    );
    expect(isAway(error)).toBe(true);
    expect(await db.query("SELECT * FROM facts WHERE name = 'half'")).toEqual([]);
  });

  it('is waited for where a statement may take its time', async () => {
    const patient = db.withoutTimeout();
    expect(await patient.query('SELECT pg_sleep(0.4)::text AS slept')).toEqual([{ slept: '' }]);
    await patient.close();
  });
});

it('a transaction that throws leaves nothing and gives its connection back', async () => {
  const error = await failure(
    db.transaction(async (tx) => {
      await tx.query("INSERT INTO facts (name, value, updated_at) VALUES ('half', 'written', now())");
      throw new Error('changed my mind');
    }),
  );
  expect(String(error)).toContain('changed my mind');
  expect(isAway(error)).toBe(false);
  expect(await db.query("SELECT * FROM facts WHERE name = 'half'")).toEqual([]);
});
