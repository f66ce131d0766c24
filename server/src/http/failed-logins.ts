import { hash } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { AppError } from '../domain/errors.ts';

/** Credentials that a server remembers as good. */
const REMEMBERED = 10_000;

/**
 * Holds off addresses from which too many bad credentials came, on this server. A credential that was good here lately still
 * gets in: who guesses at keys from an address locks out nobody that shares it.
 */
export class FailedLogins {
  readonly #perMinute: number;
  readonly #failures: RateLimiterMemory;
  /** Digests, the one that was used longest ago first. */
  readonly #good = new Set<string>();

  /** @param perMinute 0: any number */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#failures = new RateLimiterMemory({ points: perMinute, duration: 60, keyPrefix: '' });
  }

  /** @throws AppError `rate_limited` */
  async requireFree(address: string, credential: string): Promise<void> {
    if (this.#perMinute === 0) return;
    const failures = await this.#failures.get(address);
    if (!failures || failures.consumedPoints < this.#perMinute || this.#good.has(digest(credential))) return;
    const seconds = Math.max(1, Math.ceil(failures.msBeforeNext / 1_000));
    throw new AppError('rate_limited', `Too many bad credentials came from your address; try again in ${seconds} s.`, {
      headers: { 'Retry-After': String(seconds) },
    });
  }

  async failed(address: string, credential: string): Promise<void> {
    if (this.#perMinute === 0) return;
    this.#good.delete(digest(credential));
    await this.#failures.penalty(address);
  }

  succeeded(credential: string): void {
    if (this.#perMinute === 0) return;
    const known = digest(credential);
    this.#good.delete(known);
    this.#good.add(known);
    const [oldest] = this.#good;
    if (this.#good.size > REMEMBERED && oldest !== undefined) this.#good.delete(oldest);
  }
}

function digest(credential: string): string {
  return hash('sha256', credential, 'base64');
}
