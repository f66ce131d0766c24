import type { Context } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../domain/errors.ts';
import { isAway } from '../store/db-errors.ts';
import type { Database } from '../store/db.ts';
import { DrawnPoints } from '../store/drawn-points.ts';
import { SharedPoints } from '../store/rate-points.ts';
import type { Principal } from '../store/tenants.ts';
import { credential, type Credentials } from './auth.ts';
import { FailedLogins } from './failed-logins.ts';
import { STATUS } from './problem.ts';
import { rangesOf, remoteAddress, wholeAddress, type Ranges } from './remote-address.ts';
import type { RequestLog } from './request-scope.ts';
import type { Scope } from './scopes.ts';

/** How many requests a minute; 0: any number. */
export interface RequestLimits {
  readonly key: number;
  readonly tenant: number;
  /** Bad credentials from one address. */
  readonly failures: number;
  /** CIDRs of reverse proxies. */
  readonly trustProxy: readonly string[];
}

/** Bad credentials from one address that a server looks at in a minute. */
export const FAILURES_PER_MINUTE = 60;

export const NO_LIMITS: RequestLimits = { key: 0, tenant: 0, failures: 0, trustProxy: [] };

/** How often it is told that requests can't be counted. */
const TELL_MS = 60_000;

/** What the gate works with. */
export interface GateDeps {
  readonly db: Database;
  readonly now: () => number;
  readonly credentials: Credentials;
  readonly log: RequestLog;
  readonly limits: RequestLimits;
}

/** A limit on requests: its name in the RateLimit headers, its size, and whose requests it counts. */
interface Limit {
  readonly name: 'key' | 'tenant';
  readonly size: number;
  readonly points: DrawnPoints;
  readonly bucket: (principal: Principal) => string | null;
  readonly words: string;
}

/** Where every request comes in: who asks, and whether that is too often. */
export class Gate {
  readonly #deps: GateDeps;
  readonly #trusted: Ranges;
  readonly #failures: FailedLogins;
  readonly #completions: RateLimiterMemory | null;
  readonly #limits: readonly Limit[];
  readonly #policy: string;
  #told = -Infinity;

  constructor(deps: GateDeps) {
    this.#deps = deps;
    const { key, tenant, failures, trustProxy } = deps.limits;
    this.#trusted = rangesOf(trustProxy);
    this.#failures = new FailedLogins(failures);
    this.#completions = key > 0 ? new RateLimiterMemory({ points: key, duration: 60, keyPrefix: '' }) : null;
    const points = (size: number) =>
      new DrawnPoints(
        new SharedPoints(({ tenant_id }) => deps.db.as('hydracore_api', tenant_id), deps.now, size),
        deps.now,
        (error) => this.#uncounted(error),
      );
    const all: readonly Limit[] = [
      {
        name: 'key',
        size: key,
        points: points(key),
        bucket: ({ key_id, subject }) => (key_id === null ? subject && `subject ${subject}` : `key ${key_id}`),
        words: 'with this credential',
      },
      { name: 'tenant', size: tenant, points: points(tenant), bucket: () => 'tenant', words: 'of this tenant' },
    ];
    this.#limits = all.filter(({ size }) => size > 0);
    this.#policy = this.#limits.map(({ name, size }) => `"${name}";q=${size};w=60`).join(', ');
  }

  /**
   * Who asks.
   * @throws AppError as authenticating does, and `rate_limited`
   */
  async enter(c: Context, scope: Scope): Promise<Principal> {
    const { headers } = c.req.raw;
    // Whose token it is, only the operation can tell: until then it counts for nobody but its address.
    if (scope === 'completion token') {
      await this.#admitReceiver(c);
      return await this.#deps.credentials.authenticate(headers, scope);
    }
    return await this.enterBy(c, credential(headers), () => this.#deps.credentials.authenticate(headers, scope));
  }

  /**
   * The same where the credential may be elsewhere than in the headers.
   * @param shown what a guesser would have to guess; undefined: nothing
   */
  async enterBy(c: Context, shown: string | undefined, owner: () => Promise<Principal>): Promise<Principal> {
    const principal = await this.#authenticate(c, shown, owner);
    await this.#admit(c, principal);
    return principal;
  }

  /** Where a request comes from; null: that is not known. */
  addressOf(c: Context): string | null {
    return wholeAddress(c, this.#trusted);
  }

  async #authenticate(c: Context, shown: string | undefined, owner: () => Promise<Principal>): Promise<Principal> {
    if (shown === undefined) return await owner();
    const address = remoteAddress(c, this.#trusted);
    await this.#failures.requireFree(address, shown);
    try {
      const principal = await owner();
      this.#failures.succeeded(shown);
      return principal;
    } catch (error) {
      if (error instanceof AppError && isBad(error)) await this.#failures.failed(address, shown);
      throw error;
    }
  }

  async #admit(c: Context, principal: Principal): Promise<void> {
    if (this.#limits.length === 0) return;
    const told = c.get('request').headers;
    const standing: string[] = [];
    let refused: { readonly limit: Limit; readonly seconds: number } | null = null;
    for (const limit of this.#limits) {
      const bucket = limit.bucket(principal);
      if (bucket === null) continue;
      const { allowed, remaining, until } = await limit.points.take({ tenant_id: principal.tenant_id, bucket });
      const seconds = Math.max(1, Math.ceil((until - this.#deps.now()) / 1_000));
      // As many as there are, where they could not be counted.
      standing.push(`"${limit.name}";r=${Math.min(remaining, limit.size)};t=${seconds}`);
      if (!allowed && (refused === null || seconds > refused.seconds)) refused = { limit, seconds };
    }
    told['RateLimit-Policy'] = this.#policy;
    told['RateLimit'] = standing.join(', ');
    if (refused) throw tooMany(refused.limit.size, refused.limit.words, refused.seconds);
  }

  async #admitReceiver(c: Context): Promise<void> {
    try {
      await this.#completions?.consume(remoteAddress(c, this.#trusted));
    } catch (result) {
      if (!(result instanceof RateLimiterRes)) throw result;
      const seconds = Math.max(1, Math.ceil(result.msBeforeNext / 1_000));
      throw tooMany(this.#deps.limits.key, 'with completion tokens from this address', seconds);
    }
  }

  #uncounted(error: unknown): void {
    const now = this.#deps.now();
    // An absent database is told by the requests that need it.
    if (isAway(error) || now < this.#told + TELL_MS) return;
    this.#told = now;
    this.#deps.log('error', 'requests can not be counted; they go on without a limit', { error });
  }
}

/** Whether an error is about what was shown. While the issuer's keys are away, a good JWT is refused as well as a bad one. */
function isBad({ code }: AppError): boolean {
  return STATUS[code] === 401 && code !== 'jwks_unavailable';
}

function tooMany(size: number, words: string, seconds: number): AppError {
  return new AppError(
    'rate_limited',
    `There were more than ${size} requests in a minute ${words}; try again in ${seconds} s.`,
    { headers: { 'Retry-After': String(seconds) } },
  );
}
