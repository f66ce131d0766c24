import { createHmac } from 'node:crypto';
import { tenantOfToken } from '../actions/completion-token.ts';
import { AppError } from '../domain/errors.ts';
import { hashesOf, hashKey, isPlausible, type KeyHash } from '../store/api-key.ts';
import { findKey, noteUse, type ApiKey } from '../store/api-keys.ts';
import type { Database } from '../store/db.ts';
import { isTenant, type Principal } from '../store/tenants.ts';
import { looksLikeJwt, type JwtVerifier } from './jwt/verifier.ts';
import type { Scope } from './scopes.ts';
import { SharedLookup } from './shared-lookup.ts';

const HOUR = 3_600_000;

/** What credentials are checked with. */
export interface CredentialDeps {
  readonly db: Database;
  readonly now: () => number;
  /** The server's own part of a key's hash; null: it has none. */
  readonly pepper: Buffer | null;
  /** HYDRACORE_BOOTSTRAP_API_KEY: of one's own choice, so its last characters are no check digits. */
  readonly ownKey: string | null;
  /** Null: JWTs are not configured. */
  readonly jwt: JwtVerifier | null;
}

/** Tells who asks, by an API key or a JWT. Each request looks its key up: what is revoked is so at once, on every server. */
export class Credentials {
  readonly #deps: CredentialDeps;
  readonly #keys: SharedLookup<ApiKey | undefined>;
  /** Keys whose use is just being noted. */
  readonly #noting = new Set<string>();

  constructor(deps: CredentialDeps) {
    this.#deps = deps;
    this.#keys = new SharedLookup(
      async (key) => await findKey(deps.db.as('hydracore_api'), hashesOf(key, deps.pepper)),
    );
  }

  /**
   * The owner of the request's credential. The tenant comes from here and from nowhere else. Whether it has the scope is
   * looked at where it is known (http/admission).
   * @throws AppError `unauthorized`, `key_expired`, `key_revoked` without a valid key; those of `JwtVerifier.verify`
   * without a valid JWT
   */
  async authenticate(headers: Headers, scope: Scope): Promise<Principal> {
    if (scope === 'completion token') return receiver(headers);
    const key = credential(headers);
    if (key === undefined) {
      const or = this.#deps.jwt ? ', or a JWT as "Authorization: Bearer …"' : '';
      throw new AppError(
        'unauthorized',
        `No API key: send it as "X-Api-Key: hc_live_…" or "Authorization: Bearer hc_live_…"${or}.`,
      );
    }
    return looksLikeJwt(key) ? await this.#bearerOf(key, headers) : await this.#ownerOf(key);
  }

  /** How a new key is to be stored. */
  hash(key: string): KeyHash {
    return hashKey(key, this.#deps.pepper);
  }

  /** What tells whether a text is the same as before, and nothing of it to who has no pepper. 32 bytes. */
  fingerprint(text: string): Buffer {
    return createHmac('sha256', this.#deps.pepper ?? '')
      .update(text)
      .digest();
  }

  async #bearerOf(token: string, headers: Headers): Promise<Principal> {
    const { db, jwt } = this.#deps;
    if (!jwt) throw new AppError('unauthorized', 'JWTs are not configured on this server: send an API key.');
    if (apiKey(headers) !== undefined) {
      throw new AppError('unauthorized', 'X-Api-Key holds a JWT: send it as "Authorization: Bearer …".');
    }
    const principal = await jwt.verify(token);
    const { tenant_id } = principal;
    if (!(await isTenant(db.as('hydracore_api', tenant_id), tenant_id))) throw jwt.tenantUnknown(tenant_id);
    return principal;
  }

  async #ownerOf(key: string): Promise<Principal> {
    if (!isPlausible(key) && key !== this.#deps.ownKey) {
      throw new AppError('unauthorized', 'This API key is not valid: it is not a whole key, or has a typing mistake.');
    }
    const found = await this.#keys.of(key);
    if (!found) throw new AppError('unauthorized', 'This API key is not valid: it is unknown.');
    return this.principalOf(found);
  }

  /** Who a known key belongs to, which is thereby used. @throws AppError `key_expired`, `key_revoked` */
  principalOf(found: ApiKey): Principal {
    const now = this.#deps.now();
    // Who asks has the whole key: to say what became of it tells a guesser nothing.
    if (found.revoked_at !== null) {
      throw new AppError('key_revoked', `This API key was revoked at ${new Date(found.revoked_at).toISOString()}.`);
    }
    if (found.expires_at !== null && found.expires_at <= now) {
      throw new AppError('key_expired', `This API key expired at ${new Date(found.expires_at).toISOString()}.`);
    }
    this.#note(found, now);
    const { tenant_id, id: key_id, name: key_name, scopes, customer_id } = found;
    return { tenant_id, key_id, key_name, subject: null, scopes, customer_id };
  }

  /** Beside the request, which does not wait for it; what fails is noted by a later one. */
  #note(key: ApiKey, now: number): void {
    if ((key.last_used_at !== null && key.last_used_at > now - HOUR) || this.#noting.has(key.id)) return;
    this.#noting.add(key.id);
    void noteUse(this.#deps.db.as('hydracore_api', key.tenant_id), key, now, now - HOUR)
      .catch(() => undefined)
      .finally(() => this.#noting.delete(key.id));
  }
}

/** The receiver that a completion token names. Whether the token is the run's, the operation checks. */
function receiver(headers: Headers): Principal {
  const how = 'send the x-hydracore-completion-token of the delivery as "Authorization: Bearer hc_run_…"';
  const token = credential(headers);
  if (token === undefined) throw new AppError('unauthorized', `No completion token: ${how}.`);
  const tenant_id = tenantOfToken(token);
  if (tenant_id === null) {
    throw new AppError(
      'unauthorized',
      `This completion token is not valid: it is not a whole one (hc_run_ and 64 characters); ${how}, letter for letter.`,
    );
  }
  return { tenant_id, key_id: null, subject: null, scopes: [], customer_id: null, completion_token: token };
}

function apiKey(headers: Headers): string | undefined {
  return headers.get('x-api-key')?.trim() || undefined;
}

/** The key or token that a request shows. */
export function credential(headers: Headers): string | undefined {
  return apiKey(headers) ?? bearer(headers);
}

function bearer(headers: Headers): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1];
}
