import { join } from 'node:path';
import { inject } from 'vitest';
import { copyDataDir } from '../support/data-dir.ts';
import type { Cleanup } from './server.ts';

/**
 * A folder in which a server finds its database made, and nothing in it: a copy takes a tenth of the time of a first start, which
 * has tests of its own. Its PostgreSQL waits for no disk: tests end processes, not the machine.
 */
export async function madeFolder(cleanup: Cleanup): Promise<string> {
  const folder = await cleanup.folder();
  await copyDataDir(inject('madeDataDir'), join(folder, '.hydracore'));
  return folder;
}
