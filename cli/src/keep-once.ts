import { open, unlink, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Cli } from './cli.ts';
import { UsageError } from './exit.ts';

/** Where what is told once is kept. */
export interface SaveOption {
  readonly save?: string;
}

/** Makes what is told once; the file for it is opened first, so that what was made is never without its place. */
export async function keepOnce<T>(
  cli: Cli,
  { save }: SaveOption,
  make: () => Promise<T>,
  secretOf: (made: T) => string | null,
): Promise<T> {
  if (save === undefined) return await make();
  const path = resolve(cli.around.cwd, save);
  const file = await openNew(path, save);
  let kept = false;
  try {
    const made = await make();
    const secret = secretOf(made);
    if (secret !== null) await file.writeFile(`${secret}\n`);
    kept = secret !== null;
    return made;
  } finally {
    await file.close();
    if (!kept) await unlink(path);
  }
}

/** For its owner alone, and over nothing that is there. */
async function openNew(path: string, shown: string): Promise<FileHandle> {
  return await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EEXIST' ? 'is there already; name another file' : `can't be written: ${error.message}`;
    throw new UsageError(`--save ${shown} ${why}`);
  });
}
