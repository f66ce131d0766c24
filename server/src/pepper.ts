import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type Config } from './config.ts';
import { writePrivately } from './write-privately.ts';

const BYTES = 32;

/**
 * What new API keys are hashed with, beside themselves: HYDRACORE_KEY_PEPPER, or a file in the data folder, made at the
 * first start, where that folder has the database, too. Null: an external database, and no variable.
 */
export async function keyPepper(config: Config): Promise<Buffer | null> {
  if (config.keyPepper !== null) return Buffer.from(config.keyPepper);
  // Several servers share an external database: a file on one of them would be another pepper on each.
  if (config.databaseUrl !== null) return null;
  const file = join(config.dataDir, 'key-pepper');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) {
    const kept = text.trim();
    if (/^[0-9a-f]{64}$/.test(kept)) return Buffer.from(kept);
    throw new ConfigError(`${file} does not hold a pepper (64 hexadecimal digits): restore it from a backup`);
  }
  const made = randomBytes(BYTES).toString('hex');
  await mkdir(config.dataDir, { recursive: true });
  await writePrivately(file, `${made}\n`);
  return Buffer.from(made);
}
