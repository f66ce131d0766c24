import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { stopPostmaster, watchPostmaster } from './postmaster.ts';
import { processStamp } from './process.ts';
import {
  type Server,
  afterwards,
  dataDirWithCluster,
  query,
  runServer,
  start,
  until,
} from '../../../test/support/embedded.ts';

/** A server killed in the middle of its writes: what it had been told is stored, and the PostgreSQL it left. */
async function killedServer(dataDir: string): Promise<{ pid: number; acknowledged: number; server: Server }> {
  const server = runServer('write', dataDir);
  const { pid } = await server.next();
  let acknowledged = 0;
  while (acknowledged < 300) acknowledged = Number((await server.next())['written']);
  await server.kill();
  return { pid: Number(pid), acknowledged, server };
}

async function written(url: string): Promise<number> {
  const [row] = await query(url, 'SELECT count(*)::int AS n, max(id) AS last FROM written');
  expect(row?.['n']).toBe(row?.['last']);
  return Number(row?.['n']);
}

test('the PostgreSQL of a killed server is adopted, and nothing acknowledged is lost', async () => {
  const dataDir = await dataDirWithCluster();
  const { pid, acknowledged } = await killedServer(dataDir);
  expect(processStamp(pid)).toBeDefined();
  const adopted = await start(dataDir);
  expect(adopted.logged).toEqual(['info: took over the PostgreSQL that an earlier server left running']);
  expect(adopted.pid).toBe(pid);
  expect(await written(adopted.url)).toBeGreaterThanOrEqual(acknowledged);
  await adopted.stop();
  expect(processStamp(pid)).toBeUndefined();
  const later = await start(dataDir);
  expect(await written(later.url)).toBeGreaterThanOrEqual(acknowledged);
});

test('the death of an adopted PostgreSQL is noticed, and the next start recovers', async () => {
  const dataDir = await dataDirWithCluster();
  const { pid, acknowledged } = await killedServer(dataDir);
  const adopted = await start(dataDir);
  expect(adopted.pid).toBe(pid);
  process.kill(pid, 'SIGKILL');
  await adopted.exited;
  await adopted.stop();
  const later = await start(dataDir);
  expect(later.pid).not.toBe(pid);
  expect(await written(later.url)).toBeGreaterThanOrEqual(acknowledged);
});

test('an orphan with other settings is stopped and started anew', async () => {
  const dataDir = await dataDirWithCluster();
  const { pid, acknowledged } = await killedServer(dataDir);
  const anew = await start(dataDir, { settings: { max_connections: '33' } });
  expect(anew.logged).toEqual(['info: stopping the PostgreSQL that an earlier server left running']);
  expect(processStamp(pid)).toBeUndefined();
  expect(await query(anew.url, 'SHOW max_connections')).toEqual([{ max_connections: '33' }]);
  expect(await written(anew.url)).toBeGreaterThanOrEqual(acknowledged);
});

test('an orphan that does not answer is stopped', { timeout: 30_000 }, async () => {
  const dataDir = await dataDirWithCluster();
  const { pid, acknowledged } = await killedServer(dataDir);
  // As if someone had changed the rules by hand: it runs, but refuses the server.
  await writeFile(path.join(dataDir, 'postgres/pg_hba.conf'), 'local all all reject\n');
  process.kill(pid, 'SIGHUP');
  await until('the rules are in force', async () =>
    (await readFile(path.join(dataDir, 'postgres.log'), 'utf8')).includes('received SIGHUP'),
  );
  const anew = await start(dataDir);
  expect(anew.pid).not.toBe(pid);
  expect(await written(anew.url)).toBeGreaterThanOrEqual(acknowledged);
});

test('killed together with its PostgreSQL, it starts again', async () => {
  const dataDir = await dataDirWithCluster();
  const { pid, acknowledged } = await killedServer(dataDir);
  process.kill(pid, 'SIGKILL');
  const anew = await start(dataDir);
  expect(await written(anew.url)).toBeGreaterThanOrEqual(acknowledged);
});

test('a stale pid file whose pid an unrelated process has now is no obstacle', async () => {
  const dataDir = await dataDirWithCluster();
  const first = await start(dataDir);
  const pidFile = path.join(dataDir, 'postgres/postmaster.pid');
  const socketLock = path.join(first.connection.host, '.s.PGSQL.5432.lock');
  const [content, lockContent] = [await readFile(pidFile, 'utf8'), await readFile(socketLock, 'utf8')];
  const { uid, gid } = await stat(pidFile);
  await first.stop();

  // Of the same user, which is what PostgreSQL takes for itself.
  const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
  afterwards(async () => {
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  });
  for (const [file, text] of [
    [pidFile, content],
    [socketLock, lockContent],
  ] as const) {
    await writeFile(file, text.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });
    await chown(file, uid, gid);
  }
  const anew = await start(dataDir);
  expect(await query(anew.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
});

test('exited tells of a PostgreSQL that died, not of one that was stopped', async () => {
  const dataDir = await dataDirWithCluster();
  const died = await start(dataDir);
  process.kill(died.pid, 'SIGKILL');
  expect(await died.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await died.stop();
  const stopped = await start(dataDir);
  await stopped.stop();
  expect(await Promise.race([stopped.exited, Promise.resolve('pending')])).toBe('pending');
});

test('a hurried stop overtakes a patient one', async () => {
  const dataDir = await dataDirWithCluster();
  const postgres = await start(dataDir);
  await Promise.all([postgres.stop('fast'), postgres.stop('immediate')]);
  expect(processStamp(postgres.pid)).toBeUndefined();
});

test.skipIf(process.platform !== 'linux')('a stop that gets nowhere is followed by a harder one', async () => {
  const dataDir = await dataDirWithCluster();
  const first = await start(dataDir);
  await query(first.url, 'CREATE TABLE kept (id int)');
  const [row] = await query(first.url, `SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'`);
  // A fast stop waits for it to write everything out.
  process.kill(Number(row?.['pid']), 'SIGSTOP');
  await stopPostmaster(watchPostmaster(first.pid), 'fast', [
    ['SIGINT', 200],
    ['SIGQUIT', 20_000],
  ]);
  expect(processStamp(first.pid)).toBeUndefined();
  await first.stop();
  const later = await start(dataDir);
  expect(await query(later.url, 'SELECT id FROM kept')).toEqual([]);
});
