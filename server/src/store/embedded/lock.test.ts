import path from 'node:path';
import { expect, test } from 'vitest';
import { lockDataDir } from './lock.ts';
import { afterwards, runServer, scratch, start } from '../../../test/support/embedded.ts';

test('a second server on the folder is refused with the pid of the first', async () => {
  const dataDir = path.join(await scratch(), 'data');
  const server = runServer('lock', dataDir);
  const { pid } = await server.next();
  await expect(start(dataDir)).rejects.toMatchObject({
    code: 'data_dir_in_use',
    message: `another HydraCore server (pid ${String(pid)}) is using ${dataDir}; stop it, or give this one its own HYDRACORE_DATA_DIR`,
  });
  await server.kill();
  // Nothing stale stays behind a SIGKILL.
  const lock = await lockDataDir(dataDir);
  await lock.release();
});

test('of servers that start at once, one gets the folder', async () => {
  const dataDir = path.join(await scratch(), 'data');
  const answers = await Promise.all(
    Array.from({ length: 5 }, async () => (await runServer('lock', dataDir).next())['code'] ?? 'got it'),
  );
  expect(answers.filter((answer) => answer === 'got it')).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'data_dir_in_use')).toHaveLength(4);
});

test('within one process too, and until it is released', async () => {
  const dataDir = path.join(await scratch(), 'data');
  const lock = await lockDataDir(dataDir);
  afterwards(async () => lock.release());
  await expect(lockDataDir(`${dataDir}/../data`)).rejects.toMatchObject({ code: 'data_dir_in_use' });
  const postgres = await start(dataDir, { lock });
  await postgres.stop();
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({ code: 'data_dir_in_use' });
  await lock.release();
  await lock.release();
  await (await start(dataDir)).stop();
  await (await lockDataDir(dataDir)).release();
});
