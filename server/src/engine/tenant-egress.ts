import type { Egress } from '../actions/egress.ts';
import type { Queryable } from '../store/db.ts';
import { readPolicy, type PolicyMark } from '../store/egress-policies.ts';

/** Tenants whose policy is kept; of more, that of the one that was not used for the longest is read again. */
const MOST = 1_000;

/** The way out of a tenant by one version of its policy. */
interface Way {
  readonly version: number;
  readonly egress: Promise<Egress>;
  users: number;
  /** Whether a later one has taken its place: it is closed once nobody uses it. */
  replaced: boolean;
}

/** The way out as each tenant's policy narrows it. A policy is read when a run brings a version that is new here. */
export class TenantEgress {
  readonly #db: Queryable;
  readonly #shared: Egress;
  /** The one that was used last is last. */
  readonly #ways = new Map<string, Way>();

  /** @param shared the way out of tenants that have no policy */
  constructor(db: Queryable, shared: Egress) {
    this.#db = db;
    this.#shared = shared;
  }

  /** The way out for an attempt of a tenant that has no policy; null: it may have one, see `open`. */
  shared(run: PolicyMark & { readonly tenant_id: string }): Egress | null {
    return run.egress_version === null && !this.#ways.has(run.tenant_id) ? this.#shared : null;
  }

  /** The way out for an attempt, open at least until it is disposed of. @throws where the policy can't be read: then nothing may go */
  async open(run: PolicyMark & { readonly tenant_id: string }): Promise<Disposable & { readonly egress: Egress }> {
    const way = this.#wayOf(run.tenant_id, run.egress_version);
    if (way === null) return { egress: this.#shared, [Symbol.dispose]: () => undefined };
    way.users += 1;
    let used = true;
    const leave = (): void => {
      if (used) way.users -= 1;
      used = false;
      if (way.replaced) this.#closeUnused(way);
    };
    try {
      return { egress: await way.egress, [Symbol.dispose]: leave };
    } catch (error) {
      // The next attempt reads it anew.
      if (this.#ways.get(run.tenant_id) === way) this.#ways.delete(run.tenant_id);
      leave();
      throw error;
    }
  }

  #wayOf(tenantId: string, version: number | null): Way | null {
    const known = this.#ways.get(tenantId);
    if (!known && version === null) return null;
    this.#ways.delete(tenantId);
    // A run that was leased before the last change may start after it.
    const way =
      known && known.version >= (version ?? 0)
        ? known
        : { version: version ?? 0, egress: this.#read(tenantId), users: 0, replaced: false };
    if (known && known !== way) this.#replace(known);
    this.#ways.set(tenantId, way);
    const [oldest] = this.#ways;
    if (this.#ways.size > MOST && oldest) {
      this.#ways.delete(oldest[0]);
      this.#replace(oldest[1]);
    }
    return way;
  }

  async #read(tenantId: string): Promise<Egress> {
    return this.#shared.narrowed((await readPolicy(this.#db, tenantId)) ?? { allow: [], deny: [] });
  }

  #replace(way: Way): void {
    way.replaced = true;
    this.#closeUnused(way);
  }

  #closeUnused(way: Way): void {
    if (way.users > 0) return;
    way.egress.then(
      (egress) => egress.close(),
      () => undefined,
    );
  }
}
