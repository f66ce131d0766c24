import { readFile, stat } from 'node:fs/promises';
import { createLocalJWKSet, createRemoteJWKSet, errors, type CryptoKey, type JWTVerifyGetKey } from 'jose';
import type { JwksPlace } from '../../config-jwt.ts';

/** For how long keys are taken without a look at what the issuer has now. */
const FRESH_MS = 5 * 60_000;

/** Between two looks for a key that is not there: whoever makes up key ids must not have us besiege the issuer. */
const COOLDOWN_MS = 30_000;

/** The same after a look that failed. */
const RETRY_MS = 5_000;

/** How long a look may take; a request waits for it. */
const TIMEOUT_MS = 5_000;

/** Tells the operator. */
export type KeysLog = (level: 'info' | 'error', message: string, data: Record<string, unknown>) => void;

/** What keys are kept by. */
export interface KeysDeps {
  readonly now: () => number;
  readonly log: KeysLog;
  /** How long the issuer may take to answer. */
  readonly timeoutMs?: number | undefined;
}

/** There are no keys to check by. Why, the operator has been told. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** The public keys of an issuer. */
export interface KeySource {
  /**
   * The one key that fits the header of a token.
   * @throws KeysUnavailable; JWKSNoMatchingKey or JWKSMultipleMatchingKeys of jose
   */
  readonly find: (...of: Parameters<JWTVerifyGetKey>) => Promise<CryptoKey>;
  /** A first look. @throws Error where it can't come to anything until somebody mends the configuration */
  readonly prepare: () => Promise<void>;
}

/** The keys that are there. */
export function keysAt(place: JwksPlace, deps: KeysDeps): KeySource {
  return 'url' in place ? new RemoteKeys(place.url, deps) : new FileKeys(place.file, deps);
}

/** Keys that the issuer serves. Those once got go on serving while it is away. */
class RemoteKeys implements KeySource {
  readonly #url: string;
  readonly #deps: KeysDeps;
  // jose gets and reads them; when, is decided here: it has no patience with an issuer that is away.
  readonly #jwks: ReturnType<typeof createRemoteJWKSet>;
  #gotAt: number | null = null;
  #lookedAt: number | null = null;
  #failing = false;
  #looking: Promise<void> | null = null;

  constructor(url: string, deps: KeysDeps) {
    this.#url = url;
    this.#deps = deps;
    this.#jwks = createRemoteJWKSet(new URL(url), {
      timeoutDuration: deps.timeoutMs ?? TIMEOUT_MS,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: Number.POSITIVE_INFINITY,
    });
  }

  async prepare(): Promise<void> {
    await this.#look();
  }

  async find(...of: Parameters<JWTVerifyGetKey>): Promise<CryptoKey> {
    await this.#freshen();
    if (this.#gotAt === null) throw new KeysUnavailable();
    try {
      return await this.#jwks(...of);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    // The issuer may sign with a new one.
    await this.#look();
    try {
      return await this.#jwks(...of);
    } catch (error) {
      throw error instanceof errors.JWKSNoMatchingKey && this.#failing ? new KeysUnavailable() : error;
    }
  }

  async #freshen(): Promise<void> {
    if (this.#gotAt !== null && this.#deps.now() - this.#gotAt < FRESH_MS) return;
    const looked = this.#look();
    // With keys at hand nobody waits for an issuer that is known to be away.
    if (this.#gotAt === null || !this.#failing) await looked;
  }

  /** Gets the keys anew, unless that was just tried. What goes wrong is told to the operator, and to nobody else. */
  async #look(): Promise<void> {
    if (this.#looking) return await this.#looking;
    const now = this.#deps.now();
    const pause = this.#failing ? RETRY_MS : COOLDOWN_MS;
    if (this.#lookedAt !== null && Math.abs(now - this.#lookedAt) < pause) return;
    this.#lookedAt = now;
    this.#looking = this.#get(now).finally(() => (this.#looking = null));
    await this.#looking;
  }

  async #get(now: number): Promise<void> {
    const { log } = this.#deps;
    try {
      await this.#jwks.reload();
      if (this.#failing) log('info', 'the JWKS answers again', { jwks: this.#url });
      this.#gotAt = now;
      this.#failing = false;
    } catch (error) {
      this.#failing = true;
      const instead = this.#gotAt === null ? 'no JWT can be checked' : 'the keys got before go on serving';
      log('error', `the JWKS can't be got: ${instead}`, { jwks: this.#url, error });
    }
  }
}

/** Keys in a file, read again whenever it is another. Those once read go on serving while it can't be. */
class FileKeys implements KeySource {
  readonly #file: string;
  readonly #deps: KeysDeps;
  #keys: ReturnType<typeof createLocalJWKSet> | null = null;
  #stamp = '';
  #toldAt: number | null = null;

  constructor(file: string, deps: KeysDeps) {
    this.#file = file;
    this.#deps = deps;
  }

  async prepare(): Promise<void> {
    await this.#read();
  }

  async find(...of: Parameters<JWTVerifyGetKey>): Promise<CryptoKey> {
    try {
      await this.#read();
    } catch (error) {
      this.#tell(error);
    }
    if (this.#keys === null) throw new KeysUnavailable();
    return await this.#keys(...of);
  }

  async #read(): Promise<void> {
    const { ino, mtimeNs, size } = await stat(this.#file, { bigint: true });
    const stamp = `${ino} ${mtimeNs} ${size}`;
    if (stamp === this.#stamp) return;
    this.#keys = createLocalJWKSet(JSON.parse(await readFile(this.#file, 'utf8')));
    this.#stamp = stamp;
  }

  #tell(error: unknown): void {
    const { now, log } = this.#deps;
    if (this.#toldAt !== null && Math.abs(now() - this.#toldAt) < COOLDOWN_MS) return;
    this.#toldAt = now();
    const instead = this.#keys === null ? 'no JWT can be checked' : 'the keys read before go on serving';
    log('error', `the JWKS file can't be read: ${instead}`, { jwks: this.#file, error });
  }
}
