import type { z } from '@hono/zod-openapi';
import type { Egress } from '../actions/egress.ts';
import { readEntry } from '../actions/egress-rules.ts';
import type { Database, Queryable } from '../store/db.ts';
import { lockPolicy, readPolicy, writePolicy, type EgressPolicy } from '../store/egress-policies.ts';
import { rfc3339 } from './answers.ts';
import { requireVersion, versionTag } from './conditional.ts';
import type { Call } from './route.ts';
import { SharedLookup } from './shared-lookup.ts';
import type { EgressPolicyAnswer, EgressPolicyBody } from './wire-egress.ts';

type None = Record<string, unknown>;
type Lists = z.output<typeof EgressPolicyBody>;

/** The way out as tenants' policies narrow it now. Who asks for one at the same time shares a look: see `SharedLookup`. */
export function egressOfTenants(egress: Egress, db: Database): SharedLookup<Egress> {
  return new SharedLookup(async (tenantId) => await narrowed(egress, db.as('hydracore_api', tenantId), tenantId));
}

/** The way out as a tenant's policy narrows it, read once for a request, and only where one asks. */
export function tenantEgress(
  { egress, egressOf }: { readonly egress: Egress; readonly egressOf: SharedLookup<Egress> },
  tenantId: string,
): (db: Queryable) => Promise<Egress> {
  let read: Promise<Egress> | undefined;
  return (db) => (read ??= 'inTransaction' in db ? narrowed(egress, db, tenantId) : egressOf.of(tenantId));
}

async function narrowed(egress: Egress, db: Queryable, tenantId: string): Promise<Egress> {
  const policy = await readPolicy(db, tenantId);
  return policy ? egress.narrowed(policy) : egress;
}

/** Sets a tenant's policy. It holds for the attempts that start from then on, on every server. @throws AppError `stale_version` */
export async function changePolicy(call: Call<None, None, Lists>): Promise<EgressPolicy> {
  const now = call.now();
  const { tenant_id } = call.principal;
  const allow = written(call.body.allow);
  const deny = written(call.body.deny);
  return await call.transact(async (tx) => {
    const current = await lockPolicy(tx, tenant_id, now);
    requireVersion(call.headers, 'egress policy', current.version);
    if (current.version > 0 && same(current.allow, allow) && same(current.deny, deny)) {
      await call.audit(tx, null);
      return current;
    }
    const changed = { allow, deny, version: current.version + 1, updated_at: now };
    await writePolicy(tx, tenant_id, changed);
    const [before, after] = [policyAnswer(current).body, policyAnswer(changed).body];
    await call.audit(tx, { id: tenant_id, before, after });
    return changed;
  });
}

/** Entries as they are stored, each once. */
function written(entries: readonly string[] = []): string[] {
  return [...new Set(entries.map(readEntry))];
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry === b[i]);
}

/** The answer that shows a policy, with its ETag; undefined is that of a tenant that never set one. */
export function policyAnswer(policy: EgressPolicy | undefined): {
  readonly status: 200;
  readonly body: z.output<typeof EgressPolicyAnswer>;
  readonly headers: Readonly<Record<string, string>>;
} {
  const { allow = [], deny = [], version = 0, updated_at = null } = policy ?? {};
  return {
    status: 200,
    body: { allow: [...allow], deny: [...deny], updated_at: updated_at === null ? null : rfc3339(updated_at) },
    headers: { ETag: versionTag(version) },
  };
}
