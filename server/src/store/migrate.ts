import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Database } from './db.ts';
import { ensureRoles } from './roles.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

/** Any two servers that start at once agree on this lock; the number only has to be ours. */
const LOCK = 7_245_118_260;

interface Migration {
  readonly id: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings the database to this version's schema: numbered SQL files, each once, in order, all in one transaction. Safe
 * to call from several servers at once. Throws when the database was migrated by a newer version or by other files.
 * @param last the migration to stop at, for tests of those that follow; absent: all of them
 * @returns the names of the migrations that were applied now
 */
export async function migrate(db: Database, last?: string): Promise<string[]> {
  const migrations = (await readMigrations()).filter(({ id }) => last === undefined || id <= last);
  return await db.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await tx.query(
      'CREATE TABLE IF NOT EXISTS migrations (id text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const applied = await tx.query<{ id: string; checksum: string }>('SELECT id, checksum FROM migrations ORDER BY id');
    for (const [index, { id, checksum }] of applied.entries()) {
      const known = migrations[index];
      if (known?.id !== id) {
        throw new Error(
          `the database has migration ${id}, which this version does not know: start a newer server on it`,
        );
      }
      if (known.checksum !== checksum) {
        throw new Error(`migration ${id} was applied to this database with another content; restore the original file`);
      }
    }
    await ensureRoles(tx);
    const pending = migrations.slice(applied.length);
    for (const { id, sql, checksum } of pending) {
      await tx.query(sql);
      await tx.query('INSERT INTO migrations (id, checksum) VALUES ($1, $2)', [id, checksum]);
    }
    return pending.map((migration) => migration.id);
  });
}

/** Whether the database has this version's schema already: the usual start, which then needs no patient connection. */
export async function isMigrated(db: Database): Promise<boolean> {
  const [table] = await db.query<{ there: boolean }>(`SELECT to_regclass('migrations') IS NOT NULL AS there`);
  if (!table?.there) return false;
  const applied = await db.query<{ id: string; checksum: string }>('SELECT id, checksum FROM migrations ORDER BY id');
  const known = await readMigrations();
  return (
    applied.length === known.length &&
    known.every(({ id, checksum }, i) => applied[i]?.id === id && applied[i].checksum === checksum)
  );
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
