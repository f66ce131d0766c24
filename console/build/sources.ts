import { createHash } from 'node:crypto';
import { access, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this workspace. */
export const CONSOLE = fileURLToPath(new URL('..', import.meta.url));

/** In it, where builds are: a folder for each state of the sources, named by their hash. */
const BUILDS = 'dist';

/** All that a build is made of: our sources, the client's, and the lock file for what comes from others. */
const SOURCES = ['src', 'public', 'build', 'index.html', 'vite.config.ts', 'package.json', '../client/src'];
const LOCK = '../package-lock.json';

/**
 * The folder that a build of the sources as they are has, whether it is there or not. Where there are no sources, as in a
 * container's image, it is the build that came in their place.
 * @param root the workspace; tests have their own
 */
export async function buildFolder(root = CONSOLE): Promise<string> {
  const builds = join(root, BUILDS);
  if (!(await isThere(join(root, 'src')))) {
    const [build] = await readdir(builds).catch(() => []);
    if (build === undefined) throw new Error(`there are neither the console's sources nor a build of them in ${root}`);
    return join(builds, build);
  }
  const files = (await Promise.all(SOURCES.map(async (path) => await filesOf(join(root, path))))).flat();
  const hash = createHash('sha256');
  for (const file of [...files.toSorted(), join(root, LOCK)]) {
    hash.update(`${relative(root, file)}\0`);
    // A container's image may come without the lock file.
    hash.update(await readFile(file).catch(() => ''));
    hash.update('\0');
  }
  return join(builds, hash.digest('hex').slice(0, 16));
}

/** Whether there is a file or folder of this name. */
export async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return [path];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
