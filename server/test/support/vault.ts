import { agreeOnMasterKey } from '../../src/store/data-keys.ts';
import type { Database } from '../../src/store/db.ts';
import { parseMasterKey, type MasterKey } from '../../src/store/vault/master-key.ts';
import { Vault } from '../../src/store/vault/vault.ts';

/** What servers under test are given as HYDRACORE_MASTER_KEY. */
export const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

/** A master key, told from others by its byte. */
export function masterKeyOf(byte: number): MasterKey {
  const key = parseMasterKey(Buffer.alloc(32, byte).toString('base64'));
  if (!key) throw new Error('32 bytes are a master key');
  return key;
}

/** The vault of a database, begun where it is new. */
export async function openTestVault(db: Database): Promise<Vault> {
  const vault = new Vault({ current: masterKeyOf(7), previous: null });
  const foreign = await db.transaction((tx) => agreeOnMasterKey(tx, vault.keys));
  if (foreign !== null) throw new Error(`the database has another master key: ${foreign}`);
  return vault;
}
