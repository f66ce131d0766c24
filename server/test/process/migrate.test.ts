import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDatabase, type SharedDatabase } from './database.ts';
import { Cleanup } from './server.ts';

const FILE = fileURLToPath(new URL('../../src/migrate-database.ts', import.meta.url));

const cleanup = new Cleanup();
let database: SharedDatabase;
beforeAll(async () => {
  database = await startDatabase();
  cleanup.add(() => database.stop());
});
afterAll(() => cleanup.run());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end, with nothing of this machine's own configuration. */
async function migrate(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('HYDRACORE_'));
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [FILE, ...args],
      { env: { ...Object.fromEntries(inherited), ...env } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

it('tells what is pending and changes nothing, applies it once, and refuses a database of a newer version', async () => {
  const env = database.environment;
  const check = await migrate(env, '--check');
  expect(check).toMatchObject({ code: 1, stderr: '' });
  const names = [...check.stdout.matchAll(/^pending (\S+)$/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(check.stdout).toContain(`${names.length} migrations to apply.`);
  expect(await database.query(`SELECT to_regclass('migrations') AS there`)).toEqual([{ there: null }]);
  const dry = await migrate(env, '--dry-run', '--json');
  expect({ code: dry.code, ...JSON.parse(dry.stdout) }).toEqual({ code: 1, applied: [], pending: names });

  const applied = await migrate(env);
  expect(applied).toMatchObject({ code: 0, stderr: '' });
  expect([...applied.stdout.matchAll(/^applied (\S+)$/gm)].map(([, name]) => name)).toEqual(names);
  expect(await database.query('SELECT id FROM migrations ORDER BY id')).toEqual(names.map((id) => ({ id })));
  // Whom a server then works as.
  expect(await database.query(`SELECT rolcanlogin FROM pg_roles WHERE rolname = 'hydracore_server'`)).toHaveLength(1);
  for (const args of [[], ['--check']]) {
    expect(await migrate(env, ...args)).toEqual({
      code: 0,
      stdout: 'The database has the schema of this version: nothing to do.\n',
      stderr: '',
    });
  }

  await database.query(`INSERT INTO migrations (id, checksum) VALUES ('9999-of-tomorrow', 'x')`);
  const newer =
    'the database has migration 9999-of-tomorrow, which this version does not know: start a newer server on it';
  for (const args of [[], ['--check']]) {
    const refused = { code: 1, stdout: '', stderr: `The database was not migrated.\n${newer}\n` };
    expect(await migrate(env, ...args)).toEqual(refused);
  }
  const server = cleanup.start({ cwd: await cleanup.folder(), env });
  expect(await server.exit(20_000)).toMatchObject({ code: 1 });
  expect(server.stderr).toBe(`HydraCore can't start.\n${newer}\n`);

  await database.query(`DELETE FROM migrations WHERE id > '9999'`);
  await database.query(`UPDATE migrations SET checksum = 'x' WHERE id = $1`, [names[0]]);
  expect((await migrate(env)).stderr).toContain(
    `migration ${names[0]} was applied to this database with another content; restore the original file`,
  );
});

it('says what is wrong where it can not begin', async () => {
  const env = { HYDRACORE_MASTER_KEY: database.environment.HYDRACORE_MASTER_KEY };
  const closing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(closing, 'listening');
  cleanup.add(async () => closing.close());
  const { port } = closing.address() as AddressInfo;
  const away = await migrate({ ...env, HYDRACORE_DATABASE_URL: `postgres://127.0.0.1:${port}/x` });
  expect(away).toMatchObject({ code: 3, stdout: '' });
  expect(away.stderr).toMatch(/^The database was not migrated\.\nThe database does not answer: /);
  const wrong = await migrate({ ...env, HYDRACORE_PORT: 'many' });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('HYDRACORE_PORT is "many"') });
  expect(await migrate(env, '--chekc')).toMatchObject({ code: 2, stderr: expect.stringContaining('--chekc') });
});

it('with the embedded database: asking makes nothing, and a server that runs is left alone', async () => {
  const cwd = await cleanup.folder();
  const env = { HYDRACORE_DATA_DIR: join(cwd, 'data') };
  expect(await migrate(env, '--check')).toMatchObject({ code: 1, stdout: expect.stringContaining('pending 0001') });
  await expect(access(env.HYDRACORE_DATA_DIR)).rejects.toThrow(/ENOENT/);
  expect(await migrate(env)).toMatchObject({ code: 0, stderr: '' });
  const server = await cleanup.start({ cwd, env }).ready();
  const busy = await migrate(env);
  expect(busy).toMatchObject({ code: 1, stdout: '' });
  expect(busy.stderr).toContain('another HydraCore server');
  expect(await server.stop()).toMatchObject({ code: 0 });
  expect(await migrate(env, '--check')).toMatchObject({ code: 0 });
});
