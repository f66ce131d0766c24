/**
 * The tests' PostgreSQL: one embedded cluster for a whole run, databases made from a template. As Vitest's
 * `globalSetup` it starts the cluster; in a test file `createDatabase` takes a database of it.
 *
 * HYDRACORE_TEST_POSTGRES_BIN=/usr/lib/postgresql/15/bin runs the same tests on another PostgreSQL.
 */
import { randomBytes } from 'node:crypto';
import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { copyDataDir } from './data-dir.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The cluster's own database; `createDatabase` makes the others beside it. */
    postgresUrl: string;
    /** A data folder as a server leaves it that has made its database and nothing in it: for copies. */
    madeDataDir: string;
  }
}

/** What `createDatabase` copies unless told otherwise: empty, or what `prepareTemplate` put into it. */
const TEMPLATE = 'hydracore_template';

export interface PostgresSetupOptions {
  /** Fills the database that all others are copies of, once per run: the migrations. It must close its connections. */
  readonly prepareTemplate?: (url: string) => Promise<void>;
}

/** A database of a test's own. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Ends what is connected to it and removes it. */
  readonly drop: () => Promise<void>;
}

/** Makes a `globalSetup` function. */
export function postgresSetup({ prepareTemplate }: PostgresSetupOptions = {}) {
  return async (project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'hydracore-test-'));
    // Open to pass through: for root, PostgreSQL runs as another user.
    await chmod(folder, 0o711);
    const places = { made: path.join(folder, 'made'), running: path.join(folder, 'running') };
    let postgres: EmbeddedPostgres | undefined;
    const remove = async () => {
      await postgres?.stop('immediate');
      await rm(folder, { recursive: true, force: true });
    };
    try {
      postgres = await startTestPostgres(places.made);
      await prepareTemplate?.(postgres.url);
      await postgres.stop();
      postgres = undefined;
      await copyDataDir(places.made, places.running);
      await appendFile(
        path.join(places.made, 'postgres/postgresql.auto.conf'),
        'fsync = off\nfull_page_writes = off\n',
      );
      postgres = await startTestPostgres(places.running);
      // Of the cluster's own database, which must have nobody in it meanwhile.
      await query(databaseUrl(postgres.url, 'template1'), `CREATE DATABASE ${TEMPLATE} TEMPLATE hydracore`);
      await query(postgres.url, `ALTER DATABASE ${TEMPLATE} WITH ALLOW_CONNECTIONS false`);
      // Those that worlds have done with: worlds-database.ts.
      await query(
        postgres.url,
        'CREATE TABLE world_databases (id uuid DEFAULT gen_random_uuid(), week int, made jsonb)',
      );
    } catch (error) {
      await remove();
      throw error;
    }
    project.provide('madeDataDir', places.made);
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
    name,
    url: databaseUrl(cluster, name),
    drop: () => query(cluster, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function startTestPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const bin = process.env['HYDRACORE_TEST_POSTGRES_BIN'];
  return await startEmbeddedPostgres({
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
}

/** The same connection to another database. */
export function databaseUrl(url: string, database: string): string {
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
