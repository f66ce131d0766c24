import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { MASTER_KEY } from '../support/vault.ts';
import { checkSettings } from '../docs/bodies.ts';
import { Page, ROOT, type Block } from '../docs/page.ts';
import { Receiver } from './receiver.ts';
import { Cleanup, type ServerProcess } from './server.ts';
import { eventually } from './waiting.ts';

/** The commands and files of docs/self-hosting.md and docs/backup.md, run and read where that can be done here. */

/** A PostgreSQL that brings pg_dump and psql, which the embedded one does not; they dump none that is newer. */
const TOOLS = '/usr/lib/postgresql/15/bin';
const exec = promisify(execFile);
const cleanup = new Cleanup();
afterAll(() => cleanup.run());

const read = async (name: string): Promise<string> => await readFile(join(ROOT, name), 'utf8');

const backup = new Page('docs/backup.md');
const hosting = new Page('docs/self-hosting.md');
const texts = (blocks: readonly Block[]): string[] => blocks.map(({ text }) => text);
const [archive, throughTheSocket] = texts(backup.take('sh', 'The embedded PostgreSQL'));
const [dump] = texts(backup.take('sh', 'A PostgreSQL of your own'));
const [restoreArchive, restoreDump] = texts(backup.take('sh', 'Restore'));
const [places = ''] = texts(backup.take('sh', 'Backup and restore'));
const [makeSecrets] = texts(hosting.take('sh', 'Containers'));
const settings = texts(hosting.take('env'));

it('has nothing that could be run and is not', () => {
  expect([...backup.left(), ...hosting.left()]).toEqual([]);
  expect([...places.matchAll(/^(\w+)=\/\S+ +# /gm)].map(([, name]) => name)).toEqual(['DATA', 'BACKUP', 'KEYS']);
  expect(settings.length).toBeGreaterThan(1);
  for (const text of settings) checkSettings(text);
});

/** Runs a block as a whole; any command that fails, fails. */
async function bash(block: string | undefined, env: Readonly<Record<string, string>>, cwd = '/'): Promise<void> {
  expect(block).toBeDefined();
  await exec('bash', ['-euo', 'pipefail', '-c', block ?? ''], {
    cwd,
    env: { PATH: `${TOOLS}:${process.env['PATH']}`, ...env },
  });
}

describe.skipIf(process.platform !== 'linux')('docs/backup.md', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await new Receiver().start();
    cleanup.add(() => receiver.stop());
  });

  const makeSchedule = async (server: ServerProcess): Promise<string> => {
    const fields = { schedule_type: 'ONE_TIME', schedule_expression: '2099-01-01T00:00:00Z' };
    const auth = { type: 'bearer', token: 'kept through the restore' };
    return (await server.schedule(receiver.url, { ...fields, action_config: { auth } })).id;
  };

  /** The schedule is there and fires, with its secret. */
  async function expectRestored(server: ServerProcess, id: string): Promise<void> {
    expect((await server.call('GET', `/v1/schedules/${id}`)).body).toMatchObject({ id, status: 'ACTIVE' });
    const { body } = await server.call('POST', `/v1/schedules/${id}/trigger`);
    const delivery = await eventually('it is delivered', () =>
      receiver.deliveries.find(({ headers }) => headers['webhook-id'] === body.id),
    );
    expect(delivery.headers['authorization']).toBe('Bearer kept through the restore');
  }

  it('the archive of a data folder, without the master key, and its restore into another folder', async () => {
    const folder = await cleanup.folder();
    const folders = { DATA: join(folder, 'data'), BACKUP: join(folder, 'backup'), KEYS: join(folder, 'keys') };
    await mkdir(folders.BACKUP);
    await mkdir(folders.KEYS);
    const before = await cleanup.start({ cwd: folder, env: { HYDRACORE_DATA_DIR: folders.DATA } }).ready();
    const id = await makeSchedule(before);
    await before.stop();

    await bash(archive, folders);
    const { stdout } = await exec('tar', ['tzf', join(folders.BACKUP, 'hydracore.tar.gz')]);
    expect(stdout).toMatch(/^\.\/key-pepper$/m);
    expect(stdout).not.toMatch(/master-key/);

    const DATA = join(folder, 'restored');
    await bash(restoreArchive, { ...folders, DATA });
    await expectRestored(await cleanup.start({ cwd: folder, env: { HYDRACORE_DATA_DIR: DATA } }).ready(), id);
  });

  /** A cluster, as the embedded one is laid out, of the PostgreSQL that has the tools. */
  async function cluster(): Promise<EmbeddedPostgres & { readonly dataDir: string }> {
    const dataDir = await cleanup.folder();
    const started = await startEmbeddedPostgres({ dataDir, binaries: TOOLS, log: () => undefined });
    cleanup.add(() => started.stop());
    return { ...started, dataDir };
  }

  it.skipIf(!existsSync(join(TOOLS, 'pg_dump')))(
    'a dump while servers run, and its restore into another PostgreSQL',
    async () => {
      const cwd = await cleanup.folder();
      const from = await cluster();
      const to = await cluster();
      const environment = (database: EmbeddedPostgres) => ({
        HYDRACORE_DATABASE_ADMIN_URL: database.url,
        HYDRACORE_DATABASE_URL: database.serverUrl,
        HYDRACORE_MASTER_KEY: MASTER_KEY,
        HYDRACORE_KEY_PEPPER: 'p'.repeat(32),
        HYDRACORE_BOOTSTRAP_API_KEY: `hc_live_${'k'.repeat(32)}`,
      });
      const before = await cleanup.start({ cwd, env: environment(from) }).ready();
      const id = await makeSchedule(before);

      await bash(dump, { BACKUP: cwd, HYDRACORE_DATABASE_ADMIN_URL: from.url });
      const another = await cleanup.folder();
      await bash(throughTheSocket, { BACKUP: another, DATA: from.dataDir });
      await exec(join(TOOLS, 'pg_restore'), ['--list', join(another, 'hydracore.dump')]);
      await before.stop();

      await bash(restoreDump, { BACKUP: cwd, HYDRACORE_DATABASE_ADMIN_URL: to.url });
      await expectRestored(await cleanup.start({ cwd, env: environment(to) }).ready(), id);
    },
  );
});

describe('docs/self-hosting.md', () => {
  it('makes each secret that compose.yaml asks for, as the server takes it', async () => {
    const cwd = await cleanup.folder();
    await bash(makeSecrets, {}, cwd);
    const made = Object.fromEntries(
      (await readFile(join(cwd, '.env'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => {
          const at = line.indexOf('=');
          return [line.slice(0, at), line.slice(at + 1)];
        }),
    );
    const asked = new Set([...(await read('compose.yaml')).matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));
    expect(new Set(Object.keys(made))).toEqual(asked);
    const { HYDRACORE_MASTER_KEY, HYDRACORE_KEY_PEPPER } = made;
    expect(readConfig({ HYDRACORE_MASTER_KEY, HYDRACORE_KEY_PEPPER }).masterKey).not.toBeNull();
  });

  it.skipIf(!existsSync('/usr/bin/systemd-analyze'))(
    'has a unit that systemd takes, of files that there are',
    async () => {
      const unit = hosting.blocks.find(({ language }) => language === 'ini')?.text ?? '';
      const file = join(await cleanup.folder(), 'hydracore.service');
      await writeFile(file, unit.replaceAll('/opt/hydracore/', ROOT));
      const { stdout, stderr } = await exec('systemd-analyze', ['verify', file]);
      expect(stdout + stderr).toBe('');
      const [, , script = ''] = /^ExecStart=(\S+) (\S+)$/m.exec(unit.replaceAll('/opt/hydracore/', ROOT)) ?? [];
      expect(existsSync(script)).toBe(true);
      expect(() =>
        readConfig(Object.fromEntries(unit.matchAll(/^Environment=(\w+)=(\S+)$/gm).map(([, k, v]) => [k, v]))),
      ).not.toThrow();
    },
  );
});
