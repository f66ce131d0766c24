import { lstat, readFile, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './errors.ts';
import { ifExists } from './files.ts';

/** A symbolic link that should be at `link`, with the text `to`. */
export interface SharedLibraryLink {
  readonly link: string;
  readonly to: string;
}

/**
 * The links of shared libraries that are missing. npm packages can't hold symbolic links: the package lists them in a
 * file and makes them in its install script, which `--ignore-scripts` and our own `allowScripts` leave out.
 */
export async function missingLinks(native: string): Promise<SharedLibraryLink[]> {
  const links = await listedLinks(native);
  const found = await Promise.all(links.map(({ link }) => ifExists(lstat(link))));
  return links.filter((_, index) => found[index] === undefined);
}

/** Makes the links; false if the folder can't be written. Two servers may do so at once. */
export async function repairLinks(links: readonly SharedLibraryLink[]): Promise<boolean> {
  for (const { link, to } of links) {
    try {
      await symlink(to, link);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') return false;
    }
  }
  return true;
}

/** The links that the package lists for this folder, with paths in it; none for a PostgreSQL of the system. */
async function listedLinks(native: string): Promise<SharedLibraryLink[]> {
  const list = await ifExists(readFile(path.join(native, 'pg-symlinks.json'), 'utf8'));
  const parsed: unknown = list === undefined ? [] : JSON.parse(list);
  if (!Array.isArray(parsed)) return [];
  // The list names them from the package's folder: native/lib/…
  const root = path.dirname(await realpath(native));
  return parsed.filter(isListed).map(({ source, target }) => {
    const link = path.join(native, path.relative('native', target));
    return { link, to: path.relative(path.dirname(path.join(root, target)), path.join(root, source)) };
  });
}

function isListed(value: unknown): value is { source: string; target: string } {
  if (typeof value !== 'object' || value === null || !('source' in value) || !('target' in value)) return false;
  return isInside(value.source) && isInside(value.target);
}

function isInside(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith('native/') && !name.includes('..');
}
