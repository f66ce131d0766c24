import { timestamp, type Queryable, type Transaction } from './db.ts';

/** Where the actions of a tenant may go. */
export interface EgressPolicy {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** One more with each change. */
  readonly version: number;
  readonly updated_at: number;
}

/** Which policy holds for a tenant as a run of it starts: null where it never set one. */
export interface PolicyMark {
  readonly egress_version: number | null;
}

/** The column of a `PolicyMark`, of the tenant `t`: the lists themselves may be long, and seldom change. */
export const EGRESS_VERSION = '(SELECT e.version FROM egress_policies e WHERE e.tenant_id = t.id) AS egress_version';

/** A tenant's policy. Undefined: it never set one. */
export async function readPolicy(db: Queryable, tenantId: string): Promise<EgressPolicy | undefined> {
  const [row] = await db.query<EgressPolicy>(
    'SELECT allow, deny, version, updated_at FROM egress_policies WHERE tenant_id = $1',
    [tenantId],
    'read_egress_policy',
  );
  return row;
}

/** The same, locked, so that two who change it come one after the other; version 0 where it was never set. */
export async function lockPolicy(tx: Transaction, tenantId: string, now: number): Promise<EgressPolicy> {
  await tx.query(
    `INSERT INTO egress_policies (tenant_id, allow, deny, version, updated_at) VALUES ($1, '{}', '{}', 0, $2)
     ON CONFLICT (tenant_id) DO NOTHING`,
    [tenantId, timestamp(now)],
  );
  const [row] = await tx.query<EgressPolicy>(
    'SELECT allow, deny, version, updated_at FROM egress_policies WHERE tenant_id = $1 FOR UPDATE',
    [tenantId],
  );
  if (!row) throw new Error(`the egress policy of ${tenantId} is not there in the transaction that made it`);
  return row;
}

/** Writes a locked policy. */
export async function writePolicy(tx: Transaction, tenantId: string, policy: EgressPolicy): Promise<void> {
  await tx.query(
    'UPDATE egress_policies SET allow = $2, deny = $3, version = $4, updated_at = $5 WHERE tenant_id = $1',
    [tenantId, policy.allow, policy.deny, policy.version, timestamp(policy.updated_at)],
  );
}
