import { HASHED, quotaLock } from './advisory-locks.ts';
import type { Grants } from '../domain/quota.ts';
import { timestamp, type Queryable, type Statement, type Transaction } from './db.ts';

/** What is counted by its own sum (tenant_usage). */
export type Counted = 'schedules' | 'records';

/** What the operator gave a tenant; null: nothing of its own. */
export async function ownQuotas(db: Queryable, tenantId: string): Promise<Grants | null> {
  const [row] = await db.query<Grants>(
    'SELECT schedules, records, runs_per_minute FROM tenant_quotas WHERE tenant_id = $1',
    [tenantId],
    'own_quotas',
  );
  return row ?? null;
}

/** Writes what the operator gives a tenant. */
export async function writeQuotas(tx: Transaction, tenantId: string, quotas: Grants, now: number): Promise<void> {
  await tx.query(
    `INSERT INTO tenant_quotas (tenant_id, schedules, records, runs_per_minute, updated_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (tenant_id) DO UPDATE SET schedules = EXCLUDED.schedules, records = EXCLUDED.records,
       runs_per_minute = EXCLUDED.runs_per_minute, updated_at = EXCLUDED.updated_at`,
    [tenantId, quotas.schedules, quotas.records, quotas.runs_per_minute, timestamp(now)],
  );
}

type UsageRow = { readonly kind: Counted; readonly used: number };

/** How much a tenant has of what is counted. */
export async function usageOf(db: Queryable, tenantId: string): Promise<Record<Counted, number>> {
  const { text, values, name } = summing(tenantId);
  return usageIn(await db.query<UsageRow>(text, values, name));
}

/** What sums it. */
export function summing(tenantId: string): Statement {
  const text = 'SELECT kind, sum(delta)::bigint AS used FROM tenant_usage WHERE tenant_id = $1 GROUP BY kind';
  return { text, values: [tenantId], name: 'usage_of' };
}

/** What `summing` found. */
export function usageIn(rows: readonly UsageRow[]): Record<Counted, number> {
  return { schedules: 0, records: 0, ...Object.fromEntries(rows.map(({ kind, used }) => [kind, used])) };
}

/** How many API keys work, and how many entity definitions there are. */
export async function countFew(
  db: Queryable,
  tenantId: string,
  now: number,
): Promise<{ api_keys: number; entity_definitions: number }> {
  const [row] = await db.query<{ api_keys: number; entity_definitions: number }>(
    `SELECT (SELECT count(*) FROM api_keys WHERE tenant_id = $1 AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > $2)) AS api_keys,
       (SELECT count(*) FROM entity_definitions WHERE tenant_id = $1) AS entity_definitions`,
    [tenantId, timestamp(now)],
  );
  return row ?? { api_keys: 0, entity_definitions: 0 };
}

/** Makes those who add to what is nearly full wait for each other, until their transactions end: each sees what is there. */
export async function lockQuota(tx: Transaction, tenantId: string, quota: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(${HASHED})`, [quotaLock(tenantId, quota)], 'lock_quota');
}

/** The quotas of tenants that have their own number of runs a minute. */
export async function runQuotas(db: Queryable): Promise<Map<string, number>> {
  const rows = await db.query<{ tenant_id: string; runs_per_minute: number }>(
    'SELECT tenant_id, runs_per_minute FROM tenant_quotas WHERE runs_per_minute IS NOT NULL',
    [],
    'run_quotas',
  );
  return new Map(rows.map((row) => [row.tenant_id, row.runs_per_minute]));
}

/** Rows of one sum from which on they are folded together. */
const MANY = 100;

/** Folds the rows that a sum is made of into one. Who sums meanwhile sees them as they were, or as they are then. */
export async function foldUsage(db: Queryable, limit: number): Promise<number> {
  const rows = await db.query<{ folded: number }>(
    `WITH many AS (SELECT tenant_id, kind FROM tenant_usage GROUP BY 1, 2 HAVING count(*) > $2),
     gone AS (DELETE FROM tenant_usage WHERE ctid = ANY (ARRAY(
       SELECT u.ctid FROM tenant_usage u JOIN many USING (tenant_id, kind) LIMIT $1 FOR UPDATE OF u SKIP LOCKED))
       RETURNING tenant_id, kind, delta)
     INSERT INTO tenant_usage (tenant_id, bucket, kind, delta)
       SELECT tenant_id, bucket_of(tenant_id), kind, sum(delta)::bigint FROM gone GROUP BY 1, 2, 3 RETURNING 1 AS folded`,
    [limit, MANY],
    'fold_usage',
  );
  return rows.length;
}
