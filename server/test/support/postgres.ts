/**
 * The tests' PostgreSQL: one embedded cluster for a whole run, one database per file, made from a template. As Vitest's
 * `globalSetup` it starts the cluster; in a test file `createDatabase` takes a database of it.
 *
 * HYDRACORE_TEST_POSTGRES_BIN=/usr/lib/postgresql/15/bin runs the same tests on another PostgreSQL.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The cluster's own database; `createDatabase` makes the others beside it. */
    postgresUrl: string;
  }
}

/** What `createDatabase` copies unless told otherwise: empty, or what `prepareTemplate` put into it. */
const TEMPLATE = 'hydracore_template';

export interface PostgresSetupOptions {
  /** Fills the template, once per run: the migrations. It must close its connections. */
  readonly prepareTemplate?: (url: string) => Promise<void>;
}

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  /** Ends what is connected to it and removes it. */
  readonly drop: () => Promise<void>;
}

/** Makes a `globalSetup` function. */
export function postgresSetup({ prepareTemplate }: PostgresSetupOptions = {}) {
  return async (project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> => {
    const { postgres, remove } = await startTestPostgres();
    try {
      await query(postgres.url, `CREATE DATABASE ${TEMPLATE}`);
      await prepareTemplate?.(databaseUrl(postgres.url, TEMPLATE));
      // A database that someone is connected to can't be copied.
      await query(postgres.url, `ALTER DATABASE ${TEMPLATE} WITH ALLOW_CONNECTIONS false`);
    } catch (error) {
      await remove();
      throw error;
    }
    project.provide('postgresUrl', postgres.url);
    return remove;
  };
}

/** Makes a database on the run's cluster. `template: 'template1'` is one without the migrations. */
export async function createDatabase(options: { template?: string } = {}): Promise<TestDatabase> {
  const cluster = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = escapeIdentifier(options.template ?? TEMPLATE);
  await query(cluster, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    url: databaseUrl(cluster, name),
    drop: () => query(cluster, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function startTestPostgres(): Promise<{ postgres: EmbeddedPostgres; remove: () => Promise<void> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'hydracore-test-'));
  // Open to pass through: for root, PostgreSQL runs as another user.
  await chmod(dataDir, 0o711);
  const removeDir = () => rm(dataDir, { recursive: true, force: true });
  const bin = process.env['HYDRACORE_TEST_POSTGRES_BIN'];
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir,
      log: (level, message, data) => level !== 'info' && console.error(message, data),
      ...(bin ? { binaries: bin } : {}),
      // What is lost when the machine dies is of no use then: the disk is not waited for.
      settings: {
        fsync: 'off',
        full_page_writes: 'off',
        synchronous_commit: 'off',
        max_connections: '200',
        autovacuum: 'off',
      },
    });
    return {
      postgres,
      remove: async () => {
        await postgres.stop('immediate');
        await removeDir();
      },
    };
  } catch (error) {
    await removeDir();
    throw error;
  }
}

/** The same connection to another database. */
function databaseUrl(url: string, database: string): string {
  return url.replace(/@\/[^?]*/, `@/${database}`);
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
