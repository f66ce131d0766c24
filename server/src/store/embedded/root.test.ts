/** What is different for root, who may not run PostgreSQL, and for a user whom root has gone before. */
import { chmod, chown, lstat, mkdir, readFile, readdir, readlink, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findAccount } from './account.ts';
import { ifExists } from './files.ts';
import {
  afterwards,
  dataDirWithCluster,
  otherBinaries,
  query,
  run,
  runServer,
  scratch,
  start,
  unpackedPackage,
} from '../../../test/support/embedded.ts';

const user = (await findAccount('nobody')) ?? { name: 'nobody', uid: 65_534, gid: 65_534 };

/** A data folder to be, inside of one that only root can enter, as /root is; and root's folder for what others need. */
async function closedDataDir(): Promise<{ dataDir: string; systemDir: string }> {
  const dir = await scratch();
  await mkdir(path.join(dir, 'home'), { mode: 0o700 });
  return { dataDir: path.join(dir, 'home/.hydracore'), systemDir: path.join(dir, 'system') };
}

async function ownerOf(pid: unknown): Promise<number> {
  return (await lstat(`/proc/${String(pid)}`)).uid;
}

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('as root', () => {
  test('PostgreSQL runs as a user of its own, and only root gets in', async () => {
    const dataDir = await dataDirWithCluster();
    const { url, pid, connection } = await start(dataDir);
    const uid = await ownerOf(pid);
    expect(uid).not.toBe(0);
    expect((await lstat(path.join(dataDir, 'postgres'))).uid).toBe(uid);
    expect((await lstat(connection.host)).mode & 0o777).toBe(0o700);

    // Even with the folder and the socket open, the kernel tells PostgreSQL who is there.
    await chmod(connection.host, 0o755);
    await chmod(path.join(connection.host, '.s.PGSQL.5432'), 0o777);
    expect(await query(url, 'SELECT current_user')).toEqual([{ current_user: 'hydracore' }]);
    const intruder = runServer('query', url, user);
    expect(await intruder.next()).toEqual({ refused: 'Peer authentication failed for user "hydracore"' });
  });

  test('a data folder that only root can enter: the cluster goes elsewhere and is found again', async () => {
    const { dataDir, systemDir } = await closedDataDir();
    const first = await start(dataDir, { systemDir });
    const cluster = await readlink(path.join(dataDir, 'postgres'));
    const home = path.dirname(cluster);
    expect(path.dirname(home)).toBe(systemDir);
    expect(path.basename(home)).toMatch(/^[0-9a-f]{12}$/);
    expect((await lstat(systemDir)).mode & 0o777).toBe(0o755);
    expect((await lstat(home)).uid).toBe(await ownerOf(first.pid));
    expect(first.logged.filter((line) => line.endsWith(`its files are in ${home}`))).toHaveLength(1);
    expect(await readFile(path.join(dataDir, 'postgres.log'), 'utf8')).toContain('ready to accept connections');
    await query(first.url, 'CREATE TABLE kept (id int)');

    // A copy of the data folder has the link too, but not the cluster.
    await run('cp', '-a', dataDir, `${dataDir}-copy`);
    await expect(start(`${dataDir}-copy`, { systemDir })).rejects.toMatchObject({ code: 'data_dir_in_use' });
    await first.stop();

    // By the link, so that the folder may be called something else by now.
    await rename(dataDir, `${dataDir}-moved`);
    const later = await start(`${dataDir}-moved`, { systemDir });
    expect(await query(later.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
    await later.stop();

    // A new folder of the old name is a new start, and the old cluster is not destroyed.
    const fresh = await start(dataDir, { systemDir });
    await expect(query(fresh.url, 'SELECT FROM kept')).rejects.toThrow('does not exist');
    expect(fresh.logged.join('\n')).toMatch(/warn: set the database of an earlier data folder aside/);
    expect((await readdir(home)).filter((name) => name.startsWith('postgres.old-'))).toHaveLength(1);
    await fresh.stop();

    await rm(cluster, { recursive: true });
    await expect(start(dataDir, { systemDir })).rejects.toMatchObject({ code: 'cluster_missing' });
    await rm(path.join(dataDir, 'postgres'));
    await chmod(systemDir, 0o777);
    await expect(start(dataDir, { systemDir })).rejects.toMatchObject({ code: 'system_dir_unsafe' });
  });

  test('elsewhere is /var/lib/hydracore', async () => {
    const { dataDir } = await closedDataDir();
    const server = runServer('start', dataDir);
    const { pid } = await server.next();
    const home = path.dirname(await readlink(path.join(dataDir, 'postgres')));
    afterwards(async () => {
      await rm(home, { recursive: true });
      await rm(`${home}.lock`);
      // Gone only if nothing else of this machine is in it.
      await rmdir(path.dirname(home)).catch(() => undefined);
    });
    expect(path.dirname(home)).toBe('/var/lib/hydracore');
    expect(await ownerOf(pid)).not.toBe(0);
    server.process.kill('SIGTERM');
    await server.exited;
    expect(await ifExists(lstat(`/proc/${String(pid)}`))).toBeUndefined();
  });

  test('a cluster that root brought back from a backup is given to its user', async () => {
    const dataDir = await dataDirWithCluster();
    await run('chown', '-R', '0:0', dataDir);
    const { url } = await start(dataDir);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('a cluster that its user can no longer reach is named', async () => {
    const dataDir = await dataDirWithCluster();
    await chmod(dataDir, 0o700);
    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'cluster_unreachable',
      message: expect.stringContaining(`chmod o+x ${dataDir}`),
    });
  });
});

/** The package where the user can reach it, which in a checkout under /root they can't. */
async function reachableBinaries(): Promise<{ binaries?: string }> {
  return otherBinaries === undefined ? { binaries: path.join(await unpackedPackage(), 'bin') } : {};
}

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('as a normal user', () => {
  test('PostgreSQL runs as that user, and as it still when root starts it later', async () => {
    const dataDir = path.join(await scratch(), 'data');
    await mkdir(dataDir, { mode: 0o755 });
    await chown(dataDir, user.uid, user.gid);
    const binaries = await reachableBinaries();
    const server = runServer('start', dataDir, { ...user, ...binaries });
    const { pid, url } = await server.next();
    expect(await ownerOf(pid)).toBe(user.uid);
    // Not even root is the role now.
    await expect(query(String(url), 'SELECT 1')).rejects.toThrow('Peer authentication failed');
    await server.kill();

    const postgres = await start(dataDir, binaries);
    expect(await ownerOf(postgres.pid)).toBe(user.uid);
    expect(postgres.pid).not.toBe(pid);
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test("another user's folders are refused with what to do", async () => {
    const dataDir = await dataDirWithCluster();
    const asUser = { ...user, ...(await reachableBinaries()) };
    expect(await runServer('start', dataDir, asUser).next()).toMatchObject({ code: 'data_dir_denied' });
    await chown(dataDir, user.uid, user.gid);
    for (const name of ['server.lock', 'server.pid']) await chown(path.join(dataDir, name), user.uid, user.gid);
    await run('chown', '-R', '1:1', path.join(dataDir, 'postgres'));
    expect(await runServer('start', dataDir, asUser).next()).toMatchObject({
      code: 'cluster_foreign',
      message: expect.stringContaining('belongs to the user with uid 1;'),
    });
  });
});
