import { createHmac, hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX = 'hc_live_';

/** 27 base62 digits hold 160 random bits; a CRC-32 in six more lets scanners and people spot a mistyped key. */
const RANDOM_DIGITS = 27;
const CHECK_DIGITS = 6;
const SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_DIGITS + CHECK_DIGITS}}$`);

/** What a hash without a pepper is stored with. */
const PLAIN = 'SHA256';

/** The longest key that is looked up: those of one's own choice (HYDRACORE_BOOTSTRAP_API_KEY) may be long. */
const LONGEST = 256;

/** What is stored of a key, and how it was made: an HMAC with the server's pepper, or SHA-256 where there is none. */
export interface KeyHash {
  readonly hash: Buffer;
  /** SHA256, or what tells the pepper from others. */
  readonly hashed_with: string;
}

/** A new API key. It is shown once; only its hash is stored. */
export function newApiKey(): string {
  return withCheckDigits(PREFIX + base62(BigInt(`0x${randomBytes(20).toString('hex')}`), RANDOM_DIGITS));
}

/** A key from all of it but its last digits, which are made from the others. */
export function withCheckDigits(body: string): string {
  return body + checkOf(body);
}

/** Whether a text can be a key at all: one of our shape has to end with the right check digits. */
export function isPlausible(key: string): boolean {
  if (!key.startsWith(PREFIX) || key.length > LONGEST) return false;
  return !SHAPE.test(key) || checkOf(key.slice(0, -CHECK_DIGITS)) === key.slice(-CHECK_DIGITS);
}

/** How a new key is stored. */
export function hashKey(key: string, pepper: Buffer | null): KeyHash {
  // A fast hash is enough: there are 160 random bits to guess. The pepper is for keys of one's own choice, and for who has
  // a copy of the database and wants to test keys that he found elsewhere.
  if (pepper === null) return { hash: hash('sha256', key, 'buffer'), hashed_with: PLAIN };
  return { hash: createHmac('sha256', pepper).update(key).digest(), hashed_with: fingerprint(pepper) };
}

/** Every way in which a key may be stored: those of before there was a pepper stay as they are. */
export function hashesOf(key: string, pepper: Buffer | null): readonly [KeyHash, ...KeyHash[]] {
  const plain = hashKey(key, null);
  return pepper === null ? [plain] : [hashKey(key, pepper), plain];
}

/** By the pepper: it is one for as long as a server runs. */
const fingerprints = new WeakMap<Buffer, string>();

/** What tells one pepper from another, and tells nothing else of it. */
function fingerprint(pepper: Buffer): string {
  const known = fingerprints.get(pepper);
  if (known !== undefined) return known;
  const made = createHmac('sha256', pepper).update('HydraCore key pepper').digest('hex').slice(0, 32);
  fingerprints.set(pepper, made);
  return made;
}

function checkOf(body: string): string {
  let digits = '';
  for (let rest = crc32(body); digits.length < CHECK_DIGITS; rest = Math.floor(rest / 62))
    digits = ALPHABET[rest % 62] + digits;
  return digits;
}

/** Of a fixed length: zeros on the left. */
function base62(value: bigint, length: number): string {
  let digits = '';
  for (let rest = value; digits.length < length; rest /= 62n) digits = ALPHABET[Number(rest % 62n)] + digits;
  return digits;
}
