import { randomBytes } from 'node:crypto';
import { HmacSha256 } from './hmac-sha256.ts';

const PREFIX = 'whsec_';
/** The specification allows 24 to 64 bytes. */
const [LEAST_BYTES, MOST_BYTES] = [24, 64];
const MOST_KEYS = 1_000;

/** Keys by secret, oldest first: decoding a key costs as much as the signature itself. */
const keys = new Map<string, HmacSha256>();

/** A new signing secret, `whsec_` and 32 random bytes in base64. */
export function generateSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/** The key bytes of a `whsec_…` secret. Throws a TypeError, which doesn't repeat the secret, where it isn't one. */
export function parseSecret(secret: string): Buffer {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const bytes = Buffer.from(text, 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || bytes.length < LEAST_BYTES || bytes.length > MOST_BYTES) {
    throw new TypeError(`a signing secret is "${PREFIX}" and ${LEAST_BYTES} to ${MOST_BYTES} bytes in base64`);
  }
  return bytes;
}

function keyOf(secret: string): HmacSha256 {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const key = new HmacSha256(parseSecret(secret));
  const oldest = keys.keys().next();
  if (keys.size >= MOST_KEYS && oldest.done !== true) keys.delete(oldest.value);
  keys.set(secret, key);
  return key;
}

/**
 * The `webhook-signature` of a message by the Standard Webhooks specification: one `v1,…` per secret, parted by
 * spaces, so that during a rotation a receiver with either secret can verify it.
 */
export function sign(id: string, timestampSeconds: number, body: string, secrets: readonly string[]): string {
  const content = `${id}.${timestampSeconds}.${body}`;
  let text = '';
  for (const secret of secrets) text += `${text === '' ? '' : ' '}v1,${keyOf(secret).base64(content)}`;
  return text;
}
