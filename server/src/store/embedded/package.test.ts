/** The npm package's programs where npm left them unfinished, or where they can't run. */
import { mkdir, readdir, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findAccount } from './account.ts';
import { missingLinks } from './links.ts';
import {
  dataDirWithCluster,
  otherBinaries,
  query,
  run,
  runServer,
  scratch,
  start,
  unpackedPackage,
} from '../../../test/support/embedded.ts';

describe.skipIf(otherBinaries !== undefined)('the package', () => {
  test('shared libraries without their links are mended in place', async () => {
    const native = await unpackedPackage();
    expect((await missingLinks(native)).length).toBeGreaterThan(10);
    const { url } = await start(await dataDirWithCluster(), { binaries: path.join(native, 'bin') });
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await missingLinks(native)).toEqual([]);
  });

  const asRoot = test.skipIf(process.getuid?.() !== 0);

  asRoot('programs that their user can not reach are copied, once', async () => {
    const native = await unpackedPackage(0o700);
    const systemDir = path.join(await scratch(), 'system');
    const dataDir = await dataDirWithCluster();
    const options = { binaries: path.join(native, 'bin'), systemDir };
    const copying = 'info: copying PostgreSQL to a place where it can run';

    const first = await start(dataDir, options);
    expect(first.logged).toEqual([copying]);
    await first.stop();
    const [name = '', ...others] = await readdir(systemDir);
    expect(name).toMatch(/^postgresql-18\.[\w.-]+-\w+-\w+$/);
    expect(others).toEqual([]);
    const second = await start(dataDir, options);
    expect(second.logged).toEqual([]);
    await second.stop();

    await truncate(path.join(systemDir, name, 'bin/initdb'), 100);
    const third = await start(dataDir, options);
    expect(third.logged).toEqual([copying]);
    await third.stop();
    await rm(path.join(systemDir, name, 'share'), { recursive: true });
    expect((await start(dataDir, options)).logged).toEqual([copying]);
    expect(await readdir(systemDir)).toEqual([name]);
  });

  asRoot('a normal user who may not mend the package copies it to the data folder', async () => {
    const native = await unpackedPackage();
    const user = await findAccount('nobody');
    const dataDir = path.join(await scratch(), 'data');
    await mkdir(dataDir);
    await run('chown', `${user?.uid}:${user?.gid}`, dataDir);
    const server = runServer('start', dataDir, { ...user, binaries: path.join(native, 'bin') });
    const { url } = await server.next();
    expect(url).toEqual(expect.stringContaining('postgresql://hydracore@/hydracore'));
    expect((await missingLinks(native)).length).toBeGreaterThan(10);
    expect((await readdir(dataDir)).filter((name) => name.startsWith('postgresql-18.'))).toHaveLength(1);
  });
});
