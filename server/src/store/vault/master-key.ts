import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { decrypt, encrypt, VaultError } from './cipher.ts';

/** What wraps the data keys. It is never stored in the database; its id, which tells it from others, is. */
export interface MasterKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The master keys of a server: the one of now, and during a rotation the one before it. */
export interface MasterKeys {
  readonly current: MasterKey;
  readonly previous: MasterKey | null;
  /** The file that the current one was written to, where this start has made it. */
  readonly made?: string;
}

const BYTES = 32;

/** A master key of 32 bytes in base64 or hexadecimal. Undefined where the text is neither. */
export function parseMasterKey(text: string): MasterKey | undefined {
  const bytes = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
      ? Buffer.from(text, 'base64')
      : null;
  return bytes?.length === BYTES ? masterKey(bytes) : undefined;
}

function masterKey(bytes: Buffer): MasterKey {
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return { id, key: createSecretKey(bytes) };
}

/** Which data key is meant: of whom, and which of theirs. */
export interface DataKeyName {
  readonly tenant_id: string;
  readonly version: number;
}

/** A data key as it is stored: encrypted with a master key. */
export interface WrappedKey extends DataKeyName {
  readonly master_key_id: string;
  readonly wrapped: Buffer;
}

/** Encrypts a data key with a master key. */
export function wrap({ key, id }: MasterKey, name: DataKeyName, dataKey: Buffer): WrappedKey {
  return { ...name, master_key_id: id, wrapped: encrypt(key, aboutKey(name), dataKey) };
}

/** @throws VaultError where none of the master keys wrapped it */
export function unwrap(keys: MasterKeys, stored: WrappedKey): Buffer {
  const { current, previous } = keys;
  const master = [current, previous].find((one) => one?.id === stored.master_key_id);
  if (!master) throw new VaultError(`its data key is wrapped by the master key ${stored.master_key_id}, not by ours`);
  return decrypt(master.key, aboutKey(stored), stored.wrapped);
}

function aboutKey({ tenant_id, version }: DataKeyName): string {
  return JSON.stringify(['data_keys', tenant_id, version]);
}
