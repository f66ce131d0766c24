import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type Config } from './config.ts';
import { parseMasterKey, type MasterKey, type MasterKeys } from './store/vault/master-key.ts';
import { writePrivately } from './write-privately.ts';

const FILE = 'master-key';
/** There only while the one is replaced by the other. */
const PREVIOUS = 'master-key.previous';

type Place = Pick<Config, 'dataDir' | 'masterKey' | 'previousMasterKey'>;

/**
 * What encrypts the data keys of the tenants: HYDRACORE_MASTER_KEY, or with the embedded database a file in the data folder,
 * made at the first start.
 */
export async function masterKeys(config: Place): Promise<MasterKeys> {
  if (config.masterKey) return { current: config.masterKey, previous: config.previousMasterKey };
  const file = join(config.dataDir, FILE);
  const current = await readKey(file);
  if (!current) return { current: await makeKey(config.dataDir), previous: config.previousMasterKey, made: file };
  return { current, previous: (await readKey(join(config.dataDir, PREVIOUS))) ?? config.previousMasterKey };
}

/**
 * Makes a new master key in the data folder and keeps the one before it beside it. Where a rotation was broken off, it is
 * that one's.
 */
export async function renewFile(dataDir: string): Promise<MasterKeys> {
  const [file, kept] = [join(dataDir, FILE), join(dataDir, PREVIOUS)];
  const current = await readKey(file);
  if (!current) throw new ConfigError(`${file} is not there: restore it from a backup`);
  const previous = await readKey(kept);
  if (previous && previous.id !== current.id) return { current, previous };
  // The old one first: at no moment is either of them nowhere.
  await writePrivately(kept, await readFile(file, 'utf8'));
  return { current: await makeKey(dataDir), previous: current };
}

/** Ends what `renewFile` began, once nothing is encrypted by the old one any more. */
export async function forgetPrevious(dataDir: string): Promise<void> {
  await rm(join(dataDir, PREVIOUS), { force: true });
}

async function makeKey(dataDir: string): Promise<MasterKey> {
  const text = randomBytes(32).toString('base64');
  const key = parseMasterKey(text);
  if (!key) throw new Error('a master key was made that is none');
  await mkdir(dataDir, { recursive: true });
  await writePrivately(join(dataDir, FILE), `${text}\n`);
  return key;
}

async function readKey(file: string): Promise<MasterKey | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const key = parseMasterKey(text.trim());
  if (key) return key;
  throw new ConfigError(`${file} does not hold a master key (32 bytes in base64): restore it from a backup`);
}
