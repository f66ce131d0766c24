import { chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Account, chooseAccount, findInPasswd } from './account.ts';
import { runServer, scratch } from '../../../test/support/embedded.ts';

const passwd = `root:x:0:0:root:/root:/bin/bash
# a comment
+::::::
nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin
postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
`;

test('a line of passwd is found by name and by uid', () => {
  expect(findInPasswd(passwd, 'nobody')).toEqual({ name: 'nobody', uid: 65534, gid: 65533 });
  expect(findInPasswd(passwd, 101)).toEqual({ name: 'postgres', uid: 101, gid: 104 });
  expect(findInPasswd(passwd, 'post')).toBeUndefined();
  expect(findInPasswd(passwd, '+')).toBeUndefined();
  expect(findInPasswd('', 0)).toBeUndefined();
});

const asRoot = test.skipIf(process.getuid?.() !== 0);
const find = (...lines: string[]) => {
  const known = passwd
    .split('\n')
    .filter((line) => lines.some((name) => line.startsWith(`${name}:`)))
    .join('\n');
  return async (key: string | number): Promise<Omit<Account, 'switched'> | undefined> => findInPasswd(known, key);
};

const chosen = async (owner: number | undefined, ...lines: string[]) =>
  (await chooseAccount(owner, find(...lines))).name;

asRoot('root lends PostgreSQL the owner of the cluster, else postgres, else nobody', async () => {
  expect(await chosen(65534, 'root', 'nobody', 'postgres')).toBe('nobody');
  expect(await chosen(0, 'root', 'nobody', 'postgres')).toBe('postgres');
  // An owner whom the system does not know: PostgreSQL could not run as it.
  expect(await chosen(4321, 'root', 'nobody', 'postgres')).toBe('postgres');
  expect(await chosen(undefined, 'root', 'nobody')).toBe('nobody');
  await expect(chosen(undefined, 'root')).rejects.toMatchObject({ code: 'account_missing' });
});

asRoot('a user without an entry in passwd is told what to do', async () => {
  const uid = 54_321;
  const dataDir = path.join(await scratch(), 'data');
  await mkdir(dataDir);
  await chown(dataDir, uid, uid);
  expect(await runServer('start', dataDir, { uid }).next()).toEqual({
    code: 'account_missing',
    message: expect.stringMatching(/uid 54321 has no entry in \/etc\/passwd.*HYDRACORE_DATABASE_URL/),
  });
});
