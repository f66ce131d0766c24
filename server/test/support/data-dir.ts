import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Puts a copy of a data folder that no server has to where none is. */
export async function copyDataDir(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}
