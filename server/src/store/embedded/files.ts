import { randomBytes } from 'node:crypto';
import { chmod, chown, lchown, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account.ts';
import { errorCode } from './errors.ts';

/** The value of a file operation, or undefined if the file does not exist. */
export async function ifExists<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A name beside others that no other process will choose. */
export function uniqueName(prefix: string): string {
  return `${prefix}${randomBytes(6).toString('hex')}`;
}

/** Makes a folder that did not exist and gives it to the account; fails if something is there. */
export async function makeOwnedDir(dir: string, account: Account, mode = 0o700): Promise<void> {
  await mkdir(dir, { mode });
  // mkdir's mode is cut by the umask.
  await chmod(dir, mode);
  if (account.switched) await chown(dir, account.uid, account.gid);
}

/**
 * Replaces a file in a folder of the account. The new file is made under a fresh name, exclusively, then renamed:
 * when root writes into a folder that another account owns, no link planted there can be followed, and no reader sees
 * half a file.
 */
export async function replaceOwnedFile(file: string, content: string, account: Account): Promise<void> {
  const temporary = uniqueName(`${file}.`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    if (account.switched) await handle.chown(account.uid, account.gid);
    await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** Gives a tree to the account, never through a symbolic link. */
export async function chownTree(root: string, account: Account): Promise<void> {
  await lchown(root, account.uid, account.gid);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    await lchown(path.join(entry.parentPath, entry.name), account.uid, account.gid);
  }
}

/** Removes the folder's entries that start with the prefix, also while a dying process still writes into them. */
export async function removeLeftovers(dir: string, prefix: string): Promise<string[]> {
  const names = ((await ifExists(readdir(dir))) ?? []).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    await rm(path.join(dir, name), { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
  }
  return names;
}

/** Makes what was written into a folder's listing (a rename) durable. */
export async function syncDir(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** True for a folder that has no entries; one that can't be looked into belongs to someone. */
export async function isEmptyDir(dir: string): Promise<boolean> {
  try {
    return (await readdir(dir)).length === 0;
  } catch (error) {
    if (['EACCES', 'ENOTDIR'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

/**
 * The first ancestor of a path (or the path itself) that the account may not pass through, or undefined if it can
 * reach it. By the mode bits and the account's first group, since that is all the group it has after the switch.
 */
export async function closedFor(target: string, account: Account): Promise<string | undefined> {
  // Without a switch this very process would have failed already.
  if (!account.switched) return undefined;
  const { root } = path.parse(target);
  let current = root;
  for (const part of ['', ...path.relative(root, target).split(path.sep)]) {
    current = path.join(current, part);
    const { mode, uid, gid } = await stat(current);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    if (((mode >> shift) & 0o1) === 0) return current;
  }
  return undefined;
}
