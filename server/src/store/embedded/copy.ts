import { createHash } from 'node:crypto';
import { chmod, copyFile, lstat, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account.ts';
import { errorCode } from './errors.ts';
import { ifExists, removeLeftovers, uniqueName } from './files.ts';
import { missingLinks, repairLinks } from './links.ts';
import { type Places, systemDir } from './places.ts';

/**
 * Copies the PostgreSQL of the npm package to a place that the account can reach and whose libraries can be linked,
 * once per version. Returns the copy's folder.
 */
export async function copyNative(native: string, account: Account, places: Places): Promise<string> {
  const parent = account.switched ? await systemDir(places) : places.dataDir;
  const name = `postgresql-${await packageVersion(native)}-${process.platform}-${process.arch}`;
  const target = path.join(parent, name);
  if (await isComplete(native, target)) return target;
  places.log('info', 'copying PostgreSQL to a place where it can run', { from: native, to: target });
  const temporary = path.join(parent, uniqueName(`${name}.new-`));
  try {
    await copyTree(native, temporary);
    await repairLinks(await missingLinks(temporary));
    await install(temporary, target, native);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  await removeLeftovers(parent, `${name}.broken-`);
  return target;
}

async function install(temporary: string, target: string, native: string): Promise<void> {
  for (;;) {
    try {
      return await rename(temporary, target);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
    }
    // Another server was first; or the copy there is damaged, and programs that run from it keep their files open.
    if (await isComplete(native, target)) return;
    await ifExists(rename(target, uniqueName(`${target}.broken-`)));
  }
}

/** Files and folders with plain modes: an npm under umask 077 makes the package's unreadable to the account. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isFile()) {
      await copyFile(source, target);
      await chmod(target, path.basename(from) === 'bin' ? 0o755 : 0o644);
    }
  }
}

/** True if the copy has every file of the original in its full size, and every link. */
async function isComplete(native: string, copy: string): Promise<boolean> {
  if ((await ifExists(lstat(copy))) === undefined || (await missingLinks(copy)).length > 0) return false;
  const files = (await readdir(native, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const same = await Promise.all(
    files.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const [original, copied] = [
        await lstat(file),
        await ifExists(lstat(path.join(copy, path.relative(native, file)))),
      ];
      return original.size === copied?.size;
    }),
  );
  return same.every(Boolean);
}

/** The version of the npm package that a native folder belongs to; for a folder without one, a name by its path. */
async function packageVersion(native: string): Promise<string> {
  const manifest = await ifExists(readFile(path.join(native, '..', 'package.json'), 'utf8'));
  const parsed: unknown = manifest === undefined ? undefined : JSON.parse(manifest);
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) {
    return String(parsed.version).replaceAll(/[^\w.-]/g, '_');
  }
  return createHash('sha256').update(native).digest('hex').slice(0, 12);
}
