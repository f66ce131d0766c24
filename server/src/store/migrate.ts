import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { LOCKS } from './advisory-locks.ts';
import type { Database, Queryable } from './db.ts';
import { ensureRoles } from './roles.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

interface Migration {
  readonly id: string;
  readonly sql: string;
  readonly checksum: string;
}

/** The database has another schema than this version can bring to its own; the message says what to do. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/**
 * Brings the database to this version's schema: numbered SQL files, each once, in order, all in one transaction. Safe
 * to call from several servers at once.
 * @param last the migration to stop at, for tests of those that follow; absent: all of them
 * @returns the names of the migrations that were applied now
 * @throws SchemaError when the database was migrated by a newer version or by other files
 */
export async function migrate(db: Database, last?: string): Promise<string[]> {
  const migrations = (await readMigrations()).filter(({ id }) => last === undefined || id <= last);
  return await db.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCKS.migrations]);
    await tx.query(
      'CREATE TABLE IF NOT EXISTS migrations (id text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const pending = pendingOf(migrations, await readApplied(tx));
    await ensureRoles(tx);
    for (const { id, sql, checksum } of pending) {
      await tx.query(sql);
      await tx.query('INSERT INTO migrations (id, checksum) VALUES ($1, $2)', [id, checksum]);
    }
    return pending.map((migration) => migration.id);
  });
}

/**
 * The names of the migrations that `migrate` would apply; changes nothing.
 * @param db null for a database that is not there yet
 * @throws SchemaError as `migrate`
 */
export async function pendingMigrations(db: Database | null): Promise<string[]> {
  return pendingOf(await readMigrations(), db === null ? [] : await readApplied(db)).map(({ id }) => id);
}

/** Whether the database has this version's schema already: the usual start, which then needs no patient connection. */
export async function isMigrated(db: Database): Promise<boolean> {
  const applied = await readApplied(db);
  const known = await readMigrations();
  return (
    applied.length === known.length &&
    known.every(({ id, checksum }, i) => applied[i]?.id === id && applied[i].checksum === checksum)
  );
}

type Applied = Omit<Migration, 'sql'>;

async function readApplied(db: Queryable): Promise<Applied[]> {
  const [table] = await db.query<{ there: boolean }>(`SELECT to_regclass('migrations') IS NOT NULL AS there`);
  return table?.there ? await db.query<Applied>('SELECT id, checksum FROM migrations ORDER BY id') : [];
}

function pendingOf(migrations: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  for (const [index, { id, checksum }] of applied.entries()) {
    const known = migrations[index];
    if (known?.id !== id) {
      throw new SchemaError(
        `the database has migration ${id}, which this version does not know: start a newer server on it`,
      );
    }
    if (known.checksum !== checksum) {
      throw new SchemaError(
        `migration ${id} was applied to this database with another content; restore the original file`,
      );
    }
  }
  return migrations.slice(applied.length);
}

async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.sql')).sort();
  return await Promise.all(
    files.map(async (file) => {
      const sql = await readFile(new URL(file, FOLDER), 'utf8');
      return { id: file.replace('.sql', ''), sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
