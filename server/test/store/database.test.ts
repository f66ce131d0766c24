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

describe('what a transaction leaves for its end', () => {
  const INSERT = 'INSERT INTO facts (name, value, updated_at) VALUES ($1, $2, now())';
  const later = (name: string) => ({ text: INSERT, values: [name, 'at the end'] });
  const names = async () =>
    (await db.query<{ name: string }>("SELECT name FROM facts WHERE name LIKE 'end %' ORDER BY name")).map(
      ({ name }) => name,
    );

  it('is there once it is committed, also where nothing else was done, and not before', async () => {
    await db.transaction(async (tx) => {
      tx.atEnd(later('end 1'));
      expect(await tx.query("SELECT 1 FROM facts WHERE name = 'end 1'")).toEqual([]);
    });
    await db.transaction(async (tx) => tx.atEnd(later('end 2')));
    expect(await names()).toEqual(['end 1', 'end 2']);
  });

  it('undoes all of it where it fails, though the COMMIT says nothing of that', async () => {
    const error = await failure(
      db.transaction(async (tx) => {
        await tx.query(INSERT, ['end 3', 'before']);
        tx.atEnd(later('end 1'));
        tx.atEnd(later('end 4'));
      }),
    );
    expect(String(error)).toContain('facts_pkey');
    expect(await names()).toEqual(['end 1', 'end 2']);
  });

  it('is not done where the work throws', async () => {
    const thrown = db.transaction(async (tx) => {
      tx.atEnd(later('end 5'));
      throw new Error('changed my mind');
    });
    expect(String(await failure(thrown))).toContain('changed my mind');
    expect(await names()).toEqual(['end 1', 'end 2']);
  });

  it('is the same for statements that go together: all or none, and the rows of each', async () => {
    const seen = { text: "SELECT count(*) AS n FROM facts WHERE name LIKE 'end %'", values: [] };
    expect(await db.together([later('end 6'), seen])).toEqual([[], [{ n: 3 }]]);
    expect(String(await failure(db.together([later('end 7'), later('end 6'), seen])))).toContain('facts_pkey');
    expect(await names()).toEqual(['end 1', 'end 2', 'end 6']);
  });
});
