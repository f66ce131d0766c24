import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { buildFolder, CONSOLE, isThere } from './sources.ts';

/** `npm run build -w @hydracore/console`: builds the console, unless a build of these sources is there. The server does it too. */

/** What is so old was left by a build that was killed. */
const LEFT_MS = 10 * 60_000;

const folder = await buildFolder();
const builds = dirname(folder);
if (!(await isThere(folder))) {
  await mkdir(builds, { recursive: true });
  // Servers that start at the same time build it each for itself; the name is taken once, by a whole build.
  const making = await mkdtemp(join(builds, '.making-'));
  try {
    await build({ root: CONSOLE, logLevel: 'error', build: { outDir: making, emptyOutDir: true } });
    await compress(making);
    // Whoever builds it, others may run the server.
    await chmod(making, 0o755);
    await rename(making, folder).catch(async (error: unknown) => {
      if (!(await isThere(folder))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  await removeOthers(folder);
}

/** Beside each file what is sent to browsers that take it compressed. Fonts are already. */
async function compress(root: string): Promise<void> {
  const names = await readdir(root, { recursive: true });
  await Promise.all(
    names
      .filter((name) => /\.(?:js|css|svg)$/.test(name))
      .map(async (name) => {
        const file = join(root, name);
        const bytes = await readFile(file);
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
        await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, quality));
        await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
      }),
  );
}

/** A server has its build in memory: nobody needs the files of older sources. */
async function removeOthers(kept: string): Promise<void> {
  for (const name of await readdir(builds)) {
    const path = join(builds, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    const isOld = !name.startsWith('.making-') || mtimeMs < performance.timeOrigin - LEFT_MS;
    if (path !== kept && isOld) await rm(path, { recursive: true, force: true });
  }
}
