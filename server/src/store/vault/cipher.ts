import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** As NIST SP 800-38D has it. Random: a data key encrypts far fewer than 2³² values. */
const NONCE = 12;
const TAG = 16;

/** What was stored can't be decrypted: it was altered, moved, or encrypted with another key. Never an empty secret. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}

/** AES-256-GCM: nonce, tag and ciphertext in one piece, bound to `about`, without which it does not open. */
export function encrypt(key: KeyObject, about: string, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG });
  cipher.setAAD(Buffer.from(about));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** @throws VaultError unless it is what `encrypt` made with this key, about the same */
export function decrypt(key: KeyObject, about: string, sealed: Buffer): Buffer {
  if (sealed.length < NONCE + TAG) throw new VaultError('it is too short to be an encrypted value');
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(sealed.subarray(NONCE, NONCE + TAG));
  const plain = decipher.update(sealed.subarray(NONCE + TAG));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch (error) {
    throw new VaultError('it was altered, moved, or encrypted with another key', { cause: error });
  }
}
