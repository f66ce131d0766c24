import { chmod, lstat, mkdir, readFile, readdir, readlink, realpath, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ifExists } from './files.ts';
import {
  afterwards,
  dataDirWithCluster,
  otherBinaries,
  query,
  runServer,
  scratch,
  start,
  until,
} from '../../../test/support/embedded.ts';

test('the first start makes a durable UTF-8 cluster, later ones reuse it', async () => {
  const dataDir = path.join(await scratch(), 'data');
  const first = await start(dataDir);
  expect(first.connection).toEqual({
    host: path.join(dataDir, 'run'),
    port: 5432,
    user: 'hydracore',
    database: 'hydracore',
  });
  const [row] = await query(
    first.url,
    `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype,
            current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
            current_setting('full_page_writes') AS pages, current_setting('timezone') AS zone,
            current_setting('listen_addresses') AS tcp, split_part(version(), ' ', 2) AS version
     FROM pg_database WHERE datname = current_database()`,
  );
  expect(row).toEqual({
    encoding: 'UTF8',
    collate: 'C',
    ctype: 'C',
    fsync: 'on',
    commit: 'on',
    pages: 'on',
    zone: 'UTC',
    tcp: '',
    version: first.version,
  });
  await query(first.url, `CREATE TABLE kept AS SELECT 'ünï → 漢字' AS text`);
  await Promise.all([first.stop(), first.stop()]);

  const later = await start(dataDir, { settings: { work_mem: '7MB' } });
  expect(await query(later.url, 'SELECT text FROM kept')).toEqual([{ text: 'ünï → 漢字' }]);
  expect(await query(later.url, 'SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
  expect(later.pid).not.toBe(first.pid);
});

test.skipIf(process.platform !== 'linux')('no TCP port is open', async () => {
  const { pid } = await start(await dataDirWithCluster());
  const sockets = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => ifExists(readlink(`/proc/${pid}/fd/${fd}`))),
  );
  expect(sockets.filter((link) => link?.startsWith('socket:'))).not.toEqual([]);
  const tcp = `${await readFile('/proc/net/tcp', 'utf8')}${(await ifExists(readFile('/proc/net/tcp6', 'utf8'))) ?? ''}`;
  const inodes = new Set(tcp.split('\n').map((line) => line.trim().split(/\s+/)[9]));
  expect(sockets.filter((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link ?? '')?.[1] ?? 'none'))).toEqual([]);
});

test('Ctrl-C at the terminal reaches the server, not PostgreSQL', async () => {
  const dataDir = await dataDirWithCluster();
  const server = runServer('start', dataDir);
  const { url, pid } = await server.next();
  process.kill(-(server.process.pid ?? 0), 'SIGINT');
  expect(await server.next()).toEqual({ interrupted: true });
  expect(await query(String(url), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  const log = await readFile(path.join(dataDir, 'postgres.log'), 'utf8');
  const said = log.split('\n').filter((line) => line.includes(`[${String(pid)}]`));
  expect(said.join('\n')).toContain('ready to accept connections');
  expect(said.join('\n')).not.toContain('shutdown request');
});

test('a path too long for a socket: it goes to a private folder of the temporary one', async () => {
  const dataDir = await dataDirWithCluster('long'.repeat(30));
  const postgres = await start(dataDir);
  const socketDir = postgres.connection.host;
  expect(path.dirname(socketDir)).toBe(await realpath(tmpdir()));
  expect((await lstat(socketDir)).mode & 0o777).toBe(0o700);
  expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await postgres.stop();
  expect(await ifExists(lstat(socketDir))).toBeUndefined();

  // The name can be known beforehand: what someone else put there is not used.
  afterwards(async () => rm(socketDir, { recursive: true, force: true }));
  await mkdir(socketDir, { mode: 0o777 });
  await chmod(socketDir, 0o777);
  await expect(start(dataDir)).rejects.toMatchObject({ code: 'socket_dir_unsafe' });
});

test.each(['a,b "c" \'d\' e', 'ä%41'])('a data folder may be called %s', async (name) => {
  const { url } = await start(await dataDirWithCluster(name));
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('an initdb that was killed half-way leaves nothing behind', async () => {
  const dataDir = path.join(await scratch(), 'data');
  const server = runServer('start', dataDir);
  await until('initdb at work', async () => {
    const names = await ifExists(readdir(dataDir));
    const half = names?.find((name) => name.startsWith('postgres.init-'));
    return half !== undefined && (await ifExists(readdir(path.join(dataDir, half, 'base')))) !== undefined;
  });
  // The server alone: its initdb goes on as an orphan, while the next start removes its folder.
  await server.kill();
  expect(await readdir(dataDir)).not.toContain('postgres');
  const { url } = await start(dataDir);
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres.init-'))).toEqual([]);
});

test('an unfinished folder of long ago is removed, an empty one is replaced', async () => {
  const dataDir = path.join(await scratch(), 'data');
  await mkdir(path.join(dataDir, 'postgres.init-0123/base/1'), { recursive: true });
  await writeFile(path.join(dataDir, 'postgres.init-0123/PG_VERSION'), '18\n');
  await mkdir(path.join(dataDir, 'postgres'));
  const { logged } = await start(dataDir);
  expect(logged).toContain('info: removed an unfinished database folder');
  expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres.init-'))).toEqual([]);
});

test('a log that grew long is put aside at the next start', async () => {
  const dataDir = await dataDirWithCluster();
  const log = path.join(dataDir, 'postgres.log');
  await truncate(log, 11 * 1024 * 1024);
  await start(dataDir);
  expect((await lstat(log)).size).toBeLessThan(10_000);
  expect((await lstat(`${log}.1`)).size).toBe(11 * 1024 * 1024);
});

test('what initdb complained of is passed on, and nothing is left', async () => {
  const dir = await scratch();
  const bin = path.join(dir, 'bin');
  await mkdir(bin);
  await writeFile(path.join(bin, 'postgres'), '#!/bin/sh\necho "postgres (PostgreSQL) 18.4"\n', { mode: 0o755 });
  const complaint = 'initdb: error: could not write file: No space left on device';
  await writeFile(path.join(bin, 'initdb'), `#!/bin/sh\necho "${complaint}" >&2\nexit 1\n`, { mode: 0o755 });
  const dataDir = path.join(dir, 'data');
  await expect(start(dataDir, { binaries: bin })).rejects.toMatchObject({
    code: 'initdb_failed',
    message: expect.stringContaining(complaint),
  });
  expect((await readdir(dataDir)).toSorted()).toEqual(['server.lock', 'server.pid']);
});

test('a setting that PostgreSQL refuses ends the start with what it said', async () => {
  const dataDir = await dataDirWithCluster();
  await expect(start(dataDir, { settings: { shared_buffers: 'much' } })).rejects.toMatchObject({
    code: 'start_failed',
    message: expect.stringContaining('invalid value for parameter "shared_buffers"'),
  });
  // The folder is free again, and the mistake can be mended.
  await start(dataDir);
});

test('a cluster of another major version is refused', async () => {
  const dataDir = await dataDirWithCluster();
  const postgres = await start(dataDir);
  await postgres.stop();
  await writeFile(path.join(dataDir, 'postgres/PG_VERSION'), '12\n');
  await expect(start(dataDir)).rejects.toMatchObject({
    code: 'version_mismatch',
    message: expect.stringMatching(`was made by PostgreSQL 12, and this server brings PostgreSQL ${postgres.version}`),
  });
});

test('a folder that is no cluster is refused, and kept', async () => {
  const dataDir = path.join(await scratch(), 'data');
  await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
  await writeFile(path.join(dataDir, 'postgres/precious'), 'yes');
  await expect(start(dataDir)).rejects.toMatchObject({ code: 'cluster_damaged' });
  expect(await readFile(path.join(dataDir, 'postgres/precious'), 'utf8')).toBe('yes');
});

test('a data folder must be an absolute path of a folder', async () => {
  const file = path.join(await scratch(), 'file');
  await writeFile(file, '');
  await expect(start('data')).rejects.toMatchObject({ code: 'data_dir_invalid' });
  await expect(start(file)).rejects.toMatchObject({ code: 'data_dir_invalid' });
});

test.skipIf(otherBinaries !== undefined)('programs that are missing or do not run are named', async () => {
  const dir = await scratch();
  await expect(start(path.join(dir, 'data'), { binaries: path.join(dir, 'none') })).rejects.toMatchObject({
    code: 'binaries_missing',
  });
  await mkdir(path.join(dir, 'bin'));
  await writeFile(path.join(dir, 'bin/postgres'), '#!/nowhere/ld-linux\n', { mode: 0o755 });
  await expect(start(path.join(dir, 'data'), { binaries: path.join(dir, 'bin') })).rejects.toMatchObject({
    code: 'binaries_broken',
    message: expect.stringContaining('HYDRACORE_DATABASE_URL'),
  });
});
