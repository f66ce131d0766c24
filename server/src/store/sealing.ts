import { isSealed, type SealedConfig } from '../domain/sealed.ts';
import type { Database, Transaction } from './db.ts';
import { sealConfig, type ConfigAt, type SecretPaths } from './sealed-config.ts';
import { setSigning, signingPlace, type StoredSigningSecret } from './signing.ts';
import type { Vault } from './vault/vault.ts';

/** Rows of one transaction. */
const BATCH = 200;

/** What of each action's config is secret, by the action's type. */
export type SecretsOf = (actionType: string) => SecretPaths;

/**
 * Gives tenants without a data key one, and encrypts, once for a database, what earlier versions stored plain. In steps of a
 * transaction each, so that several servers may do it at once and a crash loses nothing. Returns how many rows were encrypted.
 */
export async function sealPlainRows(db: Database, vault: Vault, secretsOf: SecretsOf): Promise<number> {
  await steps(db, (tx) => beginTenants(tx, vault));
  const [state] = await db.query<{ done: boolean }>('SELECT sealed_at IS NOT NULL AS done FROM vault');
  if (state?.done) return 0;
  // It reads the whole ledger once: that may take longer than other statements.
  const patient = db.withoutTimeout();
  try {
    let sealed = await steps(patient, (tx) => sealSigningSecrets(tx, vault));
    for (const table of [SCHEDULES, RUNS]) {
      let after: RowKey | null = FIRST;
      while (after !== null) {
        const from: RowKey = after;
        const step = await patient.transaction((tx) => sealRows(tx, vault, table, from, secretsOf));
        sealed += step.sealed;
        after = step.last;
      }
    }
    await patient.query('UPDATE vault SET sealed_at = coalesce(sealed_at, now())');
    return sealed;
  } finally {
    await patient.close();
  }
}

/** Repeats a step until it finds nothing. */
async function steps(db: Database, step: (tx: Transaction) => Promise<number>): Promise<number> {
  let all = 0;
  for (;;) {
    const done = await db.transaction(step);
    if (done === 0) return all;
    all += done;
  }
}

async function beginTenants(tx: Transaction, vault: Vault): Promise<number> {
  const rows = await tx.query<{ id: string; now: number }>(
    `SELECT id, now() AS now FROM tenants WHERE NOT EXISTS (SELECT 1 FROM data_keys WHERE tenant_id = tenants.id)
     ORDER BY id LIMIT $1 FOR NO KEY UPDATE`,
    [BATCH],
  );
  for (const { id, now } of rows) {
    // Who has waited for another server here finds what that made.
    const [there] = await tx.query('SELECT 1 FROM data_keys WHERE tenant_id = $1', [id]);
    if (!there) await vault.begin(tx, id, now);
  }
  return rows.length;
}

async function sealSigningSecrets(tx: Transaction, vault: Vault): Promise<number> {
  const rows = await tx.query<{ id: string; webhook_secrets: StoredSigningSecret[] }>(
    `SELECT id, webhook_secrets FROM tenants WHERE webhook_secrets @? '$[*].secret ? (@.type() == "string")'
     ORDER BY id LIMIT $1 FOR NO KEY UPDATE`,
    [BATCH],
  );
  for (const { id, webhook_secrets } of rows) {
    const of = await vault.of(tx, id);
    const sealed = webhook_secrets.map((stored) => ({
      ...stored,
      secret: isSealed(stored.secret) ? stored.secret : of.seal(signingPlace(stored.id), stored.secret),
    }));
    await setSigning(tx, id, sealed);
  }
  return rows.length;
}

interface RowKey {
  readonly tenant_id: string;
  readonly id: string;
}

const FIRST: RowKey = {
  tenant_id: '00000000-0000-0000-0000-000000000000',
  id: '00000000-0000-0000-0000-000000000000',
};

/** A column that holds configs of actions, and the statements that walk and write it. */
interface ConfigColumn {
  readonly column: ConfigAt['column'];
  readonly select: string;
  readonly update: string;
}

const SCHEDULES: ConfigColumn = {
  column: 'schedules.action_config',
  select: `SELECT tenant_id, id, action_type, action_config AS config FROM schedules
    WHERE (tenant_id, id) > ($1, $2) ORDER BY tenant_id, id LIMIT $3 FOR NO KEY UPDATE`,
  update: `UPDATE schedules s SET action_config = u.config FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[]) AS u (tenant_id, id, config)
    WHERE s.tenant_id = u.tenant_id AND s.id = u.id`,
};
const RUNS: ConfigColumn = {
  column: 'runs.action_overlay',
  select: `SELECT r.tenant_id, r.id, s.action_type, r.action_overlay AS config FROM runs r
    JOIN schedules s ON s.tenant_id = r.tenant_id AND s.id = r.schedule_id
    WHERE r.action_overlay IS NOT NULL AND (r.tenant_id, r.id) > ($1, $2) ORDER BY r.tenant_id, r.id LIMIT $3 FOR NO KEY UPDATE OF r`,
  update: `UPDATE runs r SET action_overlay = u.config FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[]) AS u (tenant_id, id, config)
    WHERE r.tenant_id = u.tenant_id AND r.id = u.id`,
};

type ConfigRow = RowKey & { readonly action_type: string; readonly config: Record<string, unknown> };

/** One step along a column. `last` is null once it is at the end. */
async function sealRows(
  tx: Transaction,
  vault: Vault,
  table: ConfigColumn,
  after: RowKey,
  secretsOf: SecretsOf,
): Promise<{ readonly sealed: number; readonly last: RowKey | null }> {
  const rows = await tx.query<ConfigRow>(table.select, [after.tenant_id, after.id, BATCH]);
  const changed: (RowKey & { readonly config: SealedConfig })[] = [];
  for (const { tenant_id, id, action_type, config } of rows) {
    const at = { tenant_id, column: table.column, id, paths: secretsOf(action_type), config };
    const sealed = await sealConfig(vault, tx, at);
    if (sealed !== config) changed.push({ tenant_id, id, config: sealed });
  }
  await tx.query(table.update, [
    changed.map((row) => row.tenant_id),
    changed.map((row) => row.id),
    changed.map((row) => JSON.stringify(row.config)),
  ]);
  return { sealed: changed.length, last: rows.length < BATCH ? null : (rows.at(-1) ?? null) };
}
