import { FIXED, limitsOf, quotaExceeded, type Grants } from '../domain/quota.ts';
import type { AppError } from '../domain/errors.ts';
import type { Queryable, Transaction } from '../store/db.ts';
import { countFew, lockQuota, ownQuotas, usageOf, type Counted } from '../store/quotas.ts';

/** How long what is known of a tenant holds, where it is far from its quota. */
const FRESH_MS = 5_000;

/** Tenants that are remembered. */
const MOST_TENANTS = 10_000;

/** Below a hundredth of the quota, or so many rows, or so many times what is to be added, it counts exactly. */
const NEAR = { part: 0.01, rows: 1_000, times: 10 };

/** What of a quota a transaction may use; who uses it, takes it off. */
export class Allowance {
  left: number;
  readonly #exceeded: () => AppError;

  constructor(left: number, exceeded: () => AppError) {
    this.left = left;
    this.#exceeded = exceeded;
  }

  /** @throws AppError `quota_exceeded` where nothing is left */
  take(): void {
    if (this.left < 1) throw this.exceeded();
    this.left -= 1;
  }

  /** What answers where there is no room for one more. */
  exceeded(): AppError {
    return this.#exceeded();
  }
}

interface Known {
  readonly limits: Grants;
  readonly used: Record<Counted, number>;
  readonly at: number;
}

/**
 * Whether a tenant may have more. Far from the quota that is known from a look some seconds ago; near it, those who add wait
 * for each other and count exactly. So a quota is overrun at most by what other servers add within these seconds beyond
 * a hundredth of it, and not at all where it is small.
 */
export class Quotas {
  readonly #defaults: Grants;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  /** Looks that are under way. */
  readonly #looking = new Map<string, Promise<Known>>();
  readonly #open = new WeakMap<Transaction, Map<Counted, Allowance>>();

  constructor(defaults: Grants, now: () => number) {
    this.#defaults = defaults;
    this.#now = now;
  }

  /** The limits of a tenant with these of its own. */
  limits(own: Grants | null): Grants {
    return limitsOf(this.#defaults, own);
  }

  /** Forgets what is known of a tenant: its quotas have changed. */
  forget(tenantId: string): void {
    this.#known.delete(tenantId);
    this.#looking.delete(tenantId);
  }

  /**
   * What a transaction may add, asked before it has locked anything that others who add may wait for. Asked again, the
   * same transaction gets what it has left.
   */
  async open(tx: Transaction, tenantId: string, kind: Counted, wanted: number): Promise<Allowance> {
    const opened = this.#open.get(tx) ?? new Map<Counted, Allowance>();
    this.#open.set(tx, opened);
    const allowance = opened.get(kind) ?? (await this.#allow(tx, tenantId, kind, wanted));
    opened.set(kind, allowance);
    return allowance;
  }

  /**
   * Whether a tenant is so far from its quota that nothing needs to be counted; what is wanted counts as added then. Those who ask at
   * the same time share a look.
   */
  async isFar(db: Queryable, tenantId: string, kind: Counted, wanted: number): Promise<boolean> {
    const looking = this.#fresh(tenantId) ?? this.#looking.get(tenantId) ?? this.#lookTogether(db, tenantId);
    const known = await looking;
    const limit = known.limits[kind];
    if (limit !== null && isNear(limit, known.used[kind], wanted)) return false;
    known.used[kind] += wanted;
    return true;
  }

  /** @throws AppError `quota_exceeded` where a tenant has as many keys or definitions as anyone may */
  async requireFew(tx: Transaction, tenantId: string, quota: keyof typeof FIXED): Promise<void> {
    await lockQuota(tx, tenantId, quota);
    const used = (await countFew(tx, tenantId, this.#now()))[quota];
    if (used >= FIXED[quota]) throw quotaExceeded(quota, FIXED[quota], used);
  }

  async #allow(tx: Transaction, tenantId: string, kind: Counted, wanted: number): Promise<Allowance> {
    const known = this.#fresh(tenantId) ?? (await this.#look(tx, tenantId));
    const limit = known.limits[kind];
    if (limit === null || !isNear(limit, known.used[kind], wanted)) {
      // As if all of it came to something: what is known may say too much, never too little.
      known.used[kind] += wanted;
      return new Allowance(Infinity, () => quotaExceeded(kind, limit ?? Infinity, known.used[kind]));
    }
    await lockQuota(tx, tenantId, kind);
    const exact = await this.#look(tx, tenantId);
    const [most, used] = [exact.limits[kind] ?? Infinity, exact.used[kind]];
    exact.used[kind] += wanted;
    return new Allowance(Math.max(0, most - used), () => quotaExceeded(kind, most, Math.max(most, used)));
  }

  #fresh(tenantId: string): Known | undefined {
    const known = this.#known.get(tenantId);
    return known && this.#now() < known.at + FRESH_MS ? known : undefined;
  }

  async #lookTogether(db: Queryable, tenantId: string): Promise<Known> {
    const looking = this.#look(db, tenantId);
    this.#looking.set(tenantId, looking);
    try {
      return await looking;
    } finally {
      if (this.#looking.get(tenantId) === looking) this.#looking.delete(tenantId);
    }
  }

  async #look(tx: Queryable, tenantId: string): Promise<Known> {
    const limits = this.limits(await ownQuotas(tx, tenantId));
    const known = { limits, used: await usageOf(tx, tenantId), at: this.#now() };
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_TENANTS && oldest !== undefined) this.#known.delete(oldest);
    this.#known.delete(tenantId);
    this.#known.set(tenantId, known);
    return known;
  }
}

function isNear(limit: number, used: number, wanted: number): boolean {
  return limit - used < Math.max(limit * NEAR.part, NEAR.rows, NEAR.times * wanted);
}
