import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this workspace. */
export const CONSOLE = fileURLToPath(new URL('..', import.meta.url));

/** Where builds are: a folder for each state of the sources, named by their hash. */
export const BUILDS = join(CONSOLE, 'dist');

/** All that a build is made of: our sources, the client's, and the lock file for what comes from others. */
const SOURCES = ['src', 'public', 'build', 'index.html', 'vite.config.ts', 'package.json', '../client/src'];
const LOCK = '../package-lock.json';

/** The folder that a build of the sources as they are has, whether it is there or not. */
export async function buildFolder(): Promise<string> {
  const files = (await Promise.all(SOURCES.map(async (path) => await filesOf(join(CONSOLE, path))))).flat();
  const hash = createHash('sha256');
  for (const file of [...files.toSorted(), join(CONSOLE, LOCK)]) {
    hash.update(`${relative(CONSOLE, file)}\0`);
    // A container's image may come without the lock file.
    hash.update(await readFile(file).catch(() => ''));
    hash.update('\0');
  }
  return join(BUILDS, hash.digest('hex').slice(0, 16));
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return [path];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
