import { once } from 'node:events';
import { createServer } from 'node:net';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { startDatabase } from './database.ts';
import { MASTER_KEY } from '../support/vault.ts';
import { Cleanup, type ServerProcess } from './server.ts';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());

async function refused(env: Record<string, string>): Promise<ServerProcess> {
  const server = cleanup.start({ cwd: await cleanup.folder(), env });
  expect(await server.exit(20_000)).toMatchObject({ code: 1, signal: null });
  expect(server.stderr).toMatch(/^HydraCore can't start\.\n/);
  expect(server.stderr, 'a sentence for a person, not a trace').not.toMatch(/^ {4}at /m);
  return server;
}

describe('a configuration that is not valid', () => {
  it('is refused with each variable, its value and what is valid, before anything is made', async () => {
    const server = await refused({
      HYDRACORE_PORT: '80800',
      HYDRACORE_LOG_LEVEL: 'loud',
      HYDRACORE_EGRESS_ALLOW: '10/8',
    });
    expect(server.stderr).toContain('HYDRACORE_PORT is "80800"; it must be a whole number from 0 to 65535');
    expect(server.stderr).toContain('HYDRACORE_LOG_LEVEL is "loud"; it must be debug, info, warn, error, silent');
    expect(server.stderr).toContain('HYDRACORE_EGRESS_ALLOW is "10/8"; it must be CIDRs such as 10.0.0.0/8');
    await expect(access(join(server.dataDir))).rejects.toThrow(/ENOENT/);
  });

  it('names the file of a database URL that can not be read, and why, and nothing else of that URL', async () => {
    const gone = join(await cleanup.folder(), 'no-such-ca.pem');
    const server = await refused({
      HYDRACORE_DATABASE_URL: `postgres://app:correcthorse@db/app?sslmode=verify-full&sslrootcert=${encodeURIComponent(gone)}`,
      HYDRACORE_DATABASE_ADMIN_URL: 'postgres://owner:correcthorse@db/app?sslmode=verify-full&sslkey=/',
      HYDRACORE_MASTER_KEY: MASTER_KEY,
    });
    expect(server.stderr.split('\n').filter(Boolean)).toEqual([
      "HydraCore can't start.",
      `HYDRACORE_DATABASE_URL has sslrootcert=${gone}, which can't be read: there is no such file; it must be the path of a PEM file`,
      "HYDRACORE_DATABASE_ADMIN_URL has sslkey=/, which can't be read: it is a folder; it must be the path of a PEM file",
    ]);
  });

  it('does not show a secret, however wrong it is', async () => {
    const server = await refused({
      HYDRACORE_BOOTSTRAP_API_KEY: 'hunter2',
      HYDRACORE_WEBHOOK_SECRETS: 'whsec_tooshort',
      HYDRACORE_DATABASE_URL: 'mysql://root:correcthorse@db/app',
    });
    for (const name of ['HYDRACORE_BOOTSTRAP_API_KEY', 'HYDRACORE_WEBHOOK_SECRETS', 'HYDRACORE_DATABASE_URL']) {
      expect(server.stderr).toMatch(new RegExp(`${name} is \\(\\d+ characters, not shown\\); it must be `));
    }
    expect(server.stderr + server.stdout).not.toMatch(/hunter2|tooshort|correcthorse/);
  });

  it('includes a variable that does not exist: a name with a slip in it would go unnoticed', async () => {
    const server = await refused({ HYDRACORE_PROT: '9090' });
    expect(server.stderr).toContain('HYDRACORE_PROT is not a variable of this server');
  });
});

describe('a database whose login would see every tenant', () => {
  it('is refused in a sentence that says what to set', async () => {
    const database = await startDatabase(inject('madeDataDir'));
    cleanup.add(() => database.stop());
    const server = await refused({ HYDRACORE_DATABASE_URL: database.url, HYDRACORE_MASTER_KEY: MASTER_KEY });
    expect(server.stderr).toContain('HYDRACORE_DATABASE_URL logs in as hydracore, a superuser');
    expect(server.stderr).toContain('HYDRACORE_DATABASE_ADMIN_URL');
  });
});

describe('the login of a server alone, at a database that another one owns', () => {
  it('is refused in a sentence that says what to set: it is no database that does not answer', async () => {
    const database = await startDatabase(inject('madeDataDir'));
    cleanup.add(() => database.stop());
    await database.query('CREATE ROLE hydracore_server LOGIN NOINHERIT');
    const { HYDRACORE_DATABASE_ADMIN_URL: _owner, ...env } = database.environment;
    const server = await refused(env);
    expect(server.stderr).toContain('the login hydracore_server may not read the schema of the database');
    expect(server.stderr).toContain('HYDRACORE_DATABASE_ADMIN_URL');
  });
});

describe('a data folder that can not be written to, beside a database of its own', () => {
  it('matters to the server that is first, which leaves its key there, and to no other', async () => {
    const database = await startDatabase(inject('madeDataDir'));
    cleanup.add(() => database.stop());
    const file = join(await cleanup.folder(), 'file');
    await writeFile(file, '');
    const env = { ...database.environment, HYDRACORE_DATA_DIR: join(file, 'data') };
    const first = await refused(env);
    expect(first.stderr).toContain(`the data folder ${file}/data, where the first start leaves its API key`);
    const elsewhere = cleanup.start({ cwd: await cleanup.folder(), env: database.environment });
    await elsewhere.ready();
    const key = { HYDRACORE_BOOTSTRAP_API_KEY: `hc_live_${'k'.repeat(32)}` };
    const other = cleanup.start({ cwd: await cleanup.folder(), env: { ...env, ...key } });
    expect((await (await other.ready()).call('GET', '/v1/schedules')).status).toBe(200);
  });
});

describe('a port that is taken', () => {
  it('is named in one sentence, and the embedded PostgreSQL does not stay behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    cleanup.add(async () => other.close());
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const server = await refused({ HYDRACORE_PORT: String(port) });
    expect(server.stderr).toContain(`127.0.0.1:${port}`);
    expect(server.stderr).toContain('HYDRACORE_PORT');
    expect(await server.postgresPid().catch(() => null)).toBeNull();
  });
});
